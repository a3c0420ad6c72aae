"""The sentence that opens a page: what is it, and so what?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec

from opsdesk.insight.board import Board, Breaker
from opsdesk.insight.derive import BREAKER_STATE, INSTANCES_UP
from opsdesk.insight.verdict import Cause, State, Verdict, is_lost, verdict
from opsdesk.insight.words import (
    EN_DASH,
    LISTED,
    age_text,
    be,
    clock_text,
    count,
    figure_text,
    listing,
)
from opsdesk.model.page import HeadlineRule
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import SourceStatus

#: percent of a component's instances
_ALL_INSTANCES = 100.0
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
    why = _sentences(_problem(failing[0]))
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
        sentence=f"{found.state.value.capitalize()}: {_first_words(first, fresh)}",
        detail=_facts(board, now, fresh, others),
    )


def _fine(board: Board, now: datetime) -> Headline:
    # Many a breaker tells nothing until something happens: no alarm, but no promise either.
    silent = any(b.state is BreakerState.UNKNOWN for b in board.breakers)
    sentence = "Nothing known is wrong" if silent else "All is well"
    return Headline(state=State.OK, sentence=sentence, detail=_well(board, now))


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
            sentence=f"{count(len(opened), 'breaker')} open: {_names(opened)}",
            detail=_sentences(
                [
                    _breaker_facts(opened[0], board, now) if len(opened) == 1 else "",
                    _others([b for b in fresh if not b.state.is_open]),
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
            sentence=f"No new data of {count(len(old), 'breaker')}: {_names(old)}",
            detail=_sentences([_others(fresh)]),
            actions=("retry",),
        )
    return _none_open(board, fresh, now)


def _none_open(board: Board, fresh: Sequence[Breaker], now: datetime) -> Headline:
    unclosed = [b for b in fresh if b.state is not BreakerState.CLOSED]
    if not unclosed:
        closed = f"{_all(len(fresh), 'breaker')} are closed"
        return Headline(
            state=State.OK,
            sentence=closed if len(fresh) > 1 else "The breaker is closed",
            detail=_sentences([_components(board, now)]),
        )
    if all(b.state is BreakerState.UNKNOWN for b in unclosed):
        rest = [b for b in fresh if b.state is BreakerState.CLOSED]
        return Headline(
            state=State.OK if rest else State.NO_SOURCE,
            sentence=f"No breaker open; the state of {_names(unclosed)} is unknown",
            detail=_sentences([_others(rest), _components(board, now)]),
        )
    testing = unclosed[0].state is BreakerState.HALF_OPEN
    states = [f"{display_name(b)} is {b.state}" for b in unclosed[:LISTED]]
    return Headline(
        state=State.DEGRADED if testing else State.NO_SOURCE,
        sentence=f"No breaker open, {count(len(unclosed), 'breaker')} not closed",
        detail=_sentences([listing(states, len(unclosed))]),
    )


RULES: Mapping[HeadlineRule, Callable[[Board, datetime], Headline]] = {
    HeadlineRule.SYSTEM: system,
    HeadlineRule.BREAKERS: breakers,
}


def display_name(breaker: Breaker) -> str:
    """Return a breaker's name with a true dash between group and name."""
    group, name = breaker.group_and_name
    return f"{group} {EN_DASH} {name}" if group else name


def _names(found: Sequence[Breaker]) -> str:
    return listing([display_name(breaker) for breaker in found[:LISTED]], len(found))


def _not_knowing(board: Board, found: Verdict, now: datetime) -> Headline | None:
    """Return the headline where OpsDesk cannot say how things are, or None where it can."""
    match found.state:
        case State.PAUSED:
            return Headline(
                state=State.PAUSED,
                sentence="Updates are paused",
                detail=_last_known(board, now),
                actions=("resume",),
            )
        case State.OFFLINE:
            return Headline(
                state=State.OFFLINE,
                sentence="Offline: this computer has no connection",
                detail=_last_known(board, now),
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
        detail=notes[0] if notes else _sentences([_capital(found.reasons[0])]),
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
    why = _problem(failing[0]) if failing else [_old_data(board, now)]
    return Headline(
        state=state,
        sentence=f"{state.value.capitalize()}: {cause.words}",
        detail=_sentences([*why, _well(board, now)]),
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
    known = [_last_known(board, now)] if board.newest is not None else []
    return _sentences([*known, *_problem(source)])


def _problem(source: SourceStatus) -> list[str]:
    """Return a source's failure and its remedy as two sentences."""
    problem = source.problem
    return [f"{source.title}: {problem.what}", problem.remedy] if problem is not None else []


def next_try(source: SourceStatus, now: datetime) -> str:
    """Return 'Next try in 40 s (attempt 9)', or '' for a source that answers."""
    if source.problem is None or source.next_attempt is None:
        return ""
    wait = age_text((source.next_attempt - now).total_seconds())
    return f"Next try in {wait} (attempt {source.failures + 1})"


def _last_known(board: Board, now: datetime) -> str:
    if board.newest is None:
        return "Nothing is known yet."
    return f"Showing the last known values from {clock_text(board.newest, now)}."


def _first_words(cause: Cause, fresh: Sequence[Breaker]) -> str:
    opened = sum(b.state.is_open for b in fresh)
    if cause.metric != BREAKER_STATE or not opened or len(fresh) == 1:
        return cause.words
    return f"{opened:,} of {count(len(fresh), 'circuit breaker')} {be(opened)} open"


def _facts(board: Board, now: datetime, fresh: Sequence[Breaker], others: Sequence[Cause]) -> str:
    """Return what is to be known beside the first cause."""
    opened = [b for b in fresh if b.state.is_open]
    testing = [b for b in fresh if b.state is BreakerState.HALF_OPEN]
    states = [_states(found, board, now) for found in (opened, testing) if found]
    said = [_opening(cause.words) for cause in others if cause.metric != BREAKER_STATE]
    # The components are said to be well only where none was just said to be ill.
    return _sentences([*states, *said] if said else [*states, _components(board, now)])


def _states(found: Sequence[Breaker], board: Board, now: datetime) -> str:
    """Say which breakers are open, or half-open: of one, all that is known."""
    if len(found) == 1:
        return _breaker_facts(found[0], board, now)
    return f"{_names(found)} are {'open' if found[0].state.is_open else found[0].state}"


def _breaker_facts(breaker: Breaker, board: Board, now: datetime) -> str:
    facts = [f"{display_name(breaker)} is {breaker.state}"]
    if breaker.failures is not None and breaker.failures.value is not None:
        number = figure_text(breaker.failures, board.metric("breaker.failures"), now)
        facts.append(f"{number} {'failure' if number == '1' else 'failures'}")
    if breaker.reading.note:
        facts.append(breaker.reading.note)
    return ", ".join(facts)


def _others(found: Sequence[Breaker]) -> str:
    """Say how the breakers are that were not named."""
    states = {breaker.state for breaker in found}
    if len(found) > 1 and states == {BreakerState.CLOSED}:
        return f"The other {count(len(found), 'breaker')} are closed"
    if len(found) == 1:
        return f"The other breaker is {found[0].state}"
    return f"The others: {_tally(found)}" if found else ""


def _tally(found: Sequence[Breaker], noun: str = "") -> str:
    """Count breakers by state, in their order: '37 half-open, 36 disabled, 39 closed'."""
    parts: list[str] = []
    for state, number in Counter(breaker.state for breaker in found).items():
        what = f"{number:,}" if parts or not noun else count(number, noun)
        parts.append(f"{what} {state}")
    return ", ".join(parts)


def _well(board: Board, now: datetime) -> str:
    """Count the breakers by state, those that are closed first, and the components."""
    known = board.fresh_breakers(now)[::-1]
    return _sentences([_tally(known, "breaker"), _components(board, now)])


def _components(board: Board, now: datetime) -> str:
    """Say how many components are up; one whose figure is old is not said to be."""
    known = board.by_metric.get(INSTANCES_UP, ())
    numbers = [reading.number for reading in known if not board.is_stale(reading, now)]
    values = [number for number in numbers if number is not None]
    up = sum(value >= _ALL_INSTANCES for value in values)
    if len(known) == 1:
        return "The component is up" if up else ""
    if up < len(values):
        return f"{up:,} of {count(len(known), 'component')} {be(up)} up"
    if missing := len(known) - len(values):
        rest = f"{missing:,} {be(missing)} not known"
        return f"{count(up, 'component')} {be(up)} up, {rest}" if up else ""
    return f"{_all(up, 'component')} are up" if up else ""


def _all(number: int, one: str) -> str:
    return f"Both {one}s" if number == 2 else f"All {count(number, one)}"  # noqa: PLR2004 - a pair


def _opening(words: str) -> str:
    """Begin a sentence; a name is written as its owner writes it."""
    return _capital(words) if words.startswith(("the ", "no ", "this ")) else words


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sentences(parts: Sequence[str]) -> str:
    """Join parts into sentences, each with one mark at its end."""
    return " ".join(
        part if part.endswith(("?", "!")) else f"{part.rstrip('.')}." for part in parts if part
    )
