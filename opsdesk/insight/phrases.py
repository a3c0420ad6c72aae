"""The sentences that headlines are put together from: facts of breakers, components, sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from opsdesk.catalogue.language import grouped, tr, trn
from opsdesk.insight.board import Board, Breaker, Breakers, display_name
from opsdesk.insight.derive import BREAKER_STATE, INSTANCES_UP, UPTIME
from opsdesk.insight.terms import breaker_word
from opsdesk.insight.verdict import Cause
from opsdesk.insight.words import LISTED, clock_text, figure_text, interval_text, listing
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import SourceStatus

#: percent of a component's instances
_ALL_INSTANCES = 100.0
_PAIR = 2
# So many letters of names have room in the sentence at the top of a page.
_ROOM = 64


def names_of(found: Sequence[Breaker]) -> str:
    """Name breakers, the first of many and how many more."""
    return listing([display_name(breaker) for breaker in found[:LISTED]], len(found))


def fits(names: str) -> bool:
    """Tell whether names have room in a headline, where what follows them must be read too."""
    return len(names) <= _ROOM


def problem_of(source: SourceStatus) -> list[str]:
    """Return a source's failure and its remedy as two sentences."""
    problem = source.problem
    return [f"{source.title}: {problem.what}", problem.remedy] if problem is not None else []


def last_known(board: Board, now: datetime) -> str:
    """Say of when what is shown is."""
    if board.newest is None:
        return tr("Nothing is known yet.")
    newest = clock_text(board.newest, now)
    return tr("Showing the last known values from {time}.", time=newest)


def first_words(cause: Cause, fresh: Breakers) -> str:
    """Return the words of the first cause; of open breakers, of how many they are."""
    opened = len(fresh.opened)
    if cause.metric != BREAKER_STATE or not opened or len(fresh) == 1:
        return cause.words
    return trn(
        "{number} of {total} circuit breakers is open",
        "{number} of {total} circuit breakers are open",
        opened,
        total=grouped(len(fresh)),
    )


def facts(board: Board, now: datetime, fresh: Breakers, others: Sequence[Cause]) -> str:
    """Return what is to be known beside the first cause."""
    ill = (fresh.opened, fresh.testing)
    states = [states_of(found, board, now) for found in ill if found]
    said = [opening(cause) for cause in others if cause.metric != BREAKER_STATE]
    # The components are said to be well only where none was just said to be ill.
    return sentences([*states, *said] if said else [*states, components(board, now)])


def states_of(found: Sequence[Breaker], board: Board, now: datetime) -> str:
    """Say which breakers are open, or half-open: of one, all that is known."""
    if len(found) == 1:
        return breaker_facts(found[0], board, now)
    if found[0].state.is_open:
        return tr("{names} are open", names=names_of(found))
    return tr("{names} are half-open", names=names_of(found))


def breaker_facts(breaker: Breaker, board: Board, now: datetime) -> str:
    """Return all that is known of a breaker: 'Weather is open, 12 failures, reset pending'."""
    return ", ".join(filter(None, (state_of(breaker), beside_state(breaker, board, now))))


def beside_state(breaker: Breaker, board: Board, now: datetime) -> str:
    """Return what is known of a breaker beside its state: '12 failures, reset pending'."""
    failures, note = failures_text(breaker, board, now), tr(breaker.reading.note)
    runs = (i for i in board.snapshot.incidents if i.runs and i.subject == breaker.key)
    flaps = tr("flapping") if any(incident.flapping for incident in runs) else ""
    return ", ".join(filter(None, (failures, _reset(breaker), flaps, note)))


def _reset(breaker: Breaker) -> str:
    """Return 'reset pending' where a source has that word in the place of a time."""
    word = breaker.last_reset.note if breaker.last_reset is not None else ""
    is_word = breaker.last_reset is not None and breaker.last_reset.value is None
    return tr("reset {word}", word=tr(word).lower()) if is_word and word.isalpha() else ""


def state_of(breaker: Breaker) -> str:
    """Return 'Weather is open'."""
    word = breaker_word(breaker.state)
    return tr("{name} is {state}", name=display_name(breaker), state=word)


def failures_text(breaker: Breaker, board: Board, now: datetime) -> str:
    """Return '12 failures', or '' where nobody counts them."""
    reading = breaker.failures
    if reading is None or reading.number is None:
        return ""
    text = figure_text(reading, board.metric(reading.key.metric), now)
    number = 1 if reading.number == 1 else 2
    return trn("{failures} failure", "{failures} failures", number, failures=text)


def others(numbers: Mapping[BreakerState, int]) -> str:
    """Say how the breakers are that were not named: how many are in each state."""
    if not numbers:
        return ""
    number = sum(numbers.values())
    if number == 1:
        (state,) = numbers
        return tr("The other breaker is {state}", state=breaker_word(state))
    if numbers.keys() != {BreakerState.CLOSED}:
        return tr("The others: {states}", states=tally(numbers))
    return trn(
        "The other {number} breaker is closed", "The other {number} breakers are closed", number
    )


def tally(numbers: Mapping[BreakerState, int]) -> str:
    """Count breakers by state, in their order: '37 half-open, 36 disabled, 39 closed'."""
    return ", ".join(
        tr("{number} {state}", number=grouped(number), state=breaker_word(state))
        for state, number in numbers.items()
    )


def well(board: Board, now: datetime) -> str:
    """Count the breakers by state, those that are closed first, and the components."""
    known = dict(reversed(tuple(board.fresh_breakers(now).numbers.items())))
    if not known:
        return sentences([components(board, now)])
    first, *_ = known
    number, word = known.pop(first), breaker_word(first)
    counted = trn("{number} breaker {state}", "{number} breakers {state}", number, state=word)
    rest = tally(known)
    return sentences([f"{counted}, {rest}" if rest else counted, components(board, now)])


def components(board: Board, now: datetime) -> str:
    """Say how many components are up; one whose figure is old is not said to be."""
    known = board.by_metric.get(INSTANCES_UP, ())
    numbers = [reading.number for reading in known if not board.is_stale(reading, now)]
    values = [number for number in numbers if number is not None]
    up = sum(value >= _ALL_INSTANCES for value in values)
    if not known:
        return _uptimes(board, now)
    if up == len(values):
        return _up(up, len(known))
    if len(known) == 1:
        return ""
    said = trn(
        "{number} of {total} components is up",
        "{number} of {total} components are up",
        up,
        total=grouped(len(values)),
    )
    return _with_unknown(said, len(known) - len(values))


def _with_unknown(said: str, number: int) -> str:
    if not number:
        return said
    rest = trn("{number} is not known", "{number} are not known", number)
    return f"{said}, {rest}"


def _uptimes(board: Board, now: datetime) -> str:
    """Say how much components were up, where nothing tells whether they are up now."""
    known = [r for r in board.by_metric.get(UPTIME, ()) if not board.is_stale(r, now)]
    least = min(known, key=lambda reading: reading.number or 0.0, default=None)
    if least is None or least.number is None or not least.window:
        return ""
    share = figure_text(least, board.metric(UPTIME), now)
    return trn(
        "The component was up {share} of {interval}",
        "All {number} components were up \N{GREATER-THAN OR EQUAL TO} {share} of {interval}",
        len(known),
        share=share,
        interval=interval_text(least.window),
    )


def _up(up: int, known: int) -> str:
    """Say that all components are up of which anything is known; nothing where there is none."""
    if not up:
        return ""
    if unknown := known - up:
        said = trn("{number} component is up", "{number} components are up", up)
        return _with_unknown(said, unknown)
    if up <= _PAIR:
        return tr("The component is up") if up == 1 else tr("Both components are up")
    return trn("The component is up", "All {number} components are up", up)


def all_closed(number: int) -> str:
    """Return 'Both breakers are closed', 'All 7 breakers are closed'."""
    if number == _PAIR:
        return tr("Both breakers are closed")
    return trn("The breaker is closed", "All {number} breakers are closed", number)


def opening(cause: Cause) -> str:
    """Begin a sentence with what is wrong; a name is written as its owner writes it."""
    return cause.words if cause.named else capital(cause.words)


def capital(text: str) -> str:
    """Begin with a capital."""
    return text[:1].upper() + text[1:]


def sentences(parts: Sequence[str]) -> str:
    """Join parts into sentences, each with one mark at its end."""
    return " ".join(
        part if part.endswith(("?", "!")) else f"{part.rstrip('.')}." for part in parts if part
    )
