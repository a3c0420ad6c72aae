"""Systems in every state that the verdict must tell apart."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from hypothesis import strategies as st
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
    computed = derive(by_key(*readings), CATALOGUE, status, NOW).readings
    return board(*readings, *computed, sources=sources)


#: readings of which some are wrong, some old, some no numbers
FIGURES = st.lists(
    st.one_of(
        st.builds(
            breaker,
            st.sampled_from("ABCDEFGH"),
            st.sampled_from(BreakerState),
            st.sampled_from([NOW, LONG_AGO]),
        ),
        st.builds(
            reading,
            st.sampled_from(["component.instances_up", "errors.rate", "health.score"]),
            st.sampled_from([0.0, 50.0, 99.0, 100.0, None, float("nan")]),
            st.sampled_from([NOW, LONG_AGO]),
        ),
    ),
    max_size=10,
)  #: up to two sources that answer, fail, are lost or have never answered
SOURCES = st.lists(
    st.builds(
        source,
        st.sampled_from("ab"),
        answered=st.sampled_from([NOW, LONG_AGO, None]),
        problem=st.sampled_from([None, SILENT, NO_LINK]),
    ),
    max_size=2,
    unique_by=lambda status: status.id,
).map(tuple)
