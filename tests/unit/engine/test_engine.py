"""The engine against sources that do what servers do."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from queue import Empty, Queue

import msgspec
import pytest
from support.readings import NOW, FakeSource, answering, breaker, failing, harvest, reading

from opsdesk.catalogue import metrics
from opsdesk.engine import running as running_module
from opsdesk.engine.commands import (
    Acknowledge,
    AddSource,
    Pause,
    Refresh,
    RemoveSource,
    Resume,
    SetInterval,
    Snooze,
)
from opsdesk.engine.engine import Engine
from opsdesk.engine.schedule import Clocks
from opsdesk.engine.setting import Setting
from opsdesk.insight.words import utc_now
from opsdesk.model.desk import Hush
from opsdesk.model.errors import ProblemKind
from opsdesk.model.protocols import Harvest, Notice
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import Incident, Severity, Snapshot
from opsdesk.wire.threads import in_thread

LONG = 3600.0
SEEN = utc_now()  # an earlier run, not long ago
PATIENCE = 10.0

CATALOGUE = metrics.load()


class Harness:
    """Engines of one test, and what they hand out. All of them are stopped."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.snapshots: Queue[Snapshot] = Queue()
        self.deaths: Queue[Exception] = Queue()

    def engine(self, *sources: FakeSource, interval: float = LONG, **more: object) -> Engine:
        """Return an engine that runs."""
        engine = self.prepared(*sources, interval=interval, **more)
        engine.start()
        return engine

    def prepared(self, *sources: FakeSource, interval: float = LONG, **more: object) -> Engine:
        """Return an engine that will be stopped."""
        more.setdefault("publish", self.snapshots.put)
        on_death = more.pop("on_death", self.deaths.put)
        setting = Setting(sources=sources, catalogue=CATALOGUE, interval=interval, **more)
        engine = Engine(lambda: setting, on_death)
        self._stack.callback(engine.stop)
        return engine

    def next(self) -> Snapshot:
        """Wait for a snapshot."""
        return self.snapshots.get(timeout=PATIENCE)

    def until(self, holds: Callable[[Snapshot], bool]) -> Snapshot:
        """Wait for a snapshot for which this holds."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            snapshot = self.next()
            if holds(snapshot):
                return snapshot
        raise AssertionError("no such snapshot")

    def nothing_for(self, seconds: float) -> bool:
        """Tell whether no snapshot comes for so long."""
        try:
            self.snapshots.get(timeout=seconds)
        except Empty:
            return True
        return False


@pytest.fixture
def harness() -> Iterator[Harness]:
    with ExitStack() as stack:
        yield Harness(stack)


class FakeNotifier:
    def __init__(self) -> None:
        self.shown: Queue[Notice] = Queue()
        self.closed = threading.Event()

    async def resume(self) -> None:
        """Nothing stands from before."""

    async def show(self, notice: Notice) -> bool:
        self.shown.put(notice)
        return True

    async def withdraw(self, notice_id: str) -> None:
        """Take nothing away: what was shown is what a test asks for."""

    async def close(self) -> None:
        self.closed.set()


async def never(_now: datetime) -> Harvest:
    await asyncio.Event().wait()
    raise AssertionError


def states(**of: BreakerState) -> Callable[[datetime], Awaitable[Harvest]]:
    return answering(*(breaker(name, state) for name, state in of.items()))


# ---- polling and publishing


def test_a_refresh_is_published_with_what_follows_from_it(harness: Harness) -> None:
    harness.engine(
        FakeSource("a", answering(reading("component.instances_up", 100.0, component="x")))
    )
    snapshot = harness.next()
    values = {key.metric: found.value for key, found in snapshot.readings.items()}
    assert values == {"component.instances_up": 100.0, "health.score": 100.0}
    status = snapshot.sources[0]
    assert status.problem is None
    assert status.last_success is not None
    assert status.next_attempt is not None
    assert (status.next_attempt - status.last_success).total_seconds() == pytest.approx(LONG, abs=1)


def test_sources_are_asked_again_on_schedule(harness: Harness) -> None:
    source = FakeSource("a", answering(reading("errors.rate", 0.5)))
    harness.engine(source, interval=0.05)
    for _ in range(3):
        harness.next()
    assert source.polls >= 3


def test_each_source_has_its_own_pace_and_a_hanging_one_holds_up_nobody(harness: Harness) -> None:
    slow = FakeSource("slow", never)
    quick = FakeSource("quick", answering(reading("errors.rate", 0.5)))
    harness.engine(slow, quick, interval=0.05)
    for _ in range(3):
        snapshot = harness.next()
    assert snapshot.source("quick").problem is None  # type: ignore[union-attr]
    assert snapshot.source("slow").last_attempt is None  # type: ignore[union-attr]


def test_sources_that_answer_in_one_turn_share_a_snapshot(harness: Harness) -> None:
    both = [FakeSource(name, answering(reading("errors.rate", 0.5))) for name in "ab"]
    harness.engine(*both)
    snapshot = harness.next()
    assert all(status.last_success is not None for status in snapshot.sources)
    assert harness.nothing_for(0.1)


def test_a_computed_figure_that_did_not_change_stays_the_same_object(harness: Harness) -> None:
    same = harvest(reading("component.instances_up", 100.0, utc_now(), component="x"))

    async def answer(_now: datetime) -> Harvest:
        return harvest(*(msgspec.structs.replace(one) for one in same.readings))

    harness.engine(FakeSource("a", answer), interval=0.05)
    first, second = harness.next(), harness.next()
    assert len(first.readings) == 2
    assert all(second.readings[key] is found for key, found in first.readings.items())


def test_with_no_source_there_is_a_snapshot_that_says_so(harness: Harness) -> None:
    harness.engine()
    assert harness.next().sources == ()


# ---- failures


def test_a_failing_source_keeps_its_last_readings_and_says_what_is_wrong(harness: Harness) -> None:
    answers = iter([harvest(reading("errors.rate", 0.5, utc_now()))])

    async def answer(_now: datetime) -> Harvest:
        try:
            return next(answers)
        except StopIteration:
            raise failing() from None

    engine = harness.engine(FakeSource("a", answer))
    good = harness.next()
    engine.send(Refresh())
    bad = harness.next()
    assert bad.readings == good.readings
    status = bad.sources[0]
    assert status.failures == 1
    assert status.problem is not None
    assert status.problem.kind is ProblemKind.UNREACHABLE
    assert status.last_success == good.sources[0].last_success
    assert status.next_attempt is not None
    assert status.last_attempt is not None
    wait = (status.next_attempt - status.last_attempt).total_seconds()
    assert 2.4 <= wait <= 5.1
    engine.send(Refresh())
    assert harness.next().sources[0].failures == 2


def test_a_success_after_failures_clears_them(harness: Harness) -> None:
    outcomes = iter([failing(), None])

    async def answer(now: datetime) -> Harvest:
        error = next(outcomes)
        if error is not None:
            raise error
        return harvest(reading("errors.rate", 0.5, now))

    engine = harness.engine(FakeSource("a", answer))
    assert harness.next().sources[0].failures == 1
    engine.send(Refresh())
    status = harness.next().sources[0]
    assert (status.failures, status.problem) == (0, None)


def test_a_server_that_asks_for_patience_gets_it(harness: Harness) -> None:
    async def answer(_now: datetime) -> Harvest:
        raise failing(kind=ProblemKind.RATE_LIMITED, retry_after=120.0)

    harness.engine(FakeSource("a", answer))
    status = harness.next().sources[0]
    assert status.next_attempt is not None
    assert status.last_attempt is not None
    wait = (status.next_attempt - status.last_attempt).total_seconds()
    assert wait == pytest.approx(120, abs=1)


def test_it_gets_it_whatever_is_set_meanwhile_and_the_next_try_is_told_truly(
    harness: Harness,
) -> None:
    async def answer(_now: datetime) -> Harvest:
        raise failing(kind=ProblemKind.RATE_LIMITED, retry_after=120.0)

    def wait(snapshot: Snapshot) -> float:
        next_attempt = snapshot.sources[0].next_attempt
        assert next_attempt is not None
        return (next_attempt - utc_now()).total_seconds()

    source = FakeSource("a", answer)
    engine = harness.engine(source)
    harness.next()
    engine.send(SetInterval(0.05))
    assert wait(harness.next()) == pytest.approx(120, abs=2)
    engine.send(Pause())
    assert harness.next().sources[0].next_attempt is None
    engine.send(Resume())
    assert wait(harness.next()) == pytest.approx(120, abs=2)
    assert harness.nothing_for(0.2)
    assert source.polls == 1
    engine.send(Refresh())  # a person who asks is another matter
    assert harness.next().sources[0].failures == 2


def test_another_interval_changes_the_next_try_of_a_source_that_answers(harness: Harness) -> None:
    engine = harness.engine(FakeSource("a", answering(reading("errors.rate", 0.5))))
    harness.next()
    engine.send(SetInterval(30.0))
    next_attempt = harness.next().sources[0].next_attempt
    assert next_attempt is not None
    assert (next_attempt - utc_now()).total_seconds() == pytest.approx(30, abs=2)


def test_a_server_that_never_finishes_is_given_up_at_the_deadline(harness: Harness) -> None:
    harness.engine(FakeSource("a", never), deadline=0.05)
    problem = harness.next().sources[0].problem
    assert problem is not None
    assert problem.kind is ProblemKind.TIMEOUT
    assert str(problem).startswith("Source a (nowhere): no complete answer within 0.05 s. Check")


# ---- commands


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


# ---- sleep


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


# ---- notices


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


# ---- what an earlier run knew


def earlier() -> Snapshot:
    incident = Incident(
        id="carbon",
        subject=breaker("Carbon", BreakerState.OPEN).key,
        title="Breaker open: Carbon",
        severity=Severity.CRITICAL,
        state=BreakerState.OPEN,
        opened_at=NOW,
    )
    found = breaker("Carbon", BreakerState.OPEN, utc_now())
    gone = reading("health.score", 1.0, utc_now(), source="gone")
    source = FakeSource("a", never)
    status = running_module.Assembly([source], CATALOGUE, LONG).snapshot(NOW)[0].sources[0]
    statuses = (
        msgspec.structs.replace(status, last_success=SEEN, cadence=30.0),
        msgspec.structs.replace(status, id="gone"),
    )
    readings = {one.key: one for one in (found, gone)}
    return Snapshot(at=NOW, readings=readings, sources=statuses, incidents=(incident,))


def test_the_last_known_readings_stay_while_the_source_fails_from_the_start(
    harness: Harness,
) -> None:
    async def answer(_now: datetime) -> Harvest:
        raise failing()

    notifier = FakeNotifier()
    engine = harness.engine(FakeSource("a", answer), earlier=earlier(), notifier=notifier)
    snapshot = harness.next()
    assert {key.metric for key in snapshot.readings} >= {"breaker.state"}
    assert "gone" not in {found.source for found in snapshot.readings.values()}
    assert snapshot.sources[0].last_success == SEEN
    assert snapshot.sources[0].cadence == 30.0
    assert [incident.id for incident in snapshot.incidents] == ["carbon"]
    engine.stop()
    assert notifier.shown.empty()


def test_the_last_known_snapshot_is_kept_but_not_at_every_refresh(harness: Harness) -> None:
    kept: Queue[Snapshot] = Queue()
    source = FakeSource("a", answering(reading("errors.rate", 0.5)))
    engine = harness.engine(source, keep=kept.put)
    first = harness.next()
    assert kept.get(timeout=PATIENCE) is first
    engine.send(Refresh())
    harness.next()
    assert kept.empty()


def test_incidents_are_kept_as_soon_as_they_change(harness: Harness) -> None:
    kept: Queue[Snapshot] = Queue()
    source = FakeSource("a", states(Carbon=BreakerState.CLOSED))
    engine = harness.engine(source, keep=kept.put)
    assert kept.get(timeout=PATIENCE).incidents == ()
    source.answer = states(Carbon=BreakerState.OPEN)
    engine.send(Refresh())
    assert len(kept.get(timeout=PATIENCE).incidents) == 1


def test_the_last_known_snapshot_is_kept_once_more_at_the_end(harness: Harness) -> None:
    kept: Queue[Snapshot] = Queue()
    engine = harness.engine(FakeSource("a", answering(reading("errors.rate", 0.5))), keep=kept.put)
    harness.next()
    kept.get(timeout=PATIENCE)
    engine.send(Refresh())
    last = harness.next()
    engine.stop()
    assert kept.get_nowait() is last
    assert kept.empty()


def test_a_disk_that_hangs_does_not_hold_up_the_end(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    began, let_go, done = threading.Event(), threading.Event(), threading.Event()
    kept: list[Snapshot] = []

    def keep(snapshot: Snapshot) -> None:
        began.set()
        let_go.wait(PATIENCE)
        kept.append(snapshot)
        if len(kept) == 2:
            done.set()

    engine = harness.engine(FakeSource("a", answering(reading("errors.rate", 0.5))), keep=keep)
    first = harness.next()
    assert began.wait(PATIENCE)
    engine.send(Refresh())
    last = harness.next()
    assert stopping_seconds(engine) < 2.0
    assert not engine.alive
    assert "was not written within 1 s" in caplog.text
    let_go.set()
    assert done.wait(PATIENCE)
    assert kept == [first, last]  # each in its turn


def test_a_snapshot_without_readings_does_not_take_the_place_of_one_with_them(
    harness: Harness,
) -> None:
    async def answer(_now: datetime) -> Harvest:
        raise failing()

    kept: Queue[Snapshot] = Queue()
    engine = harness.engine(FakeSource("a", answer), keep=kept.put)
    harness.next()
    engine.stop()
    assert kept.empty()


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


def stopping_seconds(engine: Engine) -> float:
    began = time.monotonic()
    engine.stop()
    return time.monotonic() - began


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
