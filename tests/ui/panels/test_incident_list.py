"""The list of incidents: what keys and buttons do, what stays through a refresh."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QMenu, QPushButton
from pytestqt.qtbot import QtBot
from support import boards
from support.boards import NOW
from support.browsers import Browser
from support.incident_lists import button, press, usual_list
from support.incidents import RUNBOOK, board_of, incident, usual, with_desk

from opsdesk.engine.commands import Acknowledge, DigestRead, Snooze
from opsdesk.insight.board import Board
from opsdesk.insight.incident_list import entries
from opsdesk.model.desk import Desk, Digest, Handling, Hush, Note
from opsdesk.model.snapshot import Incident
from opsdesk.ui.addresses import open_address
from opsdesk.ui.panels.incident_list import IncidentListPanel
from opsdesk.ui.panels.incident_view import IncidentModel
from opsdesk.ui.theme import Look
from opsdesk.ui.window import MainWindow

DASH = "\N{EN DASH}"


@pytest.fixture
def panel(qtbot: QtBot, look: Look) -> IncidentListPanel:
    return usual_list(qtbot, look)


def name(panel: IncidentListPanel) -> str:
    entry = panel.view.entry
    return entry.name.split()[-1] if entry is not None else ""


def test_the_model_is_one(look: Look) -> None:
    assert look
    model = IncidentModel()
    tester = QAbstractItemModelTester(
        model, QAbstractItemModelTester.FailureReportingMode.Fatal, model
    )
    model.show_board(usual(), NOW)
    model.show_board(boards.normal(), NOW)
    assert isinstance(tester.model(), QAbstractItemModel)
    assert model.rowCount() == 1


def test_arrows_move_over_headings(qtbot: QtBot, panel: IncidentListPanel) -> None:
    seen = [name(panel)]
    for _ in range(5):
        press(qtbot, panel, Qt.Key.Key_Down)
        seen.append(name(panel))
    assert seen == ["Data", "Replica", "%", "Primary", "DeepSeek", "Weather"]


def test_what_is_chosen_stays_through_a_refresh(qtbot: QtBot, panel: IncidentListPanel) -> None:
    press(qtbot, panel, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down)
    panel.show_board(usual(incident(boards.BREAKERS[1], 300)), NOW)
    assert name(panel) == "Primary"


def of(*found: Incident) -> Board:
    return board_of(*found)


OVER = incident(boards.BREAKERS[0], 90, lasted=20)
NEW = incident(boards.BREAKERS[1], 1)


def test_what_opens_is_chosen_where_nobody_has_chosen(panel: IncidentListPanel) -> None:
    panel.show_board(of(OVER), NOW)
    panel.show_board(of(OVER, NEW), NOW)
    assert panel.view.entry is not None
    assert panel.view.entry.id == NEW.id


@pytest.mark.parametrize("reads", [True, False])
def test_who_has_chosen_or_reads_what_has_ended_is_not_moved(
    qtbot: QtBot, panel: IncidentListPanel, *, reads: bool
) -> None:
    earlier = incident(boards.BREAKERS[2], 300, lasted=20)
    panel.show_board(of(OVER, earlier), NOW)
    if reads:
        press(qtbot, panel, Qt.Key.Key_Return)
    else:
        press(qtbot, panel, Qt.Key.Key_Down)
    assert panel.view.entry is not None
    before = panel.view.entry.id
    panel.show_board(of(OVER, earlier, NEW), NOW)
    assert panel.view.entry.id == before


def test_what_opens_above_does_not_push_away_what_is_read(
    qtbot: QtBot, panel: IncidentListPanel
) -> None:
    ended = [incident(boards.BREAKERS[i % 5], 100 + 30 * i, lasted=20) for i in range(20)]
    panel.show_board(of(*ended), NOW)
    press(qtbot, panel, Qt.Key.Key_End)
    view = panel.view
    stands = view.visualRect(view.currentIndex())
    panel.show_board(of(*ended, NEW), NOW)
    assert view.visualRect(view.currentIndex()) == stands
    assert view.viewport().rect().intersects(stands)


def test_letters_say_what_is_to_be_done(qtbot: QtBot, panel: IncidentListPanel) -> None:
    carbon, primary = (one.id for one in usual().snapshot.incidents[:2])
    with qtbot.waitSignal(panel.command_wanted) as wanted:
        press(qtbot, panel, Qt.Key.Key_A)
    assert wanted.args == [Acknowledge((carbon,), on=True)]
    press(qtbot, panel, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down)
    with qtbot.waitSignal(panel.command_wanted) as wanted:
        press(qtbot, panel, Qt.Key.Key_A)
    assert wanted.args == [Acknowledge((primary,), on=False)]


def test_what_has_ended_cannot_be_acknowledged(qtbot: QtBot, panel: IncidentListPanel) -> None:
    panel.view.choose(usual().snapshot.incidents[-1].id)
    with qtbot.assertNotEmitted(panel.command_wanted):
        press(qtbot, panel, Qt.Key.Key_A)
    assert not button(panel, "Acknowledge").isEnabled()
    assert button(panel, "Copy").isEnabled()


@pytest.mark.qt_log_ignore("does not support raise", "does not support grabbing the keyboard")
def test_s_offers_for_how_long_and_ends_it(qtbot: QtBot, panel: IncidentListPanel) -> None:
    panel.view.choose(usual().snapshot.incidents[2].id)  # it is snoozed
    press(qtbot, panel, Qt.Key.Key_S)
    menu = next(m for m in panel.buttons.findChildren(QMenu) if m.isVisible())
    *offered, _, end = menu.actions()
    assert [action.text() for action in offered[:2]] == ["For 15 min", "For 1 h"]
    with qtbot.waitSignal(panel.command_wanted) as wanted:
        offered[0].trigger()
    (snooze,) = wanted.args
    assert isinstance(snooze, Snooze)
    assert snooze.incidents == (usual().snapshot.incidents[2].id,)
    assert snooze.until is not None
    with qtbot.waitSignal(panel.command_wanted) as wanted:
        end.trigger()
    assert wanted.args == [Snooze(None, snooze.incidents)]
    menu.close()


def test_c_copies_it_as_text(qtbot: QtBot, panel: IncidentListPanel) -> None:
    with qtbot.waitSignal(panel.told) as told:
        press(qtbot, panel, Qt.Key.Key_C)
    assert told.args == [f"Copied: External API {DASH} Carbon Data"]
    text = QGuiApplication.clipboard().text()
    assert text.startswith(f"External API {DASH} Carbon Data: OPEN for 22 min\n")
    assert text.endswith(f"Runbook: {RUNBOOK}")


def test_r_opens_the_runbook(qtbot: QtBot, panel: IncidentListPanel, browser: Browser) -> None:
    press(qtbot, panel, Qt.Key.Key_R)
    assert browser.opened == [RUNBOOK]
    press(qtbot, panel, Qt.Key.Key_Down, Qt.Key.Key_R)  # this one has none
    assert browser.opened == [RUNBOOK]


@pytest.mark.parametrize(
    "address", ["", "file:///etc/passwd", "javascript:alert(1)", "https://", "opsdesk", "smb://a/b"]
)
def test_nothing_but_a_web_page_is_opened(address: str, browser: Browser) -> None:
    assert not open_address(address)
    assert browser.opened == []


def test_time_passes(panel: IncidentListPanel) -> None:
    panel.show_age(NOW + timedelta(minutes=1))
    assert panel.view.entry is not None
    assert panel.view.entry.lasts == "23 min"


def test_nothing_open_is_said_and_without_a_source_why(panel: IncidentListPanel) -> None:
    panel.show_board(boards.normal(), NOW)
    assert panel.model.index(0).data() == "nothing is open"
    assert not panel.buttons.isVisible()
    panel.show_board(boards.no_source(), NOW)
    assert not panel.view.isVisible()
    assert "no source connected" in panel.accessibleName()


def test_rows_tell_a_screen_reader_all_of_it(panel: IncidentListPanel) -> None:
    told = panel.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert told.startswith(f"External API {DASH} Carbon Data, OPEN, for 22 min")
    assert "4 open" in panel.accessibleName()
    assert (
        panel.model.index(0).data(Qt.ItemDataRole.ToolTipRole) == f"External API {DASH} Carbon Data"
    )


def test_what_can_be_done_tells_with_whom(panel: IncidentListPanel) -> None:
    assert button(panel, "Acknowledge").accessibleName().endswith("Carbon Data")
    assert all(b.height() >= 28 for b in panel.findChildren(QPushButton) if b.isVisible())


def test_a_right_click_offers_the_same(qtbot: QtBot, panel: IncidentListPanel) -> None:
    menu = panel.buttons.menu()
    texts = [action.text() for action in menu.actions()]
    assert texts == ["Details", "Acknowledge", "Snooze", "Add note", "Copy", "Runbook"]
    with qtbot.waitSignal(panel.command_wanted):
        menu.actions()[1].trigger()
    menu.deleteLater()


def test_a_double_click_opens(qtbot: QtBot, panel: IncidentListPanel) -> None:
    panel.view.doubleClicked.emit(panel.model.index(0))
    assert panel.detail is not None
    assert panel.detail.isVisible()
    assert qtbot


def test_while_you_were_away(qtbot: QtBot, panel: IncidentListPanel) -> None:
    board = usual()
    digest = Digest(
        hush=Hush.AWAY,
        since=NOW - timedelta(hours=2),
        until=NOW,
        opened=(board.snapshot.incidents[0].id,),
        still_open=(board.snapshot.incidents[0].id,),
    )
    before = panel.needed_height(1392)
    panel.show_board(with_desk(board, Desk(digest=digest, problem="the disk is full")), NOW)
    assert panel.digest.isVisible()
    assert panel.digest.accessibleName().endswith("1 opened, 1 still open")
    assert panel.needed_height(1392) > before
    with qtbot.waitSignal(panel.command_wanted) as wanted:
        panel.digest.read.click()
    assert wanted.args == [DigestRead()]
    panel.show_board(with_desk(board, Desk(problem="the disk is full")), NOW)
    assert panel.digest.isVisible()
    assert not panel.digest.read.isVisible()
    panel.show_board(board, NOW)
    assert not panel.digest.isVisible()


def test_two_hundred_are_painted(qtbot: QtBot, panel: IncidentListPanel) -> None:
    many = tuple(incident(f"Region - {'dependency ' * 4}{n:04}", 30 + n) for n in range(200))
    noted = Handling(acknowledged_at=NOW, notes=(Note(NOW, "x"),))
    panel.show_board(board_of(*many, desk=Desk(handled={many[0].id: noted})), NOW)
    for width in (420, 900, 1392):
        panel.resize(width, 480)
        assert not panel.view.grab().isNull()
    qtbot.keyClick(panel.view, Qt.Key.Key_End)
    assert name(panel) == "0000"


def test_keys_work_as_soon_as_the_page_is_open(qtbot: QtBot, window: MainWindow) -> None:
    board = usual()
    window.activateWindow()
    window.show_board(board, NOW)
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(window.page.isVisible)
    focused = window.focusWidget()
    assert focused is not None
    with qtbot.waitSignal(window.command_wanted) as wanted:
        qtbot.keyClick(focused, Qt.Key.Key_A)
    (command,) = wanted.args
    worst, *_ = entries(board, NOW)
    assert command == Acknowledge((worst.id,), on=True)
    qtbot.keyClick(focused, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(window.page.isVisible)
    assert window.focusWidget() is window  # nothing looks as if one had gone there


def test_who_goes_from_tab_to_tab_by_arrows_stays_there(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    window.show_board(usual(), NOW)
    window.header.tabs.setFocus()
    qtbot.waitUntil(window.header.tabs.hasFocus)
    qtbot.keyClick(window.header.tabs, Qt.Key.Key_Right)
    assert window.pages[window.position].id == "incidents"
    assert window.header.tabs.hasFocus()
