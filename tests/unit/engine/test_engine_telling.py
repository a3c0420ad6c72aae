"""What the running engine tells of incidents, and whom."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from queue import Queue

from support.engines import PATIENCE, FakeNotifier, Harness, states
from support.readings import FakeSource

from opsdesk.engine.commands import Acknowledge, Refresh, Snooze
from opsdesk.insight.words import utc_now
from opsdesk.model.desk import Hush
from opsdesk.model.protocols import Notice
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import Severity


def test_a_breaker_that_opens_is_told_and_its_end_too(harness: Harness) -> None:
    notifier = FakeNotifier()
    source = FakeSource("a", states(Carbon=BreakerState.CLOSED))
    engine = harness.engine(source, notifier=notifier)
    harness.next()
    source.answer = states(Carbon=BreakerState.OPEN)
    engine.send(Refresh())
    opened = notifier.shown.get(timeout=PATIENCE)
    source.answer = states(Carbon=BreakerState.CLOSED)
    engine.send(Refresh())
    ended = notifier.shown.get(timeout=PATIENCE)
    assert (opened.severity, ended.severity) == (Severity.CRITICAL, None)
    assert opened.id == ended.id
    engine.stop()
    assert notifier.closed.is_set()


class FakePresence:
    """Somebody at the desk; ``watching`` has the way to say that they go or come."""

    def __init__(self) -> None:
        self.watching: Queue[Callable[[bool], None]] = Queue()

    async def watch(self, tell: Callable[[bool], None]) -> None:
        loop = asyncio.get_running_loop()
        self.watching.put(lambda present: loop.call_soon_threadsafe(tell, present))
        await asyncio.Event().wait()


class FakeForwarder:
    """Somebody elsewhere; ``told`` has what they hear."""

    name, waiting = "elsewhere", ()

    def __init__(self) -> None:
        self.told: Queue[Notice] = Queue()
        self.closed = threading.Event()

    def resume(self, documents: Iterable[str]) -> None:
        assert not list(documents)

    def tell(self, notices: Iterable[Notice]) -> None:
        for notice in notices:
            self.told.put(notice)

    async def keep_passing_on(self, done: Callable[[], Awaitable[None]]) -> None:
        await done()

    async def close(self) -> None:
        self.closed.set()


def test_who_is_away_is_told_when_they_are_back_and_others_meanwhile(harness: Harness) -> None:
    desk, forwarder, presence = FakeNotifier(), FakeForwarder(), FakePresence()
    source = FakeSource("a", states(Carbon=BreakerState.CLOSED))
    engine = harness.engine(source, notifier=desk, forwarders=(forwarder,), presence=presence)
    harness.next()
    attend = presence.watching.get(timeout=PATIENCE)
    attend(False)
    source.answer = states(Carbon=BreakerState.OPEN)
    engine.send(Refresh())
    assert forwarder.told.get(timeout=PATIENCE).title == "Breaker open: Carbon"
    assert desk.shown.empty()
    attend(True)
    engine.send(Refresh())
    assert "away" in desk.shown.get(timeout=PATIENCE).title
    assert desk.shown.empty()
    engine.stop()
    assert forwarder.closed.is_set()


def test_without_a_notification_service_incidents_are_known_all_the_same(harness: Harness) -> None:
    harness.engine(FakeSource("a", states(Carbon=BreakerState.OPEN)))
    assert len(harness.next().incidents) == 1


def test_what_is_said_of_an_incident_is_seen_at_once(harness: Harness) -> None:
    engine = harness.engine(FakeSource("a", states(Carbon=BreakerState.OPEN)))
    (incident,) = harness.next().incidents
    engine.send(Acknowledge((incident.id,)))
    assert harness.next().desk.of(incident.id).acknowledged_at is not None


def test_time_alone_ends_a_snooze(harness: Harness) -> None:
    engine = harness.engine(FakeSource("a", states(Carbon=BreakerState.OPEN)), watch=0.02)
    harness.next()
    engine.send(Snooze(utc_now() + timedelta(seconds=0.2)))
    assert harness.next().desk.hush is Hush.SNOOZED
    assert harness.next().desk.hush is Hush.NONE
