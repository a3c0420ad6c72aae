"""The sentence that opens a page: what is it, and so what?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from opsdesk.insight.board import Board, Breaker
from opsdesk.insight.verdict import State, Verdict, verdict
from opsdesk.insight.words import (
    EN_DASH,
    age_text,
    be,
    clock_text,
    count,
    figure_text,
    listing,
)
from opsdesk.model.snapshot import SourceStatus


class Headline(msgspec.Struct, frozen=True, kw_only=True):
    """A state, one sentence, and one line of detail."""

    state: State
    sentence: str
    detail: str = ""
    #: what may help: 'retry', 'connect', 'resume'
    actions: tuple[str, ...] = ()


def system(board: Board, now: datetime) -> Headline:
    """Say how the whole system is."""
    found = verdict(board, now)
    special = _not_knowing(board, found, now)
    if special is not None:
        return special
    if found.state is State.OK:
        return Headline(state=State.OK, sentence="All is well", detail=_well(board))
    return Headline(
        state=found.state,
        sentence=f"{found.state.value.capitalize()}: {_first_reason(board, found, now)}",
        detail=_facts(board, now, found.reasons[1:]),
    )


def breakers(board: Board, now: datetime) -> Headline:
    """Say how the circuit breakers are."""
    found = verdict(board, now)
    special = _not_knowing(board, found, now)
    if special is not None:
        return special
    fresh = [b for b in board.breakers if not board.is_stale(b.reading, now)]
    opened = [b for b in fresh if b.state.is_open]
    if opened:
        names = listing(tuple(display_name(b) for b in opened))
        others = len(fresh) - len(opened)
        return Headline(
            state=State.CRITICAL,
            sentence=f"{count(len(opened), 'breaker')} open: {names}",
            detail=_sentences([_breaker_facts(opened[0], board, now), *_others(others)]),
        )
    if not fresh:
        return Headline(
            state=State.NO_SOURCE,
            sentence="No circuit breaker is known",
            detail="The connected sources publish none that OpsDesk recognises.",
        )
    unclosed = [b for b in fresh if b.state.value != "closed"]
    if unclosed:
        states = listing(tuple(f"{display_name(b)} is {b.state}" for b in unclosed))
        return Headline(
            state=State.DEGRADED if unclosed[0].state.value == "half-open" else State.NO_SOURCE,
            sentence=f"No breaker open, {count(len(unclosed), 'breaker')} not closed",
            detail=f"{states}.",
        )
    return Headline(
        state=State.OK,
        sentence=_all_closed(len(fresh)),
        detail=_components(board),
    )


def _all_closed(number: int) -> str:
    return f"All {count(number, 'breaker')} are closed" if number > 1 else "The breaker is closed"


RULES: Mapping[str, Callable[[Board, datetime], Headline]] = {
    "system": system,
    "breakers": breakers,
}


def display_name(breaker: Breaker) -> str:
    """Return a breaker's name with a true dash between group and name."""
    group, name = breaker.group_and_name
    return f"{group} {EN_DASH} {name}" if group else name


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
        detail=notes[0] if notes else f"{found.reasons[0].capitalize()}.",
    )


def _stale(board: Board, found: Verdict, now: datetime) -> Headline:
    failing = next((s for s in board.sources.values() if s.problem is not None), None)
    newest = max((r.at for r in board.snapshot.readings.values()), default=None)
    if failing is None or failing.problem is None:
        return Headline(
            state=State.STALE,
            sentence=f"Stale: {found.reasons[0]}",
            detail="The source answers, but with old data. Is it still scraping?",
            actions=("retry",),
        )
    problem = failing.problem
    if newest is None:
        return Headline(
            state=State.STALE,
            sentence=f"No data: {failing.title} does not answer",
            detail=_sentences([_capital(problem.what), problem.remedy]),
            actions=("retry",),
        )
    return Headline(
        state=State.STALE,
        sentence=f"Stale: no data for {age_text((now - newest).total_seconds())}",
        detail=_sentences(
            [_last_known(board, now), f"{failing.title}: {problem.what}", problem.remedy]
        ),
        actions=("retry",),
    )


def next_try(source: SourceStatus, now: datetime) -> str:
    """Return 'Next try in 40 s (attempt 9)', or '' for a source that answers."""
    if source.problem is None or source.next_attempt is None:
        return ""
    wait = age_text((source.next_attempt - now).total_seconds())
    return f"Next try in {wait} (attempt {source.failures + 1})"


def _last_known(board: Board, now: datetime) -> str:
    newest = max((r.at for r in board.snapshot.readings.values()), default=None)
    if newest is None:
        return "Nothing is known yet"
    return f"Showing the last known values from {clock_text(newest, now)}"


def _first_reason(board: Board, found: Verdict, now: datetime) -> str:
    reason = found.reasons[0]
    if not reason.endswith(" open") or "breaker" not in reason or "half" in reason:
        return reason
    fresh = [b for b in board.breakers if not board.is_stale(b.reading, now)]
    opened = sum(b.state.is_open for b in fresh)
    return f"{opened:,} of {count(len(fresh), 'circuit breaker')} {be(opened)} open"


def _facts(board: Board, now: datetime, more: tuple[str, ...]) -> str:
    fresh = [b for b in board.breakers if not board.is_stale(b.reading, now)]
    unclosed = [b for b in fresh if b.state.is_open or b.state.value == "half-open"]
    worst = [_breaker_facts(breaker, board, now) for breaker in unclosed[:1]]
    if len(unclosed) > 1:
        worst = [f"{listing(tuple(display_name(b) for b in unclosed))} are not closed"]
    said = tuple(reason for reason in more if "breaker" not in reason)
    # A name is written as its owner writes it, an article as a sentence begins.
    parts = [*worst, *(_capital(r) if r.startswith("the ") else r for r in said)]
    # The components are said to be well only where none was just said to be ill.
    return _sentences(parts if said else [*parts, _components(board)])


def _breaker_facts(breaker: Breaker, board: Board, now: datetime) -> str:
    facts = [f"{display_name(breaker)} is {breaker.state}"]
    if breaker.failures is not None and breaker.failures.value is not None:
        number = figure_text(breaker.failures, board.metric("breaker.failures"), now)
        facts.append(f"{number} {'failure' if number == '1' else 'failures'}")
    if breaker.reading.note:
        facts.append(breaker.reading.note)
    return ", ".join(facts)


def _others(number: int) -> list[str]:
    if not number:
        return []
    return [f"The other {count(number, 'breaker')} {be(number)} not open"]


def _well(board: Board) -> str:
    closed = sum(b.state.value == "closed" for b in board.breakers)
    parts = [f"{count(closed, 'breaker')} closed"] if closed else []
    return _sentences([*parts, _components(board)])


def _components(board: Board) -> str:
    known = [r.value for r in board.by_metric.get("component.instances_up", ())]
    up = sum(isinstance(value, float) and value >= 100 for value in known)  # noqa: PLR2004 - all of them
    if not known:
        return ""
    if up == len(known):
        return f"All {count(up, 'component')} are up" if up > 1 else "The component is up"
    return f"{up:,} of {count(len(known), 'component')} {be(up)} up"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sentences(parts: list[str]) -> str:
    """Join parts into sentences, each with one full stop."""
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)
