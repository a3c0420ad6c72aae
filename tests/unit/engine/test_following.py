"""The engine beside a source that tells of news by itself."""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import Callable
from datetime import datetime
from queue import Queue

import pytest
from support.engines import LONG, PATIENCE, Harness
from support.readings import NOW, FakeSource, answering, failing, harvest, reading
from typing_extensions import override

from opsdesk.engine import following, schedule
from opsdesk.engine.commands import AddSource, Pause, Refresh, RemoveSource, Resume
from opsdesk.engine.following import Following
from opsdesk.engine.schedule import Clocks
from opsdesk.insight.words import utc_now
from opsdesk.model.errors import SourceError
from opsdesk.model.key import key
from opsdesk.model.protocols import Harvest

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


def rate(harness: Harness) -> object:
    """Return the rate of the next snapshot."""
    return harness.next().readings[RATE].value


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "FIRST_RETRY", 0.01)


def test_what_is_told_is_published_at_once_without_a_poll(harness: Harness) -> None:
    source = Telling()
    harness.engine(source)
    assert rate(harness) == 0.1
    stream = source.stream()
    for told in (0.2, 0.3):
        stream.tell(told)
        assert rate(harness) == told
    assert source.polls == 1


def test_news_count_as_a_success_and_begin_a_new_grid(harness: Harness) -> None:
    source = Telling()
    harness.engine(source)
    first = harness.next().sources[0]
    source.stream().tell(0.2)
    second = harness.next().sources[0]
    assert first.last_success is not None
    assert second.last_success is not None
    assert second.next_attempt is not None
    assert second.last_success > first.last_success
    wait = second.next_attempt - second.last_success
    assert wait.total_seconds() == pytest.approx(LONG, abs=1)


def test_while_it_is_heard_nothing_is_asked_and_time_goes_on(harness: Harness) -> None:
    source = Telling()
    harness.engine(source, interval=0.05)
    source.stream().live()
    asked = source.polls
    first, *_, last = (harness.next().sources[0] for _ in range(10))
    assert source.polls == asked
    assert first.next_attempt is not None
    assert last.next_attempt is not None
    assert last.next_attempt > first.next_attempt


def test_when_it_is_silent_polls_go_on(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "TRUSTED", 0.2)
    source = Telling()
    harness.engine(source, interval=0.05)
    source.stream().live()
    asked = source.polls
    harness.until(lambda _: source.polls > asked + 3)


def test_it_is_asked_now_and_then_all_the_same(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "ASKED_ANYWAY", 0.2)
    source = Telling()
    harness.engine(source, interval=0.05)
    source.stream().live()
    asked = source.polls
    harness.until(lambda _: source.polls > asked + 1)


@pytest.mark.usefixtures("no_waiting")
def test_when_it_is_lost_it_is_asked_at_once_and_followed_again(harness: Harness) -> None:
    source = Telling()
    harness.engine(source)
    assert rate(harness) == 0.1
    stream = source.stream()
    stream.tell(0.2)
    assert rate(harness) == 0.2
    stream.lose()
    assert rate(harness) == 0.1  # as it answers the poll
    source.stream().tell(0.3)
    assert rate(harness) == 0.3
    assert source.polls == 2


def test_what_was_told_before_the_loss_is_not_lost(harness: Harness) -> None:
    """The news of an outage may be the last that a gateway sends."""
    source = Telling()
    harness.engine(source)
    assert rate(harness) == 0.1
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
    after = harness.until(lambda snapshot: snapshot.sources[0].failures)
    assert after.readings[RATE].value == 0.9


@pytest.mark.usefixtures("no_waiting")
def test_what_cannot_be_followed_is_polled_and_tried_again(harness: Harness) -> None:
    source = Telling()
    source.refusal = failing()
    harness.engine(source, interval=0.05)
    harness.until(lambda _: source.attempts > 2 and source.polls > 2)
    source.refusal = None
    source.stream().tell(0.2)
    harness.until(lambda snapshot: snapshot.readings[RATE].value == 0.2)


def test_who_wants_to_be_left_alone_is_until_a_person_asks(harness: Harness) -> None:
    source = Telling()
    source.refusal = failing(retry_after=LONG)
    engine = harness.engine(source, interval=0.05)
    harness.until(lambda _: source.polls > 5)
    assert source.attempts == 1
    source.refusal = None
    engine.send(Refresh())
    source.stream()


@pytest.mark.usefixtures("no_waiting")
def test_what_does_not_answer_is_not_followed(harness: Harness) -> None:
    async def refuse(_now: datetime) -> Harvest:
        raise failing()

    source = Telling()
    good, source.answer = source.answer, refuse
    harness.engine(source, interval=0.05)
    harness.until(lambda snapshot: snapshot.sources[0].failures > 3)
    assert source.attempts == 0
    source.answer = good
    source.stream()


def test_a_source_with_nothing_to_be_followed_is_left_alone(harness: Harness) -> None:
    class Detected(Telling):
        @override
        async def follow(self, _now: datetime, _tell: Tell) -> None:
            self.attempts += 1

    source = Detected()
    harness.engine(source, interval=0.05)
    harness.until(lambda _: source.polls > 5)
    assert source.attempts == 1


def test_who_asks_gets_a_poll_though_it_is_followed(harness: Harness) -> None:
    source = Telling()
    engine = harness.engine(source)
    rate(harness)
    source.stream().tell(0.2)
    assert rate(harness) == 0.2
    engine.send(Refresh(rediscover=True))
    assert rate(harness) == 0.1
    assert (source.polls, source.rediscoveries) == (2, 1)


def test_what_is_told_during_a_poll_counts_after_it(harness: Harness) -> None:
    source = Telling()
    engine = harness.engine(source)
    rate(harness)
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
    harness.until(lambda snapshot: snapshot.readings[RATE].value == 0.2)
    assert harness.nothing_for(0.2)


def test_pause_ends_it_and_resume_begins_anew(harness: Harness) -> None:
    source = Telling()
    engine = harness.engine(source)
    rate(harness)
    stream = source.stream()
    engine.send(Pause())
    harness.until(lambda snapshot: snapshot.paused)
    assert stream.end.cancelled()
    engine.send(Refresh())  # asks once, and does not begin to follow
    rate(harness)
    assert source.streams.empty()
    engine.send(Resume())
    source.stream().tell(0.3)
    harness.until(lambda snapshot: snapshot.readings[RATE].value == 0.3)


def test_on_waking_it_is_asked_and_followed_over_new_connections(harness: Harness) -> None:
    awake = threading.Event()
    source = Telling()
    harness.engine(
        source,
        clocks=lambda: Clocks(wall=3600.0 if awake.is_set() else 0.0, monotonic=0.0),
        watch=0.02,
    )
    rate(harness)
    stream = source.stream()
    awake.set()
    source.stream().tell(0.3)
    harness.until(lambda snapshot: snapshot.readings[RATE].value == 0.3)
    assert stream.end.cancelled()
    assert source.closed.is_set()
    assert source.polls == 2


def test_on_waking_a_paused_engine_follows_nobody(harness: Harness) -> None:
    awake = threading.Event()
    source = Telling()
    engine = harness.engine(
        source,
        clocks=lambda: Clocks(wall=3600.0 if awake.is_set() else 0.0, monotonic=0.0),
        watch=0.02,
    )
    rate(harness)
    source.stream()
    engine.send(Pause())
    harness.until(lambda snapshot: snapshot.paused)
    awake.set()
    assert source.closed.wait(PATIENCE)
    engine.send(Refresh())
    rate(harness)
    assert source.streams.empty()


def test_sources_that_come_are_followed_and_those_that_go_are_not(harness: Harness) -> None:
    engine = harness.engine()
    source = Telling()
    engine.send(AddSource(source))
    stream = source.stream()
    engine.send(RemoveSource("a"))
    assert source.closed.wait(PATIENCE)
    assert stream.end.cancelled()


def test_stop_ends_it(harness: Harness) -> None:
    source = Telling()
    engine = harness.engine(source)
    stream = source.stream()
    engine.stop()
    assert not engine.alive
    assert stream.end.cancelled()


def test_a_bug_in_it_ends_the_engine_and_is_told(harness: Harness) -> None:
    class Broken(Telling):
        @override
        async def follow(self, _now: datetime, _tell: Tell) -> None:
            raise ZeroDivisionError

    harness.engine(Broken())
    assert isinstance(harness.deaths.get(timeout=PATIENCE), ZeroDivisionError)


def test_after_a_stream_that_lasted_the_next_attempt_is_a_first_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []

    def delay(failures: int, *_more: object) -> float:
        asked.append(failures)
        return 0.0

    monkeypatch.setattr(schedule, "retry_delay", delay)
    lasting = iter([False, False, True, False])
    done = asyncio.Event()

    class Brief(Telling):
        @override
        async def follow(self, _now: datetime, _tell: Tell) -> None:
            lasts = next(lasting, None)
            if lasts is None:
                done.set()
                await asyncio.Event().wait()
            monkeypatch.setattr(following, "LASTED", 0.0 if lasts else math.inf)
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
