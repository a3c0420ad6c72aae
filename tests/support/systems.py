"""Systems in every state that the verdict must tell apart."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from support.readings import NOW, OFFLINE, breaker, by_key, reading

from opsdesk.catalogue import metrics
from opsdesk.catalogue.metrics import Catalogue
from opsdesk.insight.board import Board, arrange
from opsdesk.insight.derive import derive
from opsdesk.model.errors import Problem, ProblemKind
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.snapshot import Snapshot, SourceStatus

CATALOGUE = metrics.load()
#: seconds between two refreshes; three of them make a figure stale
INTERVAL = 15.0
SILENT = OFFLINE
NO_LINK = msgspec.structs.replace(OFFLINE, kind=ProblemKind.OFFLINE, what="no network")
LONG_AGO = NOW - timedelta(minutes=46)


def source(
    id_: str = "a",
    *,
    answered: datetime | None = NOW,
    problem: Problem | None = None,
    interval: float = INTERVAL,
    notes: tuple[str, ...] = (),
) -> SourceStatus:
    """Return the status of a source, which answered a moment ago unless said otherwise."""
    return SourceStatus(
        id=id_,
        title=f"Source {id_.upper()}",
        kind="fake",
        where="nowhere",
        interval=interval,
        cadence=0.0,
        last_success=answered,
        problem=problem,
        notes=notes,
    )


def up(component: str = "API", percent: float | None = 100.0, **more: object) -> Reading:
    """Return how much of a component is up."""
    found = reading("component.instances_up", percent, component=component)
    return msgspec.structs.replace(found, **more)


def breakers(*states: BreakerState, at: datetime = NOW) -> list[Reading]:
    """Return one breaker a state, named A, B, C ..."""
    return [breaker(chr(ord("A") + i), state, at) for i, state in enumerate(states)]


def board(
    *readings: Reading,
    sources: tuple[SourceStatus, ...] = (source(),),
    paused: bool = False,
    catalogue: Catalogue = CATALOGUE,
) -> Board:
    """Arrange readings as they are, with nothing computed from them."""
    snapshot = Snapshot(at=NOW, readings=by_key(*readings), sources=sources, paused=paused)
    return arrange(snapshot, catalogue)


def whole(*readings: Reading, sources: tuple[SourceStatus, ...] = (source(),)) -> Board:
    """Arrange readings with all that OpsDesk computes from them."""
    status = {found.id: found for found in sources}
    computed = derive(by_key(*readings), CATALOGUE, status, NOW)
    return board(*readings, *computed, sources=sources)
