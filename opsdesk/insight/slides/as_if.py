"""How a wall would look if something else were the case: to look at before it hangs. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from opsdesk.insight.board import Board, arrange
from opsdesk.insight.derive import BREAKER_STATE
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import Incident, IncidentKind, Severity

_LASTED = timedelta(minutes=22)


def as_if_open(board: Board, now: datetime) -> Board:
    """Return a board on which the first breaker is open; without breakers, the same."""
    reading = next(iter(board.by_metric.get(BREAKER_STATE, ())), None)
    if reading is None:
        return board
    opened = Incident(
        id="as-if",
        kind=IncidentKind.BREAKER,
        subject=reading.key,
        title=reading.key.label("breaker"),
        severity=Severity.CRITICAL,
        state=BreakerState.OPEN,
        opened_at=now - _LASTED,
    )
    snapshot = board.snapshot
    readings = {**snapshot.readings, reading.key: replace(reading, value=BreakerState.OPEN)}
    incidents = (opened, *snapshot.incidents)
    as_if = replace(snapshot, readings=readings, incidents=incidents)
    return arrange(as_if, board.catalogue)
