"""How breakers are shown, the same in cells, table, timeline, menu and tray."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

import msgspec

from opsdesk.catalogue.language import grouped, tr
from opsdesk.insight.board import Board, Breaker
from opsdesk.insight.incident_list import STATES
from opsdesk.insight.strips import Drawn, Since, continued, flapping, since, trips
from opsdesk.insight.terms import breaker_word
from opsdesk.insight.verdict import State
from opsdesk.insight.words import MIDDLE_DOT, NOTHING, age_text, value_text
from opsdesk.model.key import Key
from opsdesk.model.reading import BreakerState
from opsdesk.model.series import Change, SeriesFrame, Strip
from opsdesk.model.snapshot import Incident

#: seconds of the past in a strip where the page does not say, and between two looks at it
DAY = 86_400.0


def state_and_word(breaker: Breaker, now: datetime) -> tuple[State, str]:
    """Return the state to draw and its word; what is stale asserts nothing: 'was OPEN'."""
    word = breaker_word(breaker.state)
    if now.timestamp() <= breaker.stale_at:
        return STATES[breaker.state], word.upper()
    return State.STALE, tr("was {state}", state=word.upper() if breaker.state.is_open else word)


def summary(board: Board) -> str:
    """Return '6 closed, 1 open' over all breakers, or '' where there are none."""
    ordered = sorted(board.breakers.numbers.items(), key=lambda pair: -pair[1])
    return f" {MIDDLE_DOT} ".join(
        tr("{number} {state}", number=grouped(number), state=breaker_word(state))
        for state, number in ordered
    )


def failures_count(breaker: Breaker, board: Board, now: datetime) -> str:
    """Return '12', or an en dash where nobody counts them."""
    return value_text(breaker.failures, board.metric("breaker.failures"), now)


def failures_number(breaker: Breaker) -> float:
    """Return the failures for sorting; -1 where nobody counts them."""
    number = breaker.failures.number if breaker.failures is not None else None
    return number if number is not None else -1.0


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """How one breaker went, up to what is known of it now."""

    changes: tuple[Change, ...]
    trips: int
    flaps: bool
    #: how much it flaps, in percent of the Nagios rule
    score: float


class Courses:
    """How the breakers went, as far as that has been asked and answered."""

    def __init__(self, window: float) -> None:
        self.window = window
        self._strips: Mapping[Key, Strip] = MappingProxyType({})
        self._start, self._step = 0.0, 0.0
        self._board: Board | None = None
        self._found: dict[Key, Course] = {}
        self._incidents: dict[Key, Incident] = {}
        #: how often what the incidents are about opened in this time
        self._told: Counter[Key] = Counter()

    def take(self, frame: SeriesFrame) -> None:
        """Take an answer. A breaker that was asked for and has no strip is all gap."""
        nothing = {key: Strip(key=key, changes=()) for key in frame.query.keys}
        self._strips = nothing | {strip.key: strip for strip in frame.strips}
        self._start, self._step = frame.start, frame.query.step
        self._board = None

    def of(self, breaker: Breaker, board: Board) -> Course | None:
        """Return how a breaker went; None where that is not known yet, or was not asked."""
        self._turn_to(board)
        strip = self._strips.get(breaker.key)
        if strip is None:
            return None
        if breaker.key not in self._found:
            course = _course(strip, breaker, board)
            # A trip may lie between two steps of the answer, but not between two incidents.
            most = max(course.trips, self._told[breaker.key])
            self._found[breaker.key] = msgspec.structs.replace(course, trips=most)
        return self._found[breaker.key]

    def known(self, board: Board) -> list[Breaker]:
        """Return the breakers of which it is known how they went: few of many were asked for."""
        return [breaker for breaker in board.breakers if breaker.key in self._strips]

    def drawn(self, breaker: Breaker, board: Board, now: datetime) -> Drawn | None:
        """Return the strip of a breaker up to now; None where it is not known yet."""
        course, end = self.of(breaker, board), now.timestamp()
        if course is None:
            return None
        changes, fresh = course.changes, end <= breaker.stale_at
        if not fresh:  # nobody has seen it since
            strip = Strip(key=breaker.key, changes=changes)
            seen = breaker.reading.at.timestamp()
            changes = continued(strip, BreakerState.UNKNOWN, seen).changes
        open_now = breaker.state.is_open and fresh
        return Drawn(changes=changes, start=end - self.window, end=end, open_now=open_now)

    def since(self, breaker: Breaker, board: Board) -> Since | None:
        """Return from when on a breaker has been in its state, by what knows it best."""
        self._turn_to(board)
        opened = _since_incident(breaker, self._incidents.get(breaker.key))
        known = opened if opened is not None and opened.exact else _since_reset(breaker)
        if known is not None:
            return known
        course = self.of(breaker, board)
        seen = since(course.changes, breaker.state) if course is not None else None
        if opened is None or seen is None or seen.exact:
            return seen or opened
        return min(opened, seen, key=lambda one: one.at)

    def since_text(self, breaker: Breaker, board: Board, now: datetime) -> str:
        """Return how long a breaker has been in its state: '22 min', 'over 24 h'."""
        found = self.since(breaker, board)
        if found is None or now.timestamp() > breaker.stale_at:
            return NOTHING
        # What began within the first step of the answer began before it.
        begun = found.at if found.at > self._start + self._step else min(found.at, self._start)
        age = age_text(now.timestamp() - (found.at if found.exact else begun))
        return age if found.exact else tr("over {age}", age=age)

    def _turn_to(self, board: Board) -> None:
        if board is not self._board:
            self._board = board
            self._found.clear()
            open_now = [i for i in board.snapshot.incidents if i.runs]
            self._incidents = {incident.subject: incident for incident in open_now}
            self._told.clear()
            for incident in board.snapshot.incidents:
                if incident.opened_at.timestamp() >= self._start:
                    self._told[incident.subject] += incident.trips - (not incident.seen_opening)


def _course(strip: Strip, breaker: Breaker, board: Board) -> Course:
    at = breaker.reading.at.timestamp()
    known = continued(strip, breaker.state, at)
    moment = board.snapshot.at.timestamp()
    stale = moment > breaker.stale_at
    if stale:
        known = continued(known, BreakerState.UNKNOWN, at)
    policy = board.snapshot.desk.policy
    flaps, score = (False, 0.0) if stale else flapping(known.changes, moment, policy)
    return Course(changes=known.changes, trips=trips(known.changes), flaps=flaps, score=score)


def _since_incident(breaker: Breaker, incident: Incident | None) -> Since | None:
    """An incident that opened once tells since when its breaker is open."""
    if incident is None or incident.trips > 1 or not breaker.state.is_open:
        return None
    return Since(incident.opened_at.timestamp(), incident.seen_opening)


def _since_reset(breaker: Breaker) -> Since | None:
    reset = breaker.last_reset.value if breaker.last_reset is not None else None
    if breaker.state is not BreakerState.CLOSED or not isinstance(reset, datetime):
        return None
    return Since(reset.timestamp(), exact=True)
