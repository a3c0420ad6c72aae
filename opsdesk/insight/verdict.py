"""The state of the whole system, with its reason in words (DESIGN.md section 6)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from opsdesk.insight.board import Board, level, subject
from opsdesk.insight.freshness import STALE_AFTER_REFRESHES
from opsdesk.insight.words import be, count, listing
from opsdesk.model.errors import ProblemKind
from opsdesk.model.metric import Metric
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.snapshot import SourceStatus

#: from this share of all breakers on, open ones make the system critical
CRITICAL_SHARE_OPEN = 0.25


class State(StrEnum):
    """What the tray, the headline and the wall show; each has a shape, a colour and a word."""

    OK = "ok"
    DEGRADED = "degraded"
    CRITICAL = "critical"
    STALE = "stale"
    OFFLINE = "offline"
    PAUSED = "paused"
    NO_SOURCE = "no source"


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The roll-up: a state and why."""

    state: State
    #: because of what, in words, worst first; empty when all is well
    reasons: tuple[str, ...] = ()


def verdict(board: Board, now: datetime) -> Verdict:
    """Roll everything up. What is known to be wrong comes before what is not known.

    Silence is never green: no usable reading of a breaker or a component is never OK.
    """
    if board.snapshot.paused:
        return Verdict(state=State.PAUSED, reasons=("updates are paused",))
    if not board.sources:
        return Verdict(state=State.NO_SOURCE, reasons=("no source is connected",))
    wrong = _wrong(board, now)
    blind = _blind(board, now)
    if wrong.state is not State.OK:
        return msgspec.structs.replace(wrong, reasons=wrong.reasons + blind.reasons)
    return blind if blind.state is not State.OK else wrong


def _wrong(board: Board, now: datetime) -> Verdict:
    """Judge by what is fresh alone."""
    fresh = [b for b in board.breakers if not board.is_stale(b.reading, now)]
    opened = sum(b.state.is_open for b in fresh)
    half_open = sum(b.state is BreakerState.HALF_OPEN for b in fresh)
    # What follows from other figures comes after them: the cause is what one wants to read.
    critical, degraded = _beyond_thresholds(board, now, computed=False)
    critical_sums, degraded_sums = _beyond_thresholds(board, now, computed=True)
    reasons = (
        *critical,
        *((f"{count(opened, 'breaker')} {be(opened)} open",) if opened else ()),
        *((f"{count(half_open, 'breaker')} {be(half_open)} half-open",) if half_open else ()),
        *degraded,
        *critical_sums,
        *degraded_sums,
    )
    if critical or critical_sums or is_widespread(opened, len(fresh)):
        state = State.CRITICAL
    else:
        state = State.DEGRADED if reasons else State.OK
    return Verdict(state=state, reasons=reasons)


def is_widespread(opened: int, breakers: int) -> bool:
    """Tell whether so many breakers are open that the system itself must be ill.

    A quarter of all, and at least two: one open breaker of three is one ailing dependency.
    """
    return opened > 1 and opened >= CRITICAL_SHARE_OPEN * breakers


def _beyond_thresholds(
    board: Board, now: datetime, *, computed: bool
) -> tuple[list[str], list[str]]:
    """Return the reasons for critical and for degraded, one for each metric."""
    critical: list[str] = []
    degraded: list[str] = []
    for metric in board.catalogue.values():
        if (metric.critical is None and metric.degraded is None) or (
            bool(metric.formula) is not computed
        ):
            continue
        readings = [r for r in board.by_metric.get(metric.id, ()) if not board.is_stale(r, now)]
        levels = [(reading, level(metric, reading.value)) for reading in readings]
        worst = tuple(reading for reading, found in levels if found.critical)
        bad = tuple(reading for reading, found in levels if found.degraded and not found.critical)
        if worst:
            critical.append(_reason(metric, worst, "critical"))
        if bad:
            degraded.append(_reason(metric, bad, "degraded"))
    return critical, degraded


def _reason(metric: Metric, readings: tuple[Reading, ...], word: str) -> str:
    named = tuple(subject(reading.key) for reading in readings)
    if metric.id == "component.instances_up":
        how = "down" if word == "critical" else "partly down"
        return f"{listing(named)} {be(len(named))} {how}"
    about = f" of {listing(named)}" if any(named) else ""
    return f"the {metric.title.lower()}{about} is {word}"


def _blind(board: Board, now: datetime) -> Verdict:
    """Judge by what is not known: lost sources, figures too old to assert anything."""
    problems = [source.problem for source in board.sources.values() if source.problem is not None]
    offline = [problem for problem in problems if problem.kind is ProblemKind.OFFLINE]
    if offline and len(offline) == len(board.sources):
        return Verdict(state=State.OFFLINE, reasons=("this computer has no connection",))
    lost = tuple(source.title for source in board.sources.values() if is_lost(source, now))
    if lost:
        verb = "does" if len(lost) == 1 else "do"
        return Verdict(state=State.STALE, reasons=(f"{listing(lost)} {verb} not answer",))
    components = board.by_metric.get("component.instances_up", ())
    watched = (*components, *(breaker.reading for breaker in board.breakers))
    stale = tuple(subject(r.key) for r in watched if board.is_stale(r, now))
    if stale:
        return Verdict(state=State.STALE, reasons=(f"no new data of {listing(stale)}",))
    if not components and all(b.state is BreakerState.UNKNOWN for b in board.breakers):
        reason = "no state of any breaker or component is known"
        return Verdict(state=State.NO_SOURCE, reasons=(reason,))
    return Verdict(state=State.OK)


def is_lost(source: SourceStatus, now: datetime) -> bool:
    """Tell whether a source has failed for so long that its figures are stale."""
    if source.problem is None:
        return False
    if source.last_success is None:
        return True
    silent = (now - source.last_success).total_seconds()
    return silent > STALE_AFTER_REFRESHES * max(source.interval, source.cadence)
