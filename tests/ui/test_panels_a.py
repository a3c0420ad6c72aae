"""Panels of rows and figures: what they say of a board, as data and to the eye."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from support import boards, dashboard
from support.boards import NOW

from opsdesk.insight.board import Board
from opsdesk.insight.strips import Drawn
from opsdesk.insight.verdict import State
from opsdesk.insight.words import MINUS, NOTHING
from opsdesk.model.key import key
from opsdesk.model.page import Panel, PanelKind
from opsdesk.model.reading import Reading
from opsdesk.model.series import Change, SeriesFrame, Strip
from opsdesk.ui.panels.base import PanelView
from opsdesk.ui.panels.figure_cells import parts
from opsdesk.ui.panels.figures import FiguresPanel
from opsdesk.ui.panels.kinds import view_of
from opsdesk.ui.panels.risk_pictures import Below, Growth, RiskPicture
from opsdesk.ui.panels.risks import RisksPanel
from opsdesk.ui.panels.rowed import RowedPanel
from opsdesk.ui.parts import Elided
from opsdesk.ui.theme import Look

ARROW = "\N{RIGHTWARDS ARROW}"
ABOUT = "\N{ALMOST EQUAL TO}"
AT = NOW - timedelta(seconds=12)
DAY = 86_400.0

RUNBOOKS = ("runbook.runs", "runbook.run_success_rate", "runbook.success_rate")
RISKS = ("logs.volume_growth", "runbook.low_success", "breaker.flapping")
#: a panel of each kind, as the shipped pages have them
PANELS = (
    Panel(
        kind=PanelKind.BARS,
        title="Bars",
        metrics=("latency.quantile",),
        labels={"quantile": "0.95"},
    ),
    Panel(kind=PanelKind.SPANS, title="Spans", metrics=("trace.latency_share",)),
    Panel(
        kind=PanelKind.PATHS,
        title="Paths",
        metrics=("trace.path_mean", "latency.quantile"),
        labels={"quantile": "0.95"},
    ),
    Panel(
        kind=PanelKind.RUNBOOKS,
        title="Runbooks",
        metrics=RUNBOOKS,
        beside=("runbook.low_success",),
    ),
    Panel(
        kind=PanelKind.SCALE,
        title="Scale",
        metrics=("component.uptime", "component.instances_up"),
    ),
    Panel(
        kind=PanelKind.ROWS,
        title="Rows",
        metrics=("objectives.met", "budget.under", "budget.margin", "quality.standard"),
        beside=("achievement",),
    ),
    Panel(
        kind=PanelKind.FIGURES,
        title="Figures",
        metrics=("runbook.executions", "runbook.duration_mean", "incidents.mttr_change"),
    ),
    Panel(kind=PanelKind.RISKS, title="Risks", metrics=RISKS),
)
BY_KIND = {panel.kind: panel for panel in PANELS}

Make = Callable[[Panel, Board], PanelView]


@pytest.fixture
def make(qtbot: QtBot, look: Look) -> Make:
    """Return what makes a panel and shows a board in it."""

    def made(panel: Panel, board: Board) -> PanelView:
        found = view_of(panel, look)
        qtbot.addWidget(found)
        found.resize(700, 320)
        with qtbot.waitExposed(found):
            found.show()
        found.show_board(board, NOW)
        return found

    return made


def rowed(view: PanelView) -> RowedPanel:
    assert isinstance(view, RowedPanel)
    return view


def reading(metric: str, value: float, labels: Mapping[str, str] | None = None) -> Reading:
    return Reading(key=key(metric, labels), value=value, at=AT, source="prod")


def shares(metric: str, label: str, values: Mapping[str, float]) -> tuple[Reading, ...]:
    return tuple(reading(metric, value, {label: name}) for name, value in values.items())


def test_quantiles_are_bars_with_words_for_those_who_do_not_know_them(make: Make) -> None:
    panel = rowed(make(BY_KIND[PanelKind.BARS], dashboard.whole()))
    assert [(row.name, row.small, row.value, row.unit) for row in panel.rows] == [
        ("p50", "half within", "148", "ms"),
        ("p75", "3 in 4 within", "203", "ms"),
        ("p95", "19 in 20 within", "291", "ms"),
        ("p99", "99 in 100 within", "531", "ms"),
        ("max", "slowest", "1,243", "ms"),
    ]
    assert [row.name for row in panel.rows if row.bright] == ["p95"]
    bars = [row.marks.bar for row in panel.rows if row.marks is not None]
    assert bars == [(0.0, value / 1243) for value in (148, 203, 291, 531, 1243)]


def test_shares_of_a_whole_have_its_scale_and_say_what_is_missing(make: Make) -> None:
    panel = Panel(kind=PanelKind.BARS, title="Coverage", metrics=("coverage.share",))
    found = rowed(make(panel, dashboard.whole()))
    assert {row.name: row.remark for row in found.rows} == {
        "Logging": "complete",
        "Tracing": "complete",
        "Error tracking": "2 points short",
        "Runbooks": "15 points short",
    }
    assert [row.marks.bar for row in found.rows if row.marks is not None and row.marks.rest] == [
        (0.0, 1.0),
        (0.0, 1.0),
        (0.0, 0.98),
        (0.0, 0.85),
    ]


@pytest.mark.parametrize(("share", "remark"), [(99.0, "1 point short"), (98.5, "1.5 points short")])
def test_what_is_missing_is_counted_in_points(share: float, remark: str, make: Make) -> None:
    board = dashboard.whole(but={"coverage.share": (reading("coverage.share", share),)})
    panel = Panel(kind=PanelKind.BARS, title="Coverage", metrics=("coverage.share",))
    assert [row.remark for row in rowed(make(panel, board)).rows] == [remark]


def test_spans_follow_each_other_and_the_largest_is_bright(make: Make) -> None:
    panel = rowed(make(BY_KIND[PanelKind.SPANS], dashboard.whole()))
    bars = [row.marks.bar for row in panel.rows if row.marks is not None and row.marks.bar]
    assert bars == [(0.0, 0.12), (0.12, 0.2), (0.2, 0.45), (0.45, 0.8), (0.8, 0.95), (0.95, 1.0)]
    assert [row.name for row in panel.rows if row.bright] == ["AI Services"]


@pytest.mark.parametrize(
    ("parts", "foot"),
    [
        ({"a": 60.0, "b": 20.0}, "adds up to 80 %"),
        ({"a": 90.0, "b": 30.0}, "adds up to 120 %"),
        ({"a": 33.3, "b": 33.3, "c": 33.3}, ""),
    ],
)
def test_spans_that_make_no_whole_say_so(parts: dict[str, float], foot: str, make: Make) -> None:
    metric = "trace.latency_share"
    board = dashboard.whole(but={metric: shares(metric, "layer", parts)})
    panel = rowed(make(BY_KIND[PanelKind.SPANS], board))
    assert panel.view.scale.foot == foot
    ends = [row.marks.bar[1] for row in panel.rows if row.marks is not None and row.marks.bar]
    assert ends[-1] <= 1.0


def test_paths_stand_slowest_first_with_their_way_and_what_is_usual(make: Make) -> None:
    panel = rowed(make(BY_KIND[PanelKind.PATHS], dashboard.whole()))
    assert [(row.name, row.remark, row.value) for row in panel.rows] == [
        ("/api/reports/generate", f"Database {ARROW} PDF Service", "1,243"),
        ("/api/ai/chat", f"AI Service {ARROW} Database", "823"),
        ("/api/data/analyze", f"ML Model {ARROW} Cache", "567"),
    ]
    assert panel.view.scale.line == (291 / 1243, "overall p95 291 ms")


def test_paths_have_no_mark_where_nobody_says_what_is_usual(make: Make) -> None:
    panel = rowed(make(BY_KIND[PanelKind.PATHS], dashboard.whole(but={"latency.quantile": ()})))
    assert panel.view.scale.line is None
    assert [row.marks.tick for row in panel.rows if row.marks is not None] == [None] * 3


def test_runbooks_stand_by_runs_with_their_success(make: Make) -> None:
    panel = rowed(make(BY_KIND[PanelKind.RUNBOOKS], dashboard.whole()))
    assert [(row.name, row.lead, row.value) for row in panel.rows] == [
        ("AI Service Recovery", "45", "95"),
        ("Health Check", "30", "100"),
        ("High Memory Usage", "28", "89"),
        ("Database Performance", "21", "90"),
        ("Cache Clear", "18", "100"),
    ]
    dots = [row.more.dot for row in panel.rows if row.more is not None]
    assert dots == pytest.approx([0.75, 1.0, 0.45, 0.5, 1.0])
    scale = panel.view.scale
    assert scale.heads == ("Runbook", "Runs", "Success, dashed: all runs 92.3 %")
    assert scale.line == (pytest.approx(0.615), "")
    assert [words for _, words in scale.ticks] == ["80", "90", "100"]
    # Two do badly, and all five that are listed do well.
    assert (scale.warning, scale.foot) == ("2 runbooks below 80 %", "names: no source")


def test_runbooks_that_do_badly_are_named_where_they_are_known(make: Make) -> None:
    metric = "runbook.run_success_rate"
    found = shares(metric, "runbook", {"AI Service Recovery": 61.0, "Health Check": 99.0})
    low = reading("runbook.low_success", 1.0)
    board = dashboard.whole(but={metric: found, "runbook.low_success": (low,)})
    panel = rowed(make(BY_KIND[PanelKind.RUNBOOKS], board))
    scale = panel.view.scale
    assert (scale.warning, scale.foot) == ("1 runbook below 80 %", "AI Service Recovery")
    assert [words for _, words in scale.ticks] == ["50", "75", "100"]
    assert {row.name: row.value for row in panel.rows}["Cache Clear"] == NOTHING


def test_a_stale_warning_warns_of_nothing(make: Make) -> None:
    scale = rowed(make(BY_KIND[PanelKind.RUNBOOKS], dashboard.stale())).view.scale
    assert (scale.warning, scale.foot) == ("", "")


def test_uptime_says_how_long_a_component_was_down(make: Make) -> None:
    panel = rowed(make(BY_KIND[PanelKind.SCALE], dashboard.whole()))
    assert {row.name: row.remark for row in panel.rows} == {
        "API Gateway": f"{ABOUT} 12 min down",
        "AI Services": f"{ABOUT} 27 min down",
        "Database": f"{ABOUT} 3 min down",
        "Cache Layer": f"{ABOUT} 1 min down",
    }
    # Nobody tells what is up: no row has a state, and none is counted.
    assert {row.state for row in panel.rows} == {None}
    assert panel.view.scale.foot == ""


def test_dots_stand_worst_first_where_a_source_tells_states(make: Make) -> None:
    states = {"API Gateway": 100.0, "AI Services": 0.0, "Database": 100.0}
    metric = "component.instances_up"
    board = dashboard.whole(but={metric: shares(metric, "component", states)})
    panel = rowed(make(BY_KIND[PanelKind.SCALE], board))
    assert [(row.name, row.state) for row in panel.rows] == [
        ("AI Services", State.CRITICAL),
        ("Cache Layer", State.NO_SOURCE),
        ("API Gateway", State.OK),
        ("Database", State.OK),
    ]
    assert panel.view.scale.foot == "2 of 4 up"
    assert panel.rows[0].small == "CRITICAL"


def test_dots_whose_states_are_stale_assert_nothing(make: Make) -> None:
    panel = rowed(make(BY_KIND[PanelKind.SCALE], boards.stale()))
    assert {row.state for row in panel.rows} == {State.STALE}
    assert panel.view.scale.foot == "state unknown"


@pytest.mark.parametrize(
    ("uptime", "ends"), [(98.0, ["98", "99", "100"]), (91.0, ["90", "95", "100"])]
)
def test_the_scale_begins_below_the_least(uptime: float, ends: list[str], make: Make) -> None:
    metric = "component.uptime"
    board = dashboard.whole(but={metric: shares(metric, "component", {"a": uptime, "b": 99.9})})
    ticks = rowed(make(BY_KIND[PanelKind.SCALE], board)).view.scale.ticks
    assert [words for _, words in sorted(ticks)] == ends


def test_rows_hold_values_against_what_was(make: Make) -> None:
    metrics = ("oncall.resolution_time", "objectives.met", "quality.standard")
    panel = rowed(make(Panel(kind=PanelKind.ROWS, title="R", metrics=metrics), dashboard.whole()))
    assert [(row.name, row.value, row.unit, row.remark) for row in panel.rows] == [
        ("Average resolution time", "18", "min", f"was 45 min, {MINUS}60 %"),
        ("Objectives met", "100", "%", "target 100 %"),
        ("Quality standards", "Exceeded", "", ""),
    ]


def test_a_yes_takes_its_extent_and_texts_stand_below(make: Make) -> None:
    panel = rowed(make(BY_KIND[PanelKind.ROWS], dashboard.whole()))
    assert [(row.name, row.value, row.remark) for row in panel.rows] == [
        ("Objectives met", "100", "target 100 %"),
        ("Under budget", "Yes", "by $15,000"),
        ("Quality standards", "Exceeded", ""),
    ]
    # What has no row of its own is still told of by the card.
    assert "budget.margin" in {shown.key.metric for shown in panel.shown}
    said = panel.accessibleName()
    assert "Key achievements: 60 % reduction in MTTR; 87 % incident auto-resolution" in said


def test_texts_with_labels_are_lines_of_their_own(make: Make) -> None:
    panel = Panel(kind=PanelKind.ROWS, title="R", metrics=("achievement",))
    names = [row.name for row in rowed(make(panel, dashboard.whole())).rows]
    assert names[0] == "60 % reduction in MTTR"
    assert len(names) == 5


def test_what_nobody_gives_keeps_its_row(make: Make) -> None:
    board = dashboard.whole(but={"objectives.met": ()})
    row = rowed(make(BY_KIND[PanelKind.ROWS], board)).rows[0]
    assert (row.name, row.value, row.remark) == ("Objectives met", NOTHING, "no source has it")
    assert row.reading is None


def test_stale_rows_are_marked_among_fresh_ones_alone(make: Make) -> None:
    old = msgspec.structs.replace(reading("objectives.met", 90.0), at=NOW - timedelta(days=90))
    mixed = rowed(make(BY_KIND[PanelKind.ROWS], dashboard.whole(but={"objectives.met": (old,)})))
    assert [row.state for row in mixed.rows] == [State.STALE, None, None]
    stale = rowed(make(BY_KIND[PanelKind.ROWS], dashboard.stale()))
    assert {(row.state, row.stale) for row in stale.rows} == {(None, True)}


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


def risks(make: Make, board: Board, height: int = 300) -> RisksPanel:
    panel = Panel(kind=PanelKind.RISKS, title="Risks", metrics=RISKS, height=height)
    found = make(panel, board)
    assert isinstance(found, RisksPanel)
    return found


def test_risks_are_sentences_and_findings_follow(make: Make) -> None:
    board = dashboard.whole()
    found = risks(make, board)
    assert [(risk.sentence, risk.remark, risk.more) for risk in found.rows[:3]] == [
        ("Log volume grows 15 % per week", "plan storage scaling", "doubles in about 5 weeks"),
        ("2 runbooks below 80 % success", "needs tuning", "names: no source"),
        ("1 circuit breaker flapping", "external API issues", ""),
    ]
    said = [risk.sentence for risk in found.rows if risk.is_finding]
    assert said == [finding.sentence for finding in board.snapshot.findings]
    assert len(said) == 7


def test_risks_have_pictures(make: Make) -> None:
    board = dashboard.whole()
    panel = Panel(kind=PanelKind.RISKS, title="T", metrics=RISKS, height=300, window=86_400.0)
    found = make(panel, board)
    assert isinstance(found, RisksPanel)
    assert [risk.picture for risk in found.rows[:3]] == [Growth(5), Below(80.0, 92.3), None]
    (asked,) = found.queries(board)
    now = NOW.timestamp()
    opened = [Change(now - 600 * n, "open" if n % 2 else "closed") for n in range(20, 0, -1)]
    strips = (Strip(key=asked.keys[0], changes=tuple(opened)),)
    start = now - asked.window
    frame = SeriesFrame(query=asked, start=start, end=now, strips=strips)
    found.show_frame(frame, board, NOW)
    flapping = found.rows[2]
    assert isinstance(flapping.picture, Drawn)
    assert flapping.more == "Anthropic, closed now"
    pictures = found.findChildren(RiskPicture)
    drawn = [colours(one) for one in pictures if one.isVisible()]
    assert len(drawn) == 3
    assert all(len(inks) > 2 for inks in drawn)


def colours(widget: QWidget) -> set[int]:
    image = widget.grab().toImage()
    return {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}


def test_old_risks_have_no_picture(make: Make) -> None:
    found = risks(make, dashboard.stale())
    assert all(risk.picture is None for risk in found.rows if risk.stale)


def test_a_small_card_counts_its_findings_and_lists_them_on_hover(make: Make) -> None:
    board = dashboard.whole()
    found = risks(make, board, height=190)
    last = found.rows[-1]
    assert (last.sentence, last.remark) == ("7 figures disagree", "see Outlook")
    assert last.tip.splitlines() == [finding.sentence for finding in board.snapshot.findings]


@pytest.mark.parametrize("value", [0.0, -3.0])
def test_nothing_of_it_is_no_risk(value: float, make: Make) -> None:
    board = dashboard.whole(but={metric: (reading(metric, value),) for metric in RISKS})
    sentences = [risk.sentence for risk in risks(make, board).rows if not risk.is_finding]
    assert sentences == []


def test_no_risk_is_said_and_is_not_the_same_as_not_knowing(make: Make) -> None:
    calm = dashboard.arranged(reading(metric, 0.0) for metric in RISKS)
    assert "nothing needs attention" in risks(make, calm).accessibleName()
    assert "no source connected" in risks(make, boards.no_source()).accessibleName()


def test_a_stale_risk_is_not_counted(make: Make) -> None:
    assert {risk.stale for risk in risks(make, dashboard.stale()).rows[:3]} == {True}
    fresh, stale = risks(make, dashboard.whole()), risks(make, dashboard.stale())
    assert "3 need attention" in {text.text() for text in fresh.findChildren(Elided)}
    assert "3 need attention" not in {text.text() for text in stale.findChildren(Elided)}


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.kind.value)
@pytest.mark.parametrize(
    "board", [dashboard.whole, dashboard.stale, boards.connecting, boards.no_source]
)
def test_each_kind_shows_each_state_at_any_size(
    panel: Panel, board: Callable[[], Board], make: Make
) -> None:
    view = make(panel, board())
    for width, height in ((1400, 500), (464, 190), (220, 120)):
        view.resize(width, height)
        picture = view.grab().toImage()
        colors = {picture.pixel(x, y) for x in range(0, width, 3) for y in range(0, height, 3)}
        assert len(colors) > 3, "nothing is painted"
    assert view.accessibleName().startswith(f"{panel.title}: ")


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.kind.value)
def test_each_row_tells_of_its_own_figure(panel: Panel, make: Make) -> None:
    view = make(panel, dashboard.whole())
    view.resize(700, 700)
    view.grab()
    assert isinstance(view, (RowedPanel, RisksPanel, FiguresPanel))
    canvas = view.canvas
    told = [
        view.reading_at(canvas.mapTo(view, box.center().toPoint()))
        for row, box in zip(view.rows, view.boxes(), strict=True)
        if row.reading is not None
    ]
    assert told == [row.reading for row in view.rows if row.reading is not None]
    assert len(told) >= 3


@pytest.mark.parametrize("kind", [PanelKind.BARS, PanelKind.PATHS])
def test_paper_shows_what_it_has_room_for_and_counts_the_rest(
    kind: PanelKind, qtbot: QtBot
) -> None:
    metric, label = BY_KIND[kind].metrics[0], "path"
    many = {f"/api/{number}": float(number) for number in range(200)}
    board = dashboard.arranged(shares(metric, label, many))
    view = rowed(view_of(BY_KIND[kind], Look("light", paper=True)))
    qtbot.addWidget(view)
    height = view.paper_height(board, 500)
    assert view.rows[-1].name == "and 177 more"
    view.resize(500, round(height))
    view.show()
    assert view.view.focusPolicy() is Qt.FocusPolicy.NoFocus, "it would have to be scrolled"
