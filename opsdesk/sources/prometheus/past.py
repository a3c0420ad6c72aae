"""Answers to range queries as columns of numbers and strips of states. Pure.

Each point is mapped as a poll at its time would be: a figure is the same one wherever it stands.
Both are generators, so that whoever runs them can do other things between two points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from opsdesk.model.key import Key
from opsdesk.model.pack import LastEvent
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.series import Change, Line, SeriesData, Strip
from opsdesk.sources.prometheus import breakers, memory, plan, questions
from opsdesk.sources.prometheus.answers import Sample, Series
from opsdesk.sources.prometheus.memory import Memory, Place
from opsdesk.sources.prometheus.plan import Ask
from opsdesk.sources.prometheus.ranges import Events, Grid, Portion, RangeAsk
from opsdesk.sources.prometheus.readings import Context

Got = Mapping[RangeAsk, Sequence[Series]]
#: at each point of the grid, the samples of an answer
_Columns = Sequence[Sequence[Sample]]

_UNKNOWN = BreakerState.UNKNOWN.value


class Point(msgspec.Struct, frozen=True):
    """What a poll would have found: from ``at`` on (the server's clock), at a place of the grid."""

    place: int
    at: float
    readings: tuple[Reading, ...]


def points(portion: Portion, context: Context, got: Got) -> Iterator[Point]:
    """Yield what there was, point by point; of states, only where something is another."""
    query, grid = portion.question.query, portion.grid
    times = _columns(got[portion.times], grid)
    if isinstance(query, LastEvent):
        yield from _of_events(portion, query, context, times, got)
        return
    columns = {ask: _columns(got[ranged], grid) for ask, ranged in portion.values.items()}
    seen: list[object] = []
    for place, at in enumerate(grid.times):
        answered = {ask: column[place] for ask, column in columns.items()}
        answered[portion.question.at] = times[place]
        if portion.is_strip:
            before, seen = seen, [_series_of(column) for column in answered.values()]
            if seen == before:
                continue
        # a point of states tells of the step that ends with it
        began = at - grid.step if portion.is_strip else at
        yield Point(place, began, _readings(portion, context, answered))


def lines(portion: Portion, found: Sequence[Point], correction: float) -> SeriesData:
    """Return numbers as lines; a key without any is left out."""
    times = tuple(at - correction for at in portion.grid.times)
    values: dict[Key, list[float | None]] = {key: [None] * len(times) for key in portion.keys}
    for point in found:
        for reading in point.readings:
            if reading.key in values and isinstance(reading.value, float):
                values[reading.key][point.place] = reading.value
    return SeriesData(
        lines=tuple(
            Line(key=key, times=times, values=tuple(column))
            for key, column in values.items()
            if any(value is not None for value in column)
        )
    )


def strips(portion: Portion, found: Sequence[Point], correction: float, start: float) -> SeriesData:
    """Return states as strips that begin where something is known, not before ``start``."""
    changes: dict[Key, list[Change]] = {key: [] for key in portion.keys}
    for point in found:
        states = {reading.key: str(reading.value) for reading in point.readings}
        for key, known in changes.items():
            _note(known, max(start, point.at - correction), states.get(key, _UNKNOWN))
    return SeriesData(
        strips=tuple(
            Strip(key=key, changes=tuple(known)) for key, known in changes.items() if known
        )
    )


def _note(known: list[Change], at: float, state: str) -> None:
    """Add a change; what is unknown at first may be known elsewhere and is left out."""
    if state == (known[-1].state if known else _UNKNOWN):
        return
    if known and known[-1].at >= at:
        # of two that share a moment, the later is what was
        at = known.pop().at
        _note(known, at, state)
    else:
        known.append(Change(at, state))


def _of_events(
    portion: Portion, query: LastEvent, context: Context, times: _Columns, got: Got
) -> Iterator[Point]:
    """Yield states at each event, and where counters come or go."""
    before, within = (_occurred(portion, query, context, one, got) for one in portion.events)
    past, seen = portion.question.memory, _series_of(times[0])
    past.learn(memory.without_rebirths(before[0], past))
    for place, at in enumerate(portion.grid.times):
        known = {portion.question.at: times[place]}
        if not place:
            yield Point(0, at - portion.grid.step, _readings(portion, context, known))
        new = {where: when for where, when in within[place].items() if _is_new(where, when, past)}
        for moment in sorted(set(new.values())):
            now = {where: when for where, when in new.items() if when == moment}
            past.learn(memory.without_rebirths(now, past))
            yield Point(place, moment, _readings(portion, context, known))
        earlier, seen = seen, _series_of(times[place])
        if not new and seen != earlier:
            yield Point(place, at - portion.grid.step, _readings(portion, context, known))


def _occurred(
    portion: Portion, query: LastEvent, context: Context, events: Events, got: Got
) -> list[dict[Place, float]]:
    """Return when each event was last counted, point by point."""
    shift = plan.event_time(0.0, events.step)
    columns = _columns(got[events.ask], portion.grid, events.ask.later)
    return [breakers.occurrences(query, context, column, shift) for column in columns]


def _is_new(where: Place, when: float, past: Memory) -> bool:
    known = past.last(where)
    return known is None or when > known


def _readings(
    portion: Portion, context: Context, answered: Mapping[Ask, Sequence[Sample]]
) -> tuple[Reading, ...]:
    nothing = questions.NOTHING_SEEN
    return questions.map_question(portion.question, context, answered, nothing).readings


def _columns(series: Sequence[Series], grid: Grid, later: int = 0) -> _Columns:
    columns: list[list[Sample]] = [[] for _ in grid.times]
    for one in series:
        for at, text in one.values:
            place = grid.place(at - later)
            if place is not None:
                columns[place].append(Sample(one.metric, (at, text)))
    return columns


def _series_of(column: Sequence[Sample]) -> list[object]:
    """Return what tells whether the same series are there: each answer has its own labels."""
    return [id(sample.metric) for sample in column]
