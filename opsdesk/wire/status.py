"""How the sources of a snapshot are doing, on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from opsdesk.model.errors import Problem, ProblemKind
from opsdesk.model.snapshot import Family, SourceStatus
from opsdesk.wire.fields import known, moment_or_none

Time = Annotated[
    datetime | None,
    Meta(description="ISO 8601; null: never.", extra_json_schema={"format": "date-time"}),
]


class WireProblem(msgspec.Struct, frozen=True, kw_only=True):
    """A failure: what happened, where, and what to do next. Never holds a secret."""

    kind: Annotated[
        str, Meta(description="One of: " + ", ".join(ProblemKind) + "; anything else is 'server'.")
    ] = "server"
    what: Annotated[str, Meta(description="What happened, in words.")]
    where: Annotated[str, Meta(description="Address without user, password or query.")] = ""
    remedy: Annotated[str, Meta(description="What to do, in one sentence.")] = ""
    retry_after: Annotated[
        float | None, Meta(description="Seconds that the server asked to wait.")
    ] = None


class WireFamily(msgspec.Struct, frozen=True, kw_only=True):
    """What the search for known metrics made of one pack of queries on one server."""

    pack: Annotated[str, Meta(description="Id of the pack.")]
    title: Annotated[str, Meta(description="Its name for people.")] = ""
    series: Annotated[int, Meta(description="Number of series found alive.")] = 0
    used: Annotated[bool, Meta(description="Whether it yields readings.")] = True
    reason: Annotated[str, Meta(description="Why it is used or not, in words.")] = ""


class WireSource(msgspec.Struct, frozen=True, kw_only=True):
    """How one source of the readings is doing."""

    id: Annotated[str, Meta(description="Short name, unique in the snapshot.")]
    title: Annotated[str, Meta(description="Name for people.")] = ""
    kind: Annotated[str, Meta(description="Such as 'prometheus'.")] = ""
    where: Annotated[str, Meta(description="Address without user, password or query.")] = ""
    interval: Annotated[float, Meta(description="Seconds between two refreshes.")] = 0.0
    cadence: Annotated[
        float,
        Meta(description="Seconds between two samples at the source itself; 0: not known."),
    ] = 0.0
    last_success: Time = None
    last_attempt: Time = None
    next_attempt: Time = None
    failures: Annotated[int, Meta(description="Failures in a row.")] = 0
    took: Annotated[float | None, Meta(description="Seconds that the last refresh took.")] = None
    problem: Annotated[
        WireProblem | None, Meta(description="Why it does not answer; null while it does.")
    ] = None
    families: Annotated[tuple[WireFamily, ...], Meta(description="What was found on it.")] = ()
    notes: Annotated[
        tuple[str, ...], Meta(description="What its user should know, such as what it lacks.")
    ] = ()
    partial: Annotated[
        tuple[str, ...],
        Meta(description="What failed while the rest answered, a sentence each; empty: nothing."),
    ] = ()


def source_out(status: SourceStatus) -> WireSource:
    """Return the status of a source as it is written."""
    return msgspec.convert(status, WireSource, from_attributes=True)


def source_in(wire: WireSource) -> SourceStatus:
    """Return the status that was written."""
    return SourceStatus(
        id=wire.id,
        title=wire.title,
        kind=wire.kind,
        where=wire.where,
        interval=wire.interval,
        cadence=wire.cadence,
        last_success=moment_or_none(wire.last_success),
        last_attempt=moment_or_none(wire.last_attempt),
        next_attempt=moment_or_none(wire.next_attempt),
        failures=wire.failures,
        took=wire.took,
        problem=None if wire.problem is None else _problem_in(wire.problem),
        families=tuple(msgspec.convert(f, Family, from_attributes=True) for f in wire.families),
        notes=wire.notes,
        partial=wire.partial,
    )


def _problem_in(wire: WireProblem) -> Problem:
    return Problem(
        kind=known(wire.kind, ProblemKind, ProblemKind.SERVER),
        what=wire.what,
        where=wire.where,
        remedy=wire.remedy,
        retry_after=wire.retry_after,
    )
