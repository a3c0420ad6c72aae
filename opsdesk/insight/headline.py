"""The sentence that opens a page: what is it, and so what?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec

from opsdesk.insight.board import Board, Breaker
from opsdesk.insight.phrases import (
    all_of,
    breaker_facts,
    capital,
    components,
    display_name,
    facts,
    first_words,
    last_known,
    names_of,
    others,
    problem_of,
    sentences,
    well,
)
from opsdesk.insight.verdict import Cause, State, Verdict, is_lost, verdict
from opsdesk.insight.words import (
    LISTED,
    age_text,
    clock_text,
    count,
    listing,
)
from opsdesk.model.page import HeadlineRule
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import SourceStatus

_OLD_DATA = "The source answers, but with old data. Is it still scraping?"
# An answer is awaited when it is late by half of the time between two refreshes.
_LATE_AFTER_REFRESHES = 1.5


class Headline(msgspec.Struct, frozen=True, kw_only=True):
    """A state, one sentence, and one line of detail."""

    state: State
    sentence: str
    detail: str = ""
    #: what may help: 'retry', 'connect', 'resume'
    actions: tuple[str, ...] = ()


def system(board: Board, now: datetime) -> Headline:
    """Say how the whole system is."""
    return _with_failure(_system(board, now), board, now)


def breakers(board: Board, now: datetime) -> Headline:
    """Say how the circuit breakers are."""
    return _with_failure(_of_breakers(board, now), board, now)


def _with_failure(said: Headline, board: Board, now: datetime) -> Headline:
    """Add the failure of a source that is not said yet: a first one changes no state.

    What is wrong keeps its place, but nothing is said to be well before it.
    """
    failing = _failing(board, now)
    if said.actions or not failing:
        return said
    why = sentences(problem_of(failing[0]))
    parts = (why, said.detail) if said.state is State.OK else (said.detail, why)
    detail = " ".join(part for part in parts if part)
    return msgspec.structs.replace(said, detail=detail, actions=("retry",))


def _system(board: Board, now: datetime) -> Headline:
    found = verdict(board, now)
    special = _not_knowing(board, found, now)
    if special is not None:
        return special
    if found.state is State.OK:
        return _fine(board, now)
    first, *others = found.causes
    if not first.metric:
        return _partly_known(board, first, found.state, now)
    fresh = board.fresh_breakers(now)
    return Headline(
        state=found.state,
        sentence=f"{found.state.value.capitalize()}: {first_words(first, fresh)}",
        detail=facts(board, now, fresh, others),
    )


def _fine(board: Board, now: datetime) -> Headline:
    # Many a breaker tells nothing until something happens: no alarm, but no promise either.
    silent = any(b.state is BreakerState.UNKNOWN for b in board.breakers)
    sentence = "Nothing known is wrong" if silent else "All is well"
    return Headline(state=State.OK, sentence=sentence, detail=well(board, now))


def _of_breakers(board: Board, now: datetime) -> Headline:
    found = verdict(board, now)
    special = _not_knowing(board, found, now)
    if special is not None:
        return special
    fresh = board.fresh_breakers(now)
    opened = [b for b in fresh if b.state.is_open]
    if opened:
        return Headline(
            state=State.CRITICAL,
            sentence=f"{count(len(opened), 'breaker')} open: {names_of(opened)}",
            detail=sentences(
                [
                    breaker_facts(opened[0], board, now) if len(opened) == 1 else "",
                    others([b for b in fresh if not b.state.is_open]),
                ]
            ),
        )
    if any(is_lost(source, now) for source in board.sources.values()):
        state = State.DEGRADED if fresh else State.STALE
        return _partly_known(board, found.causes[-1], state, now)
    if not board.breakers:
        return Headline(
            state=State.NO_SOURCE,
            sentence="No circuit breaker is known",
            detail="The connected sources publish none that OpsDesk recognises.",
        )
    old = board.stale_breakers(now)
    if old:
        return Headline(
            state=State.DEGRADED if fresh else State.STALE,
            sentence=f"No new data of {count(len(old), 'breaker')}: {names_of(old)}",
            detail=sentences([others(fresh)]),
            actions=("retry",),
        )
    return _none_open(board, fresh, now)


def _none_open(board: Board, fresh: Sequence[Breaker], now: datetime) -> Headline:
    unclosed = [b for b in fresh if b.state is not BreakerState.CLOSED]
    if not unclosed:
        closed = f"{all_of(len(fresh), 'breaker')} are closed"
        return Headline(
            state=State.OK,
            sentence=closed if len(fresh) > 1 else "The breaker is closed",
            detail=sentences([components(board, now)]),
        )
    if all(b.state is BreakerState.UNKNOWN for b in unclosed):
        rest = [b for b in fresh if b.state is BreakerState.CLOSED]
        return Headline(
            state=State.OK if rest else State.NO_SOURCE,
            sentence=f"No breaker open; the state of {names_of(unclosed)} is unknown",
            detail=sentences([others(rest), components(board, now)]),
        )
    testing = unclosed[0].state is BreakerState.HALF_OPEN
    states = [f"{display_name(b)} is {b.state}" for b in unclosed[:LISTED]]
    return Headline(
        state=State.DEGRADED if testing else State.NO_SOURCE,
        sentence=f"No breaker open, {count(len(unclosed), 'breaker')} not closed",
        detail=sentences([listing(states, len(unclosed))]),
    )


RULES: Mapping[HeadlineRule, Callable[[Board, datetime], Headline]] = {
    HeadlineRule.SYSTEM: system,
    HeadlineRule.BREAKERS: breakers,
}


def _not_knowing(board: Board, found: Verdict, now: datetime) -> Headline | None:
    """Return the headline where OpsDesk cannot say how things are, or None where it can."""
    match found.state:
        case State.PAUSED:
            return Headline(
                state=State.PAUSED,
                sentence="Updates are paused",
                detail=last_known(board, now),
                actions=("resume",),
            )
        case State.OFFLINE:
            return Headline(
                state=State.OFFLINE,
                sentence="Offline: this computer has no connection",
                detail=last_known(board, now),
                actions=("retry",),
            )
        case State.STALE:
            return _stale(board, found, now)
        case State.NO_SOURCE:
            return _no_source(board, found)
    return None


def _no_source(board: Board, found: Verdict) -> Headline:
    if not board.sources:
        return Headline(
            state=State.NO_SOURCE,
            sentence="No source is connected",
            detail="Connect a Prometheus-compatible server to see what is up.",
            actions=("connect",),
        )
    if all(source.last_success is None for source in board.sources.values()):
        names = listing(tuple(source.title for source in board.sources.values()))
        return Headline(
            state=State.NO_SOURCE,
            sentence=f"Connecting to {names}",
            detail="Waiting for the first answer.",
        )
    notes = [note for source in board.sources.values() for note in source.notes]
    return Headline(
        state=State.NO_SOURCE,
        sentence="Connected, but nothing here says what is up",
        detail=notes[0] if notes else sentences([capital(found.reasons[0])]),
    )


def _stale(board: Board, found: Verdict, now: datetime) -> Headline:
    failing = _failing(board, now)
    return Headline(
        state=State.STALE,
        sentence=_stale_sentence(board, found, now),
        detail=_failure(board, failing[0], now) if failing else _old_data(board, now),
        actions=("retry",),
    )


def _partly_known(board: Board, cause: Cause, state: State, now: datetime) -> Headline:
    """Say what is not known, why, what may help, and how all the rest is."""
    failing = _failing(board, now)
    why = problem_of(failing[0]) if failing else [_old_data(board, now)]
    return Headline(
        state=state,
        sentence=f"{state.value.capitalize()}: {cause.words}",
        detail=sentences([*why, well(board, now)]),
        actions=("retry",),
    )


def _failing(board: Board, now: datetime) -> list[SourceStatus]:
    """Return what fails: since long first, for that explains more than one missed refresh."""
    failing = [source for source in board.sources.values() if source.problem is not None]
    return sorted(failing, key=lambda source: not is_lost(source, now))


def _old_data(board: Board, now: datetime) -> str:
    """Tell an answer that is still to come from one that brought nothing new."""
    for source in board.sources.values():
        answered = source.last_success
        if answered is None or source.problem is not None:
            continue
        if (now - answered).total_seconds() > _LATE_AFTER_REFRESHES * source.interval:
            return f"Waiting for an answer of {source.title} since {clock_text(answered, now)}."
    return _OLD_DATA


def _stale_sentence(board: Board, found: Verdict, now: datetime) -> str:
    lost = [source for source in board.sources.values() if is_lost(source, now)]
    if not lost:
        return f"Stale: {found.reasons[0]}"
    if board.newest is None or len(lost) < len(board.sources):
        return f"No data: {found.reasons[0]}"
    return f"Stale: no data for {age_text((now - board.newest).total_seconds())}"


def _failure(board: Board, source: SourceStatus, now: datetime) -> str:
    """Return what is known and why it is not more: cause and remedy."""
    known = [last_known(board, now)] if board.newest is not None else []
    return sentences([*known, *problem_of(source)])


def next_try(source: SourceStatus, now: datetime) -> str:
    """Return 'Next try in 40 s (attempt 9)', or '' for a source that answers."""
    if source.problem is None or source.next_attempt is None:
        return ""
    wait = age_text((source.next_attempt - now).total_seconds())
    return f"Next try in {wait} (attempt {source.failures + 1})"
