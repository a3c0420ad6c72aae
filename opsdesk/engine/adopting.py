"""Incidents that a source knows itself: another OpsDesk, or any backend. Pure.

A follower takes the gateway's word for when a thing began and how often it has tripped, and its
id, so that all desks speak of the same incident. Whether it runs is what the readings say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from msgspec.structs import replace

from opsdesk.engine import notice_ids
from opsdesk.insight.derive import BREAKER_STATE
from opsdesk.model.desk import Desk
from opsdesk.model.key import Key
from opsdesk.model.ledger import Memory
from opsdesk.model.reading import Reading
from opsdesk.model.snapshot import Incident

#: characters of an id
_LONGEST = 1_000
#: of the past that sources tell, so much is shown
_MOST = 200
_MOST_RUNNING = 200

Reported = Mapping[str, tuple[Incident, ...]]


def running(
    reported: Reported, readings: Mapping[Key, Reading], now: datetime
) -> dict[Key, Incident]:
    """Return what runs according to the source whose reading of it counts.

    Args:
        reported: incidents by source id.
        readings: merged.
        now: nothing has begun later.

    """
    found: dict[Key, Incident] = {}
    for source, incidents in reported.items():
        for incident in incidents:
            reading = readings.get(incident.subject)
            counts = reading is not None and reading.source == source and _is_usable(incident.id)
            if incident.runs and counts:
                found.setdefault(incident.subject, _begun(incident, now))
    return found


def _is_usable(id_: str) -> bool:
    return 0 < len(id_) <= _LONGEST and not id_.startswith(notice_ids.KINDS)


def _begun(incident: Incident, now: datetime) -> Incident:
    # A clock that runs ahead must not keep it for longer than others.
    if incident.opened_at <= now:
        return incident
    return replace(incident, opened_at=now)


def renamed(
    incidents: tuple[Incident, ...], theirs: Mapping[Key, Incident]
) -> tuple[tuple[Incident, ...], Mapping[str, str]]:
    """Return incidents under the ids of the source that knows them as well, and the new ids by old.

    That is no news to anyone: what was shown of it stays.
    """
    taken = {incident.id for incident in incidents}
    new: dict[str, str] = {}
    after = []
    for incident in incidents:
        known = theirs.get(incident.subject) if incident.runs else None
        if known is not None and known.id not in taken:
            new[incident.id] = known.id
            taken.add(known.id)
            after.append(replace(adopted(incident, known), id=known.id))
        else:
            after.append(incident)
    return (tuple(after), MappingProxyType(new)) if new else (incidents, new)


def said_by_new_id(desk: Desk, memory: Memory, new: Mapping[str, str]) -> tuple[Desk, Memory]:
    """Return what was said and told of incidents under their new ids; ``new`` is by old id.

    A notice that stands keeps its own id: it goes on telling of the same incident.
    """
    if not new:
        return desk, memory

    def of(ids: Iterable[str]) -> Iterator[str]:
        return (new.get(id_, id_) for id_ in ids)

    told_by = {new.get(id_, id_): notice for id_, notice in memory.told_by.items()}
    told_by |= {id_: memory.told_by.get(old, old) for old, id_ in new.items()}
    handled = {new.get(id_, id_): handling for id_, handling in desk.handled.items()}
    digest = desk.digest and replace(
        desk.digest,
        opened=tuple(of(desk.digest.opened)),
        closed=tuple(of(desk.digest.closed)),
        still_open=tuple(of(desk.digest.still_open)),
    )
    return replace(desk, handled=handled, digest=digest), replace(
        memory,
        told_by=told_by,
        standing={notice: tuple(of(ids)) for notice, ids in memory.standing.items()},
        told_at={new.get(id_, id_): at for id_, at in memory.told_at.items()},
        held=frozenset(of(memory.held)),
    )


def adopted(incident: Incident, known: Incident | None) -> Incident:
    """Return a running incident with what its source knows of its beginning and its trips."""
    if known is None or not incident.runs:
        return incident
    if _beginning(incident) == _beginning(known):
        return incident
    return replace(
        incident,
        opened_at=known.opened_at,
        seen_opening=known.seen_opening,
        trips=known.trips,
    )


def _beginning(incident: Incident) -> tuple[datetime, bool, int]:
    return incident.opened_at, incident.seen_opening, incident.trips


def told(own: tuple[Incident, ...], reported: Reported, now: datetime) -> tuple[Incident, ...]:
    """Return our own incidents and what else sources tell of, in the order in which they opened.

    That is what ended, where it is not the same as one of ours, and what runs and is no breaker:
    of breakers, the readings tell. None of it is news: nobody is notified.
    """
    ids = {incident.id for incident in own}
    subjects = {incident.subject for incident in own if incident.runs}
    theirs = {
        incident.id: incident
        for incidents in reported.values()
        for incident in incidents
        if incident.id not in ids
    }
    ours: dict[Key, list[Incident]] = {}
    for incident in own:
        ours.setdefault(incident.subject, []).append(incident)
    others = [i for i in theirs.values() if not i.runs and not _is_any_of(i, ours, now)]
    others = sorted(others, key=lambda incident: incident.opened_at)[-_MOST:]
    foreign = [
        incident
        for incident in theirs.values()
        if incident.runs
        and incident.subject.metric != BREAKER_STATE
        and incident.subject not in subjects
    ]
    if not others and not foreign:
        return own
    everything = (*own, *others, *foreign[:_MOST_RUNNING])
    return tuple(sorted(everything, key=lambda incident: incident.opened_at))


def _is_any_of(incident: Incident, ours: Mapping[Key, Sequence[Incident]], now: datetime) -> bool:
    """Tell whether one of ours is about the same thing at the same time."""
    return any(
        own.opened_at <= (incident.closed_at or now)
        and incident.opened_at <= (own.closed_at or now)
        for own in ours.get(incident.subject, ())
    )
