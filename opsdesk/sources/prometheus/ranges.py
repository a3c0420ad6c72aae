"""Turns a chart's question into range queries for one server. Pure.

Each query of a pack that tells of the keys asked for is asked once for all of them, at the times of
a grid: whole seconds of the server's clock that its step divides, so that a question asked again
has the same points, and the server's cache an answer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import msgspec

from opsdesk.model.key import Key
from opsdesk.model.pack import Histogram, LastEvent, Number, OneHot, Query
from opsdesk.model.series import SeriesRange
from opsdesk.sources.prometheus import plan, questions
from opsdesk.sources.prometheus.discovery import Discovery
from opsdesk.sources.prometheus.memory import Memory
from opsdesk.sources.prometheus.plan import Ask, Terms, Used
from opsdesk.sources.prometheus.questions import Question

#: so many points a series has at most: servers refuse more
MOST_POINTS = 11_000
#: so many samples one answer has about: 3 MiB
_MOST_SAMPLES = 100_000
#: so many breakers are asked for at once, and so many samples of their states
_MOST_STRIPS, _MOST_STATES = 50, 50_000
#: so many samples a server has to look at for states: Prometheus refuses more than 50 million
_MOST_SCANNED = 10_000_000
#: scrapes for which a sample stands: one that is late makes no gap, one that is missing does
_HOLDS = 1.5
#: resolution of the look at what occurred last before a range, where scrapes are not further apart
_LOOK_STEP = 15
_TIMES = re.compile(r"\btimestamp\s*\(\s*((?:[a-zA-Z_:][\w:]*\s*)?(?:\{[^{}]*\})?)\s*\)")
#: a label that no server has
_MARK = "opsdesk"


class Grid(msgspec.Struct, frozen=True):
    """The times of a range, in whole seconds of the server's clock; both ends are in it."""

    first: int
    last: int
    step: int

    @property
    def times(self) -> range:
        """The times, ascending."""
        return range(self.first, self.last + 1, self.step)

    def place(self, at: float) -> int | None:
        """Return the place of a time; None where it is none of the grid's."""
        place = round((at - self.first) / self.step)
        return place if 0 <= place < len(self.times) else None


class _Pace(msgspec.Struct, frozen=True):
    """How often a server samples, in seconds: usually, and by job where more seldom."""

    usual: float
    slow: Mapping[str, float] = {}

    @property
    def scrape(self) -> int:
        """Seconds between two samples, usually."""
        return max(1, round(self.usual))

    def holds(self, key: Key) -> float:
        """Return for how long a sample about a key stands until the next one is missing."""
        job = key.label("job") or key.label("component")
        return _HOLDS * self.slow.get(job, self.usual)


class RangeAsk(NamedTuple):
    """A query over the grid, asked for times ``later`` than it by so many seconds."""

    promql: str
    later: int = 0
    #: for the first point alone
    first: bool = False

    def span(self, at: Grid) -> tuple[int, int]:
        """Return the first and the last time of the server's clock for which it asks."""
        return at.first + self.later, (at.first if self.first else at.last) + self.later


class Events(msgspec.Struct, frozen=True):
    """What is asked for when events were counted, and to how many seconds that is known."""

    ask: RangeAsk
    step: float


class Portion(msgspec.Struct, frozen=True, kw_only=True):
    """One query of a pack over one grid, for some of the keys."""

    keys: tuple[Key, ...]
    question: Question
    grid: Grid
    #: what is asked for the value, and for the whole of a share
    values: Mapping[Ask, RangeAsk]
    #: where there was a sample that still stands
    times: RangeAsk
    #: when each event was last counted, of counters of events: before the first step, and in
    #: each
    events: tuple[Events, ...] = ()

    @property
    def is_strip(self) -> bool:
        """Whether it tells states, not numbers."""
        return _is_strip(self.question.query)

    def asks(self) -> tuple[RangeAsk, ...]:
        """Return all that must be asked, each once."""
        events = (events.ask for events in self.events)
        return tuple(dict.fromkeys((*self.values.values(), self.times, *events)))


def grid(start: float, end: float, step: float) -> Grid:
    """Return the times from ``start`` to ``end`` that the step divides; it may have to be longer.

    There is none where the range holds no such time.
    """
    least = math.ceil((end - start) / (MOST_POINTS - 1))
    whole = max(1, math.ceil(step), least)
    return Grid(math.ceil(start / whole) * whole, math.floor(end / whole) * whole, whole)


def portions(found: Discovery, wanted: SeriesRange, ahead: float) -> Iterator[Portion]:
    """Yield what to ask, the first in precedence first.

    The server's clock is ``ahead`` of ours, in seconds.
    """
    pace = _Pace(found.cadence or found.terms.step, found.slow)
    for used, _, query in found.queries():
        keys = sorted({key for key in wanted.keys if tells(query, key)}, key=str)
        for _, alike in groupby(sorted(keys, key=pace.holds), pace.holds):
            for some in _parts(tuple(alike), _most(query, wanted, pace)):
                look = _look(wanted, pace.scrape, used.series)
                step = max(pace.scrape, _step(query, wanted, look, len(some)))
                at = grid(wanted.start + ahead, wanted.end + ahead, step)
                if at.times:
                    asked = _question(used, query, found.terms, at.step)
                    yield _portion(asked, some, at, max(map(pace.holds, some)), look)


def tells(query: Query, key: Key) -> bool:
    """Tell whether a key may come from a query."""
    if key.metric != query.metric:
        return False
    if any(key.label(name) != value for name, value in query.fixed.items()):
        return False
    yields = ("quantile",) if isinstance(query, Histogram) else ()
    named = {*query.labels, *query.fixed, *yields}
    return all(name in named for name, _ in key.labels)


def narrowed(promql: str, query: Query, keys: Sequence[Key]) -> str:
    """Return a query that leaves out what is not about ``keys``, as far as one label tells.

    What stays carries one label more. A pattern may let more through than is meant.
    """
    ours, theirs = next(iter(query.labels.items()), ("", ""))
    names = sorted({key.label(ours) for key in keys})
    if not theirs or not all(names):
        return promql
    marked, any_of = promql, plan.pattern(names)
    for label in (theirs, f"exported_{theirs}"):
        marked = f'label_replace({marked}, "{_MARK}", "yes", "{label}", "{any_of}")'
    return f'{marked} and on ({_MARK}) label_replace(vector(1), "{_MARK}", "yes", "", "")'


def sampled(promql: str, holds: float) -> str:
    """Return a query for the times of samples as one for where there was a sample lately.

    A server shows a sample for minutes after the last scrape if it did not see the target go. And
    over a range, Prometheus 2.42 takes 20 times as long for the times of samples. What asks for the
    times of anything but a selector stays as it is.
    """
    return _TIMES.sub(rf"present_over_time(\1[{plan.duration(holds)}])", promql)


def _most(query: Query, wanted: SeriesRange, pace: _Pace) -> int:
    """Return how many keys one request asks for."""
    if _is_strip(query):
        return _MOST_STRIPS
    points = _seconds(wanted) / max(wanted.step, pace.scrape) + 1
    return max(1, int(_MOST_SAMPLES / min(points, MOST_POINTS)))


def _look(wanted: SeriesRange, scrape: int, series: int) -> int:
    """Return how fine states are looked at: each scrape, where that is not too much to look at."""
    return _scrapes(_seconds(wanted) * series / _MOST_SCANNED, scrape)


def _step(query: Query, wanted: SeriesRange, look: int, keys: int) -> int:
    """Return the step: that of the question, for states as fine as is to be had."""
    if not _is_strip(query):
        return math.ceil(wanted.step)
    seconds = _seconds(wanted)
    return _scrapes(max(seconds * keys / _MOST_STATES, seconds / (MOST_POINTS - 1)), look)


def _seconds(wanted: SeriesRange) -> int:
    """Return how long a range is, the same for one question whenever it is asked."""
    return max(0, round(wanted.end - wanted.start))


def _scrapes(seconds: float, scrape: int) -> int:
    """Return the least whole number of scrapes that takes so long, in seconds; at least one."""
    return max(1, math.ceil(seconds / scrape)) * scrape


def _question(used: Used, query: Query, terms: Terms, step: int) -> Question:
    """Return what a poll asks, with windows that fit the step."""
    if not isinstance(query, Number) or query.window is None:
        # a count of more time would be another figure; a share or a rate stays one
        terms = msgspec.structs.replace(terms, cover=float(step))
    return questions.question(used, query, terms, 0.0, Memory())


def _portion(question: Question, keys: Sequence[Key], at: Grid, holds: float, look: int) -> Portion:
    query, holds = question.query, max(float(at.step), holds)
    values = () if isinstance(query, LastEvent) else (question.value, question.of)
    return Portion(
        keys=tuple(keys),
        question=question,
        grid=at,
        values={
            ask: RangeAsk(narrowed(_within(query, ask.promql, at, look), query, keys))
            for ask in values
            if ask is not None
        },
        times=RangeAsk(narrowed(f"({sampled(question.at.promql, holds)})", query, keys)),
        events=_events(question, query, keys, at, look) if isinstance(query, LastEvent) else (),
    )


def _within(query: Query, promql: str, at: Grid, look: int) -> str:
    """Return a query for all states that there were within a step: no short trip is lost."""
    if not isinstance(query, OneHot) or at.step <= look:
        return f"({promql})"
    return f"max_over_time(({promql})[{at.step}s:{look}s])"


def _events(
    question: Question, query: LastEvent, keys: Sequence[Key], at: Grid, look: int
) -> tuple[Events, ...]:
    def events(back: float, step: int, *, until: int, first: bool) -> Events:
        lag = math.ceil(plan.event_lag(step))
        promql = plan.events(query, question.used.variant, question.terms, back + lag, step)
        return Events(RangeAsk(narrowed(promql, query, keys), until + lag, first), step)

    return (
        events(plan.LOOK_BACK, max(look, _LOOK_STEP), until=-at.step, first=True),
        events(at.step, look, until=0, first=False),
    )


def _is_strip(query: Query) -> bool:
    return isinstance(query, OneHot | LastEvent)


def _parts(keys: Sequence[Key], most: int) -> Iterator[Sequence[Key]]:
    for first in range(0, len(keys), most):
        yield keys[first : first + most]
