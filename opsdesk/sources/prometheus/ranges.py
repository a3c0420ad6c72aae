"""Turns a chart's question into range queries for one server. Pure.

Each query of a pack that tells of the keys asked for is asked once for all of them, at the times of
a grid: whole seconds of the server's clock that its step divides, so that a question asked again
has the same points, and the server's cache an answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
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
#: scrapes for which a sample stands: one that is late makes no gap, one that is missing does
_HOLDS = 1.5
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


class Pace(msgspec.Struct, frozen=True):
    """How often a server samples, in seconds: usually, and by job where more seldom."""

    usual: float
    slow: Mapping[str, float] = {}

    @property
    def scrape(self) -> int:
        """Seconds between two samples, usually."""
        return max(1, round(self.usual))

    def holds(self, labels: Mapping[str, str], step: int) -> float:
        """Return for how long a sample stands at the points that follow it."""
        return max(float(step), _HOLDS * self.slow.get(labels.get("job", ""), self.usual))


class RangeAsk(NamedTuple):
    """A query over the grid, asked for times ``later`` than it by so many seconds."""

    promql: str
    later: int = 0


class Portion(msgspec.Struct, frozen=True, kw_only=True):
    """One query of a pack over one grid, for some of the keys."""

    keys: tuple[Key, ...]
    question: Question
    grid: Grid
    pace: Pace
    #: what is asked for the value, and for the whole of a share
    values: Mapping[Ask, RangeAsk]
    #: when the data was true
    times: RangeAsk
    #: when each event was last counted, of counters of events
    events: RangeAsk | None = None

    @property
    def is_strip(self) -> bool:
        """Whether it tells states, not numbers."""
        return _is_strip(self.question.query)

    def asks(self) -> tuple[RangeAsk, ...]:
        """Return all that must be asked, each once."""
        events = () if self.events is None else (self.events,)
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
    pace = Pace(found.cadence or found.terms.step, found.slow)
    for used, _, query in found.queries():
        keys = sorted({key for key in wanted.keys if tells(query, key)}, key=str)
        for some in _parts(keys, _most(query, wanted, pace)):
            step = _step(query, wanted, pace, len(some))
            at = grid(wanted.start + ahead, wanted.end + ahead, step)
            if at.times:
                yield _portion(_question(used, query, found.terms, at.step), some, at, pace)


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


def _most(query: Query, wanted: SeriesRange, pace: Pace) -> int:
    """Return how many keys one request asks for."""
    if _is_strip(query):
        return _MOST_STRIPS
    points = (wanted.end - wanted.start) / max(wanted.step, pace.scrape) + 1
    return max(1, int(_MOST_SAMPLES / min(points, MOST_POINTS)))


def _step(query: Query, wanted: SeriesRange, pace: Pace, keys: int) -> float:
    """Return the step: that of the question, for states as fine as is to be had."""
    if not _is_strip(query):
        return max(wanted.step, pace.scrape)
    seconds = wanted.end - wanted.start
    finest = max(seconds * keys / _MOST_STATES, seconds / (MOST_POINTS - 1))
    # a whole number of scrapes, so that each falls into one step
    return max(1, math.ceil(finest / pace.scrape)) * pace.scrape


def _question(used: Used, query: Query, terms: Terms, step: int) -> Question:
    """Return what a poll asks, with windows that fit the step."""
    if not isinstance(query, Number) or query.window is None:
        # a count of more time would be another figure; a share or a rate stays one
        terms = msgspec.structs.replace(terms, cover=float(step))
    return questions.question(used, query, terms, 0.0, Memory())


def _portion(question: Question, keys: Sequence[Key], at: Grid, pace: Pace) -> Portion:
    query = question.query
    values = () if isinstance(query, LastEvent) else (question.value, question.of)
    return Portion(
        keys=tuple(keys),
        question=question,
        grid=at,
        pace=pace,
        values={
            ask: RangeAsk(narrowed(_within(query, ask.promql, at, pace), query, keys))
            for ask in values
            if ask is not None
        },
        times=RangeAsk(narrowed(f"({question.at.promql})", query, keys)),
        events=_events(question, query, keys, at, pace) if isinstance(query, LastEvent) else None,
    )


def _within(query: Query, promql: str, at: Grid, pace: Pace) -> str:
    """Return a query for all states that there were within a step: no short trip is lost."""
    if not isinstance(query, OneHot) or at.step <= pace.scrape:
        return f"({promql})"
    return f"max_over_time(({promql})[{at.step}s:{pace.scrape}s])"


def _events(
    question: Question, query: LastEvent, keys: Sequence[Key], at: Grid, pace: Pace
) -> RangeAsk:
    lag = math.ceil(plan.event_lag(pace.scrape))
    variant = question.used.variant
    promql = plan.events(query, variant, question.terms, at.step + lag, pace.scrape)
    return RangeAsk(narrowed(promql, query, keys), later=lag)


def _is_strip(query: Query) -> bool:
    return isinstance(query, OneHot | LastEvent)


def _parts(keys: Sequence[Key], most: int) -> Iterator[Sequence[Key]]:
    for first in range(0, len(keys), most):
        yield keys[first : first + most]
