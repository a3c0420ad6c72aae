"""An engine that is asked how figures went, and that records what it sees."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack
from datetime import datetime
from queue import Queue

import pytest
from support.readings import FakeSource, answering, failing, reading

from opsdesk.catalogue import metrics
from opsdesk.engine import recording
from opsdesk.engine.commands import AskSeries, Refresh, RemoveSource
from opsdesk.engine.engine import Engine
from opsdesk.engine.recording import Recorder
from opsdesk.engine.setting import Setting
from opsdesk.model.errors import SourceError
from opsdesk.model.key import key
from opsdesk.model.protocols import Harvest
from opsdesk.model.series import Line, SeriesData, SeriesFrame, SeriesQuery, SeriesRange
from opsdesk.model.snapshot import Snapshot

PATIENCE = 10.0
ERRORS = key("errors.rate")
RANGE = SeriesRange(keys=(ERRORS,), start=0.0, end=60.0, step=60.0)


def line(value: float) -> SeriesData:
    return SeriesData(lines=(Line(key=ERRORS, times=(0.0, 60.0), values=(value, value)),))


def query(window: float) -> SeriesQuery:
    return SeriesQuery(keys=(ERRORS,), window=window, step=60.0)


class PastSource(FakeSource):
    """A source with a past. Told to, it answers only when it may."""

    def __init__(self) -> None:
        super().__init__("a", answering(reading("errors.rate", 0.5)))
        self.asked: Queue[SeriesRange] = Queue()
        self.given_up: Queue[SeriesRange] = Queue()
        self.may = asyncio.Event()
        self.may.set()
        self.fails = False

    async def series(self, wanted: SeriesRange) -> SeriesData:
        """Answer as told."""
        self.asked.put(wanted)
        if self.fails:
            raise failing()
        try:
            await self.may.wait()
        except asyncio.CancelledError:
            self.given_up.put(wanted)
            raise
        return line(1.0)


class Book:
    """A history of which each call can be seen."""

    def __init__(self) -> None:
        self.recorded: Queue[Snapshot] = Queue()
        self.threads: set[str] = set()
        self.closed = threading.Event()
        self.slow: threading.Event | None = None
        self._busy = threading.Lock()

    def record(self, snapshot: Snapshot) -> None:
        """Keep it."""
        self._alone(lambda: self.recorded.put(snapshot))
        if self.slow is not None:
            self.slow.wait(PATIENCE)

    def series(self, wanted: SeriesRange) -> SeriesData:
        """Know one figure."""
        del wanted
        self._alone(lambda: None)
        return line(2.0)

    def close(self) -> None:
        """Be closed."""
        self._alone(self.closed.set)

    def _alone(self, work: Callable[[], None]) -> None:
        assert self._busy.acquire(blocking=False), "two calls at a time"
        try:
            self.threads.add(threading.current_thread().name)
            work()
        finally:
            self._busy.release()


class Desk:
    """One engine and what it hands out."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.snapshots: Queue[Snapshot] = Queue()
        self.frames: Queue[SeriesFrame] = Queue()
        self.deaths: Queue[Exception] = Queue()
        self.source = PastSource()
        self.engine: Engine

    def begin(self, *, history: Book | None = None) -> Engine:
        """Start an engine, and wait for its first snapshot."""
        self.make(history=history)
        self.engine.start()
        self.snapshots.get(timeout=PATIENCE)
        return self.engine

    def make(self, *, history: Book | None = None) -> None:
        """Make an engine."""
        self.engine = Engine(
            lambda: Setting(
                sources=(self.source,),
                catalogue=metrics.load(),
                interval=3600.0,
                publish=self.snapshots.put,
                answer=self.frames.put,
                history=history,
            ),
            self.deaths.put,
        )
        self._stack.callback(self.engine.stop)

    def let(self) -> None:
        """Let the source answer."""
        # The engine's own loop must set it; a refresh is the door to it.
        source, answer = self.source, self.source.answer

        async def polled(now: object) -> object:
            source.may.set()
            source.answer = answer
            return await answer(now)

        source.answer = polled
        self.engine.send(Refresh())


@pytest.fixture
def desk() -> Iterator[Desk]:
    with ExitStack() as stack:
        yield Desk(stack)


def test_each_question_of_a_chart_is_answered(desk: Desk) -> None:
    desk.begin().send(AskSeries((query(60.0), query(120.0))))
    frames = [desk.frames.get(timeout=PATIENCE) for _ in range(2)]
    assert {frame.query for frame in frames} == {query(60.0), query(120.0)}
    assert all(frame.line(ERRORS) for frame in frames)


def test_a_chart_that_asks_before_the_first_poll_is_answered_after_it(desk: Desk) -> None:
    """A source that has not been asked yet would have no past, and the chart would stay empty."""
    polled = threading.Event()
    answer = desk.source.answer

    async def first(now: datetime) -> Harvest:
        assert desk.source.asked.empty()
        polled.set()
        return await answer(now)

    desk.source.answer = first
    desk.make()
    desk.engine.send(AskSeries((query(60.0),)))
    desk.engine.start()
    assert desk.frames.get(timeout=PATIENCE).line(ERRORS) is not None
    assert polled.is_set()


def test_the_latest_question_counts_and_one_under_way_goes_on(desk: Desk) -> None:
    engine = desk.begin()
    desk.source.may.clear()
    engine.send(AskSeries((query(60.0), query(120.0))))
    for _ in range(2):
        desk.source.asked.get(timeout=PATIENCE)
    engine.send(AskSeries((query(120.0), query(180.0))))
    asked = desk.source.asked.get(timeout=PATIENCE)
    assert asked.end - asked.start == pytest.approx(180.0)
    given_up = desk.source.given_up.get(timeout=PATIENCE)
    assert given_up.end - given_up.start == pytest.approx(60.0)
    desk.let()
    answered = {desk.frames.get(timeout=PATIENCE).query for _ in range(2)}
    assert answered == {query(120.0), query(180.0)}
    assert desk.source.asked.empty()
    assert desk.frames.empty()


def test_of_a_source_that_was_let_go_nothing_is_asked(desk: Desk) -> None:
    engine = desk.begin()
    engine.send(RemoveSource("a"))
    desk.snapshots.get(timeout=PATIENCE)
    engine.send(AskSeries((query(60.0),)))
    assert desk.frames.get(timeout=PATIENCE).lines == ()
    assert desk.source.asked.empty()


def test_other_threads_wait_for_data_and_frames(desk: Desk) -> None:
    engine = desk.begin()
    assert engine.series(RANGE).result(PATIENCE) == line(1.0)
    frames = engine.frames((query(60.0), query(120.0))).result(PATIENCE)
    assert [frame.query for frame in frames] == [query(60.0), query(120.0)]
    assert desk.frames.empty()


def test_a_failure_is_handed_over_and_the_engine_lives(desk: Desk) -> None:
    engine = desk.begin()
    desk.source.fails = True
    with pytest.raises(SourceError):
        engine.series(RANGE).result(PATIENCE)
    desk.source.fails = False
    assert engine.series(RANGE).result(PATIENCE) == line(1.0)


def test_who_stops_waiting_ends_the_asking(desk: Desk) -> None:
    engine = desk.begin()
    desk.source.may.clear()
    answer = engine.series(RANGE)
    desk.source.asked.get(timeout=PATIENCE)
    assert answer.cancel()
    assert desk.source.given_up.get(timeout=PATIENCE) == RANGE


def test_the_end_leaves_nobody_waiting(desk: Desk) -> None:
    engine = desk.begin()
    desk.source.may.clear()
    waiting = engine.series(RANGE)
    engine.send(AskSeries((query(60.0),)))
    for _ in range(2):
        desk.source.asked.get(timeout=PATIENCE)
    engine.stop()
    for answer in (waiting, engine.series(RANGE)):
        with pytest.raises(CancelledError):
            answer.result(PATIENCE)
    assert desk.frames.empty()


def test_an_engine_that_never_ran_answers_nobody() -> None:
    engine = Engine(lambda: pytest.fail("it was built"))
    before = engine.series(RANGE)
    engine.stop()
    assert before.cancelled()
    assert engine.series(RANGE).cancelled()


def test_a_bug_leaves_nobody_waiting(desk: Desk) -> None:
    engine = desk.begin()

    async def buggy(_wanted: SeriesRange) -> SeriesData:
        raise ZeroDivisionError

    desk.source.series = buggy
    with pytest.raises(CancelledError):
        engine.series(RANGE).result(PATIENCE)
    assert isinstance(desk.deaths.get(timeout=PATIENCE), ZeroDivisionError)


# ---- the history


def test_each_snapshot_is_recorded_beside_the_loop(desk: Desk) -> None:
    book = Book()
    engine = desk.begin(history=book)
    first = book.recorded.get(timeout=PATIENCE)
    engine.send(Refresh())
    second = book.recorded.get(timeout=PATIENCE)
    assert first.at < second.at
    engine.stop()
    assert book.closed.is_set()
    assert book.threads == {"opsdesk-worker"}


def test_what_was_recorded_fills_what_the_source_lacks(desk: Desk) -> None:
    engine = desk.begin(history=Book())
    desk.source.fails = True
    assert engine.series(RANGE).result(PATIENCE) == line(2.0)


def test_a_slow_disk_delays_no_figure_and_the_rest_is_written_at_the_end(desk: Desk) -> None:
    book = Book()
    book.slow = threading.Event()
    engine = desk.begin(history=book)
    book.recorded.get(timeout=PATIENCE)
    for _ in range(2):
        engine.send(Refresh())
        desk.snapshots.get(timeout=PATIENCE)
    assert book.recorded.empty()
    book.slow.set()
    engine.stop()
    assert book.recorded.qsize() == 2
    assert book.closed.is_set()


def test_a_disk_that_hangs_holds_up_the_end_for_a_bounded_time(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(recording, "LAST", 0.05)
    book = Book()
    book.slow = threading.Event()
    engine = desk.begin(history=book)
    book.recorded.get(timeout=PATIENCE)
    engine.stop()
    assert not engine.alive
    assert "was not written" in caplog.text
    book.slow.set()
    assert book.closed.wait(PATIENCE)


def test_of_too_many_that_wait_the_oldest_give_way_and_that_is_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(recording, "MOST_WAITING", 2)
    book = Book()
    found = {ERRORS: reading("errors.rate", 1.0)}
    snapshots = [Snapshot(at=one.at, readings=found) for one in found.values() for _ in range(4)]

    async def write() -> None:
        recorder = Recorder(book)
        for snapshot in snapshots:
            recorder.take(snapshot)
        recorder.take(Snapshot(at=snapshots[0].at))  # of nothing, nothing is recorded
        await recorder.close()

    asyncio.run(write())
    kept = [book.recorded.get() for _ in range(2)]
    assert [id(snapshot) for snapshot in kept] == [id(snapshot) for snapshot in snapshots[2:]]
    assert book.recorded.empty()
    assert caplog.text.count("does not keep up") == 1


def test_without_a_history_there_is_no_past() -> None:
    async def ask() -> SeriesData:
        recorder = Recorder(None)
        try:
            return await recorder.series(RANGE)
        finally:
            await recorder.close()

    assert asyncio.run(ask()) == SeriesData()
