"""One refresh: everything known at a moment, immutable."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

import msgspec

from opsdesk.model.desk import Desk
from opsdesk.model.errors import Problem
from opsdesk.model.key import Key
from opsdesk.model.metric import Metric
from opsdesk.model.reading import BreakerState, Reading


class Baseline(msgspec.Struct, frozen=True, kw_only=True):
    """A named earlier state of things, such as 'before Phase 4'."""

    name: str
    period: str = ""
    readings: Mapping[Key, Reading] = MappingProxyType({})


class Severity(StrEnum):
    """How bad an incident is."""

    DEGRADED = "degraded"
    CRITICAL = "critical"


class IncidentKind(StrEnum):
    """What sort of thing is wrong."""

    BREAKER = "breaker"
    #: a figure is beyond a threshold of its metric
    THRESHOLD = "threshold"
    #: an error budget is used up too fast
    BURN = "burn"
    #: a source does not answer
    SOURCE = "source"
    #: this computer has no connection
    OFFLINE = "offline"


def incident_id(subject: Key, opened_at: datetime) -> str:
    """Return the id of what went wrong with a subject at a moment, which is in UTC."""
    return f"{subject}@{opened_at:%Y-%m-%dT%H:%M:%SZ}"


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """A thing that is wrong from a first to a last moment. One incident is one notification."""

    id: str
    kind: IncidentKind = IncidentKind.BREAKER
    #: the figure that is wrong; of a lost source, its name under ``source.state``
    subject: Key
    title: str
    severity: Severity
    #: of what is no breaker: open while it lasts, then closed, or unknown where nobody can tell
    state: BreakerState
    opened_at: datetime
    #: whether it opened before OpsDesk's eyes; if not, ``opened_at`` is when it was first seen open
    seen_opening: bool = True
    closed_at: datetime | None = None
    #: how often it has opened in its life; half-open and open again counts once more
    trips: int = 1
    #: it comes and goes; nothing is told of it until that has settled
    flapping: bool = False
    detail: str = ""
    #: address of what to do; '' where nobody has named one
    runbook: str = ""

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.closed_at is None


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence that the data supports, with the readings that it rests on."""

    kind: str
    sentence: str
    keys: tuple[Key, ...] = ()


class Computed(msgspec.Struct, frozen=True, kw_only=True):
    """What OpsDesk computes for a figure, beside what a source reports."""

    key: Key
    value: float
    #: formula with its inputs, in words: '$35,000 - $7,000'
    how: str
    inputs: tuple[Key, ...] = ()
    #: whether it agrees with the reported figure within what rounding explains; None: none is
    #: reported, or one that cannot be compared: of another time, or with a list of another source
    agrees: bool | None = None


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """What discovery made of one pack on one server."""

    pack: str
    title: str
    #: number of series found alive
    series: int
    used: bool
    #: why it is used or not, in words
    reason: str = ""


class SourceStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How one source is doing. ``problem`` is None while it answers."""

    id: str
    title: str
    kind: str
    #: the address without user, password or query
    where: str
    #: seconds between two refreshes, and between two samples at the source itself
    interval: float
    cadence: float
    last_success: datetime | None = None
    last_attempt: datetime | None = None
    next_attempt: datetime | None = None
    #: failures in a row
    failures: int = 0
    #: seconds that the last refresh took
    took: float | None = None
    problem: Problem | None = None
    families: tuple[Family, ...] = ()
    #: what the source wants its user to know: warnings, what it lacks
    notes: tuple[str, ...] = ()
    #: what failed while the rest answered, a sentence each; empty where all of it answers
    partial: tuple[str, ...] = ()


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """The merged readings of one refresh and what follows from them. It holds no series."""

    at: datetime
    readings: Mapping[Key, Reading] = MappingProxyType({})
    baselines: tuple[Baseline, ...] = ()
    incidents: tuple[Incident, ...] = ()
    #: what was said of them at this desk; it is written to no file that others read
    desk: Desk = Desk()
    findings: tuple[Finding, ...] = ()
    #: by key; a figure may be computed in more than one way
    computed: Mapping[Key, tuple[Computed, ...]] = MappingProxyType({})
    #: metrics that sources describe and our own catalogue does not
    metrics: Mapping[str, Metric] = MappingProxyType({})
    sources: tuple[SourceStatus, ...] = ()
    paused: bool = False

    def source(self, source_id: str) -> SourceStatus | None:
        """Return the status of one source."""
        return next((source for source in self.sources if source.id == source_id), None)
