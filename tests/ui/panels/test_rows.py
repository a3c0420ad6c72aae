"""Lines of text with what they are held against."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from pytestqt.qtbot import QtBot
from support import boards, dashboard
from support.boards import NOW
from support.panels import BY_KIND, Make, reading, rowed

from opsdesk.insight.verdict import State
from opsdesk.insight.words import MINUS, NOTHING
from opsdesk.model.page import Panel, PanelKind


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


def test_a_card_with_texts_asks_for_the_height_of_all_it_says(make: Make, qtbot: QtBot) -> None:
    board = dashboard.whole()
    panel = rowed(make(BY_KIND[PanelKind.ROWS], board))
    assert panel.needed_height(300) > panel.needed_height(700)
    panel.resize(300, panel.needed_height(300))
    qtbot.waitUntil(lambda: 0 < panel.canvas.width() < 300)
    assert panel.view.verticalScrollBar().maximum() == 0
    with qtbot.assertNotEmitted(panel.height_changed):
        panel.show_board(board, NOW)
    assert rowed(make(BY_KIND[PanelKind.ROWS], boards.no_source())).needed_height(300) == 0
