from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QApplication, QSystemTrayIcon
from pytestqt.qtbot import QtBot
from support import boards

from opsdesk.insight.verdict import State
from opsdesk.ui.theme import Look
from opsdesk.ui.tray import Tray
from opsdesk.ui.tray_mark import SIZES, tray_icon

STATES = [state for state in State if state is not State.NO_SOURCE]


def mask(state: State, size: int, number: int = 0) -> list[int]:
    """Return the shape alone: how opaque each pixel is, without its colour."""
    image = tray_icon(state, number, dark=True).pixmap(QSize(size, size)).toImage()
    image = image.convertToFormat(QImage.Format.Format_ARGB32)
    return [image.pixelColor(x, y).alpha() for y in range(size) for x in range(size)]


@pytest.mark.parametrize("size", SIZES)
def test_states_differ_by_shape_without_any_colour(qapp: QApplication, size: int) -> None:
    assert qapp is not None
    shapes = {state: mask(state, size) for state in STATES}
    for one, other in combinations(STATES, 2):
        differing = sum(abs(a - b) > 128 for a, b in zip(shapes[one], shapes[other], strict=True))
        assert differing > 0.04 * size * size, f"{one} and {other} look alike at {size} px"


def test_the_number_is_seen_at_every_size(qapp: QApplication) -> None:
    assert qapp is not None
    for size in SIZES:
        assert mask(State.CRITICAL, size) != mask(State.CRITICAL, size, 1)
        assert mask(State.CRITICAL, size, 1) != mask(State.CRITICAL, size, 2)


@pytest.fixture
def tray(qapp: QApplication, look: Look) -> Iterator[Tray]:
    """Return a tray that nobody sees: the offscreen platform has none."""
    assert qapp is not None
    found = Tray(look)
    yield found
    found.stop()


def icon_of(tray: Tray) -> QSystemTrayIcon:
    found = tray.findChild(QSystemTrayIcon)
    assert found is not None
    return found


def menu_of(tray: Tray) -> list[str]:
    return [action.text() for action in tray.findChildren(QAction) if action.text()]


def test_the_tooltip_and_the_menu_say_what_the_window_would(tray: Tray) -> None:
    tray.show_board(boards.stale())
    tip = icon_of(tray).toolTip()
    assert tip.startswith("OpsDesk \u2013 Stale: no data for")
    assert any(text.startswith("Stale: no data for") for text in menu_of(tray))


def test_the_icon_is_set_only_when_it_changes(tray: Tray) -> None:
    tray.show_board(boards.stale())
    before = icon_of(tray).icon().cacheKey()
    tray.show_board(boards.stale())
    assert icon_of(tray).icon().cacheKey() == before


def test_pause_becomes_resume(qtbot: QtBot, tray: Tray) -> None:
    tray.show_board(boards.board_of([], paused=True))
    resume = next(a for a in tray.findChildren(QAction) if a.text() == "Resume updates")
    with qtbot.waitSignal(tray.pause_wanted) as wanted:
        resume.trigger()
    assert wanted.args == [False]


@pytest.mark.qt_log_ignore("systemTrayWindowChanged")  # the offscreen platform lacks it
def test_without_a_tray_it_says_so_and_keeps_looking(qtbot: QtBot, tray: Tray) -> None:
    with qtbot.waitSignal(tray.available) as available:
        tray.start()
    assert available.args == [False]
