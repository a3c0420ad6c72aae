"""Incidents of circuit breakers: how each opens, goes on and ends. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import datetime

import msgspec
from msgspec.structs import replace

from opsdesk.catalogue.language import tr, trn
from opsdesk.engine import missed
from opsdesk.engine.known import Known, Seen, ended, runbook
from opsdesk.engine.merge import GONE_AFTER
from opsdesk.engine.missed import Resets
from opsdesk.insight.board import breaker_names, breaker_state
from opsdesk.insight.derive import BREAKER_STATE
from opsdesk.insight.terms import breaker_word
from opsdesk.insight.words import clock_text
from opsdesk.model.key import Key
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.snapshot import Incident, Severity, incident_id

BREAKER_FAILURES = "breaker.failures"

# Calls pass again: the incident is over. A disabled breaker refuses none.
_ENDINGS = (BreakerState.CLOSED, BreakerState.DISABLED)


class Facts(msgspec.Struct, frozen=True):
    """What this refresh says of the breakers."""

    #: fresh and not unknown; nothing else changes an incident
    states: Mapping[Key, BreakerState]
    #: how many of them are closed
    closed: int
    seen: Seen
    breakers: tuple[Reading, ...]

    @property
    def now(self) -> datetime:
        """When the refresh was."""
        return self.seen.now

    def line(self, key: Key) -> str:
        """Return the facts in one line: '12 failures, 6 others closed'."""
        failures = self.seen.readings.get(key.with_metric(BREAKER_FAILURES))
        parts = []
        if failures is not None and isinstance(failures.value, float) and failures.value > 0:
            number = round(failures.value)
            parts.append(trn("{number} failure", "{number} failures", number))
        if self.closed:
            parts.append(trn("{number} other closed", "{number} others closed", self.closed))
        return ", ".join(parts) or tr("calls are refused")


def facts(seen: Seen) -> Facts:
    """Return what a refresh says of breakers."""
    breakers = tuple(r for key, r in seen.readings.items() if key.metric == BREAKER_STATE)
    states = {
        reading.key: state
        for reading in breakers
        if (state := breaker_state(reading)) is not BreakerState.UNKNOWN
        and not seen.is_stale(reading)
    }
    closed = sum(state is BreakerState.CLOSED for state in states.values())
    return Facts(states, closed, seen, breakers)


def _open(key: Key, name: str, facts: Facts, *, seen: bool) -> Incident:
    reported = facts.seen.reported.get(key)
    # A server whose clock runs ahead opens nothing in the future.
    at = facts.seen.readings[key].at
    opened_at = min(at if reported is None else reported.opened_at, facts.now)
    seen_opening = seen if reported is None else reported.seen_opening
    line = facts.line(key)
    if not seen_opening:
        since = clock_text(opened_at, facts.now)
        line = tr("open at least since {time}, {facts}", time=since, facts=line)
    return Incident(
        id=incident_id(key, opened_at) if reported is None else reported.id,
        subject=key,
        title=tr("Breaker open: {name}", name=name),
        severity=Severity.CRITICAL,
        state=facts.states[key],
        opened_at=opened_at,
        seen_opening=seen_opening,
        trips=1 if reported is None else reported.trips,
        detail=line,
        runbook=runbook(facts.seen.policy, key, reported),
    )


def advance(incident: Incident, unknown: Mapping[Key, datetime], facts: Facts) -> Incident:
    """Return a breaker's running incident as this refresh leaves it."""
    state = facts.states.get(incident.subject)
    if state is incident.state:
        return incident
    if state is None:
        word = _lost(incident.subject, unknown, facts)
        return ended(incident, BreakerState.UNKNOWN, facts.now, word) if word else incident
    at = min(facts.seen.readings[incident.subject].at, facts.now)
    if state in _ENDINGS:
        return ended(incident, state, at, breaker_word(state))
    if state is BreakerState.HALF_OPEN:
        return replace(incident, state=state, detail=tr("testing recovery"))
    again = incident.state is BreakerState.HALF_OPEN
    return replace(
        incident, state=state, trips=incident.trips + again, detail=facts.line(incident.subject)
    )


def _lost(subject: Key, unknown: Mapping[Key, datetime], facts: Facts) -> str:
    """Return why nothing more will be heard of a breaker, or '' where something may."""
    if subject not in facts.seen.readings:
        return "" if subject in facts.seen.awaited else tr("no longer reported")
    lasting = facts.now - unknown.get(subject, facts.now) >= GONE_AFTER
    return tr("state no longer known") if lasting else ""


def opened(facts: Facts, running: Container[Key], known: Known) -> list[Incident]:
    """Return the incidents of what is open and has none that runs."""
    opening = [key for key, s in facts.states.items() if s.is_open and key not in running]
    # Names are told apart by all that there are: work that only an opening breaker is worth.
    names = breaker_names([reading.key for reading in facts.breakers]) if opening else {}
    readings = facts.seen.readings
    return [
        _open(key, names[key], facts, seen=readings[key].source in known.sources) for key in opening
    ]


def brief(
    facts: Facts, incidents: Iterable[Incident], known: Known, resets: Resets
) -> Iterator[Incident]:
    """Yield what has tripped and closed again since the last refresh, as far as sources tell."""
    if known.resets is None:
        return
    readings = facts.seen.readings

    def cadence(key: Key) -> float:
        reading = readings[key]
        return max(reading.cadence, facts.seen.cadences.get(reading.source, 0.0))

    newest = {incident.subject: incident for incident in incidents}
    found = tuple(missed.missed(known.resets, resets, facts.states, newest, cadence))
    names = breaker_names([reading.key for reading in facts.breakers]) if found else {}
    for key, at in found:
        if readings[key].source in known.sources:
            yield Incident(
                id=incident_id(key, at),
                subject=key,
                title=tr("Breaker open: {name}", name=names[key]),
                severity=Severity.CRITICAL,
                state=BreakerState.CLOSED,
                opened_at=at,
                closed_at=at,
                detail=tr("it opened and closed between two refreshes"),
            )


def unknown(incidents: Iterable[Incident], seen: Seen, known: Known) -> dict[Key, datetime]:
    """Return since when the state of which breaker with a running incident is unknown.

    Where only counters tell of a breaker, a process that restarts while it is open leaves nothing
    to tell the state by until the next trip.
    """
    subjects = [incident.subject for incident in incidents if incident.runs]
    found = [seen.readings[subject] for subject in subjects if subject in seen.readings]
    return {
        reading.key: known.unknown.get(reading.key, seen.now)
        for reading in found
        if reading.key.metric == BREAKER_STATE
        and breaker_state(reading) is BreakerState.UNKNOWN
        and not seen.is_stale(reading)
    }
