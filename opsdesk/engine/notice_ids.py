"""Ids of notices that tell of more than one incident, or of what comes and goes.

A notice of one incident has that one's id; so no incident, whoever tells of it, may have one of
these.
"""

from __future__ import annotations

from datetime import datetime

#: how they begin
OPEN, ALREADY_OPEN, ENDED = "open@", "already-open@", "ended@"
FLAPPING, SETTLED = "flapping@", "settled@"
REMINDER, DIGEST = "reminder@", "digest@"
KINDS = (OPEN, ALREADY_OPEN, ENDED, FLAPPING, SETTLED, REMINDER, DIGEST)


def new_id(kind: str, now: datetime) -> str:
    """Return an id that no earlier notice had: 'open@2026-03-01T14:30:05.250000Z'."""
    return f"{kind}{now:%Y-%m-%dT%H:%M:%S.%fZ}"
