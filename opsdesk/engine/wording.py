"""What a notice of one incident says, or of many. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterable
from itertools import groupby

from msgspec.structs import replace

from opsdesk.catalogue.language import grouped, mark, tr, trn
from opsdesk.insight.terms import breaker_word
from opsdesk.insight.words import listing
from opsdesk.model.protocols import Notice, NoticeAction
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import Incident, IncidentKind, Severity

#: more notices than this in one refresh become one
MOST_AT_ONCE = 5

#: where a click leads
PAGE = "incidents"

_WORST_FIRST = (Severity.CRITICAL, Severity.DEGRADED)
_ON_WHAT_RUNS = (NoticeAction.SHOW, NoticeAction.ACKNOWLEDGE, NoticeAction.SNOOZE)

_TITLES = {
    BreakerState.OPEN: mark("Breaker open: {name}"),
    BreakerState.FORCED_OPEN: mark("Breaker forced open: {name}"),
    BreakerState.HALF_OPEN: mark("Breaker half-open: {name}"),
    BreakerState.CLOSED: mark("Breaker closed: {name}"),
    BreakerState.DISABLED: mark("Breaker disabled: {name}"),
    BreakerState.UNKNOWN: mark("Breaker no longer known: {name}"),
}
_WORDS = {
    BreakerState.OPEN: mark("open"),
    BreakerState.FORCED_OPEN: mark("forced open"),
    BreakerState.HALF_OPEN: mark("half-open"),
}
_OVER = {
    IncidentKind.THRESHOLD: mark("Back to normal: {name}"),
    IncidentKind.BURN: mark("Error budget holds again: {name}"),
    IncidentKind.SOURCE: mark("Answers again: {name}"),
    IncidentKind.OFFLINE: mark("Online again"),
}


def name_of(incident: Incident) -> str:
    """Return with whom something is wrong: a title is what it is, a colon, and the name."""
    return incident.title.partition(": ")[2] or incident.title


def notice(
    id_: str,
    members: list[Incident],
    news: Container[str] = (),
    withdraws: tuple[str, ...] = (),
) -> Notice:
    """Return a notice of incidents; it makes a noise where one of the news is that it is open."""
    running = [incident for incident in members if incident.runs]
    title, body = _one(members[0]) if len(members) == 1 else _several(members, running)
    opened = any(
        i.id in news and i.severity is Severity.CRITICAL and i.state.is_open for i in running
    )
    told = made(id_, title, body, members, withdraws)
    return replace(told, alarming=opened)


def made(
    id_: str,
    title: str,
    body: str,
    members: Iterable[Incident],
    withdraws: tuple[str, ...] = (),
) -> Notice:
    """Return a notice that tells of incidents, with what can be done about those that run."""
    told = tuple(members)
    running = [incident for incident in told if incident.runs]
    books = {incident.runbook for incident in running}
    book = books.pop() if len(books) == 1 else ""
    actions = _ON_WHAT_RUNS if running else (NoticeAction.SHOW,)
    return Notice(
        id=id_,
        title=title,
        body=body,
        severity=_severity(running),
        page=PAGE,
        incidents=tuple(incident.id for incident in told),
        actions=(*actions, NoticeAction.RUNBOOK) if book else actions,
        runbook=book,
        opened_at=min((incident.opened_at for incident in told), default=None),
        ended_at=None
        if running
        else max((i.closed_at for i in told if i.closed_at is not None), default=None),
        withdraws=withdraws,
    )


def _severity(running: list[Incident]) -> Severity | None:
    found = {incident.severity for incident in running}
    return next((severity for severity in _WORST_FIRST if severity in found), None)


def _one(incident: Incident) -> tuple[str, str]:
    """Return 'Breaker open: NAME' with the facts, or what has become of it."""
    name = name_of(incident)
    if incident.kind is not IncidentKind.BREAKER:
        if incident.runs:
            return incident.title, incident.detail
        if incident.state is BreakerState.UNKNOWN:
            return tr("No longer known: {name}", name=name), incident.detail
        return tr(_OVER[incident.kind], name=name), incident.detail
    tripped = incident.trips > 1 and incident.state.is_open
    if not tripped:
        return tr(_TITLES[incident.state], name=name), incident.detail
    body = tr("trip {number}, {facts}", number=incident.trips, facts=incident.detail)
    if incident.state is BreakerState.FORCED_OPEN:
        return tr("Breaker forced open again: {name}", name=name), body
    return tr("Breaker open again: {name}", name=name), body


def _are_breakers(incidents: Iterable[Incident]) -> bool:
    return all(incident.kind is IncidentKind.BREAKER for incident in incidents)


def _several(members: list[Incident], running: list[Incident]) -> tuple[str, str]:
    number = len(members)
    if not _are_breakers(members):
        return _several_kinds(members, running)
    if not running:
        title = trn("{number} breaker no longer open", "{number} breakers no longer open", number)
        return title, names(members)
    if len(running) == number:
        return _states(running), names(running)
    title = trn(
        "{number} of {total} breakers still open",
        "{number} of {total} breakers still open",
        len(running),
        total=grouped(number),
    )
    return title, names(running)


def _several_kinds(members: list[Incident], running: list[Incident]) -> tuple[str, str]:
    number = len(members)
    if not running:
        return trn("{number} incident over", "{number} incidents over", number), names(members)
    if len(running) == number:
        return trn("{number} incident open", "{number} incidents open", number), names(running)
    title = trn(
        "{number} of {total} incidents still open",
        "{number} of {total} incidents still open",
        len(running),
        total=grouped(number),
    )
    return title, names(running)


def _states(running: list[Incident]) -> str:
    """Return '6 breakers open', or '6 breakers not closed: 4 open, 2 half-open'."""
    number = len(running)
    words = sorted(_word(incident.state) for incident in running)
    counted = [(word, len(list(same))) for word, same in groupby(words)]
    if len(counted) == 1:
        ((word, _),) = counted
        return trn("{number} breaker {state}", "{number} breakers {state}", number, state=word)
    parts = (tr("{number} {state}", number=grouped(n), state=word) for word, n in counted)
    return trn(
        "{number} breaker not closed: {states}",
        "{number} breakers not closed: {states}",
        number,
        states=", ".join(parts),
    )


def _word(state: BreakerState) -> str:
    # What a later version knows may run in a state that this one does not.
    return tr(_WORDS[state]) if state in _WORDS else breaker_word(state)


def names(incidents: Iterable[Incident]) -> str:
    """List with whom something is wrong."""
    return listing(tuple(name_of(incident) for incident in incidents))


def already_open(id_: str, members: list[Incident]) -> Notice:
    """Return the summary of what was wrong before anybody looked."""
    number = len(members)
    if not _are_breakers(members):
        title, body = _several_kinds(members, members)
        if number == 1:
            title, body = members[0].title, members[0].detail
    elif number == 1:
        title = tr("Breaker already open: {name}", name=name_of(members[0]))
        body = members[0].detail
    else:
        title = trn("{number} breaker already open", "{number} breakers already open", number)
        body = names(members)
    # A summary goes away by itself: nothing has just happened.
    told = made(id_, title, body, members)
    return replace(told, severity=None)
