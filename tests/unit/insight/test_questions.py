"""What panels ask of the past."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.boards import CATALOGUE, NOW, board_of, normal, tripped
from support.incidents import CARBON, beyond, incident, usual

from opsdesk.insight.board import arrange
from opsdesk.insight.questions import (
    AROUND,
    HORIZON,
    MOVING,
    POINTS,
    STRIPS,
    USUAL,
    asked_of,
    could_show_more,
    of_incident,
    of_pages,
    of_panel,
)
from opsdesk.model.key import key
from opsdesk.model.page import HeadlineRule, Page, Panel, PanelKind
from opsdesk.model.series import SeriesQuery

DAY = 86_400.0


def panel(kind: PanelKind, *metrics: str, **more: object) -> Panel:
    return Panel(kind=kind, title="A", metrics=metrics, **{"window": DAY, **more})


def test_a_panel_that_draws_no_past_asks_nothing() -> None:
    trend = panel(PanelKind.TREND, "latency.quantile", window=0.0)
    assert of_panel(trend, normal()) == ()


def test_a_trend_asks_for_every_key_of_its_metric_and_for_its_baseline() -> None:
    trend = panel(PanelKind.TREND, "latency.quantile", baseline="last week", usual=True)
    board = normal()
    now, before = of_panel(trend, board)
    assert set(now.keys) == {reading.key for reading in board.by_metric["latency.quantile"]}
    assert now.step == DAY / POINTS
    assert now.usual
    assert before == SeriesQuery(keys=now.keys, window=DAY, step=now.step, baseline="last week")


def test_a_figure_asks_for_its_own_key() -> None:
    figure = panel(PanelKind.FIGURE, "latency.quantile", labels={"quantile": "0.95"})
    (query,) = of_panel(figure, normal())
    assert query.keys == (key("latency.quantile", {"quantile": "0.95"}),)


def test_figures_ask_for_each_of_theirs_that_carries_the_labels() -> None:
    labels = {"quantile": "0.95"}
    figures = panel(PanelKind.FIGURES, "latency.quantile", "errors.rate", labels=labels)
    (query,) = of_panel(figures, normal())
    assert set(query.keys) == {key("latency.quantile", labels), key("errors.rate", {})}


def test_forecast_and_record_ask_the_same_question() -> None:
    forecast = panel(PanelKind.FORECAST, "projection.error_rate", "errors.rate", step=DAY)
    record = panel(PanelKind.RECORD, "errors.rate", step=DAY)
    page = Page(id="a", title="A", order=1, headline=HeadlineRule.SYSTEM, panel=(forecast, record))
    (query,) = of_pages([page], normal())
    assert query.horizon == HORIZON


def test_strips_are_asked_for_the_worst_alone() -> None:
    (query,) = of_panel(panel(PanelKind.BREAKER_TABLE, "breaker.state"), tripped(200))
    assert len(query.keys) == STRIPS
    assert any("Carbon Data" in str(found) for found in query.keys)


def test_equal_boards_ask_equal_questions() -> None:
    table = panel(PanelKind.BREAKER_TABLE, "breaker.state")
    assert of_panel(table, normal(60)) == of_panel(table, normal(60))


def test_nothing_is_asked_of_what_is_not_there() -> None:
    assert of_panel(panel(PanelKind.TREND, "logs.volume"), normal()) == ()


def test_an_incident_asks_for_its_course_and_for_the_figures_that_may_move() -> None:
    board = usual()
    running = board.snapshot.incidents[0]
    course, figures = of_incident(running, board)
    assert course.keys == (running.subject,)
    names = {key.metric for key in figures.keys}
    assert {"latency.quantile", "errors.rate", "component.uptime"} <= names
    # The counters of other breakers tell of other things.
    breakers = {key.labels for key in figures.keys if key.metric.startswith("breaker.")}
    assert breakers == {running.subject.labels}
    assert (course.until, figures.until) == (0.0, 0.0)
    assert course.window >= 22 * 60 + AROUND


def test_what_has_ended_is_asked_for_until_half_an_hour_later() -> None:
    ended = incident(CARBON, 600, lasted=30)
    course, figures = of_incident(ended, normal())
    assert ended.closed_at is not None
    end = ended.closed_at.timestamp() + AROUND
    assert (course.until, course.window) == (end, 30 * 60 + 2 * AROUND)
    assert (figures.until, figures.window) == (end, course.window - AROUND + USUAL)


def test_what_has_run_for_days_asks_for_the_figures_of_its_first_hour_alone() -> None:
    old = incident(CARBON, 3 * 1_440)
    course, figures = of_incident(old, normal())
    assert course.window >= 3 * DAY
    assert course.window / course.step <= 2 * POINTS
    assert figures.until == old.opened_at.timestamp() + MOVING
    assert (figures.window, figures.step) == (USUAL + MOVING, 60.0)


def test_the_figure_that_is_beyond_its_threshold_is_its_own_course() -> None:
    board = usual()
    course, figures = of_incident(beyond("Error rate above 1 %", 47), board)
    assert course.keys == (key("errors.rate"),)
    assert key("errors.rate") not in figures.keys


def test_without_a_figure_there_is_the_course_alone() -> None:
    assert len(of_incident(incident(CARBON, 5), board_of([]))) == 1


@given(st.integers(1, 300))
def test_what_runs_asks_the_same_for_five_minutes(seconds: int) -> None:
    board, running = usual(), incident(CARBON, 20)

    def asked(later: int) -> tuple[SeriesQuery, ...]:
        at = NOW + timedelta(seconds=later)
        snapshot = msgspec.structs.replace(board.snapshot, at=at)
        return of_incident(running, arrange(snapshot, CATALOGUE))

    assert asked(seconds) == asked(1) != asked(0)


@pytest.mark.parametrize(
    ("seconds", "is_open", "could"),
    [
        (29, True, False),
        (30, True, True),
        (30, False, False),
        (179, False, False),
        (180, False, True),
    ],
)
def test_a_chart_asks_once_it_could_show_more(seconds: int, *, is_open: bool, could: bool) -> None:
    before, later = normal(), tripped() if is_open else normal()
    query = SeriesQuery(keys=tuple(before.breaker_of), window=DAY, step=60)
    asked, now = asked_of(query, before, 0), asked_of(query, later, seconds)
    assert could_show_more(query, asked, now) is could


def test_what_was_never_asked_is() -> None:
    query = SeriesQuery(keys=(), window=DAY, step=60)
    assert could_show_more(query, None, asked_of(query, normal(), 0))
