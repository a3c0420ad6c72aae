"""How far a reading may be trusted now: a pure function, computed when shown, never stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from opsdesk.model.metric import Metric
from opsdesk.model.reading import Freshness, Reading
from opsdesk.model.snapshot import SourceStatus

T = TypeVar("T")

#: a measured figure is stale after this many refreshes (LOOK.md section 2)
STALE_AFTER_REFRESHES = 3
#: and late after this share of that: at two refreshes of three
LATE_AT = 2 / 3
#: of the greatest age that the catalogue gives, the last tenth is the grace within which the next
#: figure is awaited: of 35 days for what comes once a month 31.5, and no month is longer
LATE_AT_OF_OWN = 0.9
#: the greatest age of what counts for nothing now
NEVER = float("-inf")


def greatest_age(metric: Metric | None, source: SourceStatus | None, cadence: float = 0.0) -> float:
    """Return the seconds for which a reading counts as fresh; below zero: not at all.

    What the catalogue says, else three refreshes: of OpsDesk or of the source itself, whichever
    are further apart, for a figure sampled once a minute is not stale after fifteen seconds.
    ``cadence`` is that of the figure itself, in seconds, where it is sampled more seldom.
    """
    if metric is not None and metric.max_age is not None:
        return metric.max_age
    if source is None:
        return NEVER
    return STALE_AFTER_REFRESHES * max(source.interval, source.cadence, cadence)


def freshness(
    reading: Reading | None,
    metric: Metric | None,
    source: SourceStatus | None,
    now: datetime,
) -> Freshness:
    """Return the freshness of ``reading`` at ``now``.

    ``source`` is the status of the reading's source; None where that is no longer connected: then
    only what the catalogue gives an age of its own is still worth something.
    """
    if reading is None:
        return Freshness.NO_SOURCE if source is None else Freshness.MISSING
    allowed = greatest_age(metric, source, reading.cadence)
    since, moment = true_at(reading, source), now.timestamp()
    if moment > since + allowed:
        return Freshness.STALE
    own = metric is not None and metric.max_age is not None
    late = allowed * (LATE_AT_OF_OWN if own else LATE_AT)
    return Freshness.LATE if moment > since + late else Freshness.LIVE


def once_for_alike(work: Callable[[Reading], T]) -> Callable[[Reading], T]:
    """Return ``work``, whose results follow from what freshness does, done once for all alike.

    Readings of a refresh are thousands, and share few metrics, sources and times.
    """
    known: dict[tuple[str, str, datetime, float], T] = {}

    def worked_out(reading: Reading) -> T:
        alike = (reading.key.metric, reading.source, reading.at, reading.cadence)
        found = known.get(alike)
        if found is None:
            found = known[alike] = work(reading)
        return found

    return worked_out


def staleness(
    catalogue: Mapping[str, Metric], sources: Mapping[str, SourceStatus], now: datetime
) -> Callable[[Reading], bool]:
    """Return what tells whether a reading is stale at ``now``."""

    def is_stale(reading: Reading) -> bool:
        metric, source = catalogue.get(reading.key.metric), sources.get(reading.source)
        return freshness(reading, metric, source, now) is Freshness.STALE

    return once_for_alike(is_stale)


def true_at(reading: Reading, source: SourceStatus | None) -> float:
    """Return the Unix time in seconds at which a reading was true, by our clock.

    A source whose clock runs ahead gives readings of the future. They were true when it last
    answered, at the latest: otherwise they would stay fresh after it has gone.
    """
    at = reading.at.timestamp()
    if source is None or source.last_success is None or source.id != reading.source:
        return at
    return min(at, source.last_success.timestamp())


def age_seconds(reading: Reading, now: datetime) -> float:
    """Return how old a reading is; 0 for one from a clock that runs ahead of ours."""
    return max(0.0, (now - reading.at).total_seconds())
