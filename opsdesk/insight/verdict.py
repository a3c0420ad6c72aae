"""The state of the whole system, with its reason in words (DESIGN.md section 6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

import msgspec

from opsdesk.catalogue.language import mark, tr
from opsdesk.insight.board import Board, level, subject
from opsdesk.insight.derive import BREAKER_STATE, INSTANCES_UP
from opsdesk.insight.freshness import greatest_age
from opsdesk.insight.words import LISTED, be, count, figure_text, inside, listing
from opsdesk.model.errors import ProblemKind
from opsdesk.model.metric import Metric
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.snapshot import SourceStatus

#: one failure happens; a source that has failed so often in a row does not answer
LOST_AFTER_FAILURES = 2
#: from this share of all breakers on, open ones make the system critical
CRITICAL_SHARE_OPEN = 0.25
# What a figure without labels is about.
_ALL = "the system"
# A breaker that is switched off lets every call pass, whatever becomes of it.
_SILENT = (BreakerState.UNKNOWN, BreakerState.DISABLED)


class State(StrEnum):
    """What the tray, the headline and the wall show; each has a shape, a colour and a word."""

    OK = "ok"
    DEGRADED = "degraded"
    CRITICAL = "critical"
    STALE = "stale"
    OFFLINE = "offline"
    PAUSED = "paused"
    NO_SOURCE = "no source"


_STATE_WORDS = {
    State.OK: mark("ok"),
    State.DEGRADED: mark("degraded"),
    State.CRITICAL: mark("critical"),
    State.STALE: mark("stale"),
    State.OFFLINE: mark("offline"),
    State.PAUSED: mark("paused"),
    State.NO_SOURCE: mark("no source"),
}


def state_word(state: State) -> str:
    """Return the word for a state; a chip writes it in capitals."""
    return tr(_STATE_WORDS[state])


class Cause(msgspec.Struct, frozen=True):
    """One thing that is wrong or not known, in words such as '2 breakers are open'."""

    words: str
    #: the metric that tells it; '' for a source that is lost, and the like
    metric: str = ""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The roll-up: a state and why."""

    state: State
    #: worst first, and what follows from others last; empty when all is well
    causes: tuple[Cause, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        """Because of what, in words."""
        return tuple(cause.words for cause in self.causes)


@lru_cache(maxsize=2)  # headline, header and tray ask for the same board at the same moment
def verdict(board: Board, now: datetime) -> Verdict:
    """Roll everything up. What is known to be wrong comes before what is not known.

    Silence is never green: no usable reading of a breaker or a component is never OK.
    """
    if board.snapshot.paused:
        return _not_known(State.PAUSED, "updates are paused")
    if not board.sources:
        return _not_known(State.NO_SOURCE, "no source is connected")
    wrong = _wrong(board, now)
    blind = _blind(board, now)
    if wrong.state is not State.OK:
        return Verdict(state=wrong.state, causes=wrong.causes + blind.causes)
    return blind


def _not_known(state: State, words: str) -> Verdict:
    return Verdict(state=state, causes=(Cause(words),))


def _wrong(board: Board, now: datetime) -> Verdict:
    """Judge by what is fresh alone."""
    fresh = board.fresh_breakers(now)
    unclosed = [breaker.state for breaker in fresh if breaker.state is not BreakerState.CLOSED]
    opened = sum(state.is_open for state in unclosed)
    half_open = unclosed.count(BreakerState.HALF_OPEN)
    crossed = _crossings(board, now)
    widespread = is_widespread(opened, len(fresh))
    grave = [crossing for crossing in crossed if crossing.critical]
    # What follows from other figures comes after them: the cause is what one wants to read. Unless
    # nothing else makes the system critical: then that is the reason.
    alone = not widespread and all(crossing.metric.formula for crossing in grave)
    first = [c for c in crossed if not c.metric.formula or (alone and c.critical)]
    last = [crossing for crossing in crossed if crossing not in first]
    causes = (
        *(crossing.cause(now) for crossing in first if crossing.critical),
        *_breaker_causes(opened, "open"),
        *_breaker_causes(half_open, "half-open"),
        *(crossing.cause(now) for crossing in first if not crossing.critical),
        *(crossing.cause(now) for crossing in last),
    )
    if widespread or grave:
        return Verdict(state=State.CRITICAL, causes=causes)
    return Verdict(state=State.DEGRADED if causes else State.OK, causes=causes)


def _breaker_causes(number: int, word: str) -> tuple[Cause, ...]:
    words = f"{count(number, 'breaker')} {be(number)} {word}"
    return (Cause(words, BREAKER_STATE),) if number else ()


def is_widespread(opened: int, breakers: int) -> bool:
    """Tell whether so many breakers are open that the system itself must be ill.

    A quarter of all, and at least two: one open breaker of three is one ailing dependency.
    """
    return opened > 1 and opened >= CRITICAL_SHARE_OPEN * breakers


class _Crossing(msgspec.Struct, frozen=True):
    """A threshold and the fresh readings that are beyond it."""

    metric: Metric
    critical: bool
    readings: tuple[Reading, ...]

    def cause(self, now: datetime) -> Cause:
        return Cause(self._words(now), self.metric.id)

    def _words(self, now: datetime) -> str:
        number = len(self.readings)
        names = [subject(reading.key) for reading in self.readings[:LISTED]]
        if self.metric.id == INSTANCES_UP:
            about = listing([name or _ALL for name in names], number)
            note = self.readings[0].note if number == 1 else ""
            how = "down" if self.critical else "partly down"
            return f"{about} {be(number)} {how}{f' ({note})' if note else ''}"
        of = f" of {listing(names, number)}" if all(names) else ""
        how = figure_text(self.readings[0], self.metric, now)
        if number > 1:
            how = "critical" if self.critical else "degraded"
        return f"the {inside(self.metric.title)}{of} is {how}"


def _crossings(board: Board, now: datetime) -> list[_Crossing]:
    """Return the thresholds that are crossed now: the critical ones first, then by catalogue."""
    found: list[_Crossing] = []
    for metric in board.catalogue.values():
        if metric.critical is None and metric.degraded is None:
            continue
        levels = [(r, level(metric, r.value)) for r in board.by_metric.get(metric.id, ())]
        worst = [r for r, lv in levels if lv.critical]
        bad = [r for r, lv in levels if lv.degraded and not lv.critical]
        for critical, readings in ((True, worst), (False, bad)):
            fresh = tuple(reading for reading in readings if not board.is_stale(reading, now))
            if fresh:
                found.append(_Crossing(metric, critical, fresh))
    return sorted(found, key=lambda crossing: not crossing.critical)


def _blind(board: Board, now: datetime) -> Verdict:
    """Judge by what is not known: lost sources, figures too old to assert anything."""
    problems = [source.problem for source in board.sources.values() if source.problem is not None]
    offline = [problem for problem in problems if problem.kind is ProblemKind.OFFLINE]
    if len(offline) == len(board.sources):
        return _not_known(State.OFFLINE, "this computer has no connection")
    components = board.by_metric.get(INSTANCES_UP, ())
    old = [reading for reading in components if board.is_stale(reading, now)]
    breakers = board.stale_breakers(now)
    number = len(old) + len(breakers)
    lost = [source.title for source in board.sources.values() if is_lost(source, now)]
    # One that is gone does not hide that all the others are watched as before.
    watched = number < len(components) + len(board.breakers)
    state = State.DEGRADED if watched and len(lost) < len(board.sources) else State.STALE
    if lost:
        verb = "does" if len(lost) == 1 else "do"
        return _not_known(state, f"{listing(lost)} {verb} not answer")
    if number:
        names = [subject(reading.key) or _ALL for reading in old[:LISTED]]
        names += [breaker.name for breaker in breakers[:LISTED]]
        return _not_known(state, f"no new data of {listing(names[:LISTED], number)}")
    if not _says_anything(board, components):
        return _not_known(State.NO_SOURCE, "no breaker or component tells its state")
    return Verdict(state=State.OK)


def _says_anything(board: Board, components: Iterable[Reading]) -> bool:
    """Tell whether there is anything at all that would show if something went wrong."""
    return any(reading.number is not None for reading in components) or any(
        breaker.state not in _SILENT for breaker in board.breakers
    )


def is_lost(source: SourceStatus, now: datetime) -> bool:
    """Tell whether a source fails for good: twice in a row, or until its figures are stale.

    Its figures may still be fresh, but nothing new is to be expected of it.
    """
    if source.problem is None:
        return False
    if source.last_success is None or source.failures >= LOST_AFTER_FAILURES:
        return True
    return now.timestamp() > source.last_success.timestamp() + greatest_age(None, source)
