"""How incidents are told: one notice each, updated in place; one for all where there are many.

Pure. What of it reaches this desk, and when, is :mod:`opsdesk.engine.attention`'s business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from itertools import groupby
from types import MappingProxyType

import msgspec
from msgspec.structs import replace

from opsdesk.catalogue.language import grouped, mark, tr, trn
from opsdesk.engine.incidents import Step
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
_OPEN, _ALREADY, _FLAPPING = "open@", "already-open@", "flapping@"
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
    storm = _storm(touched - over, members, now)
    shown: list[Notice] = []
    for merged, prefix in ((storm, _OPEN), (over if len(over) > MOST_AT_ONCE else set(), "ended@")):
        if merged:
            id_ = _group_id(prefix, members, now)
            everyone = [i for n in members if n in merged or n == id_ for i in members[n]]
            telling |= {incident.id: id_ for incident in everyone}
            withdrawn = tuple(n for n in members if n in merged)
            shown.append(_notice(id_, everyone, withdraws=withdrawn))
            touched -= {*merged, id_}
    shown += [_notice(notice, members[notice]) for notice in members if notice in touched]
    if already:
        shown.append(_already_open(summary, [incidents[id_] for id_ in sorted(already)]))
    for incident in (incidents[id_] for id_ in step.brief if id_ in incidents):
        title = tr("Breaker tripped briefly: {name}", name=name_of(incident))
        shown = [replace(n, title=title) if n.incidents == (incident.id,) else n for n in shown]
    return Told(MappingProxyType(telling), (*shown, *restless))


def _storm(
    news: AbstractSet[str], members: Mapping[str, list[Incident]], now: datetime
) -> set[str]:
    """Return the notices that become one: those of a refresh, and of the minutes before it."""
    latest = {
        notice
        for notice, of in members.items()
        if len(of) == 1 and of[0].runs and now - of[0].opened_at < STORM_LASTS
    }
    found = {notice for notice in news if not notice.startswith(_OPEN)}
    many = len(found) > MOST_AT_ONCE or (found and len(found | latest) > MOST_AT_ONCE)
    if not many:
        return set()
    return found | {notice for notice in latest if not notice.startswith(_APART)}


def _group_id(prefix: str, members: Mapping[str, list[Incident]], now: datetime) -> str:
    """Return the notice that takes the place of many: that of a storm that lasts, or a new one."""
    if prefix == _OPEN:
        for notice, of in members.items():
            if notice.startswith(_OPEN) and any(
                i.runs and now - i.opened_at < STORM_LASTS for i in of
            ):
                return notice
    return f"{prefix}{now:%Y-%m-%dT%H:%M:%S.%fZ}"


def _members(
    incidents: Mapping[str, Incident], telling: Mapping[str, str]
) -> dict[str, list[Incident]]:
    found: dict[str, list[Incident]] = {}
    for incident in incidents.values():
        found.setdefault(telling.get(incident.id, incident.id), []).append(incident)
    return found


def name_of(incident: Incident) -> str:
    """Return with whom something is wrong: a title is what it is, a colon, and the name."""
    return incident.title.partition(": ")[2] or incident.title


def _notice(id_: str, members: list[Incident], withdraws: tuple[str, ...] = ()) -> Notice:
    running = [incident for incident in members if incident.runs]
    title, body = _one(members[0]) if len(members) == 1 else _several(members, running)
    return made(id_, title, body, members, withdraws)


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
        alarming=any(i.severity is Severity.CRITICAL and i.state.is_open for i in running),
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
    words = sorted(tr(_WORDS[incident.state]) for incident in running)
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
    return replace(told, severity=None, alarming=False)


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
    began = [of[subject] for subject in sorted(step.unsettled & of.keys(), key=str)]
    ended = [of[subject][-1] for subject in sorted(step.settled & of.keys(), key=str)]
    shown = [_flaps(members, telling) for members in began]
    shown = [_many_flap(began, shown)] if len(shown) > MOST_AT_ONCE else shown
    shown += [_many_settled(ended)] if len(ended) > MOST_AT_ONCE else map(_settled, ended)
    for subject in step.known.flapping:
        running = (incident.id for incident in of.get(subject, ()) if incident.runs)
        telling |= dict.fromkeys(running, f"{_FLAPPING}{subject}")
    return tuple(shown)


def _flaps(members: list[Incident], telling: Mapping[str, str]) -> Notice:
    last = members[-1]
    id_ = f"{_FLAPPING}{last.subject}"
    times = trn("opened {number} time", "opened {number} times", len(members))
    earlier = {telling.get(incident.id, incident.id) for incident in members} - {id_}
    told = made(
        id_,
        tr("Flapping: {name}", name=name_of(last)),
        tr("{times}, next told when it has settled", times=times),
        [last],
        withdraws=tuple(sorted(earlier)),
    )
    return replace(told, severity=Severity.DEGRADED, alarming=False)


def _many_flap(began: list[list[Incident]], each: list[Notice]) -> Notice:
    last = [members[-1] for members in began]
    told = made(
        f"{_FLAPPING}{len(last)}@{last[-1].id}",
        trn("{number} flaps", "{number} flap", len(last)),
        tr("{names}, next told when they have settled", names=names(last)),
        last,
        withdraws=tuple(dict.fromkeys(id_ for notice in each for id_ in notice.withdraws)),
    )
    # It goes away by itself: each is told of when it has settled.
    return replace(told, severity=None, alarming=False)


def _settled(last: Incident) -> Notice:
    state = tr("still open") if last.runs else tr("no longer open")
    title = tr("Settled: {name}", name=name_of(last))
    return made(f"{_FLAPPING}{last.subject}", title, state, [last])


def _many_settled(ended: list[Incident]) -> Notice:
    running = [incident for incident in ended if incident.runs]
    title = trn("{number} has settled", "{number} have settled", len(ended))
    body = trn("{number} still open", "{number} still open", len(running))
    if running:
        body = tr("{counts}: {names}", counts=body, names=names(running))
    return made(f"{_FLAPPING}{len(ended)}@{ended[-1].id}", title, body, running or ended)
