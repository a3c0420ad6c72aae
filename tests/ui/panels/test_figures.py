"""Figures side by side: what they are held against, and what stands where nobody gives one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from support import boards, courses, dashboard
from support.panels import ARROW, DAY, RUNBOOKS, Make

from opsdesk.insight.board import Board
from opsdesk.insight.words import MINUS, NOTHING
from opsdesk.model.page import Panel, PanelKind
from opsdesk.model.series import Usual
from opsdesk.ui.panels.figure_cells import parts
from opsdesk.ui.panels.figures import FiguresPanel


def figures(make: Make, *metrics: str, board: Board | None = None) -> FiguresPanel:
    panel = Panel(kind=PanelKind.FIGURES, title="F", metrics=metrics)
    found = make(panel, board or dashboard.whole())
    assert isinstance(found, FiguresPanel)
    return found


def test_figures_say_what_they_are_to_be_held_against(make: Make) -> None:
    metrics = ("runbook.executions", "oncall.false_alerts", "incidents.mttr_change", "docs.updates")
    found = figures(make, *metrics)
    assert [(row.value, row.unit, row.remark) for row in found.rows] == [
        ("142", "", "about 20 per day"),
        ("3", "%", f"was 15 %, {MINUS}80 %"),
        (f"{MINUS}60", "%", f"45 {ARROW} 18 min"),
        ("47", "", "by all team members"),
    ]


def test_a_figure_without_a_comparison_shows_its_inputs_or_its_share(make: Make) -> None:
    net, rate = figures(make, "cost.net_savings", "training.pass_rate").rows
    assert (net.formula, net.share) == (f"$35,000 {MINUS} $7,000", None)
    assert (rate.formula, rate.remark, rate.share) == ("", "", 0.85)


def test_a_figure_that_nobody_gives_says_so(make: Make) -> None:
    (found,) = figures(make, "docs.updates", board=boards.no_source()).rows
    assert (found.value, found.remark, found.reading) == (NOTHING, "no source connected", None)


def test_figures_need_more_height_where_they_stand_in_two_lines(make: Make) -> None:
    found = figures(make, *RUNBOOKS, "docs.updates")
    assert found.needed_height(700) < found.needed_height(400)
    found.resize(400, found.needed_height(400))
    boxes = found.boxes()
    assert len({box.top() for box in boxes}) == 2
    assert not any(a.intersects(b) for a in boxes for b in boxes if a is not b)


@given(st.text(st.sampled_from("0123456789ms <>.,"), min_size=1))
def test_no_part_of_a_value_is_lost(value: str) -> None:
    assert " ".join(word for word, _ in parts(value)) == value


def test_numbers_are_told_from_their_units() -> None:
    assert parts("2 m 14 s") == [("2", True), ("m", False), ("14", True), ("s", False)]
    assert parts("< 0.05") == [("<", True), ("0.05", True)]
    assert parts("Exceeded well") == [("Exceeded well", True)]


def test_a_panel_may_call_its_figures_by_short_names(make: Make) -> None:
    panel = Panel(
        kind=PanelKind.FIGURES,
        title="T",
        metrics=("latency.quantile", "oncall.resolution_time"),
        names=("Response p95", "Time to resolve"),
        labels={"quantile": "0.95"},
    )
    for board in (dashboard.whole(), boards.no_source()):
        shown = make(panel, board)
        assert isinstance(shown, FiguresPanel)
        assert [figure.name for figure in shown.rows] == ["Response p95", "Time to resolve"]


def test_a_figure_that_nothing_else_is_known_of_is_held_against_its_usual_range(make: Make) -> None:
    labels = {"quantile": "0.95"}
    metrics = ("latency.quantile", "errors.rate")
    panel = Panel(
        kind=PanelKind.FIGURES, title="T", metrics=metrics, labels=labels, window=DAY, usual=True
    )
    board = dashboard.whole()
    shown = make(panel, board)
    p95 = board.by_metric["latency.quantile"]
    ranges = tuple(Usual(key=one.key, low=280.0, high=310.0) for one in p95)
    (query,) = shown.queries(board)
    shown.show_frame(courses.answer(query, usual=ranges), board, boards.NOW)
    assert isinstance(shown, FiguresPanel)
    assert [figure.remark for figure in shown.rows] == ["usual range", f"was 0.5 %, {MINUS}100 %"]
