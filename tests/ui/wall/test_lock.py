"""A locked wall is left with its code alone, and nothing stands in its way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from opsdesk.insight.unlocking import same
from opsdesk.model.wall import WallCommand
from opsdesk.ui.wall.keys import Asked
from opsdesk.ui.wall.lock import WallLock
from opsdesk.ui.wall.window import WallWindow


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def lock(qapp: QApplication, clock: Clock) -> Iterator[WallLock]:
    del qapp
    found = WallLock(lambda typed: same(typed, "a 7"), clock=clock)
    yield found
    found.stop()
    found.stop()


@pytest.fixture
def wall(qtbot: QtBot, qapp: QApplication, lock: WallLock) -> Iterator[WallWindow]:
    """Return a wall that is left by its lock alone."""
    window = WallWindow(qapp)
    qtbot.addWidget(window)

    def asked(what: WallCommand | Asked) -> None:
        if what is Asked.LEAVE:
            lock.ask()

    window.asked.connect(asked)
    window.typed.connect(lock.take)
    lock.taking.connect(window.take_text)
    lock.opened.connect(window.end)
    with qtbot.waitActive(window):
        window.place_on(qapp.primaryScreen())
    yield window
    window.end()


def said(lock: WallLock) -> list[str]:
    lines: list[str] = []
    lock.said.connect(lines.append)
    return lines


def test_the_code_leaves(wall: WallWindow, lock: WallLock, qtbot: QtBot) -> None:
    lines = said(lock)
    qtbot.keyClicks(wall, "a 7")
    assert wall.is_lit, "nobody had asked to leave"
    qtbot.keyClick(wall, Qt.Key.Key_Escape)
    qtbot.keyClicks(wall, "a 7")
    assert [line.count("•") for line in lines] == [0, 1, 2, 3]
    qtbot.keyClick(wall, Qt.Key.Key_Return)
    assert not wall.is_lit
    assert lines[-1] == ""


def test_escape_stays(wall: WallWindow, lock: WallLock, qtbot: QtBot) -> None:
    lines = said(lock)
    qtbot.keyClick(wall, Qt.Key.Key_F11)
    qtbot.keyClick(wall, Qt.Key.Key_Escape)
    assert lines[-1] == ""
    with qtbot.waitSignal(wall.asked) as heard:
        qtbot.keyClick(wall, Qt.Key.Key_A)
    assert heard.args == [WallCommand.ACKNOWLEDGE]


def test_who_goes_away_is_not_waited_for(
    wall: WallWindow, lock: WallLock, clock: Clock, qtbot: QtBot
) -> None:
    qtbot.keyClick(wall, Qt.Key.Key_Escape)
    qtbot.keyClicks(wall, "a ")
    clock.now += 10
    with qtbot.waitSignal(lock.said) as heard:
        pass
    assert heard.args == [""]
    assert wall.is_lit


def test_a_pause_counts_down(lock: WallLock, clock: Clock, qtbot: QtBot) -> None:
    lock.ask()
    lock.take("1\r2\r3\r")
    clock.now += 2
    with qtbot.waitSignal(lock.said) as heard:
        pass
    assert heard.args == ["3 wrong codes. The next one can be typed in 3 s."]


def test_stopping_ends_no_pause(lock: WallLock) -> None:
    lock.ask()
    lock.take("1\r2\r3\r")
    lock.stop()
    lines = said(lock)
    lock.ask()
    assert lines == ["3 wrong codes. The next one can be typed in 5 s."]
