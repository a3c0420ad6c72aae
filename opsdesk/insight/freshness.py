"""How far a reading may be trusted now: a pure function, computed when shown, never stored."""

from __future__ import annotations

from datetime import datetime

from opsdesk.model.metric import Metric
from opsdesk.model.reading import Freshness, Reading
from opsdesk.model.snapshot import SourceStatus

#: a measured figure is stale after this many refreshes (LOOK.md section 2)
STALE_AFTER_REFRESHES = 3
#: and late after this share of its greatest age: at two refreshes of three
LATE_AT = 2 / 3


def greatest_age(metric: Metric | None, source: SourceStatus | None) -> float:
    """Return the seconds for which a reading counts as fresh.

    What the catalogue says, else three refreshes: of OpsDesk or of the source itself, whichever
    are further apart, for a figure sampled once a minute is not stale after fifteen seconds.
    """
    if metric is not None and metric.max_age is not None:
        return metric.max_age
    if source is None:
        return 0.0
    return STALE_AFTER_REFRESHES * max(source.interval, source.cadence)


def freshness(
    reading: Reading | None,
    metric: Metric | None,
    source: SourceStatus | None,
    now: datetime,
) -> Freshness:
    """Return the freshness of ``reading`` at ``now``.

    ``source`` is the status of the reading's source; None where no source is connected.
    """
    if reading is None:
        return Freshness.NO_SOURCE if source is None else Freshness.MISSING
    allowed = greatest_age(metric, source)
    age = age_seconds(reading, now)
    if age > allowed:
        return Freshness.STALE
    return Freshness.LATE if age > allowed * LATE_AT else Freshness.LIVE


def age_seconds(reading: Reading, now: datetime) -> float:
    """Return how old a reading is; 0 for one from a clock that runs ahead of ours."""
    return max(0.0, (now - reading.at).total_seconds())
