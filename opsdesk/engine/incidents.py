"""Incidents: a state machine as one pure function, :func:`step`."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import chain, count

from msgspec.structs import replace

from opsdesk.catalogue.language import tr
from opsdesk.engine import adopting, breakers, missed
from opsdesk.engine.breakers import Facts
from opsdesk.engine.flapping import flapping_subjects
from opsdesk.engine.known import Known, Seen, Step, ended, runbook
from opsdesk.model.key import Key
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import Incident, IncidentKind, Severity, incident_id

#: an incident that has ended is still shown for so long, and at most so many of them
REMEMBERED_FOR = timedelta(days=7)
REMEMBERED = 1_000

# Not what sources give, but how they do.
_TOLD_BY_SOURCES = (IncidentKind.SOURCE, IncidentKind.OFFLINE)


def step(known: Known, seen: Seen) -> Step:
    """Return what is known after a refresh.

    ================  ==========================================================
    closed to open    opens an incident, as does a breaker first seen open
    half-open         updates it: 'testing recovery'
    open again        counts a trip
    closed            ends it: 'closed after 22 min'; so does disabled
    unknown           changes nothing for an hour, then ends it: 'state no longer known'
    stale             changes nothing
    not there         ends it: 'no longer reported', unless its source is awaited
    ================  ==========================================================

    What is open in the first refresh of a source was open before: since when, nobody saw.
    Conditions beside breakers open, worsen, ease and end theirs in the same way.
    """
    incidents, renamed = adopting.renamed(known.incidents, seen.reported)
    facts = breakers.facts(seen)
    unknown = breakers.unknown(incidents, seen, known)
    earlier = {incident.id: incident for incident in incidents}
    running = {incident.subject for incident in incidents if incident.runs}
    after = {
        incident.id: _next(incident, unknown, facts) if incident.runs else incident
        for incident in incidents
        if not _is_forgotten(incident, seen.now)
    }
    resets = missed.resets(seen.readings, seen.now)
    opening = chain(
        breakers.opened(facts, running, known),
        breakers.brief(facts, incidents, known, resets),
        _opened(seen, running),
    )
    opened = _distinct(opening, after, seen.reported)
    first = {i.subject for i in opened if not _is_seen(i.subject, known, seen)}
    after |= {incident.id: incident for incident in opened}
    flapping = flapping_subjects(after.values(), known.flapping, seen.now, seen.policy)
    after = {id_: _marked(incident, flapping) for id_, incident in after.items()}
    kept = _bounded(after.values())
    changed = [incident for incident in kept if _is_news(incident, earlier.get(incident.id))]
    return Step(
        known=Known(
            incidents=kept,
            unknown=unknown,
            sources=known.sources | _answering(known, seen),
            flapping=flapping,
            resets=resets,
        ),
        changed=tuple(changed),
        renamed=renamed,
        brief=frozenset(incident.id for incident in opened if not incident.runs),
        before=tuple(i.id for i in opened if i.subject in first),
        worsened=tuple(i.id for i in changed if i.runs and _is_worse(i, earlier.get(i.id))),
        unsettled=flapping - known.flapping,
        settled=known.flapping - flapping,
    )


def _is_seen(subject: Key, known: Known, seen: Seen) -> bool:
    """Tell whether a thing went wrong before our eyes, whatever a gateway has seen of it."""
    condition = seen.conditions.get(subject)
    if condition is not None:
        return condition.seen
    return seen.readings[subject].source in known.sources


def _distinct(
    opened: Iterable[Incident], known: Mapping[str, Incident], reported: Mapping[Key, Incident]
) -> list[Incident]:
    """Give each an id of its own: one that a gateway uses twice names but the first.

    It may open again what we took for over.
    """
    found: dict[str, Incident] = {}
    for incident in opened:
        id_, theirs = incident.id, reported.get(incident.subject)
        same, is_theirs = known.get(id_), theirs is not None and theirs.id == id_
        again = same is not None and same.subject == incident.subject and is_theirs
        if id_ in found or (same is not None and not again):
            base = incident_id(incident.subject, incident.opened_at)
            ids = chain((base,), (f"{base}#{number}" for number in count(2)))
            id_ = next(one for one in ids if one not in found and one not in known)
        found[id_] = replace(incident, id=id_)
    return list(found.values())


def _is_news(incident: Incident, before: Incident | None) -> bool:
    """Tell whether an incident is not as it was told; since when it runs is no news."""
    if before is None:
        return True
    return incident is not before and _state(incident) != _state(before)


def _state(incident: Incident) -> tuple[object, ...]:
    return incident.state, incident.severity, incident.trips, incident.runs


def _is_worse(incident: Incident, before: Incident | None) -> bool:
    was_less = before is not None and before.severity is Severity.DEGRADED
    return was_less and incident.severity is Severity.CRITICAL


def _marked(incident: Incident, flapping: frozenset[Key]) -> Incident:
    flaps = incident.runs and incident.subject in flapping
    if flaps is incident.flapping:
        return incident
    return replace(incident, flapping=flaps)


def _next(incident: Incident, unknown: Mapping[Key, datetime], facts: Facts) -> Incident:
    """Return a running incident as this refresh leaves it; the same object if nothing changed."""
    if incident.kind is IncidentKind.BREAKER:
        after = breakers.advance(incident, unknown, facts)
    else:
        after = _follow(incident, facts.seen)
    return adopting.adopted(after, facts.seen.reported.get(incident.subject))


def _opened(seen: Seen, running: Container[Key]) -> Iterator[Incident]:
    """Yield the incidents of what has become wrong beside breakers."""
    for subject, condition in seen.conditions.items():
        if condition.severity is None or subject in running:
            continue
        reported = seen.reported.get(subject)
        opened_at = condition.since if reported is None else reported.opened_at
        yield Incident(
            id=incident_id(subject, opened_at) if reported is None else reported.id,
            kind=condition.kind,
            subject=subject,
            title=condition.title,
            severity=condition.severity,
            state=BreakerState.OPEN,
            opened_at=opened_at,
            seen_opening=condition.seen,
            detail=condition.detail,
            runbook=runbook(seen.policy, subject, reported),
        )


def _follow(incident: Incident, seen: Seen) -> Incident:
    """Return what has become of an incident that is no breaker's.

    Its figure changes with each refresh; that alone is no news.
    """
    condition = seen.conditions.get(incident.subject)
    if condition is None:
        stays = incident.subject in seen.readings or incident.subject in seen.awaited
        if stays or incident.kind in _TOLD_BY_SOURCES:
            return incident
        return ended(incident, BreakerState.UNKNOWN, seen.now, tr("no longer reported"))
    if condition.severity is None:
        state = BreakerState.UNKNOWN if condition.gone else BreakerState.CLOSED
        return ended(incident, state, condition.since, condition.detail)
    if condition.severity is incident.severity:
        return incident
    return replace(
        incident,
        severity=condition.severity,
        title=condition.title,
        detail=condition.detail,
    )


def _answering(known: Known, seen: Seen) -> set[str]:
    """Return the sources that are new and gave something fresh, breakers or not.

    A library that publishes a breaker only once it has changed must not have its first trip
    taken for an old one.
    """
    found: set[str] = set()
    for reading in seen.readings.values():
        if reading.source not in known.sources and reading.source not in found:
            found |= set() if seen.is_stale(reading) else {reading.source}
    return found


def _is_forgotten(incident: Incident, now: datetime) -> bool:
    return incident.closed_at is not None and now - incident.closed_at > REMEMBERED_FOR


def _bounded(incidents: Iterable[Incident]) -> tuple[Incident, ...]:
    """Drop the oldest of those that have ended, where there are too many."""
    everything = tuple(incidents)
    ended = [incident for incident in everything if not incident.runs]
    dropped = {incident.id for incident in ended[: max(0, len(ended) - REMEMBERED)]}
    if not dropped:
        return everything
    return tuple(incident for incident in everything if incident.id not in dropped)
