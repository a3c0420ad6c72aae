from __future__ import annotations

import socket
from pathlib import Path

from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from opsdesk.ui.door import call
from opsdesk.ui.instance import Instance


class SecondStart(QThread):
    """A second start of the same profile, which blocks as a starting process does."""

    def __init__(self, profile: str, arguments: list[str]) -> None:
        super().__init__()
        self._profile, self._arguments = profile, arguments

    def run(self) -> None:
        call(self._profile, self._arguments)


def test_a_second_start_hands_its_arguments_to_the_first(qtbot: QtBot, tmp_path: Path) -> None:
    first = Instance("one", tmp_path / "one.lock")
    assert first.claim([])
    first.open_door()
    second = SecondStart("one", ["--url", "http://127.0.0.1:9"])
    with qtbot.waitSignal(first.called) as called:
        second.start()
    qtbot.waitUntil(second.isFinished)
    assert called.args == [["--url", "http://127.0.0.1:9"]]
    first.release()


def test_a_second_start_waits_for_a_first_that_is_just_starting(
    qtbot: QtBot, tmp_path: Path
) -> None:
    first = Instance("early", tmp_path / "early.lock")
    assert first.claim([])
    second = SecondStart("early", ["--url", "http://127.0.0.1:9"])
    with qtbot.waitSignal(first.called) as called:
        second.start()
        qtbot.wait(50)  # it finds the door closed
        first.open_door()
    qtbot.waitUntil(second.isFinished)
    assert called.args == [["--url", "http://127.0.0.1:9"]]
    first.release()


def test_profiles_do_not_share_a_door(qapp: QApplication, tmp_path: Path) -> None:
    assert qapp is not None
    one, other = Instance("one", tmp_path / "one.lock"), Instance("other", tmp_path / "other.lock")
    assert one.claim([])
    assert other.claim([])
    one.open_door()
    other.open_door()
    assert one.door != other.door
    one.release()
    other.release()


def test_a_freed_profile_can_be_claimed_again(qapp: QApplication, tmp_path: Path) -> None:
    assert qapp is not None
    first = Instance("one", tmp_path / "one.lock")
    assert first.claim([])
    first.open_door()
    first.release()
    first.release()
    second = Instance("one", tmp_path / "one.lock")
    assert second.claim([])
    second.release()


def test_what_a_crash_left_behind_is_no_obstacle(qapp: QApplication, tmp_path: Path) -> None:
    assert qapp is not None
    before = Instance("crashed", tmp_path / "crashed.lock")
    assert before.claim([])
    before.open_door()
    door = before.door
    before.release()
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(door)  # and nobody listens
    after = Instance("crashed", tmp_path / "crashed.lock")
    assert after.claim([])
    after.open_door()
    assert after.door == door
    after.release()


def test_nonsense_at_the_door_still_raises_the_window(qtbot: QtBot, tmp_path: Path) -> None:
    first = Instance("one", tmp_path / "one.lock")
    assert first.claim([])
    first.open_door()
    with socket.socket(socket.AF_UNIX) as stranger, qtbot.waitSignal(first.called) as called:
        stranger.connect(first.door)
        stranger.sendall(b"{not json\n")
    assert called.args == [[]]
    first.release()
