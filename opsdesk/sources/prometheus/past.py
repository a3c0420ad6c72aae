"""Answers to range queries as columns of numbers and strips of states. Pure.

Each point is mapped as a poll at its time would be: a figure is the same one wherever it stands.
Both are generators, so that whoever runs them can do other things between two points.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter

import msgspec

from opsdesk.model.key import Key
from opsdesk.model.pack import LastEvent
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.series import Change, Line, SeriesData, Strip
from opsdesk.sources.prometheus import breakers, memory, plan, questions
from opsdesk.sources.prometheus.answers import Sample, Series
from opsdesk.sources.prometheus.memory import Memory, Place
from opsdesk.sources.prometheus.plan import Ask
from opsdesk.sources.prometheus.ranges import Grid, Portion, RangeAsk
from opsdesk.sources.prometheus.readings import Context

Got = Mapping[RangeAsk, Sequence[Series]]

_time = itemgetter(0)
_UNKNOWN = BreakerState.UNKNOWN.value


class Point(msgspec.Struct, frozen=True):
    """What a poll would have found: from ``at`` on (the server's clock), at a place of the grid."""

    place: int
    at: float
    readings: tuple[Reading, ...]


class _Answer(msgspec.Struct, frozen=True):
    """What was answered to one query, by the places of the grid."""

    series: Sequence[Series]
    grid: Grid
    #: seconds after the grid's times for which it was asked
    later: int = 0

    def at(self, place: int) -> list[Sample]:
        """Return the samples of a place."""
        since = self.grid.times[place] + self.later - self.grid.step / 2
        found = []
        for one in self.series:
            nearest = bisect_left(one.values, since, key=_time)
            if nearest < len(one.values) and one.values[nearest][0] < since + self.grid.step:
                found.append(Sample(one.metric, one.values[nearest]))
        return found

    def turns(self) -> set[int]:
        """Return where other series have a sample than at the place before."""
        found: set[int] = set()
        for present in self._present():
            if isinstance(present, range):
                found |= {present.start, present.stop}
            else:
                found |= present ^ {place + 1 for place in present}
        return found

    def places(self) -> set[int]:
        """Return where there is any sample."""
        return set().union(*self._present())

    def _present(self) -> Iterator[range | set[int]]:
        """Yield where each series has a sample: of most, none is missing from first to last."""
        for one in self.series:
            if not one.values:
                continue
            first, last = (self._place(one.values[end]) for end in (0, -1))
            if first is not None and last is not None and last - first == len(one.values) - 1:
                yield range(first, last + 1)
            else:
                yield {place for place in map(self._place, one.values) if place is not None}

    def _place(self, value: tuple[float, str]) -> int | None:
        return self.grid.place(value[0] - self.later)


def points(portion: Portion, context: Context, got: Got) -> Iterator[Point]:
    """Yield what there was, point by point; of states, only where something is another."""
    query, grid = portion.question.query, portion.grid
    times = _Answer(got[portion.times], grid)
    if isinstance(query, LastEvent):
        yield from _of_events(portion, query, context, times, got)
        return
    answers = {ask: _Answer(got[ranged], grid) for ask, ranged in portion.values.items()}
    answers[portion.question.at] = times
    places: Iterable[int] = range(len(grid.times))
    if portion.is_strip:
        places = _among(grid, {0}, *(answer.turns() for answer in answers.values()))
    for place in places:
        # a point of states tells of the step that ends with it
        began = grid.times[place] - (grid.step if portion.is_strip else 0)
        answered = {ask: answer.at(place) for ask, answer in answers.items()}
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
    portion: Portion, query: LastEvent, context: Context, times: _Answer, got: Got
) -> Iterator[Point]:
    """Yield states at each event, and where counters come or go."""
    grid, past = portion.grid, portion.question.memory
    before, within = (_Answer(got[one.ask], grid, one.ask.later) for one in portion.events)
    sooner, finer = (plan.event_time(0.0, one.step) for one in portion.events)
    known = breakers.occurrences(query, context, before.at(0), sooner)
    past.learn(memory.without_rebirths(known, past))
    turns = times.turns() | {0}
    for place in _among(grid, turns, within.places()):
        at, answered = grid.times[place] - grid.step, {portion.question.at: times.at(place)}
        if not place:
            yield Point(0, at, _readings(portion, context, answered))
        found = breakers.occurrences(query, context, within.at(place), finer)
        new = {where: when for where, when in found.items() if _is_new(where, when, past)}
        for moment in sorted(set(new.values())):
            now = {where: when for where, when in new.items() if when == moment}
            past.learn(memory.without_rebirths(now, past))
            yield Point(place, moment, _readings(portion, context, answered))
        if not new and place and place in turns:
            yield Point(place, at, _readings(portion, context, answered))


def _among(grid: Grid, *places: Iterable[int]) -> list[int]:
    """Return the places that are the grid's, ascending."""
    return sorted(place for place in set().union(*places) if place < len(grid.times))


def _is_new(where: Place, when: float, past: Memory) -> bool:
    known = past.last(where)
    return known is None or when > known


def _readings(
    portion: Portion, context: Context, answered: Mapping[Ask, Sequence[Sample]]
) -> tuple[Reading, ...]:
    nothing = questions.NOTHING_SEEN
    return questions.map_question(portion.question, context, answered, nothing).readings
