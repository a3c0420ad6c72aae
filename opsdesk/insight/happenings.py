"""The sentences that open the pages of what happens: incidents, and the sources themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from opsdesk.catalogue.language import tr, trn
from opsdesk.insight.board import Board, display_name
from opsdesk.insight.knowing import Headline, not_knowing, with_failure
from opsdesk.insight.phrases import breaker_facts, fits, problem_of, sentences
from opsdesk.insight.verdict import State, verdict
from opsdesk.insight.words import LISTED, age_text, listing
from opsdesk.model.snapshot import Incident, Severity, SourceStatus

_RECENT = 86_400.0


def incidents(board: Board, now: datetime) -> Headline:
    """Say what is open, since when, and what was."""
    special = not_knowing(board, verdict(board, now), now)
    return special if special is not None else with_failure(_incidents(board, now), board, now)


def _incidents(board: Board, now: datetime) -> Headline:
    running = [i for i in board.snapshot.incidents if i.runs]
    present = [incident for incident in running if not _is_old(incident, board, now)]
    recent = _recent(board)
    if present:
        return _open(present, recent, board, now)
    if running:
        names = _names(running, board)
        return Headline(
            state=State.STALE,
            sentence=tr("No new data of what was open: {names}", names=names),
            detail=sentences([recent]),
            actions=("retry",),
        )
    # What is not watched any more may be open unseen.
    known = verdict(board, now).state is State.OK or not board.stale_breakers(now)
    sentence = tr("No incident is open") if known else tr("No incident is known to be open")
    state = State.OK if known else State.DEGRADED
    return Headline(state=state, sentence=sentence, detail=sentences([recent]))


def _open(present: Sequence[Incident], recent: str, board: Board, now: datetime) -> Headline:
    grave = any(incident.severity is Severity.CRITICAL for incident in present)
    return Headline(
        state=State.CRITICAL if grave else State.DEGRADED,
        sentence=_sentence(present, board, now),
        detail=sentences([*_details(present, board, now), recent]),
    )


def _details(present: Sequence[Incident], board: Board, now: datetime) -> list[str]:
    if len(present) == 1:
        return _facts(present[0], board, now)
    names = _names(present, board)
    return [] if fits(names) else [names]


def _sentence(present: Sequence[Incident], board: Board, now: datetime) -> str:
    names = _names(present, board)
    first = min(present, key=lambda incident: incident.opened_at)
    age = age_text((now - first.opened_at).total_seconds())
    if len(present) == 1:
        if first.seen_opening:
            return tr("1 incident open: {name}, for {age}", name=names, age=age)
        return tr("1 incident open: {name}, for at least {age}", name=names, age=age)
    if not first.seen_opening:
        age = tr("at least {age}", age=age)
    if not fits(names):
        return tr("{number} incidents open, the first for {age}", number=len(present), age=age)
    return tr(
        "{number} incidents open: {names}, the first for {age}",
        number=len(present),
        names=names,
        age=age,
    )


def _names(found: Sequence[Incident], board: Board) -> str:
    return listing([_name(i, board) for i in found[:LISTED]], len(found))


def _facts(incident: Incident, board: Board, now: datetime) -> list[str]:
    row = board.breaker_of.get(incident.subject)
    said = [] if row is None else [breaker_facts(row, board, now)]
    if incident.trips > 1:
        said.append(trn("It opened once", "It opened {number} times", incident.trips))
    return said


def _name(incident: Incident, board: Board) -> str:
    row = board.breaker_of.get(incident.subject)
    return incident.title if row is None else display_name(row)


def _is_old(incident: Incident, board: Board, now: datetime) -> bool:
    reading = board.snapshot.readings.get(incident.subject)
    return reading is not None and board.is_stale(reading, now)


def _recent(board: Board) -> str:
    ended = [
        incident
        for incident in board.snapshot.incidents
        if incident.closed_at is not None
        and (board.snapshot.at - incident.closed_at).total_seconds() <= _RECENT
    ]
    if not ended:
        return ""
    return trn("{number} ended in the last 24 h", "{number} ended in the last 24 h", len(ended))


def sources(board: Board, now: datetime) -> Headline:
    """Say whether what is connected answers, and for how much there is a source."""
    found = verdict(board, now)
    is_special = found.state in (State.PAUSED, State.OFFLINE) or not board.sources
    special = not_knowing(board, found, now) if is_special else None
    if special is not None:
        return special
    answering = [source for source in board.sources.values() if source.problem is None]
    failing = [source for source in board.sources.values() if source.problem is not None]
    if failing:
        return _failing(failing, answering, board)
    waiting = [source for source in answering if source.last_success is None]
    if waiting:
        return Headline(
            state=State.NO_SOURCE,
            sentence=tr("Connecting to {sources}", sources=_titles(waiting)),
            detail=tr("Waiting for the first answer."),
        )
    partly = [source for source in answering if source.partial]
    if partly:
        return _partial(partly, board)
    return Headline(
        state=State.OK, sentence=tr("All connected sources are answering"), detail=_groups(board)
    )


def _failing(
    failing: Sequence[SourceStatus], answering: Sequence[SourceStatus], board: Board
) -> Headline:
    sentence = tr("{source} does not answer", source=failing[0].title)
    if len(board.sources) > 1:
        sentence = trn(
            "{number} of {total} sources does not answer: {names}",
            "{number} of {total} sources do not answer: {names}",
            len(failing),
            total=len(board.sources),
            names=_titles(failing),
        )
    return Headline(
        state=State.DEGRADED if answering else State.STALE,
        sentence=sentence,
        detail=" ".join(filter(None, (sentences(problem_of(failing[0])), _groups(board)))),
        actions=("retry",),
    )


def _partial(partly: Sequence[SourceStatus], board: Board) -> Headline:
    return Headline(
        state=State.DEGRADED,
        sentence=trn(
            "{names} answers in part",
            "{names} answer in part",
            len(partly),
            names=_titles(partly),
        ),
        detail=" ".join(filter(None, (sentences(partly[0].partial[:1]), _groups(board)))),
        actions=("retry",),
    )


def _titles(found: Sequence[SourceStatus]) -> str:
    return listing([source.title for source in found[:LISTED]], len(found))


def _groups(board: Board) -> str:
    """Count the sections for which anything supplies figures, once somebody has answered."""
    if not any(source.last_success is not None for source in board.sources.values()):
        return ""
    sections = {metric.section for metric in board.catalogue.values()}
    supplied = {
        metric.section for metric in board.catalogue.values() if metric.id in board.by_metric
    }
    return trn(
        "{number} of {total} groups of figures has a source.",
        "{number} of {total} groups of figures have a source.",
        len(supplied),
        total=len(sections),
    )
