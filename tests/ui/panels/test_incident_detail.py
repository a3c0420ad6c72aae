"""One incident, opened: its notes, what happened around it, what moved."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QScrollArea
from pytestqt.qtbot import QtBot
from support import boards
from support.boards import NOW
from support.incident_lists import button, press, usual_list
from support.incidents import CARBON, PRIMARY, usual, with_desk

from opsdesk.engine.commands import AddNote
from opsdesk.insight.board import Board
from opsdesk.model.desk import Desk, Handling, Note
from opsdesk.model.series import Change, Line, SeriesFrame, SeriesQuery, Strip
from opsdesk.ui.panels.incident_list import IncidentListPanel
from opsdesk.ui.panels.incident_story import StoryView
from opsdesk.ui.theme import Look
from opsdesk.ui.window import MainWindow


@pytest.fixture
def panel(qtbot: QtBot, look: Look) -> IncidentListPanel:
    return usual_list(qtbot, look)


def test_a_note_is_written_where_the_incident_opens(qtbot: QtBot, panel: IncidentListPanel) -> None:
    press(qtbot, panel, Qt.Key.Key_N)
    assert panel.detail is not None
    field = panel.detail.findChild(QLineEdit)
    assert field is not None
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClicks(field, " Called. ")
    with qtbot.waitSignal(panel.command_wanted) as wanted:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert wanted.args == [AddNote(usual().snapshot.incidents[0].id, "Called.")]
    assert field.text() == ""


def test_the_last_note_is_taken_back(qtbot: QtBot, panel: IncidentListPanel) -> None:
    id_ = usual().snapshot.incidents[1].id
    panel.open(id_)
    with qtbot.waitSignal(panel.command_wanted) as wanted:
        button(panel, "Remove the last note").click()
    assert wanted.args == [AddNote(id_, "")]


def test_enter_opens_escape_closes_and_the_height_follows(
    qtbot: QtBot, panel: IncidentListPanel
) -> None:
    closed = panel.needed_height(1392)
    with qtbot.waitSignals([panel.past_wanted, panel.height_changed]):
        press(qtbot, panel, Qt.Key.Key_Return)
    assert panel.detail is not None
    assert panel.detail.isVisible()
    assert panel.needed_height(1392) > closed
    assert panel.queries(usual())
    qtbot.keyClick(panel.detail, Qt.Key.Key_Escape)
    assert not panel.detail.isVisible()
    assert panel.queries(usual()) == ()
    qtbot.waitUntil(panel.view.hasFocus)


def test_another_row_shows_another_incident(qtbot: QtBot, panel: IncidentListPanel) -> None:
    press(qtbot, panel, Qt.Key.Key_Return)
    with qtbot.waitSignal(panel.past_wanted):
        press(qtbot, panel, Qt.Key.Key_Down)
    assert panel.detail is not None
    assert panel.detail.incident_id == usual().snapshot.incidents[2].id


def test_where_there_is_little_room_what_is_opened_takes_the_place(
    qtbot: QtBot, panel: IncidentListPanel
) -> None:
    panel.resize(700, 480)
    press(qtbot, panel, Qt.Key.Key_Return)
    assert panel.detail is not None
    assert (panel.view.isVisible(), panel.detail.isVisible()) == (False, True)
    panel.resize(1392, 480)
    qtbot.waitUntil(panel.view.isVisible)


def answer(query: SeriesQuery, board: Board, jump: str = "errors.rate") -> SeriesFrame:
    """Return strips, and lines of which one moved when the first incident opened."""
    opened = board.snapshot.incidents[0].opened_at.timestamp()
    end = query.until or NOW.timestamp()
    start = end - query.window
    times = tuple(start + n * query.step for n in range(round(query.window / query.step) + 1))
    lines = tuple(
        Line(
            key=key,
            times=times,
            values=tuple(9.0 if key.metric == jump and at >= opened else 1.0 for at in times),
        )
        for key in query.keys
        if key.metric != "breaker.state"
    )
    strips = tuple(
        Strip(key=key, changes=(Change(start, "closed"), Change(opened, "open")))
        for key in query.keys
        if key.metric == "breaker.state"
    )
    return SeriesFrame(query=query, start=start, end=end, lines=lines, strips=strips)


def story(panel: IncidentListPanel) -> StoryView:
    assert panel.detail is not None
    found = panel.detail.findChild(StoryView)
    assert found is not None
    return found


def test_it_opens_on_what_happened_and_what_moved(panel: IncidentListPanel) -> None:
    board = usual()
    panel.open(board.snapshot.incidents[0].id)
    view = story(panel)
    assert view.accessibleName() == "Looking at what else moved"
    for query in panel.queries(board):
        panel.show_frame(answer(query, board), board, NOW)
    assert view.story is not None
    assert view.story.drawn is not None
    assert [(row[0], row[1]) for row in view.story.moved] == [
        ("Error rate", "1 \N{RIGHTWARDS ARROW} 9 %")
    ]
    assert not view.grab().isNull()
    panel.view.wanted.emit("copy")
    assert "Moved at the same time: error rate 1" in QGuiApplication.clipboard().text()


def test_why_nothing_moved_is_said(panel: IncidentListPanel) -> None:
    board = usual()
    panel.open(board.snapshot.incidents[0].id)
    asked = panel.queries(board)
    for query in asked:
        panel.show_frame(answer(query, board, jump=""), board, NOW)
    assert story(panel).accessibleName() == "No other figure moved further than it usually does."
    empty = SeriesFrame(query=asked[1], start=0.0, end=1.0)
    panel.show_frame(empty, board, NOW)
    assert story(panel).accessibleName() == "No figure has a past of that time."
    panel.show_frame(msgspec.structs.replace(empty, problem=boards.TIMED_OUT), board, NOW)
    assert story(panel).accessibleName() == boards.TIMED_OUT.what


def test_what_has_no_strip_is_drawn_by_its_figure_or_as_a_bar(panel: IncidentListPanel) -> None:
    board = usual()
    beyond = board.snapshot.incidents[3]
    panel.open(beyond.id)
    assert not story(panel).grab().isNull()
    for query in panel.queries(board):
        panel.show_frame(answer(query, board), board, NOW)
    found = story(panel).story
    assert found is not None
    assert (found.drawn, found.line is not None) == (None, True)
    assert not story(panel).grab().isNull()


def test_the_page_asks_for_what_an_opened_incident_wants(qtbot: QtBot, window: MainWindow) -> None:
    board = usual()
    window.show_page([page.id for page in window.pages].index("incidents"))
    window.show_board(board, NOW)
    (shown,) = (p for p in window.page.panels if isinstance(p, IncidentListPanel))
    with qtbot.waitSignal(window.series_wanted) as wanted:
        shown.open(board.snapshot.incidents[1].id)
    (asked,) = wanted.args
    assert set(shown.queries(board)) <= set(asked)
    assert len(asked) > len(shown.queries(board))  # what is asked alone lets go of the rest
    assert {CARBON, PRIMARY} <= {key.label("breaker") for query in asked for key in query.keys}


def test_a_long_address_in_a_note_pushes_nothing_out_of_sight(panel: IncidentListPanel) -> None:
    entry = panel.view.entry
    assert entry is not None
    panel.open(entry.id)
    note = Note(NOW, "https://logs.example/" + "x" * 400)
    panel.show_board(with_desk(usual(), Desk(handled={entry.id: Handling(notes=(note,))})), NOW)
    assert panel.detail is not None
    scrolled = panel.detail.findChild(QScrollArea)
    assert scrolled is not None
    assert scrolled.widget().minimumSizeHint().width() <= scrolled.viewport().width()
