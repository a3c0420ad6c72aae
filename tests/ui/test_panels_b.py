"""Painted panels: what their rows say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import msgspec
import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QPushButton, QScrollArea, QToolTip
from pytestqt.qtbot import QtBot
from support import boards, dashboard
from support.boards import NOW

from opsdesk.insight.board import Board, arrange
from opsdesk.insight.incident_list import Entry
from opsdesk.insight.verdict import State
from opsdesk.insight.words import MINUS, NOTHING, clock_text
from opsdesk.model.errors import Problem
from opsdesk.model.key import key
from opsdesk.model.page import Panel, PanelKind
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.series import Change, SeriesFrame, SeriesQuery, Strip
from opsdesk.model.snapshot import Incident, IncidentKind, Severity
from opsdesk.ui.panels.base import PanelView
from opsdesk.ui.panels.canvas import PaintedPanel, Row
from opsdesk.ui.panels.changes import ChangesPanel, Step
from opsdesk.ui.panels.incidents import Line, Listed
from opsdesk.ui.panels.kinds import view_of
from opsdesk.ui.panels.lanes import Lane
from opsdesk.ui.panels.list import Item
from opsdesk.ui.panels.timeline import SHOWN
from opsdesk.ui.panels.waterfall_bars import Bar, Shape
from opsdesk.ui.theme import Look

COSTS = (
    "cost.saving",
    "cost.savings_total",
    "cost.observability",
    "cost.observability_total",
    "cost.net_savings",
    "cost.roi",
)
ON_CALL = ("oncall.resolution_time", "oncall.escalations", "oncall.satisfaction")
DAY = 86_400.0

Kind = TypeVar("Kind", bound=Row)

Make = Callable[..., PanelView]


@pytest.fixture
def make(qtbot: QtBot, look: Look) -> Make:
    """Return what makes a panel of a kind and shows a board in it."""

    def made(kind: PanelKind, board: Board, *metrics: str, width: int = 800) -> PanelView:
        found = view_of(Panel(kind=kind, title="T", metrics=metrics, window=DAY), look)
        qtbot.addWidget(found)
        found.resize(width, 500)
        with qtbot.waitExposed(found):
            found.show()
        found.show_board(board, NOW)
        return found

    return made


def rows(panel: PanelView, kind: type[Kind]) -> list[Kind]:
    assert isinstance(panel, PaintedPanel)
    return [row for row in panel.rows if isinstance(row, kind)]


def replaced(board: Board, **changes: object) -> Board:
    return arrange(msgspec.structs.replace(board.snapshot, **changes), boards.CATALOGUE)


def incident(name: str, minutes: int, *, lasted: int | None = None, **more: object) -> Incident:
    opened = NOW - timedelta(minutes=minutes)
    found = Incident(
        id=f"{name} {minutes}",
        subject=key("breaker.state", {"breaker": name}),
        title=f"Breaker open: {name}",
        severity=Severity.CRITICAL,
        state=BreakerState.OPEN if lasted is None else BreakerState.CLOSED,
        opened_at=opened,
        closed_at=None if lasted is None else opened + timedelta(minutes=lasted),
    )
    return msgspec.structs.replace(found, **more)


def test_each_bar_begins_where_the_one_above_ends(make: Make) -> None:
    bars = rows(make(PanelKind.WATERFALL, dashboard.whole(), *COSTS), Bar)
    by_shape = {
        shape: [(bar.start, bar.end) for bar in bars if bar.shape is shape] for shape in Shape
    }
    assert by_shape[Shape.SAVING] == [(0, 12_000), (12_000, 20_000), (20_000, 35_000)]
    assert by_shape[Shape.SAVED] == [(0, 35_000)]
    assert [end for _, end in by_shape[Shape.COST]] == [33_000, 31_500, 30_500, 28_000]
    assert by_shape[Shape.SPENT] == [(35_000, 28_000)]
    assert by_shape[Shape.NET] == [(0, 28_000)]
    assert [bar.change for bar in bars if bar.shape is Shape.SAVING] == [
        f"{MINUS}60 %",
        f"{MINUS}40 %",
        f"{MINUS}50 %",
    ]


def test_the_waterfall_says_what_is_left(make: Make) -> None:
    said = make(PanelKind.WATERFALL, dashboard.whole(), *COSTS).accessibleName()
    for words in ("$28,000 net savings / month", "400 % ROI", "$35,000 saved, $7,000 spent"):
        assert words in said


def test_a_total_that_nobody_gives_is_not_drawn(make: Make) -> None:
    kept = [r for r in dashboard.whole().snapshot.readings.values() if r.key.metric in COSTS[:1]]
    bare = boards.board_of([])
    board = replaced(bare, readings={reading.key: reading for reading in kept})
    bars = rows(make(PanelKind.WATERFALL, board, *COSTS), Bar)
    total = next(bar for bar in bars if bar.shape is Shape.SAVED)
    assert (total.start, total.text) == (None, "no source has it")


def test_the_waterfall_takes_a_cost_that_is_a_refund(make: Make) -> None:
    saving = Reading(key=key("cost.saving", {"item": "A"}), value=-5.0, at=NOW, source="prod")
    bars = rows(make(PanelKind.WATERFALL, boards.board_of([saving]), *COSTS), Bar)
    assert next((b.start, b.end) for b in bars if b.shape is Shape.SAVING) == (0.0, -5.0)


@pytest.mark.parametrize("width", [260, 400, 900])
def test_every_painted_kind_paints_at_any_width(make: Make, width: int) -> None:
    for kind, metrics in (
        (PanelKind.WATERFALL, COSTS),
        (PanelKind.CHANGES, ON_CALL),
        (PanelKind.LIST, ("recommendation",)),
        (PanelKind.INCIDENTS, ()),
        (PanelKind.INCIDENTS, ON_CALL),
        (PanelKind.PROVENANCE, ()),
    ):
        panel = make(kind, dashboard.whole(), *metrics, width=width)
        assert isinstance(panel, PaintedPanel)
        boxes = panel.boxes()
        assert len(boxes) == len(panel.rows) > 0
        assert boxes[-1].bottom() <= panel.canvas.height() + 1
        assert not panel.grab().isNull()


def test_a_change_is_told_with_both_values(make: Make) -> None:
    steps = rows(make(PanelKind.CHANGES, dashboard.whole(), *ON_CALL), Step)
    assert [(s.before, s.after, s.change, s.remark) for s in steps] == [
        ("45 min", "18 min", f"{MINUS}60 %", ""),
        ("23 / week", "8 / week", f"{MINUS}65 %", ""),
        ("6.2 / 10", "8.7 / 10", "+40 %", "higher is better"),
    ]
    assert [round(step.place or 0) for step in steps] == [40, 35, 140]


def test_without_an_earlier_figure_the_value_stands_alone(make: Make) -> None:
    board = replaced(dashboard.whole(), baselines=())
    (first, *_) = rows(make(PanelKind.CHANGES, board, *ON_CALL), Step)
    assert (first.before, first.place, first.remark) == ("", None, "no earlier figure")


def test_a_figure_that_nobody_gives_keeps_its_line(make: Make) -> None:
    board = dashboard.whole(but={"oncall.escalations": ()})
    steps = rows(make(PanelKind.CHANGES, board, *ON_CALL), Step)
    assert [step.remark for step in steps][1] == "no source has it"


def test_what_was_nothing_has_no_scale(make: Make) -> None:
    board = dashboard.whole()
    (before,) = board.snapshot.baselines
    zero = {k: msgspec.structs.replace(r, value=0.0) for k, r in before.readings.items()}
    board = replaced(board, baselines=(msgspec.structs.replace(before, readings=zero),))
    steps = rows(make(PanelKind.CHANGES, board, *ON_CALL), Step)
    assert [step.place for step in steps] == [None, None, None]


def test_texts_stand_in_the_order_of_their_rank(make: Make) -> None:
    def text(rank: str) -> Reading:
        of = key("recommendation", {"rank": rank})
        return Reading(key=of, value=f"Do {rank}: it helps", at=NOW, source="prod")

    board = boards.board_of([text(rank) for rank in ("10", "2", "1")])
    items = rows(make(PanelKind.LIST, board, "recommendation"), Item)
    assert [(item.number, item.head, item.text) for item in items] == [
        ("1", "Do 1", "it helps"),
        ("2", "Do 2", "it helps"),
        ("10", "Do 10", "it helps"),
    ]


def test_a_text_without_a_colon_is_all_head(make: Make) -> None:
    reading = Reading(key=key("recommendation", {"rank": "x"}), value="Rest", at=NOW, source="prod")
    (item,) = rows(make(PanelKind.LIST, boards.board_of([reading]), "recommendation"), Item)
    assert (item.number, item.head, item.text) == ("x", "Rest", "")


def test_the_small_card_counts_what_is_open(make: Make) -> None:
    panel = make(PanelKind.INCIDENTS, boards.tripped(), "incidents.auto_resolved")
    first, second = rows(panel, Line)
    assert (first.value, first.remark, first.state) == ("1", "Carbon Data, 22 min", State.CRITICAL)
    assert (second.value, second.remark) == (NOTHING, "no source has it")
    panel.show_board(boards.normal(), NOW)
    assert rows(panel, Line)[0].value == "0"


def test_what_was_open_asserts_no_state_once_it_is_stale(make: Make) -> None:
    panel = make(PanelKind.INCIDENTS, boards.tripped(), "incidents.auto_resolved")
    panel.show_board(boards.tripped(), NOW + timedelta(hours=1))
    first, *_ = rows(panel, Line)
    assert (first.value, first.state) == ("1", State.STALE)


def test_what_is_not_watched_any_more_is_not_zero(make: Make) -> None:
    panel = make(PanelKind.INCIDENTS, boards.stale(), "incidents.auto_resolved")
    assert (rows(panel, Line)[0].value, rows(panel, Line)[0].remark) == (NOTHING, "state unknown")
    large = make(PanelKind.INCIDENTS, boards.stale())
    assert rows(large, Listed)[0].said == "nothing is known to be open"


def test_where_nothing_tells_a_state_nobody_knows_what_is_open(make: Make) -> None:
    board = boards.normal(0)
    readings = {k: r for k, r in board.snapshot.readings.items() if k.metric == "health.score"}
    board = replaced(board, readings=readings)
    panel = make(PanelKind.INCIDENTS, board, "incidents.auto_resolved")
    assert (rows(panel, Line)[0].value, rows(panel, Line)[0].remark) == (NOTHING, "state unknown")
    large = make(PanelKind.INCIDENTS, board)
    assert rows(large, Listed)[0].said == "nothing is known to be open"


def test_on_paper_what_runs_stands_before_what_has_ended(make: Make) -> None:
    found = (incident("A", 300, lasted=22, trips=2), incident("B", 60), incident("C", 90, lasted=1))
    lines = rows(make(PanelKind.INCIDENTS, replaced(boards.normal(), incidents=found)), Listed)
    assert [line.said.partition(",")[0] for line in lines] == [
        "Breaker open: B",
        "Ended",
        "Breaker open: C",
        "Breaker open: A",
    ]


def answer(asked: SeriesQuery, *flapping: str) -> SeriesFrame:
    end = NOW.timestamp()
    strips = []
    for of in asked.keys:
        changes = [Change(end - DAY, "closed")]
        if of.label("breaker") in flapping or "*" in flapping:
            changes += [Change(end - 7_200, "open"), Change(end - 3_600, "closed")]
        strips.append(Strip(key=of, changes=tuple(changes)))
    return SeriesFrame(query=asked, start=end - DAY, end=end, strips=tuple(strips))


def test_the_timeline_shows_what_changed_the_open_first(make: Make) -> None:
    board = boards.tripped()
    panel = make(PanelKind.TIMELINE, board)
    assert "no history yet" in panel.accessibleName()
    (asked,) = panel.queries(board)
    panel.show_frame(answer(asked, "Database - Primary"), board, NOW)
    lanes = rows(panel, Lane)
    assert [lane.name.split()[-1] for lane in lanes[:-1]] == ["Data", "Primary"]
    assert [lane.loud for lane in lanes] == [True, False, False]
    assert lanes[1].remark == "opened 1 time"
    assert lanes[-1].name == "5 other breakers: nothing known to have happened"


def test_a_quiet_day_is_said_to_be(make: Make) -> None:
    board = boards.normal()
    panel = make(PanelKind.TIMELINE, board)
    (asked,) = panel.queries(board)
    panel.show_frame(answer(asked), board, NOW)
    assert "no breaker has changed in the last 24 h" in panel.accessibleName()


def test_a_quiet_hour_is_not_said_to_be_a_day(make: Make) -> None:
    board = boards.normal()
    panel = make(PanelKind.TIMELINE, board)
    (asked,) = panel.queries(board)
    lately = (Change(NOW.timestamp() - 3_600, "closed"),)
    seen = tuple(Strip(key=of, changes=lately) for of in asked.keys)
    panel.show_frame(msgspec.structs.replace(answer(asked), strips=seen), board, NOW)
    since = clock_text(NOW - timedelta(hours=1), NOW)
    assert f"no breaker has changed since {since}" in panel.accessibleName()


def test_what_was_open_all_the_time_is_drawn(make: Make) -> None:
    board = boards.tripped()
    panel = make(PanelKind.TIMELINE, board)
    (asked,) = panel.queries(board)
    panel.show_frame(msgspec.structs.replace(answer(asked), strips=()), board, NOW)
    lane, rest = rows(panel, Lane)
    assert (lane.name.split()[-1], lane.loud) == ("Data", True)
    assert rest.counts


def test_an_answer_that_failed_says_why(make: Make) -> None:
    board = boards.normal()
    panel = make(PanelKind.TIMELINE, board)
    (asked,) = panel.queries(board)
    failed = msgspec.structs.replace(answer(asked), problem=boards.TIMED_OUT, strips=())
    panel.show_frame(failed, board, NOW)
    assert boards.TIMED_OUT.what in panel.accessibleName()


def test_more_than_have_room_are_counted(make: Make) -> None:
    board = boards.normal(48)
    panel = make(PanelKind.TIMELINE, board)
    (asked,) = panel.queries(board)
    panel.show_frame(answer(asked, "*"), board, NOW)
    lanes = rows(panel, Lane)
    assert (len(lanes), lanes[-1].name) == (SHOWN + 1, "and 18 more")


def test_what_is_no_breaker_stands_as_bars(make: Make) -> None:
    ran = incident("x", 300, lasted=20, kind=IncidentKind.SOURCE, title="Source lost")
    runs = incident("y", 60, kind=IncidentKind.THRESHOLD, title="Too slow")
    mild = msgspec.structs.replace(
        runs, id="z", title="Slow", severity=Severity.DEGRADED, subject=key("errors.rate")
    )
    long_ago = incident("x", 3_000, lasted=20, kind=IncidentKind.SOURCE, title="Source lost")
    board = replaced(boards.normal(), incidents=(long_ago, ran, runs, mild))
    panel = make(PanelKind.TIMELINE, board)
    lanes = {lane.name: lane for lane in rows(panel, Lane)}
    assert list(lanes) == ["Too slow", "Slow", "Source lost"]
    assert [lane.loud for lane in lanes.values()] == [True, True, False]
    inks = [[bar.ink for bar in lane.bars] for lane in lanes.values()]
    assert inks == [["critical"], ["degradedg"], ["data2"]]
    (bar,) = lanes["Source lost"].bars
    assert (round(bar.start, 3), round(bar.end, 3)) == (
        round(1 - 300 / 1_440, 3),
        round(1 - 280 / 1_440, 3),
    )
    assert not panel.grab().isNull()


def test_a_week_is_asked_for_and_shown(make: Make, qtbot: QtBot) -> None:
    board = boards.tripped(200)
    panel = make(PanelKind.TIMELINE, board)
    day, week = panel.findChildren(QPushButton)
    assert (day.isChecked(), week.accessibleName()) == (True, "last 7 d")
    with qtbot.waitSignal(panel.past_wanted):
        week.click()
    (asked,) = panel.queries(board)
    assert asked.window == 7 * DAY
    assert "no history yet" in panel.accessibleName()
    panel.show_frame(answer(asked), board, NOW)
    *_, quiet, unasked = rows(panel, Lane)
    # Of a week, OpsDesk does not know every incident.
    assert (quiet.name, unasked.name) == (
        "49 other breakers: nothing known to have happened",
        "150 breakers not looked at",
    )
    with qtbot.assertNotEmitted(panel.past_wanted):
        week.click()


def test_of_a_day_what_was_not_asked_for_had_no_incident(make: Make) -> None:
    board = boards.tripped(200)
    panel = make(PanelKind.TIMELINE, board)
    (asked,) = panel.queries(board)
    panel.show_frame(answer(asked), board, NOW)
    assert rows(panel, Lane)[-1].name == "199 other breakers: nothing known to have happened"


def test_that_nobody_sees_them_any_more_is_no_news_of_each(make: Make) -> None:
    board = boards.stale()
    panel = make(PanelKind.TIMELINE, board)
    (asked,) = panel.queries(board)
    panel.show_frame(answer(asked), board, NOW)
    lane, rest = rows(panel, Lane)
    assert (lane.name.split()[-1], lane.loud) == ("Data", False)
    assert rest.name == "6 other breakers: nothing known to have happened"


def test_the_timeline_asks_for_what_had_an_incident(make: Make) -> None:
    board = boards.normal(2_000)
    last = board.breakers[-1]
    ended = incident("x", 300, lasted=5, subject=last.key)
    board = replaced(board, incidents=(ended,))
    (asked,) = make(PanelKind.TIMELINE, board).queries(board)
    assert last.key in asked.keys


def test_cells_draw_strips_and_mark_flapping(make: Make) -> None:
    board = boards.tripped()
    panel = make(PanelKind.BREAKER_CELLS, board)
    (asked,) = panel.queries(board)
    assert (asked,) == panel.queries(boards.tripped())
    before = panel.grab().toImage()
    panel.show_frame(answer(asked, "Database - Primary"), board, NOW)
    assert panel.grab().toImage() != before


def test_every_section_has_its_row(make: Make) -> None:
    board = dashboard.whole()
    panel = make(PanelKind.PROVENANCE, board)
    assert isinstance(panel, PaintedPanel)
    assert len(panel.rows) == len({metric.section for metric in board.catalogue.values()})
    assert "Error rates, measured, Production metrics, OK, 12 s, Overview" in panel.accessibleName()
    panel.show_board(boards.stale(), NOW)
    assert "STALE" in panel.rows[0].said
    assert "no source" in panel.rows[-1].said


@pytest.mark.parametrize(
    ("problem", "words"),
    [(None, "waiting for first answer"), (boards.TIMED_OUT, "not answering")],
)
def test_before_the_first_answer_nothing_is_said_to_have_no_source(
    make: Make, problem: Problem | None, words: str
) -> None:
    (source,) = boards.connecting().snapshot.sources
    board = boards.board_of([], msgspec.structs.replace(source, problem=problem))
    table = make(PanelKind.PROVENANCE, board)
    assert isinstance(table, PaintedPanel)
    assert all(words in row.said and "no source" not in row.said for row in table.rows)
    assert words in make(PanelKind.ABSENT, board).accessibleName()


def test_what_nothing_supplies_is_named(make: Make) -> None:
    titled = boards.CATALOGUE["trace.path_mean"].title
    without = make(PanelKind.ABSENT, dashboard.whole(but={"trace.path_mean": ()}))
    assert titled in without.accessibleName()
    assert titled not in make(PanelKind.ABSENT, dashboard.whole()).accessibleName()


def test_a_source_says_how_it_is_doing(make: Make) -> None:
    panel = make(PanelKind.SOURCES, boards.normal())
    for words in ("Production metrics", "answering, 12 s ago", "stale after 3 min", "4 series"):
        assert words in panel.accessibleName()
    panel.show_board(boards.stale(), NOW)
    assert "no answer for 46 min" in panel.accessibleName()
    assert boards.TIMED_OUT.what in panel.accessibleName()
    panel.show_board(boards.connecting(), NOW)
    assert "waiting for first answer" in panel.accessibleName()
    panel.show_board(boards.no_source(), NOW)
    assert "no source connected" in panel.accessibleName()


def test_hover_tells_of_the_row_below_the_pointer(make: Make) -> None:
    panel = make(PanelKind.CHANGES, dashboard.whole(), *ON_CALL)
    assert isinstance(panel, ChangesPanel)
    for row, box in zip(panel.rows, panel.boxes(), strict=True):
        spot = panel.canvas.mapTo(panel, box.center().toPoint())
        assert panel.reading_at(spot) is row.reading
    assert panel.reading_at(QPoint(1, 1)) is not None


@pytest.mark.parametrize("kind", [PanelKind.WATERFALL, PanelKind.CHANGES, PanelKind.LIST])
def test_without_a_source_a_panel_says_so(make: Make, kind: PanelKind) -> None:
    panel = make(kind, boards.no_source(), *COSTS)
    assert "no source connected" in panel.accessibleName()


def test_between_refreshes_only_ages_change(make: Make) -> None:
    panel = make(PanelKind.INCIDENTS, boards.tripped())
    panel.show_age(NOW + timedelta(minutes=1))
    (row,) = rows(panel, Listed)
    assert isinstance(row.line, Entry)
    assert (row.line.lasts, row.line.name) == ("23 min", "External API \u2013 Carbon Data")


def test_what_has_no_room_is_scrolled(make: Make, qtbot: QtBot) -> None:
    panel = make(PanelKind.PROVENANCE, dashboard.whole())
    assert isinstance(panel, PaintedPanel)
    (scroll,) = panel.findChildren(QScrollArea)
    panel.resize(800, 700)
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() == 0)
    panel.resize(800, 200)
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() > 0)
    before = panel.reading_at(QPoint(40, 90))
    scroll.verticalScrollBar().setValue(100)
    assert panel.reading_at(QPoint(40, 90)) is not before


def test_hover_reaches_the_card_below_the_canvas(
    make: Make, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = make(PanelKind.CHANGES, dashboard.whole(), *ON_CALL)
    assert isinstance(panel, PaintedPanel)
    shown: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, *_: shown.append(text))
    first, *_ = panel.boxes()
    spot = first.center().toPoint()
    event = QHelpEvent(QEvent.Type.ToolTip, spot, panel.canvas.mapToGlobal(spot))
    QApplication.sendEvent(panel.canvas, event)
    assert "Average resolution time" in shown[0]
    assert qtbot is not None
