"""Incidents of circuit breakers: a state machine as one pure function, :func:`step`."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

import msgspec

from opsdesk.catalogue.language import tr, trn
from opsdesk.engine import adopting, notices
from opsdesk.engine.merge import GONE_AFTER
from opsdesk.insight.board import breaker_names, breaker_state
from opsdesk.insight.terms import breaker_word
from opsdesk.insight.words import age_text, clock_text
from opsdesk.model.key import Key
from opsdesk.model.protocols import Notice
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.snapshot import Incident, Severity

#: an incident that has ended is still shown for so long, and at most so many of them
REMEMBERED_FOR = timedelta(hours=24)
REMEMBERED = 200

BREAKER_STATE = "breaker.state"
BREAKER_FAILURES = "breaker.failures"

# Calls pass again: the incident is over. A disabled breaker refuses none.
_ENDINGS = (BreakerState.CLOSED, BreakerState.DISABLED)


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What one step hands to the next."""

    #: in the order in which they opened
    incidents: tuple[Incident, ...] = ()
    #: incident id to the id of the notice that tells of it, where that is not its own
    told_by: Mapping[str, str] = MappingProxyType({})
    #: breakers of running incidents whose state their source does not know, and since when
    unknown: Mapping[Key, datetime] = MappingProxyType({})
    #: sources that have given fresh figures: what a new one has open was open before
    sources: frozenset[str] = frozenset()


class _Facts(msgspec.Struct, frozen=True):
    """What this refresh says of the breakers."""

    #: fresh and not unknown; nothing else changes an incident
    states: Mapping[Key, BreakerState]
    #: how many of them are closed
    closed: int
    readings: Mapping[Key, Reading]
    #: what may be missing from ``readings`` for now
    awaited: Container[Key]
    now: datetime

    def line(self, key: Key) -> str:
        """Return the facts in one line: '12 failures, 6 others closed'."""
        failures = self.readings.get(key.with_metric(BREAKER_FAILURES))
        parts = []
        if failures is not None and isinstance(failures.value, float) and failures.value > 0:
            number = round(failures.value)
            parts.append(trn("{number} failure", "{number} failures", number))
        if self.closed:
            parts.append(trn("{number} other closed", "{number} others closed", self.closed))
        return ", ".join(parts) or tr("calls are refused")


def step(  # noqa: PLR0913 - what was, what is said now, and by whom
    known: Known,
    readings: Mapping[Key, Reading],
    is_stale: Callable[[Reading], bool],
    now: datetime,
    awaited: Container[Key] = (),
    *,
    reported: Mapping[Key, Incident] = MappingProxyType({}),
) -> tuple[Known, tuple[Notice, ...]]:
    """Return what is known after a refresh, and what to tell the person at the desk.

    ``awaited`` are breakers known from an earlier run whose source has not answered in this one;
    ``reported`` is what runs according to sources that know incidents themselves.

    ================  ==========================================================
    closed to open    opens an incident, as does a breaker first seen open
    half-open         updates it: 'testing recovery'
    open again        counts a trip
    closed            ends it: 'closed after 22 min'; so does disabled
    unknown           changes nothing for an hour, then ends it: 'state no longer known'
    stale             changes nothing
    not there         ends it: 'no longer reported', unless its source is awaited
    ================  ==========================================================

    What is open in the first refresh of a source goes into one summary: since when, nobody saw.
    """
    known = _renamed(known, reported)
    seen = [reading for key, reading in readings.items() if key.metric == BREAKER_STATE]
    facts = _facts(seen, readings, is_stale, now, awaited)
    unknown = _unknown(known, readings, is_stale, now)
    earlier = {incident.id: incident for incident in known.incidents}
    running = {incident.subject for incident in known.incidents if _runs(incident)}
    after = {
        incident.id: adopting.adopted(
            _advance(incident, unknown, facts), reported.get(incident.subject)
        )
        if _runs(incident)
        else incident
        for incident in known.incidents
        if not _is_forgotten(incident, now)
    }
    opening = [key for key, s in facts.states.items() if s.is_open and key not in running]
    # Names are told apart by all that there are: work that only an opening breaker is worth.
    names = breaker_names([reading.key for reading in seen]) if opening else {}
    seen_opening = {key: readings[key].source in known.sources for key in opening}
    opened = [
        _open(key, names[key], facts, reported.get(key), seen=seen_opening[key]) for key in opening
    ]
    after |= {incident.id: incident for incident in opened}
    changed = [incident for id_, incident in after.items() if earlier.get(id_) is not incident]
    before = [incident.id for incident in opened if not seen_opening[incident.subject]]
    told_by, told = notices.tell(changed, after, known.told_by, before, now)
    return (
        Known(
            incidents=_bounded(after.values()),
            told_by=told_by,
            unknown=unknown,
            sources=known.sources | _answering(known, readings, is_stale),
        ),
        told,
    )


def _renamed(known: Known, reported: Mapping[Key, Incident]) -> Known:
    incidents, new = adopting.renamed(known.incidents, reported)
    if not new:
        return known
    # A notice that stands keeps its id: it goes on telling of the same incident.
    told_by = {new.get(id_, id_): notice for id_, notice in known.told_by.items()}
    told_by |= {id_: known.told_by.get(old, old) for old, id_ in new.items()}
    return msgspec.structs.replace(known, incidents=incidents, told_by=told_by)


def _unknown(
    known: Known,
    readings: Mapping[Key, Reading],
    is_stale: Callable[[Reading], bool],
    now: datetime,
) -> dict[Key, datetime]:
    """Return since when the state of which breaker with a running incident is unknown.

    Where only counters tell of a breaker, a process that restarts while it is open leaves nothing
    to tell the state by until the next trip.
    """
    subjects = [incident.subject for incident in known.incidents if _runs(incident)]
    found = [readings[subject] for subject in subjects if subject in readings]
    return {
        reading.key: known.unknown.get(reading.key, now)
        for reading in found
        if breaker_state(reading) is BreakerState.UNKNOWN and not is_stale(reading)
    }


def _answering(
    known: Known, readings: Mapping[Key, Reading], is_stale: Callable[[Reading], bool]
) -> set[str]:
    """Return the sources that are new and gave something fresh, breakers or not.

    A library that publishes a breaker only once it has changed must not have its first trip
    taken for an old one.
    """
    found: set[str] = set()
    for reading in readings.values():
        if reading.source not in known.sources and reading.source not in found:
            found |= set() if is_stale(reading) else {reading.source}
    return found


def _runs(incident: Incident) -> bool:
    return incident.closed_at is None


def _is_forgotten(incident: Incident, now: datetime) -> bool:
    return incident.closed_at is not None and now - incident.closed_at > REMEMBERED_FOR


def _bounded(incidents: Iterable[Incident]) -> tuple[Incident, ...]:
    """Drop the oldest of those that have ended, where there are too many."""
    everything = tuple(incidents)
    ended = [incident for incident in everything if not _runs(incident)]
    dropped = {incident.id for incident in ended[: max(0, len(ended) - REMEMBERED)]}
    return tuple(incident for incident in everything if incident.id not in dropped)


def _facts(
    seen: list[Reading],
    readings: Mapping[Key, Reading],
    is_stale: Callable[[Reading], bool],
    now: datetime,
    awaited: Container[Key],
) -> _Facts:
    states = {
        reading.key: state
        for reading in seen
        if (state := breaker_state(reading)) is not BreakerState.UNKNOWN and not is_stale(reading)
    }
    closed = sum(state is BreakerState.CLOSED for state in states.values())
    return _Facts(states, closed, readings, awaited, now)


def _open(key: Key, name: str, facts: _Facts, reported: Incident | None, *, seen: bool) -> Incident:
    # A server whose clock runs ahead opens nothing in the future.
    opened_at = min(facts.readings[key].at if reported is None else reported.opened_at, facts.now)
    seen_opening = seen if reported is None else reported.seen_opening
    line = facts.line(key)
    if not seen_opening:
        since = clock_text(opened_at, facts.now)
        line = tr("open at least since {time}, {facts}", time=since, facts=line)
    return Incident(
        id=f"{key}@{opened_at:%Y-%m-%dT%H:%M:%SZ}" if reported is None else reported.id,
        subject=key,
        title=tr("Breaker open: {name}", name=name),
        severity=Severity.CRITICAL,
        state=facts.states[key],
        opened_at=opened_at,
        seen_opening=seen_opening,
        trips=1 if reported is None else reported.trips,
        detail=line,
    )


def _advance(incident: Incident, unknown: Mapping[Key, datetime], facts: _Facts) -> Incident:
    """Return a running incident as this refresh leaves it; the same object if nothing changed."""
    state = facts.states.get(incident.subject)
    if state is incident.state:
        return incident
    if state is None:
        word = _lost(incident.subject, unknown, facts)
        return _end(incident, BreakerState.UNKNOWN, facts.now, word) if word else incident
    at = min(facts.readings[incident.subject].at, facts.now)
    if state in _ENDINGS:
        return _end(incident, state, at, breaker_word(state))
    if state is BreakerState.HALF_OPEN:
        return msgspec.structs.replace(incident, state=state, detail=tr("testing recovery"))
    again = incident.state is BreakerState.HALF_OPEN
    return msgspec.structs.replace(
        incident, state=state, trips=incident.trips + again, detail=facts.line(incident.subject)
    )


def _lost(subject: Key, unknown: Mapping[Key, datetime], facts: _Facts) -> str:
    """Return why nothing more will be heard of a breaker, or '' where something may."""
    if subject not in facts.readings:
        return "" if subject in facts.awaited else tr("no longer reported")
    lasting = facts.now - unknown.get(subject, facts.now) >= GONE_AFTER
    return tr("state no longer known") if lasting else ""


def _end(incident: Incident, state: BreakerState, at: datetime, word: str) -> Incident:
    closed_at = max(at, incident.opened_at)
    lasted = age_text((closed_at - incident.opened_at).total_seconds())
    if incident.seen_opening:
        detail = tr("{what} after {time}", what=word, time=lasted)
    else:
        detail = tr("{what} after at least {time}", what=word, time=lasted)
    return msgspec.structs.replace(incident, state=state, closed_at=closed_at, detail=detail)
