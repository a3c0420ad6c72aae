"""Figures on a wall: what they say, what they are held against, what is wrong with them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from support import boards, courses, dashboard
from support.boards import CATALOGUE, NOW, SOURCE

from opsdesk.insight.board import Board
from opsdesk.insight.questions import of_panel
from opsdesk.insight.slides.blocks import Figure, Figures, Hero, Trend
from opsdesk.insight.slides.kinds import block_of
from opsdesk.insight.slides.panels import Frames, Seen, short_text
from opsdesk.insight.verdict import State
from opsdesk.model.errors import Problem, ProblemKind
from opsdesk.model.key import key
from opsdesk.model.page import Panel, PanelKind
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.series import Forecast, SeriesFrame, Usual

P95 = key("latency.quantile", {"quantile": "0.95"})
DAY = courses.DAY

DASH = "\N{EN DASH}"


def seen(board: Board, *frames: SeriesFrame, later: float = 0) -> Seen:
    known: Frames = {frame.query: frame for frame in frames}
    return Seen(board=board, now=NOW + timedelta(seconds=later), frames=known)


def latency(kind: PanelKind = PanelKind.FIGURE, **more: object) -> Panel:
    made = Panel(
        kind=kind,
        title="Response p95",
        metrics=("latency.quantile",),
        labels={"quantile": "0.95"},
        window=DAY,
    )
    return replace(made, **more)


def answer(panel: Panel, board: Board, value: float = 200.0, **more: object) -> SeriesFrame:
    """Return the answer to what a panel asks first: a course that stays where it is."""
    query = of_panel(panel, board)[0]
    lines = [courses.line(one, courses.flat(value), window=query.window) for one in query.keys]
    return replace(courses.answer(query, *lines), **more)


def figure_of(panel: Panel, view: Seen) -> Figure:
    block = block_of(panel, view)
    if isinstance(block, Figures):
        (figure,) = block.figures
        return figure
    assert isinstance(block, Hero | Trend)
    return block.figure


def breakers(board: Board, later: float = 0) -> Figure:
    panel = Panel(kind=PanelKind.FIGURE, title="Breakers", metrics=("breaker.state",))
    return figure_of(panel, seen(board, later=later))


def in_states(**states: BreakerState) -> Board:
    named = dict(zip(boards.BREAKERS, states.values(), strict=False))
    return boards.board_of(boards.figures(NOW, boards.closed() | named))


# ---- one figure


def test_a_figure_says_value_and_unit() -> None:
    figure = figure_of(latency(), seen(boards.normal()))
    assert (figure.title, figure.value, figure.unit) == ("Response p95", "291", "ms")
    assert not figure.stale
    assert figure.state is None


def test_a_scope_is_part_of_the_title() -> None:
    panel = latency(scope="last 24 h")
    assert figure_of(panel, seen(boards.normal())).title == "Response p95, last 24 h"
    assert figure_of(latency(scope="{window}"), seen(boards.normal())).title.startswith(
        "Response p95, last "
    )
    unheard = figure_of(latency(scope="{window}"), seen(boards.no_source()))
    assert unheard.title == "Response p95"


def test_a_number_is_told_in_short_where_it_has_no_room() -> None:
    money = boards.CATALOGUE["cost.saving"]
    assert short_text(1_234_567_890.0, None) == "1.2e9"
    assert short_text(-2_500_000.0, None) == "\N{MINUS SIGN}2.5e6"
    assert short_text(-2_500_000.0, money) == "\N{MINUS SIGN}$2.5e6"
    assert short_text(99.994, None) == "\N{HORIZONTAL ELLIPSIS}"  # shorter, it would be 100
    assert not short_text(None, None)


def test_what_nobody_gives_says_why() -> None:
    panel = Panel(kind=PanelKind.FIGURE, title="ROI", metrics=("cost.roi",))
    assert figure_of(panel, seen(boards.normal())) == Figure(
        title="ROI", value="\N{EN DASH}", note="no source has it"
    )
    assert figure_of(panel, seen(boards.connecting())).note == "waiting for first answer"


def test_what_is_stale_says_when_it_was_true() -> None:
    figure = figure_of(latency(), seen(boards.normal(), later=1_320))
    assert figure.stale
    assert figure.state is None
    assert figure.note.startswith("at ")


@pytest.mark.parametrize(
    ("value", "state"), [(0.5, None), (3.0, State.DEGRADED), (20.0, State.CRITICAL)]
)
def test_a_figure_beyond_its_threshold_is_to_be_seen(value: float, state: State | None) -> None:
    errors = Reading(key=key("errors.rate"), value=value, at=NOW, source="prod")
    panel = Panel(kind=PanelKind.FIGURE, title="Error rate", metrics=("errors.rate",))
    assert figure_of(panel, seen(boards.board_of([errors]))).state is state


def test_a_metric_that_nobody_described_is_called_by_its_id() -> None:
    reading = Reading(key=key("mine.own", {"quantile": "0.5"}), value=True, at=NOW, source="prod")
    board = boards.board_of([reading])
    panel = Panel(kind=PanelKind.FIGURES, title="Mine", metrics=("mine.own",))
    figure = figure_of(panel, seen(board))
    assert (figure.title, figure.value, figure.unit) == ("mine.own p50", "Yes", "")
    assert not figure.short  # a word may be cut


def test_a_panel_without_metrics_is_called_by_its_title() -> None:
    panel = Panel(kind=PanelKind.FIGURE, title="Nothing")
    assert figure_of(panel, seen(boards.normal())).title == "Nothing"


# ---- what it is held against


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(250, 300, "usual range"), (100, 200, "above usual"), (300, 400, "below usual")],
)
def test_a_figure_is_held_against_what_is_usual(low: float, high: float, said: str) -> None:
    board, panel = boards.normal(), latency(usual=True)
    usual = (Usual(key=P95, low=low, high=high),)
    assert figure_of(panel, seen(board, answer(panel, board, usual=usual))).note == said


def test_else_against_the_range_of_a_baseline() -> None:
    board, panel = dashboard.whole(), latency(baseline="before Phase 4")
    _, before = of_panel(panel, board)
    frame = courses.answer(before, courses.line(P95, lambda at: 400 + at % 100))
    said = figure_of(panel, seen(board, frame)).note
    assert said.startswith("was 4")
    assert " to 4" in said


def test_else_against_its_baseline() -> None:
    panel = Panel(kind=PanelKind.FIGURE, title="To resolve", metrics=("oncall.resolution_time",))
    assert figure_of(panel, seen(dashboard.whole())).note == "was 45 min"


def test_else_its_source_may_say_something() -> None:
    panel = Panel(kind=PanelKind.FIGURE, title="Growth", metrics=("logs.volume_growth",))
    assert figure_of(panel, seen(dashboard.whole())).note == "plan storage scaling"


# ---- circuit breakers: how many are open


def test_no_breaker_is_open() -> None:
    figure = breakers(boards.normal())
    assert (figure.value, figure.unit, figure.note) == ("7", "closed", "none open")


def test_open_ones_are_to_be_seen_at_once() -> None:
    figure = breakers(boards.tripped())
    assert (figure.value, figure.unit, figure.note) == ("1", "OPEN", "6 closed")
    assert figure.state is State.CRITICAL


def test_half_open_ones_where_none_is_open() -> None:
    figure = breakers(in_states(a=BreakerState.HALF_OPEN, b=BreakerState.HALF_OPEN))
    assert (figure.value, figure.unit, figure.note) == ("2", "HALF-OPEN", "5 closed")
    assert figure.state is State.DEGRADED


def test_what_nobody_knows_may_be_open() -> None:
    figure = breakers(in_states(a=BreakerState.UNKNOWN, b=BreakerState.UNKNOWN))
    assert (figure.value, figure.unit, figure.note) == ("5", "closed", "2 unknown")


@pytest.mark.parametrize("later", [0, 1_320])
def test_where_no_state_is_known_none_is_said(later: float) -> None:
    unknown = in_states(**{str(n): BreakerState.UNKNOWN for n in range(7)})
    figure = breakers(boards.normal() if later else unknown, later)
    assert (figure.value, figure.unit, figure.note) == ("7", "", "state unknown")
    assert figure.stale


def test_breakers_of_one_source_that_is_lost_are_not_said_to_be_closed() -> None:
    lost = replace(SOURCE, id="other", last_success=NOW - timedelta(hours=1), failures=9)
    old = Reading(
        key=key("breaker.state", {"breaker": "Far - Away"}),
        value=BreakerState.CLOSED,
        at=NOW - timedelta(hours=1),
        source="other",
    )
    board = boards.board_of([*boards.figures(NOW, boards.closed()), old])
    both = (*board.snapshot.sources, lost)
    figure = breakers(boards.arrange(replace(board.snapshot, sources=both), CATALOGUE))
    assert (figure.value, figure.note) == ("7", "1 unknown")


def test_without_breakers_it_says_so() -> None:
    assert breakers(boards.connecting()).note == "waiting for first answer"


# ---- several, large, over time


def test_each_metric_is_a_figure() -> None:
    metrics = ("errors.rate", "breaker.state", "latency.quantile")
    block = block_of(
        Panel(kind=PanelKind.FIGURES, title="Now", metrics=metrics), seen(boards.normal())
    )
    assert isinstance(block, Figures)
    said = [(figure.title, figure.value) for figure in block.figures]
    assert said == [("Error rate", "0.02"), ("Breakers", "7"), ("Response time p50", "148")]


def test_a_large_figure_has_its_curve() -> None:
    board, panel = boards.normal(), latency(PanelKind.HERO)
    block = block_of(panel, seen(board, answer(panel, board)))
    assert isinstance(block, Hero)
    assert block.figure.value == "291"
    assert block.chart is not None
    assert block.chart.solid
    without = block_of(panel, seen(board))
    assert isinstance(without, Hero)
    assert without.chart is None


def test_the_curve_of_what_is_stale_is_not_solid() -> None:
    board, panel = boards.normal(), latency(PanelKind.HERO)
    block = block_of(panel, seen(board, answer(panel, board), later=1_320))
    assert isinstance(block, Hero)
    assert block.chart is not None
    assert not block.chart.solid


def test_a_trend_says_why_there_is_no_curve() -> None:
    board, panel = boards.normal(), latency(PanelKind.TREND)
    why = Problem(kind=ProblemKind.TIMEOUT, what="no answer", where="", remedy="")
    for frames, absence in (
        ((), "no history yet"),
        ((answer(panel, board, problem=why),), "no answer"),
    ):
        block = block_of(panel, seen(board, *frames))
        assert isinstance(block, Trend)
        assert block.absence == absence


def test_a_forecast_says_what_is_expected_and_what_is_now() -> None:
    board = dashboard.whole()
    panel = Panel(
        kind=PanelKind.FORECAST,
        title="Error rate",
        metrics=("projection.error_rate", "errors.rate"),
        window=DAY,
    )
    query = of_panel(panel, board)[0]
    line = courses.line(query.keys[0], courses.flat(0.1), window=query.window)
    times = tuple(courses.END + n * DAY for n in range(1, 31))
    ahead = Forecast(
        key=query.keys[0],
        times=times,
        values=(0.1,) * 30,
        lows=(0.0,) * 30,
        highs=(0.2,) * 30,
        method="naive",
    )
    block = block_of(panel, seen(board, courses.answer(query, line, forecasts=(ahead,))))
    assert isinstance(block, Trend)
    assert block.figure.value.startswith("<")
    assert block.figure.note.startswith("now 0.0")
    assert block.chart is not None
    without = block_of(panel, seen(board))
    assert isinstance(without, Trend)
    assert (without.chart, without.absence) == (None, "no history yet")


def test_a_forecast_of_what_nobody_gives_is_a_dash() -> None:
    panel = Panel(kind=PanelKind.FORECAST, title="Mine", metrics=("mine.a", "mine.b"), window=DAY)
    board = boards.normal()
    figure = figure_of(panel, seen(board))
    assert (figure.value, figure.note) == ("\N{EN DASH}", "no source has it")
