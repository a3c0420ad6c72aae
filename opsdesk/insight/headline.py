"""The sentence on the whole system, and on its breakers: what is it, and so what?"""

from __future__ import annotations

from datetime import datetime

import msgspec

from opsdesk.catalogue.language import tr, trn
from opsdesk.insight.board import Board, Breakers
from opsdesk.insight.incident_list import unacknowledged
from opsdesk.insight.knowing import Headline, not_knowing, partly_known, with_failure
from opsdesk.insight.phrases import (
    all_closed,
    beside_state,
    capital,
    components,
    facts,
    first_words,
    fits,
    names_of,
    others,
    sentences,
    state_of,
    states_of,
    well,
)
from opsdesk.insight.verdict import State, is_lost, state_word, verdict
from opsdesk.insight.words import LISTED, listing
from opsdesk.model.reading import BreakerState


def system(board: Board, now: datetime) -> Headline:
    """Say how the whole system is."""
    return _answerable(with_failure(_system(board, now), board, now), board)


def breakers(board: Board, now: datetime) -> Headline:
    """Say how the circuit breakers are."""
    return _answerable(with_failure(_of_breakers(board, now), board, now), board)


def _answerable(said: Headline, board: Board) -> Headline:
    """Offer to acknowledge the one incident that nobody has; of several it would not say which."""
    is_seen = said.state in (State.DEGRADED, State.CRITICAL)
    if not is_seen or len(unacknowledged(board)) != 1:
        return said
    return msgspec.structs.replace(said, actions=(*said.actions, "acknowledge"))


def _system(board: Board, now: datetime) -> Headline:
    found = verdict(board, now)
    special = not_knowing(board, found, now)
    if special is not None:
        return special
    if found.state is State.OK:
        return _fine(board, now)
    first, *others = found.causes
    if not first.metric:
        return partly_known(board, first, found.state, now)
    fresh = board.fresh_breakers(now)
    return Headline(
        state=found.state,
        sentence=f"{capital(state_word(found.state))}: {first_words(first, fresh)}",
        detail=facts(board, now, fresh, others),
    )


def _fine(board: Board, now: datetime) -> Headline:
    # Many a breaker tells nothing until something happens: no alarm, but no promise either.
    silent = BreakerState.UNKNOWN in board.breakers.numbers
    sentence = tr("Nothing known is wrong") if silent else tr("All is well")
    return Headline(state=State.OK, sentence=sentence, detail=well(board, now))


def _of_breakers(board: Board, now: datetime) -> Headline:
    found = verdict(board, now)
    special = not_knowing(board, found, now)
    if special is not None:
        return special
    fresh = board.fresh_breakers(now)
    if fresh.opened:
        return _some_open(fresh, board, now)
    if any(is_lost(source, now) for source in board.sources.values()):
        state = State.DEGRADED if fresh else State.STALE
        return partly_known(board, found.causes[-1], state, now)
    if not board.breakers:
        return Headline(
            state=State.NO_SOURCE,
            sentence=tr("No circuit breaker is known"),
            detail=tr("The connected sources publish none that OpsDesk recognises."),
        )
    old = board.stale_breakers(now)
    if old:
        return Headline(
            state=State.DEGRADED if fresh else State.STALE,
            sentence=trn(
                "No new data of {number} breaker: {names}",
                "No new data of {number} breakers: {names}",
                len(old),
                names=names_of(old),
            ),
            detail=sentences([others(fresh.numbers)]),
            actions=("retry",),
        )
    return _none_open(board, fresh, now)


def _some_open(fresh: Breakers, board: Board, now: datetime) -> Headline:
    """Name what is open: in the sentence, or below it where there is no room for names."""
    opened = fresh.opened
    rest = {state: number for state, number in fresh.numbers.items() if not state.is_open}
    names = names_of(opened)
    if fits(names):
        sentence = trn(
            "{number} breaker open: {names}",
            "{number} breakers open: {names}",
            len(opened),
            names=names,
        )
        facts_of_it = beside_state(opened[0], board, now) if len(opened) == 1 else ""
        detail = capital(facts_of_it)
    else:
        number = len(opened)
        sentence = trn("{number} breaker is open", "{number} breakers are open", number)
        detail = states_of(opened, board, now)
    return Headline(
        state=State.CRITICAL, sentence=sentence, detail=sentences([detail, others(rest)])
    )


def _none_open(board: Board, fresh: Breakers, now: datetime) -> Headline:
    closed = fresh.numbers.get(BreakerState.CLOSED, 0)
    unclosed = fresh[: len(fresh) - closed]
    if not unclosed:
        return Headline(
            state=State.OK,
            sentence=all_closed(len(fresh)),
            detail=sentences([components(board, now)]),
        )
    if len(unclosed) == fresh.numbers.get(BreakerState.UNKNOWN):
        rest = {BreakerState.CLOSED: closed} if closed else {}
        return Headline(
            state=State.OK if rest else State.NO_SOURCE,
            sentence=tr(
                "No breaker open; the state of {names} is unknown", names=names_of(unclosed)
            ),
            detail=sentences([others(rest), components(board, now)]),
        )
    testing = unclosed[0].state is BreakerState.HALF_OPEN
    states = [state_of(b) for b in unclosed[:LISTED]]
    return Headline(
        state=State.DEGRADED if testing else State.NO_SOURCE,
        sentence=trn(
            "No breaker open, {number} breaker not closed",
            "No breaker open, {number} breakers not closed",
            len(unclosed),
        ),
        detail=sentences([listing(states, len(unclosed))]),
    )
