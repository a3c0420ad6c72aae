"""How incidents are told: one notice each, updated in place; one for all where there are many.

Pure. What of it reaches this desk, and when, is :mod:`opsdesk.engine.attention`'s business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from types import MappingProxyType

import msgspec
from msgspec.structs import replace

from opsdesk.catalogue.language import tr
from opsdesk.engine.flapping_notices import flapping_notices, lately
from opsdesk.engine.known import Step
from opsdesk.engine.notice_ids import ALREADY_OPEN, ENDED, FLAPPING, OPEN, new_id
from opsdesk.engine.wording import MOST_AT_ONCE, already_open, name_of, notice
from opsdesk.model.desk import Policy
from opsdesk.model.key import Key
from opsdesk.model.protocols import Notice
from opsdesk.model.snapshot import Incident

#: so long a storm goes on: what opens within it of what opened before joins its notice
STORM_LASTS = timedelta(minutes=5)
# Notices that no storm takes in.
_APART = (OPEN, ALREADY_OPEN, FLAPPING)


class Told(msgspec.Struct, frozen=True):
    """Which notice tells of which incident from now on, and the notices of this refresh."""

    #: incident id to notice id; an incident that is not in it has a notice of its own
    by: Mapping[str, str]
    notices: tuple[Notice, ...] = ()
    #: ids of notices that stand whether anything runs or not, until it has settled
    flapping: frozenset[str] = frozenset()


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
    summary = new_id(ALREADY_OPEN, now)
    telling |= dict.fromkeys(already, summary)
    flapping, standing = flapping_notices(
        step, lately(incidents.values(), policy, now), telling, now
    )
    loud = [i for i in step.changed if i.subject not in step.known.flapping | step.settled]
    touched = {telling.get(incident.id, incident.id) for incident in loud} - {summary}
    members = _members(incidents, telling)
    over = {id_ for id_ in touched if not any(i.runs for i in members[id_])}
    going_on = _storm_of(members, now)
    storm = _storm(touched - over, members, now, goes_on=going_on is not None)
    ended = over if len(over) > MOST_AT_ONCE else set()
    news = {incident.id for incident in loud}
    shown: list[Notice] = []
    for merged, id_ in ((storm, going_on or new_id(OPEN, now)), (ended, new_id(ENDED, now))):
        if merged:
            telling |= {incident.id: id_ for n in merged for incident in members[n]}
            everyone = _members(incidents, telling)[id_]
            withdrawn = tuple(n for n in members if n in merged)
            shown.append(notice(id_, everyone, news, withdraws=withdrawn))
            touched -= {*merged, id_}
    shown += [notice(id_, of, news) for id_, of in members.items() if id_ in touched]
    if already:
        shown.append(already_open(summary, [incidents[id_] for id_ in sorted(already)]))
    for incident in (incidents[id_] for id_ in step.brief if id_ in incidents):
        title = tr("Breaker tripped briefly: {name}", name=name_of(incident))
        shown = [replace(n, title=title) if n.incidents == (incident.id,) else n for n in shown]
    return Told(MappingProxyType(telling), (*shown, *flapping), standing)


def retold(
    ids: Iterable[str], incidents: Mapping[str, Incident], told_by: Mapping[str, str]
) -> list[Notice]:
    """Return the notices of these incidents as they are now."""
    wanted = {told_by.get(id_, id_) for id_ in ids}
    members = _members(incidents, told_by)
    return [notice(id_, of) for id_, of in members.items() if id_ in wanted]


def _storm(
    news: AbstractSet[str],
    members: Mapping[str, list[Incident]],
    now: datetime,
    *,
    goes_on: bool,
) -> set[str]:
    """Return the notices that become one: those of a refresh, and of the minutes before it."""
    latest = {
        id_
        for id_, of in members.items()
        if len(of) == 1 and _is_late(of[0], now) and not id_.startswith(_APART)
    }
    found = {id_ for id_ in news if not id_.startswith(OPEN)}
    if len(found) > MOST_AT_ONCE or (found and len(found | latest) > MOST_AT_ONCE):
        return found | latest
    return found & latest if goes_on else set()


def _storm_of(members: Mapping[str, list[Incident]], now: datetime) -> str | None:
    """Return the notice of a storm that goes on; None where there is none."""
    storms = (
        id_
        for id_, of in members.items()
        if id_.startswith(OPEN) and sum(_is_late(i, now) for i in of) > MOST_AT_ONCE
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
        found.setdefault(telling.get(incident.id, incident.id), {})[incident.subject] = incident
    return {id_: list(of.values()) for id_, of in found.items()}
