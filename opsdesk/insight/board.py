"""A snapshot arranged for being looked at: by metric, breakers as rows, worst first.

Built once a refresh, on the engine's thread, so that the window only lays out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from types import MappingProxyType
from typing import Self

import msgspec

from opsdesk.catalogue.metrics import Catalogue
from opsdesk.insight.changes import change_of, earlier_of
from opsdesk.insight.derive import BREAKER_STATE, HealthPart, grouped, health_parts
from opsdesk.insight.freshness import freshness
from opsdesk.insight.gist import Gist, gist
from opsdesk.insight.turning import lost_at, source_of, turning
from opsdesk.insight.words import EN_DASH
from opsdesk.model.key import Key
from opsdesk.model.metric import Direction, Metric
from opsdesk.model.reading import BreakerState, Freshness, Qualifier, Reading
from opsdesk.model.snapshot import Snapshot, SourceStatus

_NAME_LABELS = (
    "breaker",
    "component",
    "area",
    "quantile",
    "item",
    "layer",
    "level",
    "path",
    "runbook",
)
_SEPARATOR = " - "
_WORST_FIRST = {
    BreakerState.FORCED_OPEN: 0,
    BreakerState.OPEN: 0,
    BreakerState.HALF_OPEN: 1,
    BreakerState.UNKNOWN: 2,
    BreakerState.DISABLED: 3,
    BreakerState.CLOSED: 4,
}


class Breaker(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One circuit breaker with everything known of it."""

    key: Key
    #: as the source names it, with job or namespace where two have the same name
    name: str
    state: BreakerState
    reading: Reading
    #: Unix time in seconds from which its state is stale
    stale_at: float
    failures: Reading | None = None
    last_reset: Reading | None = None

    @property
    def group_and_name(self) -> tuple[str, str]:
        """Split 'External API - Weather' into its group and its name; group may be ''."""
        group, _, name = self.name.partition(_SEPARATOR)
        return (group, name) if group and name else ("", self.name)


class Breakers(tuple[Breaker, ...]):  # noqa: SLOT001 - a tuple has no room for named slots
    """Breakers, worst first, counted once: a headline or a card need not look at each of them."""

    #: in the order of the breakers; what none is in is left out
    numbers: Mapping[BreakerState, int]
    #: of their states
    gist: Gist

    def __new__(cls, rows: Iterable[Breaker] = ()) -> Self:
        """Count them."""
        made = super().__new__(cls, rows)
        made.numbers = Counter(map(attrgetter("state"), made))
        made.gist = gist(map(attrgetter("reading"), made))
        return made

    @property
    def opened(self) -> tuple[Breaker, ...]:
        """Those that refuse calls."""
        return self[: sum(number for state, number in self.numbers.items() if state.is_open)]

    @property
    def testing(self) -> tuple[Breaker, ...]:
        """Those that are half-open."""
        begin = len(self.opened)
        return self[begin : begin + self.numbers.get(BreakerState.HALF_OPEN, 0)]


# Kind of the source that is a simulated production.
_DEMO = "demo"


class Board(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One snapshot, the catalogue that explains it, and both arranged for the screen.

    Two boards are the same only when they are one object: that is quick to ask.
    """

    snapshot: Snapshot
    catalogue: Catalogue
    sources: Mapping[str, SourceStatus]
    by_metric: Mapping[str, tuple[Reading, ...]]
    #: worst first, then in the order of the source
    breakers: Breakers
    #: the same, each by the key of its state
    breaker_of: Mapping[Key, Breaker]
    #: when the newest reading was true; None where there is none
    newest: datetime | None
    #: what a health score is computed from; empty where nothing says what is up
    health: tuple[HealthPart, ...]
    #: the moments, Unix time in seconds, ascending, at which something turns stale or is lost
    turns: tuple[float, ...]

    def turned(self, now: datetime) -> int:
        """Return how much has turned by now: while it stays the same, only ages change."""
        return bisect_left(self.turns, now.timestamp())

    @property
    def is_demo(self) -> bool:
        """Whether something of it is of a simulated production: wherever seen, that is said."""
        return any(source.kind == _DEMO for source in self.sources.values())

    def metric(self, metric_id: str) -> Metric | None:
        """Return the catalogue entry; None for a metric that nobody has described."""
        return self.catalogue.get(metric_id)

    def source_of(self, reading: Reading) -> SourceStatus | None:
        """Return the status of the source of a reading; None where that is gone."""
        return source_of(reading, self.sources)

    def freshness(self, reading: Reading | None, now: datetime) -> Freshness:
        """Return how far a reading may be trusted at ``now``."""
        if reading is None:
            return Freshness.MISSING if self.sources else Freshness.NO_SOURCE
        metric = self.catalogue.get(reading.key.metric)
        return freshness(reading, metric, self.source_of(reading), now)

    def baseline_of(self, reading: Reading) -> Reading | None:
        """Return what a figure was before, in the first baseline that knows it."""
        return earlier_of(reading.key, self.snapshot.baselines)

    def change_of(self, reading: Reading) -> float | None:
        """Return by how many percent a figure has changed; None where there is no saying."""
        return change_of(reading, self.snapshot.baselines)

    def is_stale(self, reading: Reading | None, now: datetime) -> bool:
        """Tell whether a reading may no longer be taken for the present."""
        return self.freshness(reading, now) is Freshness.STALE

    def fresh_breakers(self, now: datetime) -> Breakers:
        """Return the breakers whose state may be taken for the present, worst first."""
        return _by_freshness(self, self.turned(now))[0]

    def stale_breakers(self, now: datetime) -> Breakers:
        """Return the others."""
        return _by_freshness(self, self.turned(now))[1]


@lru_cache(maxsize=2)  # many ask in a refresh, and until something turns
def _by_freshness(board: Board, turned: int) -> tuple[Breakers, Breakers]:
    last = board.turns[turned - 1] if turned else float("-inf")
    stale = Breakers(row for row in board.breakers if row.stale_at <= last)
    if not stale:
        return board.breakers, stale
    return Breakers(row for row in board.breakers if row.stale_at > last), stale


def arrange(snapshot: Snapshot, catalogue: Catalogue) -> Board:
    """Arrange a snapshot for being looked at; its sources may describe metrics of their own."""
    if snapshot.metrics:
        # Ours first, for their order is that of the screen.
        catalogue = {**catalogue, **snapshot.metrics, **catalogue}
    by_metric = grouped(snapshot.readings.values())
    sources = {source.id: source for source in snapshot.sources}
    readings, stale_at = snapshot.readings.values(), turning(catalogue, sources)
    breakers = _breakers(by_metric, stale_at)
    turns = {*lost_at(snapshot.sources), *map(stale_at, readings)}
    return Board(
        snapshot=snapshot,
        catalogue=catalogue,
        sources=sources,
        by_metric={metric: tuple(found) for metric, found in by_metric.items()},
        breakers=breakers,
        breaker_of={breaker.key: breaker for breaker in breakers},
        newest=max(map(attrgetter("at"), readings), default=None),
        health=tuple(health_parts(by_metric)),
        turns=tuple(sorted(turns)),
    )


def _breakers(
    by_metric: Mapping[str, list[Reading]], stale_at: Callable[[Reading], float]
) -> Breakers:
    """Return every breaker as a row, worst first."""
    states = by_metric.get(BREAKER_STATE, [])
    names = breaker_names([reading.key for reading in states])
    failures = {r.key.labels: r for r in by_metric.get("breaker.failures", ())}
    resets = {r.key.labels: r for r in by_metric.get("breaker.last_reset", ())}
    rows = [
        Breaker(
            key=reading.key,
            name=names[reading.key],
            state=breaker_state(reading),
            reading=reading,
            stale_at=stale_at(reading),
            failures=failures.get(reading.key.labels),
            last_reset=resets.get(reading.key.labels),
        )
        for reading in states
    ]
    return Breakers(sorted(rows, key=lambda row: _WORST_FIRST[row.state]))


def breaker_state(reading: Reading) -> BreakerState:
    """Return the state that a reading tells, ``UNKNOWN`` for anything else."""
    value = reading.value
    return value if isinstance(value, BreakerState) else BreakerState.UNKNOWN


def breaker_names(keys: Iterable[Key]) -> Mapping[Key, str]:
    """Return a name for each breaker, no two alike: with its other labels only where needed."""
    return _names(tuple(keys))


@lru_cache(maxsize=2)  # they are the same from refresh to refresh
def _names(keys: tuple[Key, ...]) -> Mapping[Key, str]:
    names = {key: key.label("breaker") for key in keys}
    for longer in (_full_name, str):
        taken = Counter(names.values())
        names = {
            key: name if name and taken[name] == 1 else longer(key) for key, name in names.items()
        }
    return MappingProxyType(names)


def _full_name(key: Key) -> str:
    name = key.label("breaker")
    others = ", ".join(value for label, value in key.labels if label != "breaker")
    return f"{name} ({others})" if name and others else name or others


def display_name(breaker: Breaker) -> str:
    """Return a breaker's name with a true dash between group and name."""
    group, name = breaker.group_and_name
    return f"{group} {EN_DASH} {name}" if group else name


def subject(key: Key) -> str:
    """Return the name of what a key is about, or '' for a figure of the whole system."""
    for name in _NAME_LABELS:
        if value := key.label(name):
            return value
    return ", ".join(value for _, value in key.labels)


class Level(msgspec.Struct, frozen=True):
    """How a value stands to its metric's thresholds."""

    degraded: bool = False
    critical: bool = False


def may_be_better(metric: Metric, reading: Reading) -> bool:
    """Tell whether a figure lies by an unknown length on the better side of its number."""
    if metric.direction is Direction.UP:
        return reading.qualifier in (Qualifier.GREATER, Qualifier.AT_LEAST)
    return reading.qualifier is Qualifier.LESS


def level_of(metric: Metric | None, reading: Reading) -> Level:
    """Compare a figure with the thresholds of its metric; what may be better is not wrong."""
    if metric is not None and may_be_better(metric, reading):
        return Level()
    return level(metric, reading.value)


def level(metric: Metric | None, value: object) -> Level:
    """Compare a value with the thresholds of its metric; what has none is never wrong."""
    if metric is None or metric.direction is Direction.NONE:
        return Level()
    # True is an int to Python, but not a quantity.
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return Level()
    return Level(
        degraded=_beyond(metric, value, metric.degraded),
        critical=_beyond(metric, value, metric.critical),
    )


def _beyond(metric: Metric, value: float, threshold: float | None) -> bool:
    if threshold is None:
        return False
    return value <= threshold if metric.direction is Direction.UP else value >= threshold
