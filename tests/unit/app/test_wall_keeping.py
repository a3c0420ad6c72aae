"""What the system does for a wall: begun and ended again and again, and asked from two threads."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
from support.walls import BEARER, TOKEN, SmallWalls

from opsdesk.app.wall_keeping import Keeping
from opsdesk.model.wall import Remote, WallStatus
from opsdesk.store import wall_state
from opsdesk.store.logs import Redactor
from opsdesk.store.profile import Places, places
from opsdesk.store.secrets import WALL_CODE, WALL_REMOTE, Secrets
from opsdesk.store.settings import Settings

CODE = "4711"
SERVED = "controlled from other machines at "


@pytest.fixture
def where() -> Places:
    return places("test")


@pytest.fixture
def secrets(where: Places) -> Secrets:
    return Secrets("test", where.secrets)


def kept(where: Places, secrets: Secrets, **wanted: object) -> Iterator[Keeping]:
    found = Keeping(where, secrets, Redactor(), Settings(**wanted))
    yield found
    found.close()
    found.close()


@pytest.fixture
def keeping(where: Places, secrets: Secrets) -> Iterator[Keeping]:
    yield from kept(where, secrets)


@pytest.fixture
def locked(where: Places, secrets: Secrets) -> Iterator[Keeping]:
    yield from kept(where, secrets, wall_locked=True)


def begun(keeping: Keeping) -> None:
    """Begin, and wait until the code is known or cannot be."""
    keeping.begin(SmallWalls())
    for thread in threading.enumerate():
        if thread.name == "opsdesk-code":
            thread.join(10)


def test_a_run_is_told_from_the_one_that_crashed_before_it(where: Places, secrets: Secrets) -> None:
    for restarts in range(3):
        crashed = Keeping(where, secrets, Redactor(), Settings())
        crashed.begin(SmallWalls())
        assert crashed.own().restarts == restarts
        crashed._awake.close()
    ended = Keeping(where, secrets, Redactor(), Settings())
    ended.begin(SmallWalls())
    ended.close()
    again = Keeping(where, secrets, Redactor(), Settings())
    again.begin(SmallWalls())
    assert again.own().restarts == 0
    again.close()


def test_begun_twice_it_is_one_run(keeping: Keeping) -> None:
    keeping.begin(SmallWalls())
    first = keeping.own()
    keeping.begin(SmallWalls())
    assert (keeping.own().started_at, keeping.own().restarts) == (first.started_at, 0)
    keeping.end()
    keeping.end()
    assert keeping.own().started_at is None


def test_what_was_ended_is_written_down_as_ended(keeping: Keeping, where: Places) -> None:
    for _ in range(2):
        keeping.begin(SmallWalls())
        assert not wall_state._load(where.wall).is_over
        keeping.end()
        assert wall_state._load(where.wall).is_over


def test_its_line_is_in_the_log_while_it_runs_alone(
    keeping: Keeping, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "opsdesk.app.wall_keeping"):
        keeping.note(WallStatus(turns=7))
        keeping.begin(SmallWalls())
        keeping.note(WallStatus(turns=8))
        keeping.end()
        keeping.note(WallStatus(turns=9))
    (line,) = [message for message in caplog.messages if message.startswith("wall: ")]
    assert line.startswith("wall: uptime=0s ")
    assert " turns=8 " in line


class TestLocked:
    def test_its_code_leaves_it_and_no_other_does(self, locked: Keeping, secrets: Secrets) -> None:
        secrets.set(WALL_CODE, CODE)
        assert not locked.check("")
        begun(locked)
        assert locked.check(CODE)
        assert not locked.check("")
        assert not locked.check("4712")
        assert locked.own().problems == ()

    def test_until_its_code_is_known_none_does(self, locked: Keeping) -> None:
        assert not locked.check(CODE)

    def test_without_a_code_any_does_and_that_is_said(self, locked: Keeping) -> None:
        begun(locked)
        assert locked.check("anything")
        (said,) = locked.own().problems
        assert said.startswith("The wall is to be locked, but there is no code")

    def test_a_code_that_cannot_be_read_is_no_code_that_is_missing(
        self, locked: Keeping, secrets: Secrets, where: Places
    ) -> None:
        secrets.set(WALL_CODE, CODE)
        (where.secrets / WALL_CODE).chmod(0o644)
        begun(locked)
        assert not locked.check(CODE)
        (said,) = locked.own().problems
        assert "others can read this secret" in said
        (where.secrets / WALL_CODE).chmod(0o600)
        locked.end()
        begun(locked)
        assert locked.check(CODE)
        assert locked.own().problems == ()


def test_it_is_asked_from_the_apis_thread_while_it_ends(
    where: Places, secrets: Secrets, caplog: pytest.LogCaptureFixture
) -> None:
    secrets.set(WALL_REMOTE, TOKEN)
    wanted = Settings(wall_remote=Remote(enabled=True, port=0))
    keeping = Keeping(where, secrets, Redactor(), wanted)
    found: set[int] = set()
    over = threading.Event()

    class Asked(SmallWalls):
        def status(self) -> WallStatus:
            return keeping.own()

    def ask() -> None:
        while not over.is_set():
            for url in [m.rpartition(SERVED)[2] for m in caplog.messages if SERVED in m][-1:]:
                with suppress(httpx.TransportError):
                    found.add(httpx.get(f"{url}v1/wall", headers=BEARER).status_code)

    asking = threading.Thread(target=ask)
    with caplog.at_level(logging.INFO, "opsdesk.app.wall_remote"):
        asking.start()
        for number in range(5):
            keeping.begin(Asked())
            while sum(SERVED in message for message in caplog.messages) <= number:
                over.wait(0.01)
            keeping.end()
        over.set()
        asking.join()
    keeping.close()
    assert found <= {httpx.codes.OK}
    assert not any(record.levelno >= logging.ERROR for record in caplog.records)
