"""The lanes of a timeline, as data: how bad each is, and what is drawn in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from opsdesk.catalogue.language import trn
from opsdesk.insight.board import Board, Breaker
from opsdesk.insight.breakers import Course
from opsdesk.insight.strips import Drawn, Height, height_of, transitions
from opsdesk.model.snapshot import Incident, IncidentKind, Severity
from opsdesk.ui.panels.canvas import Row


class Bar(msgspec.Struct, frozen=True):
    """An incident of what has no states: from where to where, as shares of the time drawn."""

    start: float
    end: float
    #: token of its colour: only what lasts is coloured
    ink: str


class Lane(Row, frozen=True, kw_only=True):
    """One breaker, or one other thing that was wrong; the last rows may count all others."""

    name: str
    remark: str = ""
    drawn: Drawn | None = None
    bars: tuple[Bar, ...] = ()
    loud: bool = False
    #: how bad it is: what is open now, how often it opened, when it last changed
    rank: tuple[bool, int, float] = (False, 0, 0.0)

    @property
    def counts(self) -> bool:
        """Whether it only counts others."""
        return self.drawn is None and not self.bars


def others(board: Board, window: float, now: datetime) -> Iterator[Lane]:
    """Yield a lane for each thing that was wrong and is no breaker."""
    end = now.timestamp()
    start = end - window
    found: dict[str, list[Incident]] = {}
    for incident in board.snapshot.incidents:
        if incident.kind is not IncidentKind.BREAKER and _last(incident, end) >= start:
            found.setdefault(incident.title, []).append(incident)
    for title, incidents in found.items():
        bars = tuple(_bar(incident, start, end) for incident in incidents)
        runs = any(incident.runs for incident in incidents)
        times = trn("{number} time", "{number} times", len(incidents))
        yield Lane(
            said=f"{title}, {times}",
            reading=board.snapshot.readings.get(incidents[-1].subject),
            name=title,
            remark=times,
            bars=bars,
            loud=runs,
            rank=(runs, len(incidents), max(_last(incident, end) for incident in incidents)),
        )


def has_news(course: Course) -> bool:
    """Tell whether a breaker changed, or was open all the time that it was seen.

    That nobody sees it any more is no news of its own: its source stopped answering.
    """
    was_open = any(height_of(change.state) is Height.FULL for change in course.changes)
    seen = transitions(course.changes)
    known = seen[:-1] if seen and height_of(seen[-1].state) is Height.GAP else seen
    return course.trips > 0 or was_open or len(known) > 1


def badness(breaker: Breaker, course: Course, now: datetime) -> tuple[bool, int, float]:
    """Order by what is open now, how often it opened, and how lately it changed."""
    is_open = breaker.state.is_open and now.timestamp() <= breaker.stale_at
    return (is_open, course.trips, course.changes[-1].at)


def _bar(incident: Incident, start: float, end: float) -> Bar:
    first, length = max(start, incident.opened_at.timestamp()), end - start
    last = _last(incident, end)
    return Bar((first - start) / length, (last - start) / length, bar_ink(incident))


def _last(incident: Incident, now: float) -> float:
    """Return until when an incident lasted, Unix time in seconds."""
    return incident.closed_at.timestamp() if incident.closed_at is not None else now


def bar_ink(incident: Incident) -> str:
    """Return the token of an incident's bar: only what lasts is coloured."""
    if not incident.runs:
        return "data2"
    return "critical" if incident.severity is Severity.CRITICAL else "degradedg"
