"""The ledger of incidents in a file: schema ``opsdesk.ledger/1``."""

from __future__ import annotations

from datetime import datetime

import msgspec

from opsdesk.catalogue.language import mark, tr
from opsdesk.model.desk import Desk, Digest, Handling, Hush, Note
from opsdesk.model.ledger import Ledger, Memory
from opsdesk.wire import decoding
from opsdesk.wire.decoding import refusing
from opsdesk.wire.fields import WireKey, key_in, key_out, known, moment, moment_or_none
from opsdesk.wire.kept_notice import KeptNotice, notice_in, notice_out
from opsdesk.wire.snapshot import WireIncident, incident_in, incident_out

SCHEMA = "opsdesk.ledger/1"
_KIND = "opsdesk.ledger/"


class _WireHandling(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    acknowledged_at: datetime | None = None
    snoozed_until: datetime | None = None
    notes: tuple[tuple[datetime, str], ...] = ()


class _WireDigest(msgspec.Struct, frozen=True, kw_only=True):
    hush: str
    since: datetime
    until: datetime
    opened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    still_open: tuple[str, ...] = ()


class _WireLedger(msgspec.Struct, frozen=True, kw_only=True):
    """Fields of later versions are passed over, those of earlier ones have defaults."""

    schema: str
    incidents: tuple[WireIncident, ...] = ()
    sources: tuple[str, ...] = ()
    flapping: tuple[WireKey, ...] = ()
    handled: dict[str, _WireHandling] = {}
    snoozed_until: datetime | None = None
    hush: str = ""
    hushed_since: datetime | None = None
    digest: _WireDigest | None = None
    told_by: dict[str, str] = {}
    standing: dict[str, tuple[str, ...]] = {}
    told_at: dict[str, datetime] = {}
    held: tuple[str, ...] = ()
    away_since: datetime | None = None
    waiting: tuple[KeptNotice, ...] = ()
    #: JSON as text: it is sent as it is, whatever version of OpsDesk has written it
    to_pass_on: dict[str, tuple[str, ...]] = {}


def encode(ledger: Ledger) -> bytes:
    """Return a ledger as it is written."""
    desk, memory = ledger.desk, ledger.memory
    return msgspec.json.encode(
        _WireLedger(
            schema=SCHEMA,
            incidents=tuple(map(incident_out, ledger.incidents)),
            sources=tuple(sorted(ledger.sources)),
            flapping=tuple(map(key_out, sorted(ledger.flapping, key=str))),
            handled={id_: _handling_out(handling) for id_, handling in desk.handled.items()},
            snoozed_until=desk.snoozed_until,
            hush=desk.hush,
            hushed_since=desk.hushed_since,
            digest=None if desk.digest is None else _digest_out(desk.digest),
            told_by=dict(memory.told_by),
            standing=dict(memory.standing),
            told_at=dict(memory.told_at),
            held=tuple(sorted(memory.held)),
            away_since=memory.away_since,
            waiting=tuple(map(notice_out, ledger.waiting)),
            to_pass_on=dict(ledger.to_pass_on),
        )
    )


def decode(content: bytes, name: str) -> Ledger:
    """Return the ledger in ``content``.

    Args:
        content: JSON.
        name: of the file, for the error.

    Raises:
        WireError: it is none.

    """
    what, remedy = mark("not a ledger of incidents: {reason}"), mark("OpsDesk begins a new one.")
    with refusing(name, what, remedy):
        return _ledger_in(_known(decoding.decode(content, _WireLedger)))


def _known(wire: _WireLedger) -> _WireLedger:
    if not wire.schema.startswith(_KIND):
        raise ValueError(tr("its schema is {schema}", schema=repr(wire.schema)))
    return wire


def _ledger_in(wire: _WireLedger) -> Ledger:
    return Ledger(
        incidents=tuple(map(incident_in, wire.incidents)),
        sources=frozenset(wire.sources),
        flapping=frozenset(map(key_in, wire.flapping)),
        desk=Desk(
            handled={id_: _handling_in(handling) for id_, handling in wire.handled.items()},
            snoozed_until=moment_or_none(wire.snoozed_until),
            hush=known(wire.hush, Hush, Hush.NONE),
            hushed_since=moment_or_none(wire.hushed_since),
            digest=None if wire.digest is None else _digest_in(wire.digest),
        ),
        memory=Memory(
            told_by=wire.told_by,
            standing=wire.standing,
            told_at={id_: moment(at) for id_, at in wire.told_at.items()},
            held=frozenset(wire.held),
            away_since=moment_or_none(wire.away_since),
        ),
        waiting=tuple(map(notice_in, wire.waiting)),
        to_pass_on=wire.to_pass_on,
    )


def _handling_out(handling: Handling) -> _WireHandling:
    return _WireHandling(
        acknowledged_at=handling.acknowledged_at,
        snoozed_until=handling.snoozed_until,
        notes=tuple((note.at, note.text) for note in handling.notes),
    )


def _handling_in(wire: _WireHandling) -> Handling:
    return Handling(
        acknowledged_at=moment_or_none(wire.acknowledged_at),
        snoozed_until=moment_or_none(wire.snoozed_until),
        notes=tuple(Note(moment(at), text) for at, text in wire.notes),
    )


def _digest_out(digest: Digest) -> _WireDigest:
    return msgspec.convert(digest, _WireDigest, from_attributes=True)


def _digest_in(wire: _WireDigest) -> Digest:
    return Digest(
        hush=known(wire.hush, Hush, Hush.AWAY),
        since=moment(wire.since),
        until=moment(wire.until),
        opened=wire.opened,
        closed=wire.closed,
        still_open=wire.still_open,
    )
