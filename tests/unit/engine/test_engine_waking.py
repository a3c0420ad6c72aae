"""The running engine over a sleep of the computer."""

from __future__ import annotations

import asyncio
import threading
from datetime import datetime

from support.engines import PATIENCE, Harness, never
from support.readings import FakeSource, answering, harvest, reading

from opsdesk.engine.commands import Pause
from opsdesk.engine.schedule import Clocks
from opsdesk.model.protocols import Harvest


def test_on_waking_everything_is_asked_at_once_and_hanging_polls_are_given_up(
    harness: Harness,
) -> None:
    asleep = iter([0.0])  # the first look; then the wall clock is an hour ahead for good

    def clocks() -> Clocks:
        return Clocks(wall=next(asleep, 3600.0), monotonic=0.0)

    answers = iter([never, answering(reading("errors.rate", 0.5))])

    async def answer(now: datetime) -> Harvest:
        return await next(answers)(now)

    source = FakeSource("a", answer)
    harness.engine(source, clocks=clocks, watch=0.05)
    assert harness.next().sources[0].problem is None
    assert source.polls == 2


def test_on_waking_connections_are_given_up_before_anything_is_asked(harness: Harness) -> None:
    awake = threading.Event()
    done: list[str] = []

    class Telling(FakeSource):
        async def poll(self, now: datetime) -> Harvest:
            done.append("poll")
            return await super().poll(now)

        async def close(self) -> None:
            done.append("close")

    source = Telling("a", answering(reading("errors.rate", 0.5)))
    harness.engine(
        source,
        clocks=lambda: Clocks(wall=3600.0 if awake.is_set() else 0.0, monotonic=0.0),
        watch=0.02,
    )
    harness.next()
    awake.set()
    harness.next()
    assert done == ["poll", "close", "poll"]


def test_on_waking_a_paused_engine_stays_paused(harness: Harness) -> None:
    awake = threading.Event()

    def clocks() -> Clocks:
        return Clocks(wall=3600.0 if awake.is_set() else 0.0, monotonic=0.0)

    source = FakeSource("a", answering(reading("errors.rate", 0.5)))
    engine = harness.engine(source, clocks=clocks, watch=0.02)
    harness.next()
    engine.send(Pause())
    harness.until(lambda snapshot: snapshot.paused)
    awake.set()
    assert source.closed.wait(PATIENCE)  # its next poll needs new connections all the same
    assert harness.nothing_for(0.2)


def test_a_source_that_ignores_its_end_polls_no_more(harness: Harness) -> None:
    """What it brings in after it was given up is left aside."""
    asleep = iter([0.0])
    ignored = threading.Event()

    async def ignore(_now: datetime) -> Harvest:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ignored.set()
        return harvest(reading("errors.rate", 99.0))

    answers = iter([ignore, answering(reading("errors.rate", 0.5))])

    async def answer(now: datetime) -> Harvest:
        return await next(answers)(now)

    source = FakeSource("a", answer)
    harness.engine(
        source, clocks=lambda: Clocks(wall=next(asleep, 3600.0), monotonic=0.0), watch=0.05
    )
    (found,) = (r for k, r in harness.next().readings.items() if k.metric == "errors.rate")
    assert found.value == 0.5
    assert ignored.wait(PATIENCE)
    assert harness.nothing_for(0.1)
    assert source.polls == 2
