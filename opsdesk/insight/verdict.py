"""The state of the whole system, with its reason in words (DESIGN.md section 6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

import msgspec

from opsdesk.catalogue.language import mark, tr, trn
from opsdesk.insight.board import Board, Breaker, display_name, level_of, subject
from opsdesk.insight.derive import BREAKER_STATE, INSTANCES_UP
from opsdesk.insight.freshness import greatest_age
from opsdesk.insight.words import LISTED, figure_text, inside, listing
from opsdesk.model.errors import ProblemKind
from opsdesk.model.metric import Impact, Metric
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.snapshot import SourceStatus

#: one failure happens; a source that has failed so often in a row does not answer
LOST_AFTER_FAILURES = 2
#: from this share of all breakers on, open ones make the system critical
CRITICAL_SHARE_OPEN = 0.25
_OUTSIDE = Impact.OUTSIDE
# What a figure without labels is about.
_ALL = mark("the system")
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


def level_state(metric: Metric | None, reading: Reading) -> State | None:
    """Return the state that a reading is in by its thresholds; None where nothing is wrong."""
    found = level_of(metric, reading)
    if found.critical:
        return State.CRITICAL
    return State.DEGRADED if found.degraded else None


class Cause(msgspec.Struct, frozen=True):
    """One thing that is wrong or not known, in words such as '2 breakers are open'."""

    words: str
    #: the metric that tells it; '' for a source that is lost, and the like
    metric: str = ""
    #: the words begin with a name: it is written as its owner writes it, wherever it stands
    named: bool = False


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
        return _not_known(State.PAUSED, tr("updates are paused"))
    if not board.sources:
        return _not_known(State.NO_SOURCE, tr("no source is connected"))
    wrong = _wrong(board, now)
    blind = _blind(board, now)
    if wrong.state is not State.OK:
        return Verdict(state=wrong.state, causes=wrong.causes + blind.causes)
    return blind


def state_then(board: Board, at: datetime) -> State:
    """Return the state that what is known told when it was fresh, whatever has failed since."""
    found = _wrong(board, at).state
    silent = not _says_anything(board, board.by_metric.get(INSTANCES_UP, ()))
    return State.NO_SOURCE if silent and found is State.OK else found


def is_blind(board: Board, now: datetime) -> bool:
    """Tell whether something may be open unseen: no state is known, or none is fresh."""
    unseen = bool(board.breakers) and not board.fresh_breakers(now)
    return unseen or verdict(board, now).state in (State.STALE, State.OFFLINE, State.NO_SOURCE)


def _not_known(state: State, words: str, *, named: bool = False) -> Verdict:
    return Verdict(state=state, causes=(Cause(words, named=named),))


def _wrong(board: Board, now: datetime) -> Verdict:
    """Judge by what is fresh alone."""
    fresh = board.fresh_breakers(now)
    opened, half_open = len(fresh.opened), len(fresh.testing)
    vital = _vital(fresh.opened, board.metric(BREAKER_STATE))
    crossed = _crossings(board, now)
    widespread = is_widespread(opened, len(fresh))
    grave = [crossing for crossing in crossed if crossing.critical]
    # What follows from other figures comes after them: the cause is what one wants to read. Unless
    # nothing else makes the system critical: then that is the reason.
    alone = not (widespread or vital) and all(crossing.metric.formula for crossing in grave)
    first = [c for c in crossed if not c.metric.formula or (alone and c.critical)]
    last = [crossing for crossing in crossed if crossing not in first]
    causes = (
        *(crossing.cause(now) for crossing in first if crossing.critical),
        *_vital_causes(vital),
        *_breaker_causes(opened - len(vital), half_open, others=bool(vital)),
        *(crossing.cause(now) for crossing in first if not crossing.critical),
        *(crossing.cause(now) for crossing in last),
    )
    if widespread or vital or grave:
        return Verdict(state=State.CRITICAL, causes=causes)
    return Verdict(state=State.DEGRADED if causes else State.OK, causes=causes)


def _vital(opened: Iterable[Breaker], metric: Metric | None) -> list[Breaker]:
    """Return the open breakers that the system cannot do without."""
    if metric is None or not metric.impacts:
        return []
    impacts = metric.impacts
    return [b for b in opened if impacts.get(b.key.label("breaker"), _OUTSIDE) is not _OUTSIDE]


def _vital_causes(vital: Sequence[Breaker]) -> Iterator[Cause]:
    if vital:
        names = listing([display_name(breaker) for breaker in vital[:LISTED]], len(vital))
        words = trn("{names} is open", "{names} are open", len(vital), names=names)
        yield Cause(words, BREAKER_STATE, named=True)


def _breaker_causes(opened: int, half_open: int, *, others: bool) -> Iterator[Cause]:
    if opened and others:
        words = trn("{number} other breaker is open", "{number} other breakers are open", opened)
        yield Cause(words, BREAKER_STATE)
    elif opened:
        words = trn("{number} breaker is open", "{number} breakers are open", opened)
        yield Cause(words, BREAKER_STATE)
    if half_open:
        words = trn("{number} breaker is half-open", "{number} breakers are half-open", half_open)
        yield Cause(words, BREAKER_STATE)


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
        if self.metric.id == INSTANCES_UP:
            named = bool(subject(self.readings[0].key))
            return Cause(self._down(), self.metric.id, named=named)
        return Cause(self._beyond(now), self.metric.id)

    def _names(self, default: str) -> list[str]:
        return [subject(reading.key) or default for reading in self.readings[:LISTED]]

    def _down(self) -> str:
        number = len(self.readings)
        names = listing(self._names(tr(_ALL)), number)
        if self.critical:
            words = trn("{names} is down", "{names} are down", number, names=names)
        else:
            words = trn("{names} is partly down", "{names} are partly down", number, names=names)
        note = tr(self.readings[0].note) if number == 1 else ""
        return f"{words} ({note})" if note else words

    def _beyond(self, now: datetime) -> str:
        number = len(self.readings)
        title = inside(tr(self.metric.title))
        how = figure_text(self.readings[0], self.metric, now)
        if number > 1:
            how = state_word(State.CRITICAL if self.critical else State.DEGRADED)
        names = self._names("")
        if not all(names):
            return tr("the {metric} is {value}", metric=title, value=how)
        about = listing(names, number)
        return tr("the {metric} of {names} is {value}", metric=title, names=about, value=how)


def _crossings(board: Board, now: datetime) -> list[_Crossing]:
    """Return the thresholds that are crossed now: the critical ones first, then by catalogue."""
    found: list[_Crossing] = []
    for metric in board.catalogue.values():
        if metric.critical is None and metric.degraded is None:
            continue
        levels = [(r, level_of(metric, r)) for r in board.by_metric.get(metric.id, ())]
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
        return _not_known(State.OFFLINE, tr("this computer has no connection"))
    components = board.by_metric.get(INSTANCES_UP, ())
    old = [reading for reading in components if board.is_stale(reading, now)]
    breakers = board.stale_breakers(now)
    number = len(old) + len(breakers)
    lost = [source.title for source in board.sources.values() if is_lost(source, now)]
    # One that is gone does not hide that all the others are watched as before.
    watched = number < len(components) + len(board.breakers)
    state = State.DEGRADED if watched and len(lost) < len(board.sources) else State.STALE
    if lost:
        names = listing(lost)
        words = trn("{names} does not answer", "{names} do not answer", len(lost), names=names)
        return _not_known(state, words, named=True)
    if number:
        about = [subject(reading.key) or tr(_ALL) for reading in old[:LISTED]]
        about += [display_name(breaker) for breaker in breakers[:LISTED]]
        names = listing(about[:LISTED], number)
        return _not_known(state, tr("no new data of {names}", names=names))
    if not _says_anything(board, components):
        return _not_known(State.NO_SOURCE, tr("no breaker or component tells its state"))
    return Verdict(state=State.OK)


def _says_anything(board: Board, components: Iterable[Reading]) -> bool:
    """Tell whether there is anything at all that would show if something went wrong."""
    return any(reading.number is not None for reading in components) or any(
        state not in _SILENT for state in board.breakers.numbers
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
