"""The engine beside a source that tells of news by itself."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from queue import Empty, Queue

import pytest
from support.readings import NOW, FakeSource, answering, failing, harvest, reading
from typing_extensions import override

from opsdesk.catalogue import metrics
from opsdesk.engine import following, schedule
from opsdesk.engine.commands import AddSource, Pause, Refresh, RemoveSource, Resume
from opsdesk.engine.engine import Engine
from opsdesk.engine.following import Following
from opsdesk.engine.schedule import Clocks
from opsdesk.engine.setting import Setting
from opsdesk.insight.words import utc_now
from opsdesk.model.errors import SourceError
from opsdesk.model.key import key
from opsdesk.model.protocols import Harvest
from opsdesk.model.snapshot import Snapshot

CATALOGUE = metrics.load()
LONG = 3600.0
PATIENCE = 10.0
RATE = key("errors.rate")
Tell = Callable[[Harvest | None], None]


class Telling(FakeSource):
    """A source that tells what the test says, while it is followed."""

    def __init__(self, rate: float = 0.1) -> None:
        super().__init__("a", answering(reading("errors.rate", rate)))
        #: one for each time that it is followed
        self.streams: Queue[Stream] = Queue()
        self.refusal: SourceError | None = None
        self.attempts = 0

    async def follow(self, _now: datetime, tell: Tell) -> None:
        self.attempts += 1
        if self.refusal is not None:
            raise self.refusal
        stream = Stream(tell)
        self.streams.put(stream)
        await stream.end

    def stream(self) -> Stream:
        """Wait until it is followed anew."""
        return self.streams.get(timeout=PATIENCE)


class Stream:
    """One time that a source is followed. The test speaks from its own thread."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._loop = asyncio.get_running_loop()
        self.end: asyncio.Future[None] = self._loop.create_future()

    def tell(self, rate: float) -> None:
        """Tell of a new rate."""
        self._call(self._tell, harvest(reading("errors.rate", rate, utc_now())))

    def live(self) -> None:
        """Give a sign of life."""
        self._call(self._tell, None)

    def lose(self) -> None:
        """Break."""
        self._call(self.end.set_exception, failing())

    def _call(self, work: Callable[..., object], what: object) -> None:
        done = threading.Event()

        def call() -> None:
            work(what)
            done.set()

        self._loop.call_soon_threadsafe(call)
        assert done.wait(PATIENCE)


class Desk:
    """Engines of one test, and what they hand out."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.snapshots: Queue[Snapshot] = Queue()
        self.deaths: Queue[Exception] = Queue()

    def engine(self, *sources: FakeSource, interval: float = LONG, **more: object) -> Engine:
        setting = Setting(
            sources=sources,
            catalogue=CATALOGUE,
            interval=interval,
            publish=self.snapshots.put,
            **more,
        )
        engine = Engine(lambda: setting, self.deaths.put)
        self._stack.callback(engine.stop)
        engine.start()
        return engine

    def rate(self) -> object:
        """Return the rate of the next snapshot."""
        return self.snapshots.get(timeout=PATIENCE).readings[RATE].value

    def until(self, holds: Callable[[Snapshot], object]) -> Snapshot:
        while not holds(snapshot := self.snapshots.get(timeout=PATIENCE)):
            pass
        return snapshot

    def is_quiet(self, seconds: float = 0.2) -> bool:
        try:
            self.snapshots.get(timeout=seconds)
        except Empty:
            return True
        return False


@pytest.fixture
def desk() -> Iterator[Desk]:
    with ExitStack() as stack:
        yield Desk(stack)


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "FIRST_RETRY", 0.01)


def test_what_is_told_is_published_at_once_without_a_poll(desk: Desk) -> None:
    source = Telling()
    desk.engine(source)
    assert desk.rate() == 0.1
    stream = source.stream()
    for rate in (0.2, 0.3):
        stream.tell(rate)
        assert desk.rate() == rate
    assert source.polls == 1


def test_news_count_as_a_success_and_begin_a_new_grid(desk: Desk) -> None:
    source = Telling()
    desk.engine(source)
    first = desk.snapshots.get(timeout=PATIENCE).sources[0]
    source.stream().tell(0.2)
    second = desk.snapshots.get(timeout=PATIENCE).sources[0]
    assert first.last_success is not None
    assert second.last_success is not None
    assert second.next_attempt is not None
    assert second.last_success > first.last_success
    wait = second.next_attempt - second.last_success
    assert wait.total_seconds() == pytest.approx(LONG, abs=1)


def test_while_it_is_heard_nothing_is_asked_and_time_goes_on(desk: Desk) -> None:
    source = Telling()
    desk.engine(source, interval=0.05)
    source.stream().live()
    asked = source.polls
    first, *_, last = (desk.snapshots.get(timeout=PATIENCE).sources[0] for _ in range(10))
    assert source.polls == asked
    assert first.next_attempt is not None
    assert last.next_attempt is not None
    assert last.next_attempt > first.next_attempt


def test_when_it_is_silent_polls_go_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "TRUSTED", 0.2)
    source = Telling()
    desk.engine(source, interval=0.05)
    source.stream().live()
    asked = source.polls
    desk.until(lambda _: source.polls > asked + 3)


def test_it_is_asked_now_and_then_all_the_same(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "ASKED_ANYWAY", 0.2)
    source = Telling()
    desk.engine(source, interval=0.05)
    source.stream().live()
    asked = source.polls
    desk.until(lambda _: source.polls > asked + 1)


@pytest.mark.usefixtures("no_waiting")
def test_when_it_is_lost_it_is_asked_at_once_and_followed_again(desk: Desk) -> None:
    source = Telling()
    desk.engine(source)
    assert desk.rate() == 0.1
    stream = source.stream()
    stream.tell(0.2)
    assert desk.rate() == 0.2
    stream.lose()
    assert desk.rate() == 0.1  # as it answers the poll
    source.stream().tell(0.3)
    assert desk.rate() == 0.3
    assert source.polls == 2


def test_what_was_told_before_the_loss_is_not_lost(desk: Desk) -> None:
    """The news of an outage may be the last that a gateway sends."""
    source = Telling()
    desk.engine(source)
    assert desk.rate() == 0.1
    stream = source.stream()

    async def refuse(_now: datetime) -> Harvest:
        raise failing()

    source.answer = refuse
    told = threading.Event()

    def tell_and_lose() -> None:
        stream._tell(harvest(reading("errors.rate", 0.9, utc_now())))
        stream.end.set_exception(failing())
        told.set()

    stream._loop.call_soon_threadsafe(tell_and_lose)
    assert told.wait(PATIENCE)
    after = desk.until(lambda snapshot: snapshot.sources[0].failures)
    assert after.readings[RATE].value == 0.9


@pytest.mark.usefixtures("no_waiting")
def test_what_cannot_be_followed_is_polled_and_tried_again(desk: Desk) -> None:
    source = Telling()
    source.refusal = failing()
    desk.engine(source, interval=0.05)
    desk.until(lambda _: source.attempts > 2 and source.polls > 2)
    source.refusal = None
    source.stream().tell(0.2)
    desk.until(lambda snapshot: snapshot.readings[RATE].value == 0.2)


def test_who_wants_to_be_left_alone_is_until_a_person_asks(desk: Desk) -> None:
    source = Telling()
    source.refusal = failing(retry_after=LONG)
    engine = desk.engine(source, interval=0.05)
    desk.until(lambda _: source.polls > 5)
    assert source.attempts == 1
    source.refusal = None
    engine.send(Refresh())
    source.stream()


@pytest.mark.usefixtures("no_waiting")
def test_what_does_not_answer_is_not_followed(desk: Desk) -> None:
    async def refuse(_now: datetime) -> Harvest:
        raise failing()

    source = Telling()
    good, source.answer = source.answer, refuse
    desk.engine(source, interval=0.05)
    desk.until(lambda snapshot: snapshot.sources[0].failures > 3)
    assert source.attempts == 0
    source.answer = good
    source.stream()


def test_a_source_with_nothing_to_be_followed_is_left_alone(desk: Desk) -> None:
    class Detected(Telling):
        @override
        async def follow(self, _now: datetime, _tell: Tell) -> None:
            self.attempts += 1

    source = Detected()
    desk.engine(source, interval=0.05)
    desk.until(lambda _: source.polls > 5)
    assert source.attempts == 1


def test_who_asks_gets_a_poll_though_it_is_followed(desk: Desk) -> None:
    source = Telling()
    engine = desk.engine(source)
    desk.rate()
    source.stream().tell(0.2)
    assert desk.rate() == 0.2
    engine.send(Refresh(rediscover=True))
    assert desk.rate() == 0.1
    assert (source.polls, source.rediscoveries) == (2, 1)


def test_what_is_told_during_a_poll_counts_after_it(desk: Desk) -> None:
    source = Telling()
    engine = desk.engine(source)
    desk.rate()
    stream = source.stream()
    asked, go = threading.Event(), asyncio.Event()

    async def slow(now: datetime) -> Harvest:
        asked.set()
        await go.wait()
        return harvest(reading("errors.rate", 0.1, now))

    source.answer = slow
    engine.send(Refresh())
    assert asked.wait(PATIENCE)
    stream.tell(0.2)
    stream._loop.call_soon_threadsafe(go.set)
    desk.until(lambda snapshot: snapshot.readings[RATE].value == 0.2)
    assert desk.is_quiet()


def test_pause_ends_it_and_resume_begins_anew(desk: Desk) -> None:
    source = Telling()
    engine = desk.engine(source)
    desk.rate()
    stream = source.stream()
    engine.send(Pause())
    desk.until(lambda snapshot: snapshot.paused)
    assert stream.end.cancelled()
    engine.send(Refresh())  # asks once, and does not begin to follow
    desk.rate()
    assert source.streams.empty()
    engine.send(Resume())
    source.stream().tell(0.3)
    desk.until(lambda snapshot: snapshot.readings[RATE].value == 0.3)


def test_on_waking_it_is_asked_and_followed_over_new_connections(desk: Desk) -> None:
    awake = threading.Event()
    source = Telling()
    desk.engine(
        source,
        clocks=lambda: Clocks(wall=3600.0 if awake.is_set() else 0.0, monotonic=0.0),
        watch=0.02,
    )
    desk.rate()
    stream = source.stream()
    awake.set()
    source.stream().tell(0.3)
    desk.until(lambda snapshot: snapshot.readings[RATE].value == 0.3)
    assert stream.end.cancelled()
    assert source.closed.is_set()
    assert source.polls == 2


def test_on_waking_a_paused_engine_follows_nobody(desk: Desk) -> None:
    awake = threading.Event()
    source = Telling()
    engine = desk.engine(
        source,
        clocks=lambda: Clocks(wall=3600.0 if awake.is_set() else 0.0, monotonic=0.0),
        watch=0.02,
    )
    desk.rate()
    source.stream()
    engine.send(Pause())
    desk.until(lambda snapshot: snapshot.paused)
    awake.set()
    assert source.closed.wait(PATIENCE)
    engine.send(Refresh())
    desk.rate()
    assert source.streams.empty()


def test_sources_that_come_are_followed_and_those_that_go_are_not(desk: Desk) -> None:
    engine = desk.engine()
    source = Telling()
    engine.send(AddSource(source))
    stream = source.stream()
    engine.send(RemoveSource("a"))
    assert source.closed.wait(PATIENCE)
    assert stream.end.cancelled()


def test_stop_ends_it(desk: Desk) -> None:
    source = Telling()
    engine = desk.engine(source)
    stream = source.stream()
    engine.stop()
    assert not engine.alive
    assert stream.end.cancelled()


def test_a_bug_in_it_ends_the_engine_and_is_told(desk: Desk) -> None:
    class Broken(Telling):
        @override
        async def follow(self, _now: datetime, _tell: Tell) -> None:
            raise ZeroDivisionError

    desk.engine(Broken())
    assert isinstance(desk.deaths.get(timeout=PATIENCE), ZeroDivisionError)


def test_after_a_stream_that_lasted_the_next_attempt_is_a_first_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []

    def delay(failures: int, *_more: object) -> float:
        asked.append(failures)
        return 0.0

    monkeypatch.setattr(schedule, "retry_delay", delay)
    lasting = iter([0.0, 0.0, 0.1, 0.0])
    monkeypatch.setattr(following, "LASTED", 0.1)
    done = asyncio.Event()

    class Brief(Telling):
        @override
        async def follow(self, _now: datetime, _tell: Tell) -> None:
            wait = next(lasting, None)
            if wait is None:
                done.set()
                await asyncio.Event().wait()
            await asyncio.sleep(wait or 0.0)
            raise failing()

    async def run() -> None:
        async with asyncio.TaskGroup() as group, asyncio.timeout(PATIENCE):
            follower = Following(Brief(), lambda: NOW, on_news=lambda: None, on_loss=lambda: None)
            follower.polled(harvest())
            follower.begin(group)
            follower.begin(group)  # once more does nothing
            await done.wait()
            follower.end()
            follower.end()

    asyncio.run(run())
    assert asked == [1, 2, 1, 2]
