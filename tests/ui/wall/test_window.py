"""A wall's window without a display: its keys, what closes it, what it carries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from opsdesk.model.wall import WallCommand
from opsdesk.ui.wall.displays import Displays
from opsdesk.ui.wall.keys import KEYS, Asked
from opsdesk.ui.wall.window import WallWindow

README = Path(__file__).parents[3] / "README.md"


@pytest.fixture
def wall(qtbot: QtBot, qapp: QApplication) -> Iterator[WallWindow]:
    window = WallWindow(qapp)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.place_on(qapp.primaryScreen())
    yield window
    window.end()


def test_it_fills_its_display(wall: WallWindow, qapp: QApplication) -> None:
    assert wall.geometry() == qapp.primaryScreen().geometry()
    assert wall.isFullScreen()
    assert wall.is_lit
    assert wall.accessibleName() == "OpsDesk wall"


def test_it_fills_its_display_again_when_that_has_changed(
    wall: WallWindow, qapp: QApplication
) -> None:
    screen = qapp.primaryScreen()
    wall.setGeometry(0, 0, 640, 480)
    screen.geometryChanged.emit(screen.geometry())
    assert wall.geometry() == screen.geometry()


def test_it_has_no_pointer_and_neither_has_what_it_shows(wall: WallWindow) -> None:
    content = QLabel("99.9 %")
    wall.set_content(content)
    assert content.geometry() == wall.rect()
    assert {wall.cursor().shape(), content.cursor().shape()} == {Qt.CursorShape.BlankCursor}


def test_what_it_shows_is_exchanged(wall: WallWindow, qtbot: QtBot) -> None:
    first, second = QLineEdit(), QLabel("second")
    qtbot.addWidget(first)
    wall.set_content(first)
    wall.set_content(second)
    assert first.parent() is None
    assert not first.isVisible()
    assert second.isVisible()


@pytest.mark.parametrize(
    ("key", "asked"), [(key, asked) for asked, keys in KEYS.items() for key in keys]
)
def test_every_key_asks(
    wall: WallWindow, qtbot: QtBot, key: str, asked: WallCommand | Asked
) -> None:
    wall.set_content(QLineEdit())  # takes no key for itself
    with qtbot.waitSignal(wall.asked) as heard:
        qtbot.keyClick(wall, QKeySequence(key)[0].key())
    assert heard.args == [asked]


def test_no_key_asks_two_things() -> None:
    keys = [QKeySequence(key)[0].key() for keys in KEYS.values() for key in keys]
    assert len(set(keys)) == len(keys)
    assert Qt.Key.Key_unknown not in keys
    assert set(Asked) < set(KEYS)


def test_readme_names_a_key_for_all_that_can_be_asked_and_no_other() -> None:
    (told,) = re.findall(r"^Keys: .*?\n\n", README.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    named = set(re.findall(r"\*(\w+)\*", told))
    assert [asked for asked, keys in KEYS.items() if not named & set(keys)] == []
    assert named <= {key for keys in KEYS.values() for key in keys}


def test_keys_are_text_while_a_code_is_typed(wall: WallWindow, qtbot: QtBot) -> None:
    typed: list[str] = []
    asked: list[WallCommand | Asked] = []
    wall.typed.connect(typed.append)
    wall.asked.connect(asked.append)
    wall.take_text(True)
    qtbot.keyClicks(wall, "a 7")
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Shift, Qt.Key.Key_Backspace, Qt.Key.Key_Return):
        qtbot.keyClick(wall, key)
    qtbot.keyClick(wall, Qt.Key.Key_Escape)
    assert typed == ["a", " ", "7", "\b", "\r", "\x1b"]
    assert asked == []
    wall.take_text(False)
    qtbot.keyClick(wall, Qt.Key.Key_A)
    assert asked == [WallCommand.ACKNOWLEDGE]


def test_closed_by_somebody_else_it_asks_and_comes_back(wall: WallWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(wall.leave_wanted):
        assert wall.close(), "an ignored close would block the end of a session"
    qtbot.waitUntil(wall.isVisible)
    assert wall.isFullScreen()


def test_closed_by_its_owner_it_stays_closed(wall: WallWindow, qtbot: QtBot) -> None:
    wall.leave_wanted.connect(wall.end)
    with qtbot.waitSignal(wall.leave_wanted):
        wall.close()
    assert not wall.isVisible()
    with qtbot.assertNotEmitted(wall.leave_wanted, wait=50):
        wall.end()
    assert not wall.is_lit


def test_the_displays_are_those_of_the_desktop(qapp: QApplication) -> None:
    displays = Displays(qapp)
    (only,) = displays.all()
    size = qapp.primaryScreen().size()
    assert (only.width, only.height, only.diagonal) == (size.width(), size.height(), None)
    assert displays.screens_of(("",)) == (qapp.primaryScreen(),)
    assert displays.screens_of(("Dell U2720Q ABC123", "", "")) == (None, qapp.primaryScreen(), None)
    displays.stop()
