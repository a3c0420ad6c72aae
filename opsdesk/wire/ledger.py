"""The ledger of incidents in a file: schema ``opsdesk.ledger/1``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from opsdesk.catalogue.language import tr
from opsdesk.model.desk import Desk, Digest, Handling, Hush, Note
from opsdesk.model.ledger import Ledger, Memory
from opsdesk.model.protocols import Notice, NoticeAction
from opsdesk.model.snapshot import Severity
from opsdesk.wire import decoding, keys
from opsdesk.wire.decoding import WireError
from opsdesk.wire.fields import known
from opsdesk.wire.snapshot import WireIncident, incident_in, incident_out

SCHEMA = "opsdesk.ledger/1"
_KIND = "opsdesk.ledger/"

# Without a zone nothing could be compared with now.
Time = Annotated[datetime, msgspec.Meta(tz=True)]


class _WireHandling(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    acknowledged_at: Time | None = None
    snoozed_until: Time | None = None
    notes: tuple[tuple[Time, str], ...] = ()


class _WireDigest(msgspec.Struct, frozen=True, kw_only=True):
    hush: str
    since: Time
    until: Time
    opened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    still_open: tuple[str, ...] = ()


class _WireNotice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    id: str
    title: str
    body: str = ""
    severity: str | None = None
    page: str = ""
    incidents: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    runbook: str = ""
    alarming: bool = False
    withdraws: tuple[str, ...] = ()


class _WireLedger(msgspec.Struct, frozen=True, kw_only=True):
    """Fields of later versions are passed over, those of earlier ones have defaults."""

    schema: str
    incidents: tuple[WireIncident, ...] = ()
    sources: tuple[str, ...] = ()
    flapping: tuple[str, ...] = ()
    handled: dict[str, _WireHandling] = {}
    snoozed_until: Time | None = None
    hush: str = ""
    hushed_since: Time | None = None
    digest: _WireDigest | None = None
    told_by: dict[str, str] = {}
    standing: dict[str, tuple[str, ...]] = {}
    told_at: dict[str, Time] = {}
    held: tuple[str, ...] = ()
    away_since: Time | None = None
    waiting: tuple[_WireNotice, ...] = ()


def encode(ledger: Ledger) -> bytes:
    """Return a ledger as it is written."""
    desk, memory = ledger.desk, ledger.memory
    return msgspec.json.encode(
        _WireLedger(
            schema=SCHEMA,
            incidents=tuple(map(incident_out, ledger.incidents)),
            sources=tuple(sorted(ledger.sources)),
            flapping=tuple(sorted(map(str, ledger.flapping))),
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
            waiting=tuple(map(_notice_out, ledger.waiting)),
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
    try:
        return _ledger_in(_known(decoding.decode(content, _WireLedger)))
    except ValueError as error:
        what = tr("not a ledger of incidents: {reason}", reason=error)
        raise WireError(name, what, tr("OpsDesk begins a new one.")) from error


def _known(wire: _WireLedger) -> _WireLedger:
    if not wire.schema.startswith(_KIND):
        raise ValueError(tr("its schema is {schema}", schema=repr(wire.schema)))
    return wire


def _ledger_in(wire: _WireLedger) -> Ledger:
    return Ledger(
        incidents=tuple(map(incident_in, wire.incidents)),
        sources=frozenset(wire.sources),
        flapping=frozenset(map(keys.parse, wire.flapping)),
        desk=Desk(
            handled={id_: _handling_in(handling) for id_, handling in wire.handled.items()},
            snoozed_until=wire.snoozed_until,
            hush=known(wire.hush, Hush, Hush.NONE),
            hushed_since=wire.hushed_since,
            digest=None if wire.digest is None else _digest_in(wire.digest),
        ),
        memory=Memory(
            told_by=wire.told_by,
            standing=wire.standing,
            told_at=wire.told_at,
            held=frozenset(wire.held),
            away_since=wire.away_since,
        ),
        waiting=tuple(map(_notice_in, wire.waiting)),
    )


def _handling_out(handling: Handling) -> _WireHandling:
    return _WireHandling(
        acknowledged_at=handling.acknowledged_at,
        snoozed_until=handling.snoozed_until,
        notes=tuple((note.at, note.text) for note in handling.notes),
    )


def _handling_in(wire: _WireHandling) -> Handling:
    return Handling(
        acknowledged_at=wire.acknowledged_at,
        snoozed_until=wire.snoozed_until,
        notes=tuple(Note(at, text) for at, text in wire.notes),
    )


def _digest_out(digest: Digest) -> _WireDigest:
    return msgspec.convert(digest, _WireDigest, from_attributes=True)


def _digest_in(wire: _WireDigest) -> Digest:
    return Digest(
        hush=known(wire.hush, Hush, Hush.AWAY),
        since=wire.since,
        until=wire.until,
        opened=wire.opened,
        closed=wire.closed,
        still_open=wire.still_open,
    )


def _notice_out(notice: Notice) -> _WireNotice:
    return msgspec.convert(notice, _WireNotice, from_attributes=True)


def _notice_in(wire: _WireNotice) -> Notice:
    return Notice(
        id=wire.id,
        title=wire.title,
        body=wire.body,
        severity=None
        if wire.severity is None
        else known(wire.severity, Severity, Severity.CRITICAL),
        page=wire.page,
        incidents=wire.incidents,
        actions=tuple(NoticeAction(a) for a in wire.actions if a in set(NoticeAction)),
        runbook=wire.runbook,
        alarming=wire.alarming,
        withdraws=wire.withdraws,
    )
