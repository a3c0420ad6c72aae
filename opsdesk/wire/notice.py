"""What a program or an address is told of a notice: schema ``opsdesk.notice/1``, as JSON."""

from __future__ import annotations

from datetime import datetime

import msgspec

from opsdesk.model.protocols import Notice

SCHEMA = "opsdesk.notice/1"


class WireNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A notice. Times are Unix time in seconds, UTC."""

    schema: str = SCHEMA
    #: a later notice with the same id takes the place of an earlier one
    id: str
    title: str
    body: str
    #: 'critical' or 'degraded' while something is wrong; null: an ending, a summary, a test
    severity: str | None
    #: ids of the incidents that it tells of
    incidents: tuple[str, ...]
    #: when what it tells of began, and when it ended; null where it has not, or nobody knows
    opened: float | None
    ended: float | None
    #: when it was told
    at: float
    #: address of what to do, or ''
    runbook: str
    #: something has opened
    alarming: bool
    #: ids of earlier notices whose place it takes as well
    withdraws: tuple[str, ...]


def encode(notice: Notice, at: datetime) -> bytes:
    """Return a notice as it is written."""
    return msgspec.json.encode(
        WireNotice(
            id=notice.id,
            title=notice.title,
            body=notice.body,
            severity=notice.severity,
            incidents=notice.incidents,
            opened=_seconds(notice.opened_at),
            ended=_seconds(notice.ended_at),
            at=at.timestamp(),
            runbook=notice.runbook,
            alarming=notice.alarming,
            withdraws=notice.withdraws,
        )
    )


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
