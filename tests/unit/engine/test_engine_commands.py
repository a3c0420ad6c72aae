"""What the window asks of the running engine."""

from __future__ import annotations

import threading
from datetime import datetime

from support.engines import LONG, PATIENCE, Harness, never
from support.readings import FakeSource, answering, harvest, reading

from opsdesk.engine.commands import AddSource, Pause, Refresh, RemoveSource, Resume, SetInterval
from opsdesk.model.protocols import Harvest
from opsdesk.runtime.threads import in_thread


def test_pause_stops_asking_and_says_so_and_resume_asks_at_once(harness: Harness) -> None:
    source = FakeSource("a", answering(reading("errors.rate", 0.5)))
    engine = harness.engine(source, interval=0.1)
    harness.next()
    engine.send(Pause())
    harness.until(lambda snapshot: snapshot.paused)
    engine.send(Pause())  # once more says nothing new
    while not harness.snapshots.empty():
        harness.next()
    before = source.polls
    assert harness.nothing_for(0.3)
    engine.send(Refresh())
    assert harness.next().paused
    assert source.polls == before + 1
    engine.send(Resume())
    harness.until(lambda snapshot: not snapshot.paused and source.polls > before + 1)


def test_a_refresh_can_look_anew_at_what_the_server_has(harness: Harness) -> None:
    source = FakeSource("a", answering(reading("errors.rate", 0.5)))
    engine = harness.engine(source)
    harness.next()
    engine.send(Refresh(rediscover=True))
    harness.next()
    assert source.rediscoveries == 1


def test_a_refresh_during_a_poll_does_not_ask_twice(harness: Harness) -> None:
    asked, go = threading.Event(), threading.Event()

    async def answer(now: datetime) -> Harvest:
        asked.set()
        await in_thread(lambda: go.wait(PATIENCE), "test")
        return harvest(reading("errors.rate", 0.5, now))

    source = FakeSource("a", answer)
    engine = harness.engine(source)
    assert asked.wait(PATIENCE)
    engine.send(Refresh())
    engine.send(SetInterval(LONG))  # done after it, and published
    harness.next()
    go.set()
    harness.next()
    assert harness.nothing_for(0.1)
    assert source.polls == 1


def test_a_shorter_interval_holds_at_once(harness: Harness) -> None:
    source = FakeSource("a", answering(reading("errors.rate", 0.5)))
    engine = harness.engine(source)
    harness.next()
    engine.send(SetInterval(0.05))
    for _ in range(4):
        snapshot = harness.next()
    assert source.polls >= 3
    assert snapshot.sources[0].interval == 0.05


def test_sources_come_and_go_and_what_stays_is_kept(harness: Harness) -> None:
    staying = FakeSource("a", answering(reading("errors.rate", 0.5)))
    going = FakeSource("b", never)
    engine = harness.engine(staying, going)
    harness.next()
    coming = FakeSource("c", answering(reading("health.score", 99.0, source="c")))
    engine.send(RemoveSource("b"))
    engine.send(AddSource(coming))
    snapshot = harness.until(
        lambda s: s.sources[-1].id == "c" and s.sources[-1].last_success is not None
    )
    assert [status.id for status in snapshot.sources] == ["a", "c"]
    assert {key.metric for key in snapshot.readings} == {"health.score", "errors.rate"}
    assert staying.polls == 1
    assert going.closed.wait(PATIENCE)
    engine.stop()
    assert staying.closings == coming.closings == 1
    assert going.closings >= 1


def test_a_source_of_the_same_name_but_another_address_starts_afresh(harness: Harness) -> None:
    engine = harness.engine(FakeSource("a", answering(reading("errors.rate", 0.5))))
    harness.next()
    engine.send(AddSource(FakeSource("a", never)))
    assert harness.next().readings == {}
