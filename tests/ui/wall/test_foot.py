"""What is said at the foot of a wall, where several have something to say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from opsdesk.ui.wall import foot as module
from opsdesk.ui.wall.foot import Foot


@pytest.fixture
def foot(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Foot]:
    """Return a foot on which what is said in passing passes soon."""
    monkeypatch.setattr(module, "_REMARK_MS", 50)
    parent = QObject(qapp)
    found = Foot(parent)
    yield found
    found.clear()
    parent.deleteLater()


def test_the_lock_is_heard_first_then_what_passes_then_what_lasts(foot: Foot, qtbot: QtBot) -> None:
    lines: list[str] = []
    foot.changed.connect(lambda: lines.append(foot.line))
    foot.say("the engine has stopped")
    foot.lock("code: •")
    foot.remark("the settings cannot be used")
    qtbot.waitUntil(lambda: len(lines) == 4)  # it has passed
    foot.lock("")
    foot.say("")
    assert lines == [
        "the engine has stopped",
        "code: •",
        "code: •",
        "code: •",
        "the engine has stopped",
        "",
    ]


def test_what_is_said_in_passing_makes_room_for_what_lasts(foot: Foot, qtbot: QtBot) -> None:
    foot.say("the engine has stopped")
    foot.remark("the settings cannot be used")
    assert foot.line == "the settings cannot be used"
    qtbot.waitUntil(lambda: foot.line == "the engine has stopped")


def test_a_wall_that_is_taken_down_forgets_what_was_said_in_passing(foot: Foot) -> None:
    foot.remark("the settings cannot be used")
    foot.clear()
    assert foot.line == ""
