"""What the metrics API says of itself, and how it says that something is wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from opsdesk.catalogue.language import mark, tr
from opsdesk.wire import decoding, snapshot, wall
from opsdesk.wire.decoding import WireError, refusing

SCHEMA = "opsdesk.health/1"


class WireHealth(msgspec.Struct, frozen=True, kw_only=True):
    """What this is, and whether it has data. Needs no token."""

    schema: Annotated[str, Meta(description=f"'{SCHEMA}'.", examples=[SCHEMA])]
    snapshot: Annotated[
        str,
        Meta(
            description="Schema of its snapshots; '' where it has none: it is a wall.",
            examples=[snapshot.SCHEMA],
        ),
    ] = snapshot.SCHEMA
    wall: Annotated[
        str,
        Meta(
            description="Schema of its walls; '' where it has none that can be told anything.",
            examples=[wall.SCHEMA],
        ),
    ] = ""
    title: Annotated[str, Meta(description="Name of what is served, for people.")] = ""
    generated_at: Annotated[
        datetime | None,
        Meta(
            description="ISO 8601: time of the newest snapshot; null: there is none yet.",
            extra_json_schema={"format": "date-time"},
        ),
    ] = None


class WireFault(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with a request, or with the server."""

    kind: Annotated[
        str,
        Meta(
            description="Such as 'bad request', 'credentials', 'not found', 'server'.",
            examples=["credentials"],
        ),
    ]
    what: Annotated[str, Meta(description="What is wrong, in words.")]
    remedy: Annotated[str, Meta(description="What to do, in one sentence.")] = ""


class WireFailure(msgspec.Struct, frozen=True, kw_only=True):
    """The body of every answer with a status of 400 or more."""

    error: WireFault


def decode(content: bytes, name: str) -> WireHealth:
    """Return what a server says of itself.

    Args:
        content: JSON.
        name: of the server, for the error.

    Raises:
        WireError: it is no metrics API, or one of another version.

    """
    with refusing(name, mark("not a metrics API of OpsDesk: {reason}"), mark("Check the address.")):
        health = decoding.decode(content, WireHealth)
    if health.schema == SCHEMA and not health.snapshot:
        raise WireError(
            name,
            tr("a wall, which has no figures of its own"),
            tr("Name the server that it reads."),
        )
    if health.schema != SCHEMA or health.snapshot != snapshot.SCHEMA:
        raise WireError(
            name,
            tr("a metrics API of another version: {found}", found=health.snapshot),
            tr("Update OpsDesk on this computer, or on the server."),
        )
    return health
