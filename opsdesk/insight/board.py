"""A snapshot arranged for being looked at: by metric, breakers as rows, worst first.

Built once a refresh, on the engine's thread, so that the window only lays out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from opsdesk.catalogue.metrics import Catalogue
from opsdesk.insight.freshness import freshness, greatest_age
from opsdesk.model.key import Key
from opsdesk.model.metric import Direction, Metric
from opsdesk.model.reading import BreakerState, Freshness, Reading
from opsdesk.model.snapshot import Snapshot, SourceStatus

_NAME_LABELS = ("breaker", "component", "area", "quantile", "item", "layer")
_SEPARATOR = " - "
_WORST_FIRST = {
    BreakerState.FORCED_OPEN: 0,
    BreakerState.OPEN: 0,
    BreakerState.HALF_OPEN: 1,
    BreakerState.UNKNOWN: 2,
    BreakerState.DISABLED: 3,
    BreakerState.CLOSED: 4,
}


class Breaker(msgspec.Struct, frozen=True, kw_only=True):
    """One circuit breaker with everything known of it."""

    key: Key
    #: as the source names it, with job or namespace where two have the same name
    name: str
    state: BreakerState
    reading: Reading
    failures: Reading | None = None
    last_reset: Reading | None = None

    @property
    def group_and_name(self) -> tuple[str, str]:
        """Split 'External API - Weather' into its group and its name; group may be ''."""
        group, separator, name = self.name.partition(_SEPARATOR)
        return (group, name) if separator else ("", self.name)


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """One snapshot, the catalogue that explains it, and both arranged for the screen."""

    snapshot: Snapshot
    catalogue: Catalogue
    sources: Mapping[str, SourceStatus]
    by_metric: Mapping[str, tuple[Reading, ...]]
    #: worst first, then in the order of the source
    breakers: tuple[Breaker, ...]

    def metric(self, metric_id: str) -> Metric | None:
        """Return the catalogue entry; None for a metric that nobody has described."""
        return self.catalogue.get(metric_id)

    def source_of(self, reading: Reading) -> SourceStatus | None:
        """Return the status of the source of a reading.

        What OpsDesk computed is as fresh as what it rests on, so it ages like its slowest source.
        """
        known = self.sources.get(reading.source)
        if known is not None or not self.sources:
            return known
        return max(self.sources.values(), key=lambda source: max(source.interval, source.cadence))

    def freshness(self, reading: Reading | None, now: datetime) -> Freshness:
        """Return how far a reading may be trusted at ``now``."""
        if reading is None:
            return Freshness.MISSING if self.sources else Freshness.NO_SOURCE
        metric = self.catalogue.get(reading.key.metric)
        return freshness(reading, metric, self.source_of(reading), now)

    def is_stale(self, reading: Reading | None, now: datetime) -> bool:
        """Tell whether a reading may no longer be taken for the present."""
        return self.freshness(reading, now) is Freshness.STALE

    def stale_at(self, reading: Reading) -> float:
        """Return the Unix time in seconds from which a reading is stale."""
        metric = self.catalogue.get(reading.key.metric)
        return reading.at.timestamp() + greatest_age(metric, self.source_of(reading))


def arrange(snapshot: Snapshot, catalogue: Catalogue) -> Board:
    """Arrange a snapshot for being looked at."""
    by_metric: dict[str, list[Reading]] = {}
    for reading in snapshot.readings.values():
        by_metric.setdefault(reading.key.metric, []).append(reading)
    return Board(
        snapshot=snapshot,
        catalogue=catalogue,
        sources={source.id: source for source in snapshot.sources},
        by_metric={metric: tuple(found) for metric, found in by_metric.items()},
        breakers=breakers(snapshot.readings, by_metric.get("breaker.state", [])),
    )


def breakers(readings: Mapping[Key, Reading], states: list[Reading]) -> tuple[Breaker, ...]:
    """Return every breaker as a row, worst first."""
    names = breaker_names([reading.key for reading in states])
    rows = [
        Breaker(
            key=reading.key,
            name=names[reading.key],
            state=breaker_state(reading),
            reading=reading,
            failures=readings.get(reading.key.with_metric("breaker.failures")),
            last_reset=readings.get(reading.key.with_metric("breaker.last_reset")),
        )
        for reading in states
    ]
    return tuple(sorted(rows, key=lambda row: _WORST_FIRST[row.state]))


def breaker_state(reading: Reading) -> BreakerState:
    """Return the state that a reading tells, ``UNKNOWN`` for anything else."""
    value = reading.value
    return value if isinstance(value, BreakerState) else BreakerState.UNKNOWN


def breaker_names(keys: list[Key]) -> dict[Key, str]:
    """Return a name for each breaker, with its other labels only where two would be the same."""
    plain: dict[str, int] = {}
    for key in keys:
        plain[key.label("breaker")] = plain.get(key.label("breaker"), 0) + 1
    return {
        key: key.label("breaker") if plain[key.label("breaker")] == 1 else _full_name(key)
        for key in keys
    }


def _full_name(key: Key) -> str:
    others = [value for name, value in key.labels if name != "breaker"]
    return f"{key.label('breaker')} ({', '.join(others)})" if others else key.label("breaker")


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


def level(metric: Metric | None, value: object) -> Level:
    """Compare a value with the thresholds of its metric; what has none is never wrong."""
    if metric is None or not isinstance(value, float) or metric.direction is Direction.NONE:
        return Level()
    return Level(
        degraded=_beyond(metric, value, metric.degraded),
        critical=_beyond(metric, value, metric.critical),
    )


def _beyond(metric: Metric, value: float, threshold: float | None) -> bool:
    if threshold is None:
        return False
    return value <= threshold if metric.direction is Direction.UP else value >= threshold
