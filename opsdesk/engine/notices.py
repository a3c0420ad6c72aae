"""How incidents are told: one notice each, updated in place; one for all where there are many.

Pure. What of it reaches this desk, and when, is :mod:`opsdesk.engine.attention`'s business.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from itertools import groupby
from types import MappingProxyType

import msgspec
from msgspec.structs import replace

from opsdesk.catalogue.language import grouped, mark, tr, trn
from opsdesk.engine.incidents import Step
from opsdesk.insight.terms import breaker_word
from opsdesk.insight.words import listing
from opsdesk.model.desk import Policy
from opsdesk.model.key import Key
from opsdesk.model.protocols import Notice, NoticeAction
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import Incident, IncidentKind, Severity

#: more notices than this in one refresh become one
MOST_AT_ONCE = 5

#: so long a storm goes on: what opens within it of what opened before joins its notice
STORM_LASTS = timedelta(minutes=5)
# How the ids of notices for many begin, and of those that stay apart.
_OPEN, _ALREADY, _FLAPPING, _ENDED = "open@", "already-open@", "flapping@", "ended@"
_APART = (_OPEN, _ALREADY, _FLAPPING)

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


class Told(msgspec.Struct, frozen=True):
    """Which notice tells of which incident from now on, and the notices of this refresh."""

    #: incident id to notice id; an incident that is not in it has a notice of its own
    by: Mapping[str, str]
    notices: tuple[Notice, ...] = ()
    #: ids of notices that stand whether anything runs or not, until it has settled
    restless: frozenset[str] = frozenset()


def tell(step: Step, told_by: Mapping[str, str], policy: Policy, now: datetime) -> Told:
    """Return how a refresh is told.

    Args:
        step: what the refresh has made of what was known.
        told_by: incident id to notice id so far.
        policy: how far back the rule for flapping looks.
        now: makes the ids of grouped notices unique.

    """
    incidents = {incident.id: incident for incident in step.known.incidents}
    telling = {id_: told_by[id_] for id_ in incidents if id_ in told_by}
    already = set(step.before)
    summary = f"{_ALREADY}{now:%Y-%m-%dT%H:%M:%S.%fZ}"
    telling |= dict.fromkeys(already, summary)
    restless = _restless(step, _lately(incidents.values(), policy, now), telling)
    loud = [i for i in step.changed if i.subject not in step.known.flapping | step.settled]
    touched = {telling.get(incident.id, incident.id) for incident in loud} - {summary}
    members = _members(incidents, telling)
    over = {notice for notice in touched if not any(i.runs for i in members[notice])}
    going_on = _storm_of(members, now)
    storm = _storm(touched - over, members, now, goes_on=going_on is not None)
    ended = over if len(over) > MOST_AT_ONCE else set()
    news = {incident.id for incident in loud}
    at = f"{now:%Y-%m-%dT%H:%M:%S.%fZ}"
    shown: list[Notice] = []
    for merged, id_ in ((storm, going_on or f"{_OPEN}{at}"), (ended, f"{_ENDED}{at}")):
        if merged:
            everyone = [i for n in members if n in merged or n == id_ for i in members[n]]
            telling |= {incident.id: id_ for incident in everyone}
            withdrawn = tuple(n for n in members if n in merged)
            shown.append(_notice(id_, everyone, news, withdraws=withdrawn))
            touched -= {*merged, id_}
    shown += [_notice(notice, members[notice], news) for notice in members if notice in touched]
    if already:
        shown.append(_already_open(summary, [incidents[id_] for id_ in sorted(already)]))
    for incident in (incidents[id_] for id_ in step.brief if id_ in incidents):
        title = tr("Breaker tripped briefly: {name}", name=name_of(incident))
        shown = [replace(n, title=title) if n.incidents == (incident.id,) else n for n in shown]
    standing = frozenset(f"{_FLAPPING}{subject}" for subject in step.known.flapping)
    return Told(MappingProxyType(telling), (*shown, *restless), standing)


def retold(
    ids: Iterable[str], incidents: Mapping[str, Incident], told_by: Mapping[str, str]
) -> list[Notice]:
    """Return the notices of these incidents as they are now."""
    wanted = {told_by.get(id_, id_) for id_ in ids}
    members = _members(incidents, told_by)
    return [_notice(id_, of) for id_, of in members.items() if id_ in wanted]


def _storm(
    news: AbstractSet[str],
    members: Mapping[str, list[Incident]],
    now: datetime,
    *,
    goes_on: bool,
) -> set[str]:
    """Return the notices that become one: those of a refresh, and of the minutes before it."""
    latest = {
        notice
        for notice, of in members.items()
        if len(of) == 1 and _is_late(of[0], now) and not notice.startswith(_APART)
    }
    found = {notice for notice in news if not notice.startswith(_OPEN)}
    if len(found) > MOST_AT_ONCE or (found and len(found | latest) > MOST_AT_ONCE):
        return found | latest
    return latest if goes_on else set()


def _storm_of(members: Mapping[str, list[Incident]], now: datetime) -> str | None:
    """Return the notice of a storm that goes on; None where there is none."""
    storms = (
        notice
        for notice, of in members.items()
        if notice.startswith(_OPEN) and sum(_is_late(i, now) for i in of) > MOST_AT_ONCE
    )
    return next(storms, None)


def _is_late(incident: Incident, now: datetime) -> bool:
    return incident.runs and now - incident.opened_at < STORM_LASTS


def _members(
    incidents: Mapping[str, Incident], telling: Mapping[str, str]
) -> dict[str, list[Incident]]:
    """Return of what each notice tells: of a thing that came and went, the last time."""
    found: dict[str, dict[Key, Incident]] = {}
    for incident in incidents.values():
        of = found.setdefault(telling.get(incident.id, incident.id), {})
        of[incident.subject] = incident
    return {notice: list(of.values()) for notice, of in found.items()}


def name_of(incident: Incident) -> str:
    """Return with whom something is wrong: a title is what it is, a colon, and the name."""
    return incident.title.partition(": ")[2] or incident.title


def _notice(
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


def _already_open(id_: str, members: list[Incident]) -> Notice:
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


def _lately(incidents: Iterable[Incident], policy: Policy, now: datetime) -> list[Incident]:
    since = now - timedelta(hours=policy.flapping_hours)
    return [i for i in incidents if i.closed_at is None or i.closed_at > since]


def _restless(
    step: Step, lately: Iterable[Incident], telling: dict[str, str]
) -> tuple[Notice, ...]:
    """Tell once that something flaps, and once that it has settled; nothing in between.

    From then on this notice tells of what runs of it.
    """
    if not (step.unsettled or step.settled or step.known.flapping):
        return ()
    of: dict[Key, list[Incident]] = {}
    for incident in lately:
        of.setdefault(incident.subject, []).append(incident)
    shared = _shared(step.known.incidents, telling) if step.unsettled else set()
    shown = [
        _flaps(f"{_FLAPPING}{subject}", of[subject], telling, shared)
        for subject in sorted(step.unsettled, key=str)
    ]
    # After a sleep nothing of it may be of late.
    last = {incident.subject: incident for incident in step.known.incidents}
    shown += [
        _settled(f"{_FLAPPING}{subject}", last[subject])
        for subject in sorted(step.settled, key=str)
        if subject in last
    ]
    for subject in step.known.flapping:
        running = (incident.id for incident in of.get(subject, ()) if incident.runs)
        telling |= dict.fromkeys(running, f"{_FLAPPING}{subject}")
    return tuple(shown)


def _shared(incidents: Iterable[Incident], telling: Mapping[str, str]) -> set[str]:
    """Return the notices that tell of more than one thing."""
    subjects: dict[str, Key] = {}
    found = set()
    for incident in incidents:
        notice = telling.get(incident.id, incident.id)
        if subjects.setdefault(notice, incident.subject) != incident.subject:
            found.add(notice)
    return found


def _flaps(
    id_: str, members: list[Incident], telling: Mapping[str, str], shared: set[str]
) -> Notice:
    last = members[-1]
    times = trn("opened {number} time", "opened {number} times", len(members))
    earlier = {telling.get(incident.id, incident.id) for incident in members} - {id_, *shared}
    told = made(
        id_,
        tr("Flapping: {name}", name=name_of(last)),
        tr("{times}, next told when it has settled", times=times),
        [last],
        withdraws=tuple(sorted(earlier)),
    )
    return replace(told, severity=Severity.DEGRADED)


def _settled(id_: str, last: Incident) -> Notice:
    state = tr("still open") if last.runs else tr("no longer open")
    return made(id_, tr("Settled: {name}", name=name_of(last)), state, [last])
