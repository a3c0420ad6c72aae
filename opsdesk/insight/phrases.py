"""The phrases that headlines are put together from: facts of breakers, components and sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from opsdesk.insight.board import Board, Breaker
from opsdesk.insight.derive import BREAKER_STATE, INSTANCES_UP
from opsdesk.insight.verdict import Cause
from opsdesk.insight.words import (
    EN_DASH,
    LISTED,
    be,
    clock_text,
    count,
    figure_text,
    listing,
)
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import SourceStatus

#: percent of a component's instances
_ALL_INSTANCES = 100.0


def display_name(breaker: Breaker) -> str:
    """Return a breaker's name with a true dash between group and name."""
    group, name = breaker.group_and_name
    return f"{group} {EN_DASH} {name}" if group else name


def names_of(found: Sequence[Breaker]) -> str:
    """Name breakers, the first of many and how many more."""
    return listing([display_name(breaker) for breaker in found[:LISTED]], len(found))


def problem_of(source: SourceStatus) -> list[str]:
    """Return a source's failure and its remedy as two sentences."""
    problem = source.problem
    return [f"{source.title}: {problem.what}", problem.remedy] if problem is not None else []


def last_known(board: Board, now: datetime) -> str:
    """Say of when what is shown is."""
    if board.newest is None:
        return "Nothing is known yet."
    return f"Showing the last known values from {clock_text(board.newest, now)}."


def first_words(cause: Cause, fresh: Sequence[Breaker]) -> str:
    """Return the words of the first cause; of open breakers, of how many they are."""
    opened = sum(b.state.is_open for b in fresh)
    if cause.metric != BREAKER_STATE or not opened or len(fresh) == 1:
        return cause.words
    return f"{opened:,} of {count(len(fresh), 'circuit breaker')} {be(opened)} open"


def facts(board: Board, now: datetime, fresh: Sequence[Breaker], others: Sequence[Cause]) -> str:
    """Return what is to be known beside the first cause."""
    opened = [b for b in fresh if b.state.is_open]
    testing = [b for b in fresh if b.state is BreakerState.HALF_OPEN]
    states = [states_of(found, board, now) for found in (opened, testing) if found]
    said = [opening(cause.words) for cause in others if cause.metric != BREAKER_STATE]
    # The components are said to be well only where none was just said to be ill.
    return sentences([*states, *said] if said else [*states, components(board, now)])


def states_of(found: Sequence[Breaker], board: Board, now: datetime) -> str:
    """Say which breakers are open, or half-open: of one, all that is known."""
    if len(found) == 1:
        return breaker_facts(found[0], board, now)
    return f"{names_of(found)} are {'open' if found[0].state.is_open else found[0].state}"


def breaker_facts(breaker: Breaker, board: Board, now: datetime) -> str:
    """Return all that is known of a breaker: 'Weather is open, 12 failures'."""
    said = [f"{display_name(breaker)} is {breaker.state}"]
    if breaker.failures is not None and breaker.failures.value is not None:
        number = figure_text(breaker.failures, board.metric("breaker.failures"), now)
        said.append(f"{number} {'failure' if number == '1' else 'failures'}")
    if breaker.reading.note:
        said.append(breaker.reading.note)
    return ", ".join(said)


def others(found: Sequence[Breaker]) -> str:
    """Say how the breakers are that were not named."""
    states = {breaker.state for breaker in found}
    if len(found) > 1 and states == {BreakerState.CLOSED}:
        return f"The other {count(len(found), 'breaker')} are closed"
    if len(found) == 1:
        return f"The other breaker is {found[0].state}"
    return f"The others: {tally(found)}" if found else ""


def tally(found: Sequence[Breaker], noun: str = "") -> str:
    """Count breakers by state, in their order: '37 half-open, 36 disabled, 39 closed'."""
    parts: list[str] = []
    for state, number in Counter(breaker.state for breaker in found).items():
        what = f"{number:,}" if parts or not noun else count(number, noun)
        parts.append(f"{what} {state}")
    return ", ".join(parts)


def well(board: Board, now: datetime) -> str:
    """Count the breakers by state, those that are closed first, and the components."""
    known = board.fresh_breakers(now)[::-1]
    return sentences([tally(known, "breaker"), components(board, now)])


def components(board: Board, now: datetime) -> str:
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
    return f"{all_of(up, 'component')} are up" if up else ""


def all_of(number: int, one: str) -> str:
    """Return 'Both breakers', 'All 7 breakers'."""
    return f"Both {one}s" if number == 2 else f"All {count(number, one)}"  # noqa: PLR2004 - a pair


def opening(words: str) -> str:
    """Begin a sentence; a name is written as its owner writes it."""
    return capital(words) if words.startswith(("the ", "no ", "this ")) else words


def capital(text: str) -> str:
    """Begin with a capital."""
    return text[:1].upper() + text[1:]


def sentences(parts: Sequence[str]) -> str:
    """Join parts into sentences, each with one mark at its end."""
    return " ".join(
        part if part.endswith(("?", "!")) else f"{part.rstrip('.')}." for part in parts if part
    )
