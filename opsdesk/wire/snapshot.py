"""Snapshots in files: schema ``opsdesk.snapshot/1``."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType

import msgspec

from opsdesk.catalogue.metrics import Catalogue
from opsdesk.insight.board import arrange
from opsdesk.model import snapshot as model
from opsdesk.model.errors import ConfigError
from opsdesk.model.key import Key, key
from opsdesk.model.metric import Metric
from opsdesk.model.reading import (
    BreakerState,
    Freshness,
    Origin,
    Qualifier,
    Reading,
    Unit,
    Value,
)
from opsdesk.wire.numbers import short

SCHEMA = "opsdesk.snapshot/1"
_NAME, _, _VERSION = SCHEMA.partition("/")

WireValue = bool | float | str | None


class WireReading(msgspec.Struct, frozen=True, kw_only=True):
    """One figure. Times are ISO 8601 in UTC, windows are seconds."""

    metric: str
    labels: dict[str, str] = {}
    value: WireValue
    qualifier: Qualifier = Qualifier.EXACT
    #: None where nobody has described the metric
    unit: Unit | None = None
    window: float | None = None
    origin: Origin = Origin.MEASURED
    at: datetime
    #: as it was when this was written
    freshness: Freshness | None = None
    source: str
    note: str = ""


class WireBaseline(msgspec.Struct, frozen=True, kw_only=True):
    """A named earlier state of things."""

    name: str
    period: str = ""
    readings: tuple[WireReading, ...] = ()


class WireKey(msgspec.Struct, frozen=True, kw_only=True):
    """What a finding or an incident is about."""

    metric: str
    labels: dict[str, str] = {}


class WireIncident(msgspec.Struct, frozen=True, kw_only=True):
    """A thing that is or was wrong."""

    id: str
    subject: WireKey
    title: str
    severity: model.Severity
    state: BreakerState
    opened_at: datetime
    #: false where it was open already when it was first seen, at ``opened_at``
    seen_opening: bool = True
    closed_at: datetime | None = None
    trips: int = 1
    detail: str = ""


class WireFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence that the data supports."""

    kind: str
    sentence: str
    keys: tuple[WireKey, ...] = ()


class WireSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """One refresh."""

    schema: str
    generated_at: datetime
    sources: tuple[model.SourceStatus, ...] = ()
    readings: tuple[WireReading, ...] = ()
    baselines: tuple[WireBaseline, ...] = ()
    incidents: tuple[WireIncident, ...] = ()
    findings: tuple[WireFinding, ...] = ()


class _Schema(msgspec.Struct, frozen=True):
    schema: str


def to_wire(snapshot: model.Snapshot, catalogue: Catalogue, now: datetime) -> WireSnapshot:
    """Return a snapshot as it stands in a file; ``freshness`` is that of ``now``."""
    board = arrange(snapshot, catalogue)

    def written(readings: Iterable[Reading]) -> tuple[WireReading, ...]:
        return tuple(
            _reading_out(reading, board.metric(reading.key.metric), board.freshness(reading, now))
            for reading in in_order(readings, catalogue)
        )

    return WireSnapshot(
        schema=SCHEMA,
        generated_at=snapshot.at,
        sources=snapshot.sources,
        readings=written(snapshot.readings.values()),
        baselines=tuple(
            WireBaseline(name=b.name, period=b.period, readings=written(b.readings.values()))
            for b in snapshot.baselines
        ),
        incidents=tuple(_incident_out(incident) for incident in snapshot.incidents),
        findings=tuple(
            WireFinding(kind=f.kind, sentence=f.sentence, keys=tuple(map(_key_out, f.keys)))
            for f in snapshot.findings
        ),
    )


def from_wire(wire: WireSnapshot) -> model.Snapshot:
    """Return the snapshot that a file holds. Its freshness is left behind: it was of then."""
    return model.Snapshot(
        at=wire.generated_at,
        readings=_readings_in(wire.readings),
        baselines=tuple(
            model.Baseline(name=b.name, period=b.period, readings=_readings_in(b.readings))
            for b in wire.baselines
        ),
        incidents=tuple(_incident_in(incident) for incident in wire.incidents),
        findings=tuple(
            model.Finding(kind=f.kind, sentence=f.sentence, keys=tuple(map(_key_in, f.keys)))
            for f in wire.findings
        ),
        sources=wire.sources,
    )


def decode(content: bytes, name: str) -> WireSnapshot:
    """Return the snapshot in ``content``; fields that are not known are passed over.

    Args:
        content: JSON.
        name: of the file, for the error.

    Raises:
        ConfigError: it is none, or one of a later kind.

    """
    try:
        schema = msgspec.json.decode(content, type=_Schema).schema
        _check(schema, name)
        return msgspec.json.decode(content, type=WireSnapshot)
    except msgspec.DecodeError as error:
        raise ConfigError(f"{name}: not a snapshot of OpsDesk: {error}. Export it anew.") from error


def _check(schema: str, name: str) -> None:
    if schema == SCHEMA:
        return
    kind, _, version = schema.partition("/")
    if kind == _NAME and version.isdecimal() and int(version) > int(_VERSION):
        raise ConfigError(
            f"{name}: written by a later OpsDesk ({schema}; this one reads {SCHEMA}). "
            "Update OpsDesk on this computer."
        )
    raise ConfigError(f"{name}: not a snapshot of OpsDesk but {schema!r}. Choose another file.")


def in_order(readings: Iterable[Reading], catalogue: Catalogue) -> list[Reading]:
    """Return readings in the order of the catalogue; what it does not know comes last."""
    place = {metric: index for index, metric in enumerate(catalogue)}
    return sorted(readings, key=lambda reading: place.get(reading.key.metric, len(place)))


def time_text(at: datetime) -> str:
    """Return a time as ISO 8601 in UTC, ``2026-03-01T13:46:00Z``."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def value_out(value: Value) -> WireValue:
    """Return a value as JSON has it; None for a number that is none."""
    if isinstance(value, datetime):
        return time_text(value)
    if isinstance(value, BreakerState):
        return value.value
    if isinstance(value, float):
        return short(value) if math.isfinite(value) else None
    return value


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


def _reading_out(reading: Reading, metric: Metric | None, now_is: Freshness) -> WireReading:
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
        note=reading.note,
    )


def _readings_in(readings: Iterable[WireReading]) -> Mapping[Key, Reading]:
    found = (_reading_in(reading) for reading in readings)
    return MappingProxyType({reading.key: reading for reading in found})


def _reading_in(wire: WireReading) -> Reading:
    return Reading(
        key=key(wire.metric, wire.labels),
        value=_value_in(wire.value, wire.unit),
        at=wire.at,
        source=wire.source,
        origin=wire.origin,
        qualifier=wire.qualifier,
        window=wire.window,
        note=wire.note,
    )


def _value_in(value: WireValue, unit: Unit | None) -> Value:
    """Give a text back the type that its unit tells; one that is not of it stays a text."""
    if not isinstance(value, str):
        return value
    try:
        if unit is Unit.STATE:
            return BreakerState(value)
        if unit is Unit.TIME:
            return datetime.fromisoformat(value)
    except ValueError:
        return value
    return value


def _key_out(subject: Key) -> WireKey:
    return WireKey(metric=subject.metric, labels=dict(subject.labels))


def _key_in(wire: WireKey) -> Key:
    return key(wire.metric, wire.labels)


def _incident_out(incident: model.Incident) -> WireIncident:
    return WireIncident(
        id=incident.id,
        subject=_key_out(incident.subject),
        title=incident.title,
        severity=incident.severity,
        state=incident.state,
        opened_at=incident.opened_at,
        seen_opening=incident.seen_opening,
        closed_at=incident.closed_at,
        trips=incident.trips,
        detail=incident.detail,
    )


def _incident_in(wire: WireIncident) -> model.Incident:
    return model.Incident(
        id=wire.id,
        subject=_key_in(wire.subject),
        title=wire.title,
        severity=wire.severity,
        state=wire.state,
        opened_at=wire.opened_at,
        seen_opening=wire.seen_opening,
        closed_at=wire.closed_at,
        trips=wire.trips,
        detail=wire.detail,
    )
