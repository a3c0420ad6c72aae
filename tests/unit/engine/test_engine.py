"""The engine as a thread: it starts, it ends whatever holds it up, and a bug in it is told."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import pytest
from support.engines import (
    CATALOGUE,
    LONG,
    PATIENCE,
    FakeNotifier,
    Harness,
    never,
    stopping_seconds,
)
from support.readings import FakeSource, answering, failing, harvest, reading

from opsdesk.engine.commands import AddSource, Pause, Refresh
from opsdesk.engine.engine import Engine
from opsdesk.engine.setting import Setting
from opsdesk.model.protocols import Harvest
from opsdesk.model.snapshot import Snapshot


def test_what_is_sent_before_the_start_is_done_after_it(harness: Harness) -> None:
    source = FakeSource("a", answering(reading("errors.rate", 0.5)))
    engine = harness.prepared(source)
    engine.send(Pause())
    engine.start()
    engine.start()
    assert harness.until(lambda snapshot: snapshot.paused).paused


def test_a_source_added_while_the_engine_is_being_built_joins_those_it_has(
    harness: Harness,
) -> None:
    engine = harness.prepared(FakeSource("a", never))
    engine.send(AddSource(FakeSource("b", never)))
    engine.start()
    harness.until(lambda snapshot: [status.id for status in snapshot.sources] == ["a", "b"])


def test_an_engine_that_is_stopped_while_it_is_being_built_closes_what_was_built() -> None:
    source = FakeSource("a", never)

    def build() -> Setting:
        engine.stop()
        return Setting(
            sources=(source,), catalogue=CATALOGUE, interval=LONG, publish=lambda _: None
        )

    engine = Engine(build)
    engine.start()
    assert source.closed.wait(PATIENCE)
    engine.stop()
    assert not engine.alive


@pytest.mark.parametrize("follows", [False, True])
def test_the_engine_ends_though_a_source_ignores_its_end(
    harness: Harness, *, follows: bool
) -> None:
    """So does a library that takes the cancellation for its own, as gather does with a failure."""
    waiting = threading.Event()

    async def ignore() -> None:
        waiting.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        raise failing()

    class Source(FakeSource):
        async def follow(self, now: datetime, tell: Callable[[Harvest | None], None]) -> None:
            del now, tell
            await ignore()

    async def answer(now: datetime) -> Harvest:
        if not follows:
            await ignore()
        return harvest(reading("errors.rate", 0.5, now))

    engine = harness.engine(Source("a", answer))
    assert waiting.wait(PATIENCE)
    engine.stop()
    assert not engine.alive


# ---- the end


def test_stop_is_idempotent_and_closes_what_is_open(harness: Harness) -> None:
    source = FakeSource("a", answering(reading("errors.rate", 0.5)))
    engine = harness.engine(source)
    assert engine.alive
    harness.next()
    engine.stop()
    engine.stop()
    engine.send(Refresh())
    engine.start()
    assert not engine.alive
    assert source.closings == 1


def test_stop_without_start_does_nothing(harness: Harness) -> None:
    engine = harness.prepared()
    engine.stop()
    engine.start()
    assert not engine.alive


def test_stop_may_be_called_on_the_engines_own_thread(harness: Harness) -> None:
    published = threading.Event()

    def publish(_snapshot: Snapshot) -> None:
        engine.stop()
        published.set()

    engine = harness.prepared(publish=publish)
    engine.start()
    assert published.wait(PATIENCE)
    engine.stop()
    assert not engine.alive


def test_stop_is_quick_while_a_server_drips_into_a_real_socket(harness: Harness) -> None:
    """The server sends a byte every few milliseconds for ever: no read ever times out."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        reading_now = threading.Event()
        done = threading.Event()

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                while not done.wait(0.005):
                    try:
                        connection.sendall(b".")
                    except OSError:
                        return

        async def answer(_now: datetime) -> Harvest:
            reader, writer = await asyncio.open_connection(*server.getsockname())
            try:
                while True:
                    await reader.readexactly(1)
                    reading_now.set()
            finally:
                writer.close()

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            engine = harness.engine(FakeSource("a", answer))
            assert reading_now.wait(PATIENCE)
            assert stopping_seconds(engine) < 0.5
            assert not engine.alive
        finally:
            done.set()
            thread.join()


def test_stop_does_not_wait_for_sources_and_services_that_do_not_close(harness: Harness) -> None:
    class Stubborn(FakeSource):
        async def close(self) -> None:
            await asyncio.Event().wait()

    class StubbornNotifier(FakeNotifier):
        async def close(self) -> None:
            await asyncio.Event().wait()

    source = Stubborn("a", answering(reading("errors.rate", 0.5)))
    engine = harness.engine(source, notifier=StubbornNotifier())
    harness.next()
    assert stopping_seconds(engine) < 2.0
    assert not engine.alive


def test_stop_leaves_a_blocked_thread_behind_after_two_seconds(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    let_go = threading.Event()
    blocked = threading.Event()

    async def answer(_now: datetime) -> Harvest:
        blocked.set()
        let_go.wait(PATIENCE)  # blocks the loop, which no source may do
        return harvest()

    engine = harness.engine(FakeSource("a", answer))
    assert blocked.wait(PATIENCE)
    assert stopping_seconds(engine) == pytest.approx(2.0, abs=0.3)
    assert "did not stop within 2 s" in caplog.text
    let_go.set()
    engine.stop()
    assert not engine.alive


def test_a_bug_in_a_source_ends_the_engine_and_is_told(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    async def answer(_now: datetime) -> Harvest:
        raise KeyError("a bug")

    other = FakeSource("b", never)
    engine = harness.engine(FakeSource("a", answer), other)
    error = harness.deaths.get(timeout=PATIENCE)
    assert isinstance(error, KeyError)
    engine.stop()
    assert not engine.alive
    assert other.closings == 1
    record = next(r for r in caplog.records if r.levelno == logging.CRITICAL)
    assert record.exc_info is not None


def test_a_bug_where_a_snapshot_is_taken_ends_the_engine_too(harness: Harness) -> None:
    def publish(_snapshot: Snapshot) -> None:
        raise ValueError("a bug in the window")

    engine = harness.engine(publish=publish)
    assert isinstance(harness.deaths.get(timeout=PATIENCE), ValueError)
    engine.stop()


def test_a_bug_that_nobody_listens_for_is_in_the_log(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(FakeSource):
        async def close(self) -> None:
            raise ZeroDivisionError

    engine = harness.engine(Broken("a", never), on_death=None)
    engine.stop()
    assert not engine.alive
    assert "the engine has died of a bug" in caplog.text
