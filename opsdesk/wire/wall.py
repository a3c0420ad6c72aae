"""How walls are, and what they are told, on the wire: schema ``opsdesk.wall/1``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from opsdesk.catalogue.language import mark, tr
from opsdesk.model.wall import Showing, WallCommand, WallStatus
from opsdesk.wire import decoding
from opsdesk.wire.decoding import WireError, refusing
from opsdesk.wire.fields import moment_or_none

SCHEMA = "opsdesk.wall/1"

_Schema = Annotated[str, Meta(description=f"'{SCHEMA}'.", examples=[SCHEMA])]
_TIME = {"format": "date-time"}


class WireShowing(msgspec.Struct, frozen=True, kw_only=True):
    """What one wall shows now."""

    id: Annotated[str, Meta(description="Names the wall.", examples=["main"])]
    display: Annotated[str, Meta(description="The display that it was given; '' is the first.")] = (
        ""
    )
    lit: Annotated[bool, Meta(description="Whether that display is there.")] = False
    slide: Annotated[
        str,
        Meta(
            description="Id of the page or of the incident that is shown, 'incidents' or "
            "'diagnostics'.",
            examples=["overview"],
        ),
    ] = ""
    held: Annotated[bool, Meta(description="Whether it stays until it is released.")] = False


class WireWalls(msgspec.Struct, frozen=True, kw_only=True):
    """How the walls of one OpsDesk are."""

    schema: _Schema
    walls: Annotated[tuple[WireShowing, ...], Meta(description="All of them.")]
    incidents: Annotated[
        tuple[str, ...], Meta(description="Ids of the incidents that have taken over.")
    ] = ()
    started_at: Annotated[
        datetime | None,
        Meta(description="ISO 8601: since when it runs.", extra_json_schema=_TIME),
    ] = None
    restarts: Annotated[
        int,
        Meta(ge=0, description="How often it came back after an end that nobody had asked for."),
    ] = 0
    memory: Annotated[
        float | None, Meta(description="Resident memory in MiB; null: the system does not tell.")
    ] = None
    threads: Annotated[int, Meta(ge=0, description="Of the process.")] = 0
    descriptors: Annotated[
        int | None,
        Meta(description="Open files, pipes and sockets; null: the system does not tell."),
    ] = None
    refreshes: Annotated[int, Meta(ge=0, description="Since it runs.")] = 0
    last_refresh: Annotated[
        datetime | None,
        Meta(description="ISO 8601: of the newest data; null: none yet.", extra_json_schema=_TIME),
    ] = None
    turns: Annotated[
        int, Meta(ge=0, description="How often one slide has taken the place of another.")
    ] = 0
    problems: Annotated[
        tuple[str, ...], Meta(description="What is wrong with the walls themselves, in sentences.")
    ] = ()


class WireTold(msgspec.Struct, frozen=True, kw_only=True):
    """What was taken, and will be done at once."""

    schema: _Schema
    command: Annotated[str, Meta(description="The command.", examples=["next"])]
    wall: Annotated[str, Meta(description="Id of the wall that it is for; '' is all.")] = ""


Said = TypeVar("Said", WireWalls, WireTold)


def told(command: WallCommand, wall: str) -> WireTold:
    """Return the answer to a command."""
    return WireTold(schema=SCHEMA, command=command, wall=wall)


def to_wire(status: WallStatus) -> WireWalls:
    """Return a status as it is written."""
    return WireWalls(
        schema=SCHEMA,
        walls=msgspec.convert(status.walls, tuple[WireShowing, ...], from_attributes=True),
        incidents=status.incidents,
        started_at=moment_or_none(status.started_at),
        restarts=status.restarts,
        memory=status.memory,
        threads=status.threads,
        descriptors=status.descriptors,
        refreshes=status.refreshes,
        last_refresh=moment_or_none(status.last_refresh),
        turns=status.turns,
        problems=status.problems,
    )


def decode(content: bytes, kind: type[Said], name: str) -> Said:
    """Return what a wall answered.

    Args:
        content: JSON.
        kind: which of the answers it is.
        name: of the server, for the error.

    Raises:
        WireError: it is no such answer, or one of another version.

    """
    with refusing(name, mark("no wall of OpsDesk: {reason}"), mark("Check the address.")):
        said = decoding.decode(content, kind)
    if said.schema != SCHEMA:
        raise WireError(
            name,
            tr("a wall of another version: {found}", found=said.schema),
            tr("Update OpsDesk on this computer, or on the server."),
        )
    return said


def from_wire(wire: WireWalls) -> WallStatus:
    """Return the status that was written; its times lie in UTC between 1970 and 2200."""
    return WallStatus(
        walls=msgspec.convert(wire.walls, tuple[Showing, ...], from_attributes=True),
        incidents=wire.incidents,
        started_at=moment_or_none(wire.started_at),
        restarts=wire.restarts,
        memory=wire.memory,
        threads=wire.threads,
        descriptors=wire.descriptors,
        refreshes=wire.refreshes,
        last_refresh=moment_or_none(wire.last_refresh),
        turns=wire.turns,
        problems=wire.problems,
    )
