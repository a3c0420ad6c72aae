"""Readings on the wire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from math import isfinite
from types import MappingProxyType
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from opsdesk.catalogue.metrics import Catalogue
from opsdesk.model.key import Key
from opsdesk.model.metric import Metric
from opsdesk.model.reading import BreakerState, Freshness, Origin, Qualifier, Reading, Unit, Value
from opsdesk.wire.fields import WireKey, given, key_in, moment, or_none
from opsdesk.wire.numbers import short

WireValue = bool | float | str | None

# Looked up thousands of times a refresh.
_ORIGINS: Mapping[str, Origin] = {origin: origin for origin in Origin}
_QUALIFIERS: Mapping[str, Qualifier] = {qualifier: qualifier for qualifier in Qualifier}
_STATES: Mapping[str, BreakerState] = {state: state for state in BreakerState}


class WireReading(WireKey, frozen=True, kw_only=True):
    """One figure at a time. The least that makes one: metric, value, at."""

    value: Annotated[
        WireValue,
        Meta(
            description="A number; a text; a state or a time (ISO 8601) as text; true or false; "
            "null where there is no value now, which 'note' explains."
        ),
    ]
    qualifier: Annotated[
        str,
        Meta(
            description="How exact the value is: '' (exact), '<', '>', '>=' or '~' (about). "
            "Anything else is taken for '~'."
        ),
    ] = ""
    unit: Annotated[
        str | None,
        Meta(
            description="Unit of the value, as the catalogue of the metric has it; null or left "
            "out: that of the catalogue. Known units: " + ", ".join(Unit) + ".",
            examples=["percent"],
        ),
    ] = None
    window: Annotated[
        float | None,
        Meta(description="Seconds up to 'at' that the value covers; null: it is of an instant."),
    ] = None
    origin: Annotated[
        str,
        Meta(
            description="How the figure came to be: measured, derived (computed from others), "
            "reported (by people), forecast, observed. Anything else is taken for measured."
        ),
    ] = "measured"
    at: Annotated[
        datetime,
        Meta(
            description="When the value was true (not when it was asked for): ISO 8601; without "
            "an offset it is UTC.",
            extra_json_schema={"format": "date-time"},
        ),
    ]
    freshness: Annotated[
        str | None,
        Meta(
            description="How far the figure could be trusted when this was written: live, late, "
            "stale, missing, no source. A reader judges for itself and passes this over."
        ),
    ] = None
    source: Annotated[
        str, Meta(description="Id of the source that gave it, one of 'sources' of the snapshot.")
    ] = ""
    change_percent: Annotated[
        float | UnsetType,
        Meta(description="Change in percent against a baseline, as the source reports it."),
    ] = UNSET
    samples: Annotated[
        int | UnsetType, Meta(description="How many samples the value rests on.")
    ] = UNSET
    coverage: Annotated[
        float | UnsetType,
        Meta(description="Share of the window for which there were samples, 0..1."),
    ] = UNSET
    cadence: Annotated[
        float | UnsetType,
        Meta(
            description="Seconds between two samples of this figure, where that is more than its "
            "source's own cadence. It counts as fresh for three of them."
        ),
    ] = UNSET
    note: Annotated[str, Meta(description="What a reader should know, in one sentence.")] = ""


def reading_out(reading: Reading, metric: Metric | None, now_is: Freshness) -> WireReading:
    """Return a reading as it is written."""
    return WireReading(
        metric=reading.key.metric,
        labels=dict(reading.key.labels),
        value=value_out(reading.value),
        qualifier=reading.qualifier,
        unit=unit_of(reading.value, metric),
        window=reading.window,
        origin=reading.origin,
        at=reading.at,
        freshness=now_is,
        source=reading.source,
        change_percent=given(None if reading.change is None else short(reading.change)),
        samples=UNSET if reading.samples is None else reading.samples,
        coverage=given(reading.coverage),
        cadence=given(reading.cadence or None),
        note=reading.note,
    )


def readings_in(readings: Iterable[WireReading], catalogue: Catalogue) -> Mapping[Key, Reading]:
    """Return readings that were written, by key; of two of one key, the last."""
    found = (reading_in(reading, catalogue) for reading in readings)
    return MappingProxyType({reading.key: reading for reading in found})


def reading_in(wire: WireReading, catalogue: Catalogue) -> Reading:
    """Return a reading that was written. The catalogue tells the unit of one that has none."""
    return Reading(
        key=key_in(wire),
        value=value_in(wire.value, _unit_in(wire, catalogue)),
        at=moment(wire.at),
        source=wire.source,
        origin=_ORIGINS.get(wire.origin, Origin.MEASURED),
        qualifier=_QUALIFIERS.get(wire.qualifier, Qualifier.ABOUT),
        window=wire.window,
        change=or_none(wire.change_percent),
        samples=or_none(wire.samples),
        coverage=or_none(wire.coverage),
        cadence=or_none(wire.cadence) or 0.0,
        note=wire.note,
    )


def _unit_in(wire: WireReading, catalogue: Catalogue) -> str | None:
    metric = catalogue.get(wire.metric)
    return wire.unit if metric is None or wire.unit else metric.unit


def value_out(value: Value) -> WireValue:
    """Return a value as JSON has it; None for a number that is none."""
    if isinstance(value, datetime):
        return time_text(value)
    if isinstance(value, BreakerState):
        return value.value
    if isinstance(value, float):
        return short(value) if isfinite(value) else None
    return value


def value_in(value: WireValue, unit: str | None) -> Value:
    """Give a text back the type that its unit tells; one that is no time stays a text."""
    if not isinstance(value, str):
        return value
    if unit == Unit.STATE:
        return _STATES.get(value, BreakerState.UNKNOWN)
    if unit == Unit.TIME:
        try:
            return moment(datetime.fromisoformat(value))
        except ValueError:
            return value
    return value


def time_text(at: datetime) -> str:
    """Return a time as ISO 8601 in UTC, ``2026-03-01T13:46:00Z``."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def unit_of(value: Value, metric: Metric | None) -> Unit | None:
    """Return the unit of a figure; of one that the catalogue does not know, what its type tells."""
    return _unit(value) if metric is None else metric.unit


def _unit(value: Value) -> Unit | None:
    match value:
        case BreakerState():
            return Unit.STATE
        case bool():
            return Unit.BOOL
        case datetime():
            return Unit.TIME
        case str():
            return Unit.TEXT
    return None
