"""When figures turn stale, and sources count as lost. Times are Unix time in seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from opsdesk.catalogue.metrics import Catalogue
from opsdesk.insight.derive import OWN_SOURCE
from opsdesk.insight.freshness import greatest_age, once_for_alike, true_at
from opsdesk.model.reading import Reading
from opsdesk.model.snapshot import SourceStatus


def source_of(reading: Reading, sources: Mapping[str, SourceStatus]) -> SourceStatus | None:
    """Return the status of the source of a reading.

    What OpsDesk computed is as fresh as what it rests on, so it ages like the slowest source.
    """
    known = sources.get(reading.source)
    if known is not None or reading.source != OWN_SOURCE:
        return known
    return slowest(sources.values())


def slowest(sources: Iterable[SourceStatus]) -> SourceStatus | None:
    """Return the source that gives figures most seldom; None where none has answered."""
    answered = [source for source in sources if source.last_success is not None]
    return max(answered, key=lambda source: max(source.interval, source.cadence), default=None)


def turning(
    catalogue: Catalogue, sources: Mapping[str, SourceStatus]
) -> Callable[[Reading], float]:
    """Return what tells from when a reading is stale, in Unix time."""

    def stale_at(reading: Reading) -> float:
        source = source_of(reading, sources)
        metric = catalogue.get(reading.key.metric)
        return true_at(reading, source) + greatest_age(metric, source, reading.cadence)

    return once_for_alike(stale_at)


def lost_at(sources: Iterable[SourceStatus]) -> Iterator[float]:
    """Yield from when each source is lost that has ever answered."""
    for source in sources:
        if source.last_success is not None:
            yield source.last_success.timestamp() + greatest_age(None, source)
