"""What panels ask of the past."""

from __future__ import annotations

from support.boards import normal, tripped

from opsdesk.insight.questions import HORIZON, POINTS, STRIPS, of_pages, of_panel
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
