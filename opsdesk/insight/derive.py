"""Figures that follow from others. A figure that a source reports is kept as reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from math import fsum
from types import MappingProxyType

import msgspec

from opsdesk.catalogue.language import mark, tr
from opsdesk.catalogue.metrics import Catalogue
from opsdesk.insight.compute import reckon
from opsdesk.insight.freshness import staleness
from opsdesk.insight.words import number_text
from opsdesk.model.key import Key, key
from opsdesk.model.reading import BreakerState, Origin, Reading, Unit
from opsdesk.model.snapshot import Baseline, Computed, SourceStatus

#: source id of what OpsDesk computes or observes itself
OWN_SOURCE = "opsdesk"

INSTANCES_UP = "component.instances_up"
#: the metric that is a share of time
UPTIME = "component.uptime"
ERROR_RATE = "errors.rate"
BREAKER_STATE = "breaker.state"

HEALTH = key("health.score")
# The parts of the health score and their weights. What is up counts most: errors and breakers
# are often the consequence of a component that is down.
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

    #: a message
    name: str
    weight: float
    score: float
    readings: tuple[Reading, ...]


class Derivation(msgspec.Struct, frozen=True, kw_only=True):
    """What follows from the readings of all sources."""

    #: what no source reports itself
    readings: tuple[Reading, ...] = ()
    #: by key: what the catalogue's formulas give, also beside what is reported
    computed: Mapping[Key, tuple[Computed, ...]] = MappingProxyType({})


def derive(
    readings: Mapping[Key, Reading],
    catalogue: Catalogue,
    sources: Mapping[str, SourceStatus],
    now: datetime,
    baselines: Sequence[Baseline] = (),
) -> Derivation:
    """Return what follows from ``readings``.

    The health score is of all its parts, stale ones with what they last said: where nothing is
    measured it does not move. It is as old as the oldest of them, and so turns stale itself. So is
    what the catalogue's formulas give.
    """
    is_stale = staleness(catalogue, sources, now)
    reckoned = reckon(readings, baselines, catalogue, is_stale)
    found = [
        Reading(
            key=of,
            value=reckoned.computed[of][0].value,
            at=at,
            source=OWN_SOURCE,
            origin=Origin.DERIVED,
        )
        for of, at in reckoned.ages.items()
    ]
    score = None if HEALTH in readings else health_score(readings.values())
    return Derivation(
        readings=tuple(found if score is None else [score, *found]), computed=reckoned.computed
    )


def health_score(readings: Iterable[Reading]) -> Reading | None:
    """Return the health score, 0..100 percent, or None where nothing says what is up."""
    parts = health_parts(grouped(readings))
    if not parts:
        return None
    inputs = [reading for part in parts for reading in part.readings]
    return Reading(
        key=HEALTH,
        value=health_of(parts),
        at=min(reading.at for reading in inputs),
        source=OWN_SOURCE,
        origin=Origin.DERIVED,
        samples=len(inputs),
        # what is sampled seldom is old and not stale, and so is what follows from it
        cadence=max(reading.cadence for reading in inputs),
        note=", ".join(_words(part) for part in parts),
    )


def grouped(readings: Iterable[Reading]) -> dict[str, list[Reading]]:
    """Return readings by their metrics."""
    found: dict[str, list[Reading]] = {}
    for reading in readings:
        found.setdefault(reading.key.metric, []).append(reading)
    return found


def health_of(parts: Sequence[HealthPart]) -> float:
    """Return the mean of parts by their weights, 0..100; there must be at least one."""
    total = sum(part.weight for part in parts)
    # six digits are exact enough, and free of what binary fractions leave behind
    return round(sum(part.score * part.weight for part in parts) / total, 6)


def _words(part: HealthPart) -> str:
    return tr(
        "{part} {score} % (weight {weight})",
        part=tr(part.name),
        score=number_text(part.score, Unit.PERCENT),
        weight=f"{part.weight:g}",
    )


def health_parts(by_metric: Mapping[str, Sequence[Reading]]) -> list[HealthPart]:
    """Return what the score is made of; empty where nothing says what is up."""
    ups, states = by_metric.get(INSTANCES_UP, ()), by_metric.get(BREAKER_STATE, ())
    found = (
        _part(mark("components up"), _COMPONENTS, ups, _share, _mean),
        _part(mark("breakers closed"), _BREAKERS, states, _breaker_score, _mean),
    )
    parts = [part for part in found if part is not None]
    rates = by_metric.get(ERROR_RATE, ())
    errors = _part(mark("requests without error"), _ERRORS, rates, _without_error, min)
    return [*parts, errors] if parts and errors is not None else parts


def _mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)


def _part(
    name: str,
    weight: float,
    readings: Iterable[Reading],
    score_of: Callable[[Reading], float | None],
    combine: Callable[[Sequence[float]], float],
) -> HealthPart | None:
    """Return a part of what is known; None where nothing is."""
    scored = [(reading, score_of(reading)) for reading in readings]
    known = [(reading, score) for reading, score in scored if score is not None]
    if not known:
        return None
    return HealthPart(name, weight, combine([s for _, s in known]), tuple(r for r, _ in known))


def _share(reading: Reading) -> float | None:
    """Return a percent as one, whatever the source says."""
    number = reading.number
    return None if number is None else min(100.0, max(0.0, number))


def _without_error(reading: Reading) -> float | None:
    share = _share(reading)
    return None if share is None else 100.0 - share


def _breaker_score(reading: Reading) -> float | None:
    value = reading.value
    return _BREAKER_SCORES.get(value) if isinstance(value, BreakerState) else None
