"""How figures went: from their sources, filled from what was recorded, worked out beside."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.readings import OFFLINE, FakeSource, answering, by_key, failing, reading

from opsdesk.catalogue import metrics
from opsdesk.engine.fetching import filled
from opsdesk.engine.series import SeriesReader, reader_of
from opsdesk.model.errors import ProblemKind, SourceError
from opsdesk.model.key import Key, key
from opsdesk.model.series import Change, Line, SeriesData, SeriesQuery, SeriesRange, Strip, Usual
from opsdesk.model.snapshot import Snapshot

T = TypeVar("T")
CATALOGUE = metrics.load()
DAY = 86_400.0
MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC).timestamp()
NOON = MIDNIGHT + DAY / 2
ERRORS, HEALTH = key("errors.rate"), key("health.score")
CARBON = key("breaker.state", {"breaker": "Carbon"})


def counted(wanted: SeriesRange) -> SeriesData:
    """Return for each key a line that tells its own time in days."""
    number = round((wanted.end - wanted.start) / wanted.step) + 1
    times = tuple(wanted.start + wanted.step * i for i in range(number))
    values = tuple((at % (7 * DAY)) / DAY for at in times)
    return SeriesData(lines=tuple(Line(key=k, times=times, values=values) for k in wanted.keys))


class PastSource(FakeSource):
    """A source with a past; it keeps what it was asked."""

    def __init__(self, id_: str, past: Callable[[SeriesRange], SeriesData] = counted) -> None:
        super().__init__(id_, answering())
        self.past = past
        self.asked: list[SeriesRange] = []

    async def series(self, wanted: SeriesRange) -> SeriesData:
        """Answer as told."""
        self.asked.append(wanted)
        return self.past(wanted)


class Recorded:
    """What was recorded here, and what was asked of it."""

    def __init__(self, past: Callable[[SeriesRange], SeriesData] | None = None) -> None:
        self._past = past or (lambda _wanted: SeriesData())
        self.asked: list[SeriesRange] = []

    async def __call__(self, wanted: SeriesRange) -> SeriesData:
        """Answer as told."""
        self.asked.append(wanted)
        return self._past(wanted)


def desk(recorded: Recorded | None = None, **owners: FakeSource) -> SeriesReader:
    """Return a desk; a source is given by the first word of the metrics it gives."""

    def owner(key: Key) -> FakeSource | None:
        return owners.get(key.metric.partition(".")[0])

    def clock() -> datetime:
        return datetime.fromtimestamp(NOON, UTC)

    return SeriesReader(owner, recorded or Recorded(), lambda: CATALOGUE, clock, deadline=0.2)


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def query(*keys: Key, **more: object) -> SeriesQuery:
    return SeriesQuery(**{"keys": keys, "window": 600.0, "step": 60.0, **more})


def fail(_wanted: SeriesRange) -> SeriesData:
    raise failing()


def test_each_source_is_asked_for_its_own_keys_up_to_now() -> None:
    errors, health = PastSource("a"), PastSource("b")
    asked = query(ERRORS, HEALTH, ERRORS, baseline="before")
    frame = run(desk(errors=errors, health=health).frame(asked))
    expected = SeriesRange(keys=(ERRORS,), start=NOON - 600, end=NOON, step=60.0, baseline="before")
    assert errors.asked == [expected]
    assert health.asked == [msgspec.structs.replace(expected, keys=(HEALTH,))]
    assert [line.key for line in frame.lines] == [ERRORS, HEALTH]
    assert (frame.query, frame.start, frame.end) == (asked, NOON - 600, NOON)
    assert frame.problem is None


def failing_later(past: Callable[[SeriesRange], SeriesData] = counted) -> PastSource:
    """Return a source that answers once."""
    source = PastSource("a", past)

    def once(wanted: SeriesRange) -> SeriesData:
        source.past = fail
        return past(wanted)

    source.past = once
    return source


def test_a_source_that_fails_takes_back_nothing_that_it_said() -> None:
    clock = [NOON]
    trips = (Change(NOON - 9_000, "closed"), Change(NOON - 300, "open"))

    def told(wanted: SeriesRange) -> SeriesData:
        lines = counted(msgspec.structs.replace(wanted, keys=(ERRORS,))).lines
        return SeriesData(lines=lines, strips=(Strip(key=CARBON, changes=trips),))

    source = failing_later(told)
    reader = SeriesReader(
        lambda _key: source,
        Recorded(),
        lambda: CATALOGUE,
        lambda: datetime.fromtimestamp(clock[0], UTC),
    )
    asked = query(ERRORS, CARBON)

    async def twice() -> None:
        first = await reader.frame(asked)
        clock[0] += 120
        later = await reader.frame(asked)
        assert first.problem is None
        assert later.problem is not None
        assert later.strips == first.strips
        (before,), (line,) = first.lines, later.lines
        assert line.times == before.times[2:]
        assert line.values == before.values[2:]
        reader.forget()
        assert (await reader.frame(asked)).lines == ()

    run(twice())


def test_of_many_questions_the_newest_answers_are_kept() -> None:
    source = failing_later()
    reader = desk(errors=source)

    async def many() -> None:
        first = query(ERRORS)
        assert (await reader.frame(first)).lines
        for window in range(1, 45):
            await reader.frame(query(ERRORS, window=600.0 + window))
        assert (await reader.frame(first)).lines == ()

    run(many())


def test_a_question_may_end_before_now() -> None:
    errors, then = PastSource("a"), NOON - 7_200
    frame = run(desk(errors=errors).frame(query(ERRORS, until=then)))
    assert errors.asked == [SeriesRange(keys=(ERRORS,), start=then - 600, end=then, step=60.0)]
    assert (frame.start, frame.end) == (then - 600, then)


def test_what_no_source_has_is_filled_from_what_was_recorded() -> None:
    def states(wanted: SeriesRange) -> SeriesData:
        strip = Strip(key=CARBON, changes=(Change(wanted.start, "closed"),))
        return msgspec.structs.replace(counted(wanted), strips=(strip,))

    recorded = Recorded(states)
    silent = PastSource("a", lambda _wanted: SeriesData())
    frame = run(desk(recorded, errors=silent).frame(query(ERRORS, CARBON)))
    assert recorded.asked[0].keys == (ERRORS, CARBON)
    assert frame.line(ERRORS) is not None
    assert frame.strip(CARBON) is not None


def test_what_a_source_has_whole_is_not_looked_up() -> None:
    recorded = Recorded(counted)
    run(desk(recorded, errors=PastSource("a")).frame(query(ERRORS)))
    assert recorded.asked == []


def test_a_line_that_begins_late_is_continued_backwards() -> None:
    def late(wanted: SeriesRange) -> SeriesData:
        (line,) = counted(wanted).lines
        values = (None,) * 6 + (1.0,) * 5
        return SeriesData(lines=(msgspec.structs.replace(line, values=values),))

    frame = run(desk(Recorded(counted), errors=PastSource("a", late)).frame(query(ERRORS)))
    (line,) = frame.lines
    assert len(line.times) == len(line.values) == 11
    assert line.values[6:] == (1.0,) * 5
    assert None not in line.values


def test_a_source_that_fails_is_told_and_what_was_recorded_stands() -> None:
    sources = {"errors": PastSource("a", fail), "health": PastSource("b")}
    frame = run(desk(Recorded(counted), **sources).frame(query(ERRORS, HEALTH)))
    assert frame.problem == OFFLINE
    assert [line.key for line in frame.lines] == [ERRORS, HEALTH]


def test_a_source_that_does_not_answer_is_given_up() -> None:
    class Hanging(PastSource):
        async def series(self, wanted: SeriesRange) -> SeriesData:
            await asyncio.Event().wait()
            return counted(wanted)

    frame = run(desk(errors=Hanging("a")).frame(query(ERRORS)))
    assert frame.problem is not None
    assert frame.problem.kind is ProblemKind.TIMEOUT
    assert frame.lines == ()


def test_data_of_nothing_but_failure_is_an_error_and_of_anything_it_is_not() -> None:
    wanted = SeriesRange(keys=(ERRORS,), start=NOON - 600, end=NOON, step=60.0)
    failed = PastSource("a", fail)
    with pytest.raises(SourceError):
        run(desk(errors=failed).data(wanted))
    assert run(desk(Recorded(counted), errors=failed).data(wanted)).lines
    assert run(desk().data(wanted)) == SeriesData()


# ---- what is worked out


def test_the_usual_range_rests_on_four_weeks_of_hours() -> None:
    source = PastSource("a")
    frame = run(desk(errors=source).frame(query(ERRORS, usual=True)))
    assert source.asked[1] == SeriesRange(
        keys=(ERRORS,), start=NOON - 28 * DAY, end=NOON, step=3600.0
    )
    (usual,) = frame.usual
    assert usual == Usual(key=ERRORS, low=pytest.approx(0.7, abs=0.05), high=usual.high)
    assert usual.high == pytest.approx(6.3, abs=0.05)


def test_what_is_not_usual_yet_is_left_out() -> None:
    empty = PastSource("a", lambda _wanted: SeriesData())
    assert run(desk(errors=empty).frame(query(ERRORS, usual=True))).usual == ()


def test_a_forecast_rests_on_eight_weeks_of_whole_days() -> None:
    source = PastSource("a")
    asked = query(ERRORS, horizon=7 * DAY)
    (forecast,) = run(desk(errors=source).frame(asked)).forecasts
    assert source.asked[1] == SeriesRange(
        keys=(ERRORS,), start=MIDNIGHT - 56 * DAY, end=MIDNIGHT, step=DAY
    )
    expected = [(at % (7 * DAY)) / DAY for at in forecast.times]
    assert forecast.values == pytest.approx(expected)
    assert forecast.times[0] == MIDNIGHT + DAY


def test_without_history_a_forecast_says_when_there_will_be_enough() -> None:
    (forecast,) = run(desk().frame(query(ERRORS, horizon=DAY))).forecasts
    assert (forecast.key, forecast.method) == (ERRORS, "")
    assert forecast.enough_at == MIDNIGHT + 21 * DAY


def test_no_forecast_leaves_the_range_of_its_metric() -> None:
    def falling(wanted: SeriesRange) -> SeriesData:
        (line,) = counted(wanted).lines
        values = tuple(float(100 - i) for i, _ in enumerate(line.times))
        return SeriesData(lines=(msgspec.structs.replace(line, values=values),))

    source = PastSource("a", falling)
    (forecast,) = run(desk(health=source).frame(query(HEALTH, horizon=90 * DAY))).forecasts
    assert min(forecast.lows) == 0.0


def test_what_was_worked_out_holds_for_a_while() -> None:
    source = PastSource("a")
    asked = query(ERRORS, usual=True, horizon=DAY)

    async def often() -> int:
        one = desk(errors=source)
        first, second = await one.frame(asked), await one.frame(asked)
        assert first.usual == second.usual
        assert first.forecasts[0] is second.forecasts[0]
        before = len(source.asked)
        one.forget()
        await one.frame(asked)
        return before

    assert run(often()) == 4  # twice for the line, once for each of the others
    assert len(source.asked) == 7


def test_what_rests_on_a_failure_is_worked_out_anew() -> None:
    source = PastSource("a", fail)

    async def recover() -> tuple[str, str]:
        one = desk(errors=source)
        before = (await one.frame(query(ERRORS, horizon=DAY))).forecasts[0].method
        source.past = counted
        return before, (await one.frame(query(ERRORS, horizon=DAY))).forecasts[0].method

    before, after = run(recover())
    assert before == ""
    assert after != ""


def test_charts_of_one_snapshot_need_no_engine() -> None:
    source = PastSource("a")
    snapshot = Snapshot(
        at=datetime.fromtimestamp(NOON, UTC),
        readings=by_key(reading("errors.rate", 1.0), reading("health.score", 1.0, source="gone")),
    )

    async def ask() -> list[int]:
        one = reader_of([source], snapshot, CATALOGUE, lambda: snapshot.at)
        frames = await one.frames((query(ERRORS), query(HEALTH), query(CARBON)))
        return [len(frame.lines) for frame in frames]

    assert run(ask()) == [1, 0, 0]


# ---- filling, as a rule

steps = st.lists(st.none() | st.floats(0, 9), max_size=12)


def made(values: list[float | None], extremes: bool) -> Line:
    times = tuple(float(i) for i in range(len(values)))
    columns = tuple(values)
    return Line(
        key=ERRORS,
        times=times,
        values=columns,
        lows=columns if extremes else (),
        highs=columns if extremes else (),
    )


@given(steps, steps, st.booleans(), st.booleans())
def test_what_a_source_gave_stands_and_columns_stay_even(
    given_values: list[float | None], recorded: list[float | None], one: bool, other: bool
) -> None:
    wanted = SeriesRange(keys=(ERRORS,), start=0.0, end=12.0, step=1.0)
    source = SeriesData(lines=(made(given_values, one),))
    found = filled(source, SeriesData(lines=(made(recorded, other),)), wanted)
    line = found.lines[0]
    assert len(line.times) == len(line.values)
    assert {len(column) for column in (line.lows, line.highs)} <= {0, len(line.times)}
    assert list(line.times) == sorted(set(line.times))
    known = dict(zip(line.times, line.values, strict=True))
    assert all(known[at] == v for at, v in enumerate(given_values) if v is not None)


def test_a_strip_is_continued_backwards() -> None:
    wanted = SeriesRange(keys=(CARBON,), start=0.0, end=9.0, step=1.0)
    given_ = Strip(key=CARBON, changes=(Change(5.0, "open"),))
    earlier = Strip(key=CARBON, changes=(Change(0.0, "closed"), Change(6.0, "unknown")))
    found = filled(SeriesData(strips=(given_,)), SeriesData(strips=(earlier,)), wanted)
    assert found.strips[0].changes == (Change(0.0, "closed"), Change(5.0, "open"))
