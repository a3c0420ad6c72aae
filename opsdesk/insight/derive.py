"""Figures that follow from others. A figure that a source reports is kept as reported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from statistics import fmean

import msgspec

from opsdesk.catalogue.metrics import Catalogue
from opsdesk.insight.freshness import freshness
from opsdesk.model.key import Key, key
from opsdesk.model.reading import BreakerState, Freshness, Origin, Reading
from opsdesk.model.snapshot import SourceStatus

#: source id of what OpsDesk computes or observes itself
OWN_SOURCE = "opsdesk"

HEALTH = key("health.score")
# The parts of the health score and their weights. What is up counts most: errors and breakers
# are often the consequence of a component that is down.
_PART_OF_HEALTH = frozenset({"component.instances_up", "errors.rate", "breaker.state"})
_COMPONENTS, _ERRORS, _BREAKERS = 5.0, 3.0, 2.0
# Half-open lets some calls pass.
_BREAKER_SCORES = {
    BreakerState.CLOSED: 100.0,
    BreakerState.HALF_OPEN: 50.0,
    BreakerState.OPEN: 0.0,
    BreakerState.FORCED_OPEN: 0.0,
}


class HealthPart(msgspec.Struct, frozen=True):
    """One part of the health score: its own score 0..100, and how much it counts."""

    name: str
    weight: float
    score: float
    readings: tuple[Reading, ...]


def derive(
    readings: Mapping[Key, Reading],
    catalogue: Catalogue,
    sources: Mapping[str, SourceStatus],
    now: datetime,
) -> tuple[Reading, ...]:
    """Return the readings that follow from ``readings`` and that no source reports itself.

    Stale figures are left out of the sum while there are fresh ones; with none, the result is as
    old as what it rests on, and so is stale itself.
    """
    if HEALTH in readings:
        return ()
    usable = [reading for reading in readings.values() if reading.key.metric in _PART_OF_HEALTH]
    fresh = [
        reading
        for reading in usable
        if freshness(reading, catalogue.get(reading.key.metric), sources.get(reading.source), now)
        is not Freshness.STALE
    ]
    score = health_score(fresh or usable)
    return () if score is None else (score,)


def health_score(readings: Iterable[Reading]) -> Reading | None:
    """Return the health score, 0..100 percent, or None where nothing says what is up."""
    parts = health_parts(readings)
    if not parts:
        return None
    inputs = [reading for part in parts for reading in part.readings]
    total = sum(part.weight for part in parts)
    return Reading(
        key=HEALTH,
        value=round(sum(part.score * part.weight for part in parts) / total, 2),
        at=min(reading.at for reading in inputs),
        source=OWN_SOURCE,
        origin=Origin.DERIVED,
        samples=len(inputs),
        note=", ".join(f"{part.name} {part.score:.4g} (weight {part.weight:g})" for part in parts),
    )


def health_parts(readings: Iterable[Reading]) -> list[HealthPart]:
    """Return what the score is made of; empty where nothing says what is up."""
    by_metric: dict[str, list[Reading]] = {}
    for reading in readings:
        if reading.value is not None:
            by_metric.setdefault(reading.key.metric, []).append(reading)
    parts = [part for part in (_components(by_metric), _breakers(by_metric)) if part is not None]
    errors = _errors(by_metric)
    return [*parts, errors] if parts and errors is not None else parts


def _components(by_metric: Mapping[str, list[Reading]]) -> HealthPart | None:
    known = [(r, r.value) for r in by_metric.get("component.instances_up", ())]
    scores = [value for _, value in known if isinstance(value, float)]
    if not scores:
        return None
    return HealthPart("components up", _COMPONENTS, fmean(scores), tuple(r for r, _ in known))


def _errors(by_metric: Mapping[str, list[Reading]]) -> HealthPart | None:
    known = tuple(by_metric.get("errors.rate", ()))
    rates = [reading.value for reading in known if isinstance(reading.value, float)]
    if not rates:
        return None
    return HealthPart("requests without error", _ERRORS, 100.0 - max(rates), known)


def _breakers(by_metric: Mapping[str, list[Reading]]) -> HealthPart | None:
    scored = [
        (reading, _BREAKER_SCORES[reading.value])
        for reading in by_metric.get("breaker.state", ())
        if isinstance(reading.value, BreakerState) and reading.value in _BREAKER_SCORES
    ]
    if not scored:
        return None
    mean = fmean(score for _, score in scored)
    return HealthPart("breakers closed", _BREAKERS, mean, tuple(reading for reading, _ in scored))
