"""Incidents as rows: what stands where, and what each says. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from opsdesk.catalogue.language import mark, tr, trn
from opsdesk.insight.board import Board, Breaker, display_name
from opsdesk.insight.snoozing import snoozed_text
from opsdesk.insight.terms import breaker_word
from opsdesk.insight.verdict import State, is_blind, state_word
from opsdesk.insight.words import EN_DASH, age_text, clock_text
from opsdesk.model.desk import Handling
from opsdesk.model.key import Key
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.snapshot import Incident, IncidentKind, Severity

#: the state that is drawn for that of a breaker
STATES: Mapping[BreakerState, State] = {
    BreakerState.CLOSED: State.OK,
    BreakerState.HALF_OPEN: State.DEGRADED,
    BreakerState.OPEN: State.CRITICAL,
    BreakerState.FORCED_OPEN: State.CRITICAL,
    BreakerState.DISABLED: State.NO_SOURCE,
    BreakerState.UNKNOWN: State.NO_SOURCE,
}


#: so many that have ended are listed, and the others counted
ENDED = 30
_MINUTE = 60  # seconds


class Section(StrEnum):
    """Where in the list an incident stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RECENT = "recent"


TITLES: Mapping[Section, str] = {
    Section.OPEN: mark("Open"),
    Section.ACKNOWLEDGED: mark("Acknowledged"),
    Section.RECENT: mark("Ended"),
}


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A row: an incident in words."""

    incident: Incident
    section: Section
    state: State
    #: 'OPEN', 'CRITICAL'; of what is stale, 'was OPEN'
    word: str
    name: str
    #: '12 failures, opened 2 times'
    facts: str = ""
    #: '22 min'; '' where nobody knows whether it still lasts
    lasts: str = ""
    #: 'since 14:10', or from when to when
    when: str = ""
    #: 'acknowledged 14:20', 'snoozed until 15:00', '2 notes'
    marks: tuple[str, ...] = ()
    acknowledged: bool = False
    snoozed: bool = False
    #: the figure that is wrong
    reading: Reading | None = None

    @property
    def id(self) -> str:
        """The incident's."""
        return self.incident.id

    @property
    def flaps(self) -> bool:
        """Whether it comes and goes, as far as anybody knows."""
        return self.incident.flapping and self.incident.runs

    @property
    def said(self) -> str:
        """All of it, for those who do not see it."""
        lasts = self.lasts
        if lasts:
            lasts = (
                tr("for {age}", age=lasts) if self.incident.runs else tr("{age} long", age=lasts)
            )
        flaps = tr("flapping") if self.flaps else ""
        parts = (self.name, self.word, lasts, self.when, flaps, self.facts, *self.marks)
        return ", ".join(part for part in parts if part)


def unacknowledged(board: Board) -> tuple[str, ...]:
    """Return the ids of what runs and nobody at this desk has acknowledged."""
    handled, nothing = board.snapshot.desk.handled, Handling()
    return tuple(
        incident.id
        for incident in board.snapshot.incidents
        if incident.runs and handled.get(incident.id, nothing).acknowledged_at is None
    )


def entries(board: Board, now: datetime) -> tuple[Entry, ...]:
    """Return every incident as a row: open, acknowledged, ended; the worst and the oldest first.

    What has ended stands the other way round, the last first.
    """
    return rows_of(board.snapshot.incidents, board, now)


def running(board: Board, now: datetime, most: int | None = None) -> tuple[Entry, ...]:
    """Return those that run, at most so many."""
    found = [incident for incident in board.snapshot.incidents if incident.runs]
    return rows_of(found, board, now, most)


def rows_of(
    found: Sequence[Incident], board: Board, now: datetime, most: int | None = None
) -> tuple[Entry, ...]:
    """Return some incidents as rows in the order of all, at most so many."""
    chosen = _sorted(found, board)[:most]
    return tuple(_entry(incident, board.breaker_of, board, now) for incident in chosen)


def _sorted(found: Sequence[Incident], board: Board) -> list[Incident]:
    desk = board.snapshot.desk

    def rank(incident: Incident) -> tuple[bool, bool, bool, float]:
        if incident.closed_at is not None:
            return (True, False, False, -incident.closed_at.timestamp())
        taken = desk.of(incident.id).acknowledged_at is not None
        mild = incident.severity is not Severity.CRITICAL
        return (False, taken, mild, incident.opened_at.timestamp())

    return sorted(found, key=rank)


def _entry(incident: Incident, rows: Mapping[Key, Breaker], board: Board, now: datetime) -> Entry:
    handling = board.snapshot.desk.of(incident.id)
    reading = board.snapshot.readings.get(incident.subject)
    state, word = _state(incident, reading, board, now)
    acknowledged = handling.acknowledged_at is not None
    section = Section.ACKNOWLEDGED if acknowledged else Section.OPEN
    return Entry(
        incident=incident,
        section=section if incident.runs else Section.RECENT,
        state=state,
        word=word,
        name=_name(incident, rows),
        facts=_facts(incident),
        # Nobody knows whether what is stale still lasts.
        lasts="" if state is State.STALE else lasts_text(incident, now),
        when=_when(incident, now),
        marks=_marks(incident, handling, now),
        acknowledged=acknowledged and incident.runs,
        snoozed=bool(snoozed_text(handling.snoozed_until, now)),
        reading=reading,
    )


class Heading(msgspec.Struct, frozen=True):
    """A row that is no incident: it says what follows, or that there is nothing."""

    text: str
    state: State | None = None


Line = Entry | Heading


def lines_of(found: Sequence[Entry], board: Board, now: datetime) -> tuple[Line, ...]:
    """Return the rows of the list: sections under their headings, the first without one."""
    lines: list[Line] = []
    if not any(entry.incident.runs for entry in found):
        state, text = nothing_open(board, now)
        lines.append(Heading(text, state))
    for section in Section:
        its = [entry for entry in found if entry.section is section]
        if its and lines:
            lines.append(Heading(tr(TITLES[section])))
        shown = its[:ENDED] if section is Section.RECENT else its
        lines += shown
        if rest := len(its) - len(shown):
            lines.append(Heading(trn("and {number} more", "and {number} more", rest)))
    return tuple(lines)


def nothing_open(board: Board, now: datetime) -> tuple[State, str]:
    """Return what to say where no incident runs: that nothing is open, or that nobody knows."""
    if not board.stale_breakers(now) and not is_blind(board, now):
        return State.OK, tr("nothing is open")
    return State.STALE, tr("nothing is known to be open")


def names_by_id(board: Board) -> dict[str, str]:
    """Return what each incident is called."""
    rows = board.breaker_of
    return {incident.id: _name(incident, rows) for incident in board.snapshot.incidents}


def ticks(found: Sequence[Entry], now: datetime) -> tuple[int, ...]:
    """Return a mark that changes when what the rows say does: each second only at the very first.

    Ages are told in seconds below a minute, then in minutes.
    """
    ages = (int((now - entry.incident.opened_at).total_seconds()) for entry in found)
    running = zip(found, ages, strict=True)
    return tuple(age if age < _MINUTE else age // _MINUTE for e, age in running if e.incident.runs)


def lasts_text(incident: Incident, now: datetime) -> str:
    """Return how long an incident has lasted: '22 min', 'at least 22 min'."""
    age = age_text(((incident.closed_at or now) - incident.opened_at).total_seconds())
    return age if incident.seen_opening else tr("at least {age}", age=age)


def _state(
    incident: Incident, reading: Reading | None, board: Board, now: datetime
) -> tuple[State, str]:
    """Return the state to draw and its word; what is stale asserts nothing."""
    if incident.kind is IncidentKind.BREAKER:
        state, word = STATES[incident.state], breaker_word(incident.state).upper()
    elif not incident.runs:
        state, word = State.OK, tr("ended").upper()
    else:
        grave = incident.severity is Severity.CRITICAL
        state = State.CRITICAL if grave else State.DEGRADED
        word = state_word(state).upper()
    if incident.runs and reading is not None and board.is_stale(reading, now):
        return State.STALE, tr("was {state}", state=word)
    return state, word


def _name(incident: Incident, rows: Mapping[Key, Breaker]) -> str:
    row = rows.get(incident.subject)
    return display_name(row) if row is not None else incident.title


def _facts(incident: Incident) -> str:
    # What has become of a breaker, and after how long, stands in its row.
    is_told = incident.kind is IncidentKind.BREAKER and not incident.runs
    detail = "" if is_told else incident.detail
    times = trn("opened once", "opened {number} times", incident.trips)
    return ", ".join(p for p in (detail, times if incident.trips > 1 else "") if p)


def _when(incident: Incident, now: datetime) -> str:
    opened = clock_text(incident.opened_at, now)
    if incident.closed_at is None:
        return tr("since {time}", time=opened)
    # The day stands once where both are of the same.
    return f"{opened} {EN_DASH} {clock_text(incident.closed_at, incident.opened_at)}"


def _marks(incident: Incident, handling: Handling, now: datetime) -> tuple[str, ...]:
    said = []
    if handling.acknowledged_at is not None and incident.runs:
        said.append(tr("acknowledged {time}", time=clock_text(handling.acknowledged_at, now)))
    if incident.runs:
        said.append(snoozed_text(handling.snoozed_until, now))
    if handling.notes:
        said.append(trn("{number} note", "{number} notes", len(handling.notes)))
    return tuple(text for text in said if text)
