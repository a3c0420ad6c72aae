"""The tray's popover, its menu, and what the header says while nothing is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QSystemTrayIcon
from pytestqt.qtbot import QtBot
from support import boards
from support.boards import NOW
from support.incidents import board_of, incident, usual, with_desk

from opsdesk.engine.commands import Acknowledge, Snooze
from opsdesk.insight.board import Board, arrange
from opsdesk.insight.words import clock_text, utc_now
from opsdesk.model.desk import Desk, Hush
from opsdesk.ui.hush import HushButton
from opsdesk.ui.popover import Popover, beside, next_refresh
from opsdesk.ui.theme import Look
from opsdesk.ui.tray import Tray
from opsdesk.ui.window import MainWindow

# The offscreen platform cannot raise a window, nor hand it all keys, and says so.
pytestmark = pytest.mark.qt_log_ignore(
    "does not support raise", "does not support grabbing the keyboard"
)
SOON = NOW + timedelta(minutes=28)
FIRST, *_ = usual().snapshot.incidents


@pytest.fixture
def popover(qtbot: QtBot, look: Look) -> Iterator[Popover]:
    found = Popover(look)
    qtbot.addWidget(found)
    found.show_board(usual(), NOW)
    with qtbot.waitExposed(found):
        found.open_at(QRect())
    yield found
    found.hide()


@pytest.fixture
def tray(qapp: QApplication, look: Look) -> Iterator[Tray]:
    assert qapp
    found = Tray(look)
    yield found
    found.stop()


def button(popover: Popover, text: str) -> QPushButton:
    return next(b for b in popover.findChildren(QPushButton) if b.text() == text)


def with_next(board: Board, seconds: float) -> Board:
    source = msgspec.structs.replace(boards.SOURCE, next_attempt=NOW + timedelta(seconds=seconds))
    return arrange(msgspec.structs.replace(board.snapshot, sources=(source,)), boards.CATALOGUE)


def test_it_shows_what_runs_alone(popover: Popover) -> None:
    names = [popover.model.index(row).data() for row in range(popover.model.rowCount())]
    assert len(names) == 5  # four, and the heading of what somebody takes care of
    assert not any("CLOSED" in name for name in names)
    assert popover.accessibleName().startswith("Critical: ")


def test_what_turns_stale_while_it_is_open_is_no_longer_asserted(
    qtbot: QtBot, popover: Popover
) -> None:
    popover.show_board(usual(), NOW)
    assert popover.accessibleName().startswith("Critical: ")
    # By the clock of the computer, all of it is old.
    qtbot.waitUntil(lambda: popover.accessibleName().startswith("Stale: "))


def test_it_is_worked_by_keys(qtbot: QtBot, popover: Popover) -> None:
    qtbot.waitUntil(popover.view.hasFocus)
    with qtbot.waitSignal(popover.command_wanted) as wanted:
        qtbot.keyClick(popover.view, Qt.Key.Key_A)
    assert wanted.args == [Acknowledge((FIRST.id,))]
    with qtbot.waitSignal(popover.incident_wanted) as shown:
        qtbot.keyClick(popover.view, Qt.Key.Key_Return)
    assert shown.args == [FIRST.id]
    assert not popover.isVisible()


def test_escape_closes_it(qtbot: QtBot, popover: Popover) -> None:
    qtbot.keyClick(popover.view, Qt.Key.Key_Escape)
    assert not popover.isVisible()


def test_its_buttons_say_what_is_wanted(qtbot: QtBot, popover: Popover) -> None:
    with qtbot.waitSignal(popover.refresh_wanted):
        button(popover, "Refresh").click()
    with qtbot.waitSignal(popover.pause_wanted) as paused:
        button(popover, "Pause").click()
    assert paused.args == [True]
    menu = button(popover, "Export").menu()
    with qtbot.waitSignal(popover.export_wanted) as kind:
        menu.triggered.emit(menu.actions()[0])
    assert kind.args == ["pdf"]
    with qtbot.waitSignal(popover.open_wanted):
        button(popover, "Open OpsDesk").click()
    assert not popover.isVisible()


def test_all_of_it_is_snoozed_and_that_ends(qtbot: QtBot, popover: Popover) -> None:
    assert not button(popover, "End the snooze").isVisible()
    menu = button(popover, "Snooze all").menu()
    menu.aboutToShow.emit()
    with qtbot.waitSignal(popover.command_wanted) as wanted:
        menu.actions()[1].trigger()
    (snooze,) = wanted.args
    assert isinstance(snooze, Snooze)
    assert snooze.until is not None
    assert abs(snooze.until - utc_now() - timedelta(hours=1)) < timedelta(minutes=1)
    popover.show_board(with_desk(usual(), Desk(snoozed_until=SOON)), NOW)
    with qtbot.waitSignal(popover.command_wanted) as wanted:
        button(popover, "End the snooze").click()
    assert wanted.args == [Snooze(None)]


def test_with_nothing_open_it_is_small_and_the_window_is_the_next_thing(
    qtbot: QtBot, popover: Popover
) -> None:
    before = popover.height()
    popover.hide()
    popover.show_board(boards.normal(), NOW)
    popover.open_at(QRect(10, 0, 24, 24))
    assert popover.height() < before
    qtbot.waitUntil(button(popover, "Open OpsDesk").hasFocus)


def test_when_it_is_asked_next() -> None:
    assert next_refresh(with_next(usual(), 24), NOW) == "next refresh in 24 s"
    assert next_refresh(usual(), NOW) == "no refresh is planned"
    assert next_refresh(boards.board_of([], paused=True), NOW) == "updates are paused"


ROOM = QRect(0, 24, 1440, 852)


@pytest.mark.parametrize(
    ("icon", "at"),
    [
        (QRect(1400, 0, 24, 24), QPoint(931, 32)),  # a panel at the top
        (QRect(1400, 876, 24, 24), QPoint(931, 567)),  # one at the bottom
        (QRect(0, 400, 24, 24), QPoint(8, 431)),
    ],
)
def test_it_stands_beside_the_icon_and_wholly_on_the_screen(icon: QRect, at: QPoint) -> None:
    assert beside(icon, QSize(500, 300), ROOM) == at


def submenu(menu: QMenu, title: str) -> QMenu:
    found = next(action.menu() for action in menu.actions() if action.text() == title)
    assert isinstance(found, QMenu)
    return found


def menu_of(tray: Tray) -> QMenu:
    icon = tray.findChild(QSystemTrayIcon)
    assert icon is not None
    return icon.contextMenu()


def test_the_menu_holds_the_same(qtbot: QtBot, tray: Tray) -> None:
    tray.show_board(usual())
    incidents = submenu(menu_of(tray), "Incidents")
    assert len(incidents.actions()) == 4
    first = incidents.actions()[0].menu()
    assert isinstance(first, QMenu)
    show, acknowledge, runbook, _ = first.actions()
    assert [show.text(), acknowledge.text(), runbook.text()] == ["Show", "Acknowledge", "Runbook"]
    with qtbot.waitSignal(tray.incident_wanted) as wanted:
        show.trigger()
    assert wanted.args == [FIRST.id]
    with qtbot.waitSignal(tray.command_wanted) as wanted:
        acknowledge.trigger()
    assert wanted.args == [Acknowledge((FIRST.id,))]
    with qtbot.waitSignal(tray.command_wanted) as wanted:
        submenu(first, "Snooze").actions()[0].trigger()
    (snooze,) = wanted.args
    assert isinstance(snooze, Snooze)
    assert snooze.incidents == (FIRST.id,)


def test_the_menu_is_made_anew_only_when_it_says_something_else(tray: Tray) -> None:
    tray.show_board(usual())
    before = submenu(menu_of(tray), "Incidents").actions()[0]
    tray.show_board(usual())
    assert submenu(menu_of(tray), "Incidents").actions()[0] is before
    tray.show_board(boards.normal())
    assert not submenu(menu_of(tray), "Incidents").isEnabled()


def test_of_many_the_first_have_a_menu(tray: Tray) -> None:
    tray.show_board(board_of(*(incident(f"B{n}", 60 + n) for n in range(200))))
    actions = submenu(menu_of(tray), "Incidents").actions()
    assert (len(actions), actions[-1].text()) == (11, "and 190 more")


def test_a_snooze_of_all_is_in_the_tooltip_and_ends_in_the_menu(qtbot: QtBot, tray: Tray) -> None:
    later = utc_now() + timedelta(hours=2)
    tray.show_board(with_desk(boards.normal(), Desk(snoozed_until=later)))
    icon = tray.findChild(QSystemTrayIcon)
    assert icon is not None
    assert icon.toolTip().endswith(f"Snoozed until {clock_text(later, utc_now())}")
    end = submenu(menu_of(tray), "Snooze all").actions()[-1]
    assert end.text() == "End the snooze"
    with qtbot.waitSignal(tray.command_wanted) as wanted:
        end.trigger()
    assert wanted.args == [Snooze(None)]


def test_a_click_opens_the_popover_a_double_click_the_window_and_a_middle_click_nothing(
    qtbot: QtBot, tray: Tray
) -> None:
    reasons = QSystemTrayIcon.ActivationReason
    with qtbot.waitSignal(tray.popover_wanted):
        tray._activated(reasons.Trigger)
    with qtbot.waitSignal(tray.open_wanted):
        tray._activated(reasons.DoubleClick)
    with qtbot.assertNotEmitted(tray.popover_wanted), qtbot.assertNotEmitted(tray.command_wanted):
        tray._activated(reasons.MiddleClick)


def hush(window: MainWindow) -> HushButton:
    found = window.header.findChild(HushButton)
    assert found is not None
    return found


def test_the_header_says_that_nothing_is_told_and_ends_it(qtbot: QtBot, window: MainWindow) -> None:
    window.show_board(boards.normal(), NOW)
    assert not hush(window).isVisible()
    window.show_board(with_desk(boards.normal(), Desk(snoozed_until=SOON)), NOW)
    words = f"Snoozed until {clock_text(SOON, NOW)}"
    assert (hush(window).isVisible(), hush(window).accessibleName()) == (True, words)
    assert hush(window).text() == words
    end = hush(window).menu().actions()[0]
    with qtbot.waitSignal(window.command_wanted) as wanted:
        end.trigger()
    assert wanted.args == [Snooze(None)]
    # Nobody tells the window that a snooze has run out: it sees it by the time.
    window.show_board(with_desk(boards.normal(), Desk(snoozed_until=SOON)), SOON)
    assert not hush(window).isVisible()


def test_quiet_hours_cannot_be_ended_but_changed(qtbot: QtBot, window: MainWindow) -> None:
    window.show_board(with_desk(boards.normal(), Desk(hush=Hush.QUIET_HOURS)), NOW)
    assert hush(window).text() == "Quiet hours"
    end, settings = hush(window).menu().actions()
    assert not end.isVisible()
    with qtbot.waitSignal(window.header.notifications_wanted):
        settings.trigger()


def test_where_there_is_little_room_the_header_says_less(window: MainWindow) -> None:
    board = with_desk(usual(), Desk(snoozed_until=SOON))
    window.show_board(board, NOW)
    whole = hush(window).text()
    window.resize(1024, 700)
    QApplication.processEvents()
    assert len(hush(window).text()) < len(whole)
    assert hush(window).accessibleName() == whole


def test_the_menu_of_the_window_snoozes_all(qtbot: QtBot, window: MainWindow) -> None:
    menu = next(m for m in window.findChildren(QMenu) if m.title() == "Snooze all notifications")
    menu.aboutToShow.emit()
    first = menu.actions()[0]
    assert isinstance(first, QAction)
    with qtbot.waitSignal(window.command_wanted) as wanted:
        first.trigger()
    assert isinstance(wanted.args[0], Snooze)
