"""Boards that hold the whole Phase 4 dashboard, as the engine would make them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec
from support import phase4
from support.boards import CATALOGUE, NOW, SOURCE, TIMED_OUT

from opsdesk.insight.board import Board, arrange
from opsdesk.insight.derive import derive
from opsdesk.insight.findings import findings
from opsdesk.model.key import Key
from opsdesk.model.reading import Reading
from opsdesk.model.snapshot import Snapshot, SourceStatus

#: what the source says of some figures
NOTES = {
    "logs.volume_growth": "plan storage scaling",
    "runbook.low_success": "needs tuning",
    "breaker.flapping": "external API issues",
    "runbook.contributions": "by 12 engineers",
    "docs.updates": "by all team members",
}


def whole(
    *, but: Mapping[str, tuple[Reading, ...]] | None = None, at: datetime | None = None
) -> Board:
    """Return all 113 figures, true at ``at``; ``but`` replaces those of some metrics."""
    moment = at or NOW - timedelta(seconds=12)
    found = [_noted(reading) for reading in phase4.figures(moment)]
    others = but or {}
    kept = [reading for reading in found if reading.key.metric not in others]
    return arranged([*kept, *(reading for new in others.values() for reading in new)])


def stale() -> Board:
    """Return the figures of a source that stopped answering long ago."""
    at = NOW - timedelta(days=40)
    failing = msgspec.structs.replace(SOURCE, last_success=at, failures=8, problem=TIMED_OUT)
    return arranged((_noted(reading) for reading in phase4.figures(at)), failing)


def arranged(readings: Iterable[Reading], source: SourceStatus | None = SOURCE) -> Board:
    """Arrange readings with all that follows from them."""
    by_key: dict[Key, Reading] = {reading.key: reading for reading in readings}
    sources = {source.id: source} if source is not None else {}
    before = phase4.baselines(NOW) if by_key else ()
    derived = derive(by_key, CATALOGUE, sources, NOW, before)
    by_key |= {reading.key: reading for reading in derived.readings}
    snapshot = Snapshot(
        at=NOW,
        readings=by_key,
        baselines=before,
        computed=derived.computed,
        findings=findings(by_key, derived.computed, CATALOGUE, before),
        sources=tuple(sources.values()),
    )
    return arrange(snapshot, CATALOGUE)


def _noted(reading: Reading) -> Reading:
    note = NOTES.get(reading.key.metric)
    return msgspec.structs.replace(reading, note=note) if note else reading
