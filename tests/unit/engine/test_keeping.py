from __future__ import annotations

import asyncio
import errno
import threading

import pytest
from support.readings import NOW, by_key, reading

from opsdesk.engine import keeping
from opsdesk.engine.keeping import KEEP_EVERY, Bookkeeper, Keeper
from opsdesk.model.ledger import Ledger
from opsdesk.model.snapshot import Snapshot

KNOWN = Snapshot(at=NOW, readings=by_key(reading("errors.rate", 0.5)))


def test_it_is_time_once_a_minute() -> None:
    keeper = Keeper(print)
    assert keeper.take(KNOWN, 0.0)
    assert not keeper.take(KNOWN, KEEP_EVERY - 1)
    assert keeper.take(KNOWN, KEEP_EVERY)


def test_what_stands_on_the_disk_is_not_written_again() -> None:
    kept: list[Snapshot] = []

    async def run() -> None:
        keeper = Keeper(kept.append)
        keeper.take(KNOWN, 0.0)
        await asyncio.gather(keeper.write(), keeper.write())
        await keeper.close()

    asyncio.run(run())
    assert kept == [KNOWN]


def test_where_nothing_is_kept_it_is_never_time() -> None:
    keeper = Keeper(None)
    assert not keeper.take(KNOWN, 0.0)
    asyncio.run(keeper.close())


def test_a_snapshot_without_figures_takes_no_place() -> None:
    assert not Keeper(print).take(Snapshot(at=NOW), 0.0)


def test_the_last_snapshot_is_not_waited_for_longer_than_a_moment(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "LAST", 0.01)
    disk = SlowDisk()

    async def run() -> None:
        keeper = Keeper(lambda _: disk.write(Ledger()))
        keeper.take(KNOWN, 0.0)
        await keeper.close()
        disk.go.set()

    asyncio.run(run())
    assert "was not written" in caplog.text


class SlowDisk:
    """A disk that answers when it is told to; what it wrote last stands on it."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Semaphore(0), threading.Event()
        self.writing = self.most = 0
        self.written: list[Ledger] = []

    def write(self, ledger: Ledger) -> None:
        self.writing += 1
        self.most = max(self.most, self.writing)
        self.begun.release()
        self.go.wait(10)
        self.written.append(ledger)
        self.writing -= 1


def named(name: str) -> Ledger:
    return Ledger(sources=frozenset({name}))


class TestBookkeeper:
    def test_the_same_is_written_once(self) -> None:
        written: list[Ledger] = []

        async def run() -> None:
            books = Bookkeeper(written.append)
            for name in ("a", "a", "b", "b"):
                await books.write(named(name))
            assert books.problem == ""
            await books.close()

        asyncio.run(run())
        assert written == [named("a"), named("b")]

    def test_where_nothing_is_kept_nothing_is_wrong(self) -> None:
        async def run() -> str:
            books = Bookkeeper(None)
            await books.write(named("a"))
            await books.close()
            return books.problem

        assert asyncio.run(run()) == ""

    def test_a_full_disk_is_said_until_it_is_no_longer(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        full, written = True, list[Ledger]()

        def write(ledger: Ledger) -> None:
            if full:
                raise OSError(errno.ENOSPC, "No space left on device")
            written.append(ledger)

        async def run() -> None:
            nonlocal full
            books = Bookkeeper(write)
            for name in ("a", "b"):
                await books.write(named(name))
                assert "No space left on device" in books.problem
            full = False
            await books.write(named("b"))  # the same as could not be written
            assert books.problem == ""

        asyncio.run(run())
        assert written == [named("b")]
        assert caplog.text.count("cannot be kept") == 1

    def test_a_disk_that_does_not_answer_is_asked_once_and_ends_with_the_latest(self) -> None:
        disk = SlowDisk()

        async def run() -> None:
            books = Bookkeeper(disk.write, patience=0.01)
            for name in ("a", "b", "c", "a", "d"):
                await books.write(named(name))
                assert "does not answer" in books.problem
            assert disk.written == []
            disk.go.set()
            while books.problem:
                await books.write(named("d"))

        asyncio.run(run())
        assert disk.written == [named("a"), named("d")]
        assert disk.most == 1

    def test_at_the_end_it_is_waited_for_no_longer(self) -> None:
        disk = SlowDisk()

        async def run() -> None:
            books = Bookkeeper(disk.write, patience=0.01)
            await books.write(named("a"))
            await books.close()
            disk.go.set()

        asyncio.run(run())

    def test_a_bug_is_no_full_disk(self) -> None:
        def write(_ledger: Ledger) -> None:
            raise KeyError("a bug")

        async def run() -> None:
            await Bookkeeper(write).write(named("a"))

        with pytest.raises(KeyError):
            asyncio.run(run())
