"""Incidents of every sort, and boards that hold them."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from support import boards
from support.boards import CATALOGUE, NOW

from opsdesk.insight.board import Board, arrange
from opsdesk.model.desk import Desk, Handling, Note
from opsdesk.model.key import key
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import Incident, IncidentKind, Severity

CARBON, PRIMARY, REPLICA = boards.BREAKERS[6], boards.BREAKERS[3], boards.BREAKERS[4]
RUNBOOK = "https://runbooks.example/carbon"


def incident(name: str, minutes: float, *, lasted: float | None = None, **more: object) -> Incident:
    """Return the incident of a breaker that opened so long ago; ``lasted`` minutes, or still."""
    opened = NOW - timedelta(minutes=minutes)
    found = Incident(
        id=f"{name} {minutes:g}",
        subject=key("breaker.state", {"breaker": name, "job": "shop"}),
        title=f"Breaker open: {name}",
        severity=Severity.CRITICAL,
        state=BreakerState.OPEN if lasted is None else BreakerState.CLOSED,
        opened_at=opened,
        closed_at=None if lasted is None else opened + timedelta(minutes=lasted),
        detail="12 failures, 6 others closed" if lasted is None else "closed",
    )
    return msgspec.structs.replace(found, **more)


def beyond(title: str, minutes: float, metric: str = "errors.rate", **more: object) -> Incident:
    """Return the incident of a figure beyond its threshold."""
    found = incident(
        title,
        minutes,
        kind=IncidentKind.THRESHOLD,
        subject=key(metric),
        title=title,
        severity=Severity.DEGRADED,
        detail="1.4 %",
    )
    return msgspec.structs.replace(found, **more)


def board_of(*incidents: Incident, desk: Desk | None = None) -> Board:
    """Return a small production with these incidents, and what was said of them."""
    open_now = {
        one.subject.label("breaker"): one.state for one in incidents if one.kind == "breaker"
    }
    states = boards.closed() | {n: s for n, s in open_now.items() if n in boards.BREAKERS}
    readings = boards.figures(NOW - timedelta(seconds=12), states)
    board = boards.board_of(readings, incidents=incidents)
    return with_desk(board, desk or Desk())


def with_desk(board: Board, desk: Desk) -> Board:
    """Return a board at whose desk something else was said."""
    return arrange(msgspec.structs.replace(board.snapshot, desk=desk), CATALOGUE)


def usual(*more: Incident) -> Board:
    """Return what a bad day looks like: one new, one in hand, one snoozed, two that have ended."""
    found = (
        incident(CARBON, 22, flapping=True, trips=4, runbook=RUNBOOK),
        incident(PRIMARY, 131),
        incident(REPLICA, 8, state=BreakerState.HALF_OPEN, detail="testing recovery"),
        beyond("Error rate above 1 %", 47),
        incident(boards.BREAKERS[0], 480, lasted=22),
        incident(boards.BREAKERS[5], 700, lasted=3, trips=2),
        *more,
    )
    noted = Note(NOW - timedelta(minutes=100), "Called the vendor.")
    handled = {
        found[1].id: Handling(acknowledged_at=NOW - timedelta(minutes=120), notes=(noted,)),
        found[2].id: Handling(snoozed_until=NOW + timedelta(minutes=30)),
    }
    return board_of(*found, desk=Desk(handled=handled))
