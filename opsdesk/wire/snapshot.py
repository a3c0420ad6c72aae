"""Snapshots in files and on the metrics API: schema ``opsdesk.snapshot/1``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Annotated

import msgspec
from msgspec import Meta

from opsdesk.catalogue.language import mark, tr
from opsdesk.catalogue.metrics import Catalogue
from opsdesk.insight.board import arrange
from opsdesk.insight.freshness import once_for_alike
from opsdesk.model import snapshot as model
from opsdesk.model.metric import Metric
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.wire import decoding
from opsdesk.wire.decoding import WireError, refusing
from opsdesk.wire.fields import State, WireKey, key_in, key_out, known, moment, moment_or_none
from opsdesk.wire.reading import WireReading, reading_out, readings_in
from opsdesk.wire.status import WireSource, source_in, source_out

SCHEMA = "opsdesk.snapshot/1"
_NAME, _, _VERSION = SCHEMA.partition("/")
# What may be opened with a click; nothing else that a server names.
_ADDRESSES = ("https://", "http://")
_LONGEST_ADDRESS = 2_000
_NO_CATALOGUE: Mapping[str, Metric] = MappingProxyType({})

Time = Annotated[datetime, Meta(description="ISO 8601.", extra_json_schema={"format": "date-time"})]


class WireBaseline(msgspec.Struct, frozen=True, kw_only=True):
    """A named earlier state of things, against which changes are computed."""

    name: Annotated[str, Meta(description="Such as 'before Phase 4'.")]
    period: Annotated[str, Meta(description="When that was, in words.")] = ""
    readings: Annotated[
        tuple[WireReading, ...],
        Meta(description="The figures of then, with the metrics and labels of now."),
    ] = ()


class WireIncident(msgspec.Struct, frozen=True, kw_only=True):
    """A thing that is or was wrong. One incident is one notification on each desk."""

    id: Annotated[str, Meta(description="Stays the same for the incident's whole life.")]
    kind: Annotated[
        str,
        Meta(
            description="breaker, threshold, burn (of an error budget), source (one does not "
            "answer) or offline; anything else is taken for threshold."
        ),
    ] = "breaker"
    subject: Annotated[WireKey, Meta(description="The figure that is wrong.")]
    title: Annotated[str, Meta(description="What it is, in words.")]
    severity: Annotated[
        str, Meta(description="degraded or critical; anything else is taken for critical.")
    ] = "critical"
    state: State = "open"
    opened_at: Time
    seen_opening: Annotated[
        bool,
        Meta(description="False where it was open already when first seen, at 'opened_at'."),
    ] = True
    closed_at: Annotated[
        datetime | None,
        Meta(
            description="ISO 8601; null while it lasts.", extra_json_schema={"format": "date-time"}
        ),
    ] = None
    trips: Annotated[int, Meta(description="How often it has opened in its life.")] = 1
    flapping: Annotated[bool, Meta(description="It comes and goes.")] = False
    detail: Annotated[str, Meta(description="What else is known, in words.")] = ""
    runbook: Annotated[
        str, Meta(description="Address of what to do: http or https, anything else is left out.")
    ] = ""


class WireFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence that the data supports."""

    kind: Annotated[str, Meta(description="What sort of finding.")] = ""
    sentence: Annotated[str, Meta(description="For people.")]
    keys: Annotated[tuple[WireKey, ...], Meta(description="The figures that it rests on.")] = ()


class WireSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Everything known at a moment. It holds no past: see /v1/series."""

    schema: Annotated[
        str,
        Meta(
            description=f"'{SCHEMA}'. The number changes only when a reader of the earlier one "
            "would go wrong; new fields do not change it.",
            examples=[SCHEMA],
        ),
    ]
    generated_at: Annotated[
        datetime,
        Meta(
            description="When this was put together: ISO 8601. No reading is from after it.",
            extra_json_schema={"format": "date-time"},
        ),
    ]
    sources: Annotated[
        tuple[WireSource, ...], Meta(description="Where the readings come from.")
    ] = ()
    readings: Annotated[
        tuple[WireReading, ...], Meta(description="All figures; each metric with labels once.")
    ]
    baselines: Annotated[tuple[WireBaseline, ...], Meta(description="Earlier states.")] = ()
    incidents: Annotated[
        tuple[WireIncident, ...], Meta(description="What is open, and what ended lately.")
    ] = ()
    findings: Annotated[tuple[WireFinding, ...], Meta(description="What stands out.")] = ()


class _Schema(msgspec.Struct, frozen=True):
    schema: str


def to_wire(snapshot: model.Snapshot, catalogue: Catalogue, now: datetime) -> WireSnapshot:
    """Return a snapshot as it is written; ``freshness`` is that of ``now``."""
    board = arrange(snapshot, catalogue)
    fresh = once_for_alike(lambda reading: board.freshness(reading, now))

    def written(readings: Iterable[Reading]) -> tuple[WireReading, ...]:
        return tuple(
            reading_out(reading, board.metric(reading.key.metric), fresh(reading))
            for reading in in_order(readings, board.catalogue)
        )

    return WireSnapshot(
        schema=SCHEMA,
        generated_at=snapshot.at,
        sources=tuple(map(source_out, snapshot.sources)),
        readings=written(snapshot.readings.values()),
        baselines=tuple(
            WireBaseline(name=b.name, period=b.period, readings=written(b.readings.values()))
            for b in snapshot.baselines
        ),
        incidents=tuple(map(incident_out, snapshot.incidents)),
        findings=tuple(
            WireFinding(kind=f.kind, sentence=f.sentence, keys=tuple(map(key_out, f.keys)))
            for f in snapshot.findings
        ),
    )


def from_wire(wire: WireSnapshot, catalogue: Catalogue = _NO_CATALOGUE) -> model.Snapshot:
    """Return the snapshot that was written. Its freshness is left behind: it was of then.

    The catalogue tells the units of readings that come without.
    """
    return model.Snapshot(
        at=moment(wire.generated_at),
        readings=readings_in(wire.readings, catalogue),
        baselines=tuple(
            model.Baseline(
                name=b.name, period=b.period, readings=readings_in(b.readings, catalogue)
            )
            for b in wire.baselines
        ),
        incidents=tuple(map(incident_in, wire.incidents)),
        findings=tuple(
            model.Finding(kind=f.kind, sentence=f.sentence, keys=tuple(map(key_in, f.keys)))
            for f in wire.findings
        ),
        sources=tuple(map(source_in, wire.sources)),
    )


def decode(content: bytes, name: str) -> WireSnapshot:
    """Return the snapshot in ``content``; fields that are not known are passed over.

    Args:
        content: JSON.
        name: of the file or the server, for the error.

    Raises:
        WireError: it is none, or one of a later kind.

    """
    with refusing(name, mark("not a snapshot of OpsDesk: {reason}"), mark("Have it written anew.")):
        _check(decoding.decode(content, _Schema).schema, name)
        return decoding.decode(content, WireSnapshot)


def _check(schema: str, name: str) -> None:
    if schema == SCHEMA:
        return
    kind, _, version = schema.partition("/")
    if kind == _NAME and version.isdecimal() and int(version) > int(_VERSION):
        raise WireError(
            name,
            tr(
                "written by a later OpsDesk ({found}; this one reads {known})",
                found=schema,
                known=SCHEMA,
            ),
            tr("Update OpsDesk on this computer."),
        )
    raise WireError(
        name,
        tr("not a snapshot of OpsDesk but {found}", found=repr(schema)),
        tr("Choose another."),
    )


def in_order(readings: Iterable[Reading], catalogue: Catalogue) -> list[Reading]:
    """Return readings in the order of the catalogue; what it does not know comes last."""
    place = {metric: index for index, metric in enumerate(catalogue)}
    return sorted(readings, key=lambda reading: place.get(reading.key.metric, len(place)))


def incident_out(incident: model.Incident) -> WireIncident:
    """Return an incident as it is written."""
    return WireIncident(
        id=incident.id,
        kind=incident.kind,
        subject=key_out(incident.subject),
        title=incident.title,
        severity=incident.severity,
        state=incident.state,
        opened_at=incident.opened_at,
        seen_opening=incident.seen_opening,
        closed_at=incident.closed_at,
        trips=incident.trips,
        flapping=incident.flapping,
        detail=incident.detail,
        runbook=incident.runbook,
    )


def incident_in(wire: WireIncident) -> model.Incident:
    """Return the incident that was written."""
    return model.Incident(
        id=wire.id,
        kind=known(wire.kind, model.IncidentKind, model.IncidentKind.THRESHOLD),
        subject=key_in(wire.subject),
        title=wire.title,
        severity=known(wire.severity, model.Severity, model.Severity.CRITICAL),
        state=known(wire.state, BreakerState, BreakerState.UNKNOWN),
        opened_at=moment(wire.opened_at),
        seen_opening=wire.seen_opening,
        closed_at=moment_or_none(wire.closed_at),
        trips=wire.trips,
        flapping=wire.flapping,
        detail=wire.detail,
        runbook=wire.runbook if _is_address(wire.runbook) else "",
    )


def _is_address(text: str) -> bool:
    return text.startswith(_ADDRESSES) and len(text) <= _LONGEST_ADDRESS and text.isprintable()
