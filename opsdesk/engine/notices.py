"""How incidents are told: one notice each, updated in place; one for all where there are many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby

from opsdesk.catalogue.language import grouped, mark, tr, trn
from opsdesk.insight.words import listing
from opsdesk.model.protocols import Notice
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import Incident, Severity

#: more notices than this in one refresh become one
MOST_AT_ONCE = 5

#: where a click leads
PAGE = "reliability"

_WORST_FIRST = (Severity.CRITICAL, Severity.DEGRADED)

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


def tell(
    changed: Iterable[Incident],
    incidents: Mapping[str, Incident],
    told_by: Mapping[str, str],
    before: Iterable[str],
    now: datetime,
) -> tuple[dict[str, str], tuple[Notice, ...]]:
    """Return which notice tells of which incident from now on, and the notices to show.

    Args:
        changed: incidents that opened, changed or ended in this refresh.
        incidents: all that are known now, by id.
        told_by: incident id to notice id so far; an incident not in it has its own notice.
        before: ids of those that were already open when they were first seen.
        now: makes the ids of grouped notices unique.

    """
    telling = {id_: told_by[id_] for id_ in incidents if id_ in told_by}
    already = set(before)
    summary = f"already-open@{now:%Y-%m-%dT%H:%M:%S.%fZ}"
    telling |= dict.fromkeys(already, summary)
    touched = list(dict.fromkeys(telling.get(incident.id, incident.id) for incident in changed))
    members = _members(incidents, telling)
    over = {notice: all(_has_ended(i) for i in members[notice]) for notice in touched}
    shown: list[Notice] = []
    for ended in (False, True):
        group = [notice for notice in touched if over[notice] is ended and notice != summary]
        if len(group) > MOST_AT_ONCE:
            id_ = f"{'ended' if ended else 'open'}@{now:%Y-%m-%dT%H:%M:%S.%fZ}"
            everyone = [incident for notice in group for incident in members[notice]]
            telling |= {incident.id: id_ for incident in everyone}
            shown.append(_notice(id_, everyone, withdraws=tuple(group)))
        else:
            shown += [_notice(notice, members[notice]) for notice in group]
    if already:
        shown.append(_already_open(summary, [incidents[id_] for id_ in sorted(already)]))
    return telling, tuple(shown)


def _members(
    incidents: Mapping[str, Incident], telling: Mapping[str, str]
) -> dict[str, list[Incident]]:
    found: dict[str, list[Incident]] = {}
    for incident in incidents.values():
        found.setdefault(telling.get(incident.id, incident.id), []).append(incident)
    return found


def _has_ended(incident: Incident) -> bool:
    return incident.closed_at is not None


def _name(incident: Incident) -> str:
    # The title is what is wrong, a colon, and with whom.
    return incident.title.partition(": ")[2] or incident.title


def _notice(id_: str, members: list[Incident], withdraws: tuple[str, ...] = ()) -> Notice:
    running = [incident for incident in members if not _has_ended(incident)]
    title, body = _one(members[0]) if len(members) == 1 else _several(members, running)
    return Notice(
        id=id_,
        title=title,
        body=body,
        severity=_severity(running),
        page=PAGE,
        withdraws=withdraws,
    )


def _severity(running: list[Incident]) -> Severity | None:
    found = {incident.severity for incident in running}
    return next((severity for severity in _WORST_FIRST if severity in found), None)


def _one(incident: Incident) -> tuple[str, str]:
    """Return 'Breaker open: NAME' with the facts, or what has become of it."""
    tripped = incident.trips > 1 and incident.state.is_open
    name = _name(incident)
    if not tripped:
        return tr(_TITLES[incident.state], name=name), incident.detail
    body = tr("trip {number}, {facts}", number=incident.trips, facts=incident.detail)
    if incident.state is BreakerState.FORCED_OPEN:
        return tr("Breaker forced open again: {name}", name=name), body
    return tr("Breaker open again: {name}", name=name), body


def _several(members: list[Incident], running: list[Incident]) -> tuple[str, str]:
    if not running:
        number = len(members)
        title = trn("{number} breaker no longer open", "{number} breakers no longer open", number)
        return title, _names(members)
    if len(running) == len(members):
        return _states(running), _names(running)
    title = trn(
        "{number} of {total} breakers still open",
        "{number} of {total} breakers still open",
        len(running),
        total=grouped(len(members)),
    )
    return title, _names(running)


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


def _names(incidents: list[Incident]) -> str:
    return listing(tuple(_name(incident) for incident in incidents))


def _already_open(id_: str, members: list[Incident]) -> Notice:
    if len(members) == 1:
        title = tr("Breaker already open: {name}", name=_name(members[0]))
        body = members[0].detail
    else:
        number = len(members)
        title = trn("{number} breaker already open", "{number} breakers already open", number)
        body = _names(members)
    return Notice(id=id_, title=title, body=body, severity=None, page=PAGE)
