"""Headlines where OpsDesk cannot say how things are, or not wholly: what is known, why not more."""

from __future__ import annotations

from datetime import datetime

import msgspec

from opsdesk.catalogue.language import mark, tr
from opsdesk.insight.board import Board
from opsdesk.insight.phrases import capital, last_known, problem_of, sentences, well
from opsdesk.insight.verdict import Cause, State, Verdict, is_lost, state_word
from opsdesk.insight.words import age_text, clock_text, listing
from opsdesk.model.snapshot import SourceStatus

_OLD_DATA = mark("The source answers, but with old data. Is it still scraping?")
# An answer is awaited when it is late by half of the time between two refreshes.
_LATE_AFTER_REFRESHES = 1.5


class Headline(msgspec.Struct, frozen=True, kw_only=True):
    """A state, one sentence, and one line of detail."""

    state: State
    sentence: str
    detail: str = ""
    #: what may help: 'retry', 'connect', 'resume', 'acknowledge'
    actions: tuple[str, ...] = ()


def with_failure(said: Headline, board: Board, now: datetime) -> Headline:
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


def not_knowing(board: Board, found: Verdict, now: datetime) -> Headline | None:
    """Return the headline where OpsDesk cannot say how things are, or None where it can."""
    match found.state:
        case State.PAUSED:
            return Headline(
                state=State.PAUSED,
                sentence=tr("Updates are paused"),
                detail=last_known(board, now),
                actions=("resume",),
            )
        case State.OFFLINE:
            return Headline(
                state=State.OFFLINE,
                sentence=tr("Offline: this computer has no connection"),
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
            sentence=tr("No source is connected"),
            detail=tr("Connect a Prometheus-compatible server to see what is up."),
            actions=("connect",),
        )
    if all(source.last_success is None for source in board.sources.values()):
        names = listing(tuple(source.title for source in board.sources.values()))
        return Headline(
            state=State.NO_SOURCE,
            sentence=tr("Connecting to {sources}", sources=names),
            detail=tr("Waiting for the first answer."),
        )
    notes = [note for source in board.sources.values() for note in source.notes]
    return Headline(
        state=State.NO_SOURCE,
        sentence=tr("Connected, but nothing here says what is up"),
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


def partly_known(board: Board, cause: Cause, state: State, now: datetime) -> Headline:
    """Say what is not known, why, what may help, and how all the rest is."""
    failing = _failing(board, now)
    why = problem_of(failing[0]) if failing else [_old_data(board, now)]
    return Headline(
        state=state,
        sentence=f"{capital(state_word(state))}: {cause.words}",
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
            return tr(
                "Waiting for an answer of {source} since {time}.",
                source=source.title,
                time=clock_text(answered, now),
            )
    return tr(_OLD_DATA)


def _stale_sentence(board: Board, found: Verdict, now: datetime) -> str:
    lost = [source for source in board.sources.values() if is_lost(source, now)]
    if not lost:
        return tr("Stale: {reason}", reason=found.reasons[0])
    if board.newest is None or len(lost) < len(board.sources):
        return tr("No data: {reason}", reason=found.reasons[0])
    age = age_text((now - board.newest).total_seconds())
    return tr("Stale: no data for {age}", age=age)


def _failure(board: Board, source: SourceStatus, now: datetime) -> str:
    """Return what is known and why it is not more: cause and remedy."""
    known = [last_known(board, now)] if board.newest is not None else []
    return sentences([*known, *problem_of(source)])


def next_try(source: SourceStatus, now: datetime) -> str:
    """Return 'Next try in 40 s (attempt 9)', or '' for a source that answers."""
    if source.problem is None or source.next_attempt is None:
        return ""
    wait = age_text((source.next_attempt - now).total_seconds())
    return tr("Next try in {wait} (attempt {number})", wait=wait, number=source.failures + 1)
