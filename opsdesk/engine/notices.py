"""How incidents are told: one notice each, updated in place; one for all where there are many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby

from opsdesk.insight.words import count, listing
from opsdesk.model.protocols import Notice
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import Incident, Severity

#: more notices than this in one refresh become one
MOST_AT_ONCE = 5

#: where a click leads
PAGE = "reliability"

_WORST_FIRST = (Severity.CRITICAL, Severity.DEGRADED)

_WORDS = {
    BreakerState.OPEN: "open",
    BreakerState.FORCED_OPEN: "forced open",
    BreakerState.HALF_OPEN: "half-open",
    BreakerState.CLOSED: "closed",
    BreakerState.DISABLED: "disabled",
    BreakerState.UNKNOWN: "no longer known",
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
    return incident.title.partition(": ")[2]


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
    word = f"{_WORDS[incident.state]}{' again' if tripped else ''}"
    body = f"trip {incident.trips}, {incident.detail}" if tripped else incident.detail
    return f"Breaker {word}: {_name(incident)}", body


def _several(members: list[Incident], running: list[Incident]) -> tuple[str, str]:
    if not running:
        return f"{count(len(members), 'breaker')} no longer open", _names(members)
    if len(running) == len(members):
        return f"{count(len(running), 'breaker')} {_states(running)}", _names(running)
    return f"{len(running):,} of {count(len(members), 'breaker')} still open", _names(running)


def _states(running: list[Incident]) -> str:
    """Return 'open', or '4 open, 2 half-open' where they differ."""
    words = sorted(_WORDS[incident.state] for incident in running)
    counted = [(word, len(list(same))) for word, same in groupby(words)]
    if len(counted) == 1:
        return counted[0][0]
    return "not closed: " + ", ".join(f"{number} {word}" for word, number in counted)


def _names(incidents: list[Incident]) -> str:
    return listing(tuple(_name(incident) for incident in incidents))


def _already_open(id_: str, members: list[Incident]) -> Notice:
    if len(members) == 1:
        title, body = f"Breaker already open: {_name(members[0])}", members[0].detail
    else:
        title, body = f"{count(len(members), 'breaker')} already open", _names(members)
    return Notice(id=id_, title=title, body=body, severity=None, page=PAGE)
