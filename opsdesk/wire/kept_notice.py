"""A notice in files of our own: until it was shown, and while it stands on the screen.

What others are told of it is :mod:`opsdesk.wire.notice`.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from opsdesk.model.protocols import Notice, NoticeAction
from opsdesk.model.snapshot import Severity
from opsdesk.wire.fields import known, moment_or_none


class KeptNotice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Fields and words of later versions are passed over, those of earlier ones have defaults."""

    id: str
    title: str
    body: str = ""
    severity: str | None = None
    page: str = ""
    incidents: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    runbook: str = ""
    alarming: bool = False
    opened_at: datetime | None = None
    ended_at: datetime | None = None
    withdraws: tuple[str, ...] = ()


def notice_out(notice: Notice) -> KeptNotice:
    """Return a notice as it is written."""
    return msgspec.convert(notice, KeptNotice, from_attributes=True)


def notice_in(wire: KeptNotice) -> Notice:
    """Return a notice as it was kept."""
    severity = wire.severity
    return Notice(
        id=wire.id,
        title=wire.title,
        body=wire.body,
        severity=None if severity is None else known(severity, Severity, Severity.CRITICAL),
        page=wire.page,
        incidents=wire.incidents,
        actions=tuple(NoticeAction(a) for a in wire.actions if a in set(NoticeAction)),
        runbook=wire.runbook,
        alarming=wire.alarming,
        opened_at=moment_or_none(wire.opened_at),
        ended_at=moment_or_none(wire.ended_at),
        withdraws=wire.withdraws,
    )
