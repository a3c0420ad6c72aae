"""Panels of figures over time: trend, hero, figure, forecast, record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from support import boards, dashboard, phase4
from support.courses import DAY, END, answer, flat, line

from opsdesk.insight.board import Board, arrange
from opsdesk.insight.chart import Role
from opsdesk.insight.words import MINUS
from opsdesk.model.page import Panel, PanelKind
from opsdesk.model.series import Forecast, Line, SeriesFrame, SeriesQuery, Usual
from opsdesk.model.snapshot import Snapshot
from opsdesk.ui.charts.loading import loading
from opsdesk.ui.charts.plot import ChartView
from opsdesk.ui.panels.base import PanelView
from opsdesk.ui.panels.foot import Foot
from opsdesk.ui.panels.kinds import view_of
from opsdesk.ui.theme import Look

Make = Callable[..., PanelView]
NOW = boards.NOW
MONTH = 30 * DAY


@pytest.fixture(autouse=True)
def _loaded(look: Look) -> None:
    del look
    loading().wait()


@pytest.fixture
def make(qtbot: QtBot, look: Look) -> Make:
    """Return what makes a panel, shown."""

    def made(kind: PanelKind, *metrics: str, title: str = "It", **more: object) -> PanelView:
        panel = msgspec.convert(
            {"kind": kind, "title": title, "metrics": metrics, **more}, type=Panel
        )
        view = view_of(panel, look)
        qtbot.addWidget(view)
        view.resize(500, 300)
        view.show()
        return view

    return made


def board(*, old: float = 12.0) -> Board:
    at = NOW - boards.timedelta(seconds=old)
    readings = {r.key: r for r in phase4.figures(at, derived=True)}
    source = msgspec.structs.replace(boards.SOURCE, last_success=at)
    snapshot = Snapshot(
        at=NOW, readings=readings, sources=(source,), baselines=phase4.baselines(NOW)
    )
    return arrange(snapshot, boards.CATALOGUE)


def level(query: SeriesQuery, shown: Board) -> list[Line]:
    values = {key: shown.snapshot.readings[key].number or 0.0 for key in query.keys}
    return [line(key, flat(value), query.window, query.step) for key, value in values.items()]


def told(view: PanelView, shown: Board, **more: object) -> SeriesFrame | None:
    """Show a board and answer all questions with lines that stay where they are."""
    view.show_board(shown, NOW)
    frame = None
    for query in view.queries(shown):
        frame = msgspec.structs.replace(answer(query, *level(query, shown)), **more)
        view.show_frame(frame, shown, NOW)
    return frame


def chart(view: PanelView) -> ChartView:
    return view.findChildren(ChartView)[0]


def test_a_trend_waits_with_its_value(make: Make) -> None:
    view = make(PanelKind.TREND, "errors.rate", window=DAY)
    view.show_board(board(), NOW)
    assert chart(view).chart is None
    assert "0.0 %" in view.accessibleName()


def test_a_trend_with_a_usual_range_has_the_others_at_its_foot(make: Make) -> None:
    labels = {"quantile": "0.95"}
    view = make(PanelKind.TREND, "latency.quantile", window=DAY, usual=True, labels=labels)
    shown = board()
    p95 = next(r.key for r in shown.by_metric["latency.quantile"] if r.number == 291)
    told(view, shown, usual=(Usual(key=p95, low=270.0, high=310.0),))
    drawn = chart(view).chart
    assert drawn is not None
    assert len(drawn.curves) == 1
    assert drawn.usual is not None
    assert "291 ms, steady, within usual range, p50 148" in view.accessibleName()


def test_a_trend_without_labels_draws_all_but_the_slowest(make: Make) -> None:
    view = make(PanelKind.TREND, "latency.quantile", window=DAY)
    told(view, board())
    drawn = chart(view).chart
    assert drawn is not None
    assert [c.name for c in drawn.curves if c.role is Role.MAIN] == ["p95"]
    assert {c.name for c in drawn.curves} == {"p50", "p75", "p95", "p99"}


def test_a_trend_lies_over_its_baseline(make: Make) -> None:
    before = "before Phase 4"
    window = 7 * 7 * DAY
    view = make(PanelKind.TREND, "errors.rate", window=window, step=DAY, baseline=before)
    told(view, board())
    drawn = chart(view).chart
    assert drawn is not None
    assert [c.role for c in drawn.curves] == [Role.BASELINE, Role.MAIN]
    assert "before Phase 4" in view.accessibleName()


@pytest.mark.parametrize("kind", [PanelKind.TREND, PanelKind.FIGURE, PanelKind.HERO])
def test_without_history_it_says_so_and_keeps_its_value(make: Make, kind: PanelKind) -> None:
    view = make(kind, "errors.rate", window=DAY)
    told(view, board(), lines=())
    assert chart(view).chart is None
    assert chart(view).accessibleName() == "no history yet"
    assert "0.0 %" in view.accessibleName()


def test_a_risk_beside_a_trend_warns(make: Make) -> None:
    view = make(PanelKind.TREND, "logs.volume", beside=("logs.volume_growth",))
    view.show_board(dashboard.whole(), NOW)
    assert "Log volume grows 15 % per week, plan storage scaling" in view.accessibleName()
    (foot,) = view.findChildren(Foot)
    (growth,) = dashboard.whole().by_metric["logs.volume_growth"]
    less = msgspec.structs.replace(growth, value=-3.0)
    view.show_board(dashboard.whole(but={"logs.volume_growth": (less,)}), NOW)
    assert f"{MINUS}3 % / week" in foot.said


def test_figures_without_history_stay_to_be_read(make: Make) -> None:
    view = make(PanelKind.TREND, "latency.quantile", window=DAY)
    told(view, board(), lines=())
    assert "p50 148, p75 203" in view.accessibleName()


@pytest.mark.parametrize("kind", [PanelKind.TREND, PanelKind.FIGURE, PanelKind.HERO])
def test_a_stale_figure_has_a_hollow_point(make: Make, kind: PanelKind) -> None:
    view = make(kind, "errors.rate", window=DAY)
    shown = board(old=46 * 60.0)
    told(view, shown)
    drawn = chart(view).chart
    assert drawn is not None
    assert not drawn.solid
    assert view.property("stale") == "true"
    assert "last known at" in view.accessibleName()


def test_a_stale_score_says_how_the_system_was(make: Make) -> None:
    view = make(PanelKind.HERO, "latency.quantile")
    times = [r for r in boards.figures(boards.NOW, {}) if r.key.metric == "latency.quantile"]
    words = {
        "was DEGRADED": boards.tripped(),
        "was OK": boards.normal(),
        "not known now": boards.board_of(times),
    }
    for said, shown in words.items():
        view.show_board(shown, boards.NOW + timedelta(hours=1))
        assert said in [label.text() for label in view.findChildren(QLabel)]


@pytest.mark.parametrize("kind", [PanelKind.TREND, PanelKind.FIGURE, PanelKind.FORECAST])
def test_a_figure_that_nobody_gives(make: Make, kind: PanelKind) -> None:
    view = make(kind, "errors.rate", window=DAY)
    view.show_board(boards.no_source(), NOW)
    assert chart(view).chart is None


def test_a_low_card_has_a_line_without_axes(make: Make) -> None:
    view = make(PanelKind.TREND, "errors.rate", window=DAY, height=140)
    told(view, board())
    drawn = chart(view).chart
    assert drawn is not None
    assert drawn.y_ticks == ()


def test_a_hero_shows_its_parts_until_there_is_history(make: Make) -> None:
    view = make(PanelKind.HERO, "health.score", window=DAY)
    shown = board()
    told(view, shown, lines=())
    assert not chart(view).isVisible()
    told(view, shown)
    assert chart(view).isVisible()


def test_a_figure_without_window_asks_nothing(make: Make) -> None:
    view = make(PanelKind.FIGURE, "latency.quantile", labels={"quantile": "0.95"})
    told(view, board())
    assert not chart(view).isVisible()
    assert "291 ms" in view.accessibleName()


def forecast(frame: SeriesFrame) -> Forecast:
    times = tuple(END + n * DAY for n in range(1, 31))
    return Forecast(
        key=frame.query.keys[0],
        method="Theta",
        times=times,
        values=(16.0,) * 30,
        lows=(14.0,) * 30,
        highs=(19.0,) * 30,
        skill=0.7,
        trials=36,
    )


def test_a_forecast_tells_what_is_expected_what_is_and_where_it_goes(make: Make) -> None:
    metrics = ("projection.mttr", "quality.mttr")
    view = make(PanelKind.FORECAST, *metrics, window=MONTH, step=DAY)
    shown = board()
    frame = told(view, shown)
    assert frame is not None
    assert "no history yet" in view.accessibleName()
    answered = msgspec.structs.replace(frame, forecasts=(forecast(frame),))
    view.show_frame(answered, shown, NOW)
    drawn = chart(view).chart
    assert drawn is not None
    assert drawn.ahead is not None
    said = view.accessibleName()
    assert "< 15 min, now 18 min, Expected value lies inside the 80 % band" in said


def test_a_forecast_of_what_nobody_measures(make: Make) -> None:
    view = make(PanelKind.FORECAST, "projection.automation_rate", window=MONTH, step=DAY)
    view.show_board(board(), NOW)
    assert view.queries(board()) == ()
    assert "> 95 %, now no source" in view.accessibleName()
    assert chart(view).accessibleName() == "nothing to forecast from"


def test_what_stands_for_a_missing_figure_is_drawn_and_named(make: Make) -> None:
    view = make(
        PanelKind.FORECAST,
        "projection.automation_rate",
        beside=("incidents.auto_resolved",),
        window=MONTH,
        step=DAY,
    )
    shown = board()
    frame = told(view, shown)
    assert frame is not None
    assert chart(view).chart is not None
    said = view.accessibleName()
    assert "> 95 %, now no source, Drawn instead: incidents auto-resolved, 87 % now" in said


def test_a_record_tells_which_forecasts_were_better(make: Make) -> None:
    metrics = ("quality.mttr", "logs.volume")
    view = make(PanelKind.RECORD, *metrics, window=MONTH, step=DAY)
    shown = board()
    view.show_board(shown, NOW)
    query = next(q for q in view.queries(shown) if q.keys[0].metric == "quality.mttr")
    frame = answer(query)
    view.show_frame(msgspec.structs.replace(frame, forecasts=(forecast(frame),)), shown, NOW)
    assert "MTTR 0.7 better; Log volume no history yet" in view.accessibleName()
    assert view.grab().toImage().width() == view.width()
