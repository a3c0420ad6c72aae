from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from opsdesk.ui.instance import Instance

ARGUMENTS = ["--url", "http://127.0.0.1:9"]


@pytest.fixture
def lock(qapp: object, tmp_path: Path) -> Path:
    """Return the lock of a profile that nobody uses."""
    assert qapp is not None
    return tmp_path / "state" / "one.lock"


def calls(lock: Path) -> list[Path]:
    return list(lock.with_name("one@calls").iterdir())


def test_a_second_start_hands_its_arguments_to_the_first(qtbot: QtBot, lock: Path) -> None:
    first = Instance(lock)
    assert first.claim([])
    first.listen()
    with qtbot.waitSignal(first.called) as called:
        assert not Instance(lock).claim(ARGUMENTS)
    assert called.args == [ARGUMENTS]
    assert calls(lock) == []
    first.release()


def test_a_second_start_waits_for_a_first_that_is_just_starting(qtbot: QtBot, lock: Path) -> None:
    first = Instance(lock)
    assert first.claim([])
    assert not Instance(lock).claim(ARGUMENTS)
    with qtbot.waitSignal(first.called) as called:
        first.listen()
    assert called.args == [ARGUMENTS]
    first.release()


def test_profiles_do_not_share_their_calls(lock: Path) -> None:
    one, other = Instance(lock), Instance(lock.with_name("other.lock"))
    assert one.claim([])
    assert other.claim([])
    assert not Instance(lock).claim(ARGUMENTS)
    assert len(calls(lock)) == 1
    one.release()
    other.release()


def test_a_freed_profile_can_be_claimed_again(lock: Path) -> None:
    first = Instance(lock)
    assert first.claim([])
    first.listen()
    first.release()
    first.release()
    second = Instance(lock)
    assert second.claim([])
    second.release()


def test_what_was_meant_for_a_crashed_instance_is_forgotten(lock: Path) -> None:
    before = Instance(lock)
    assert before.claim([])
    assert not Instance(lock).claim(ARGUMENTS)
    before.release()
    after = Instance(lock)
    assert after.claim([])
    assert calls(lock) == []
    after.release()


def test_a_call_of_nonsense_still_raises_the_window(qtbot: QtBot, lock: Path) -> None:
    first = Instance(lock)
    assert first.claim([])
    first.listen()
    with qtbot.waitSignal(first.called) as called:
        lock.with_name("one@calls").joinpath("1.json").write_bytes(b"{not json")
    assert called.args == [[]]
    first.release()


def test_who_cannot_call_says_so_and_ends(lock: Path, caplog: pytest.LogCaptureFixture) -> None:
    first, second = Instance(lock), Instance(lock)
    assert first.claim([])
    lock.with_name("one@calls").rmdir()
    assert not second.claim(ARGUMENTS)
    assert "cannot be called" in caplog.text
    first.release()
