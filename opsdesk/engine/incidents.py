"""Incidents: a state machine as one pure function, :func:`step`."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain, count
from types import MappingProxyType

import msgspec

from opsdesk.catalogue.language import tr, trn
from opsdesk.engine import adopting, missed
from opsdesk.engine.conditions import Condition
from opsdesk.engine.flapping import flapping_subjects
from opsdesk.engine.merge import GONE_AFTER
from opsdesk.engine.missed import Resets
from opsdesk.insight.board import breaker_names, breaker_state
from opsdesk.insight.board import subject as subject_name
from opsdesk.insight.terms import breaker_word
from opsdesk.insight.words import age_text, clock_text
from opsdesk.model.desk import Policy
from opsdesk.model.key import Key
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.snapshot import Incident, IncidentKind, Severity

#: an incident that has ended is still shown for so long, and at most so many of them
REMEMBERED_FOR = timedelta(days=7)
REMEMBERED = 1_000

BREAKER_STATE = "breaker.state"
BREAKER_FAILURES = "breaker.failures"

# Calls pass again: the incident is over. A disabled breaker refuses none.
_ENDINGS = (BreakerState.CLOSED, BreakerState.DISABLED)
# Not what sources give, but how they do.
_TOLD_BY_SOURCES = (IncidentKind.SOURCE, IncidentKind.OFFLINE)


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What one step hands to the next."""

    #: in the order in which they opened
    incidents: tuple[Incident, ...] = ()
    #: breakers of running incidents whose state their source does not know, and since when
    unknown: Mapping[Key, datetime] = MappingProxyType({})
    #: sources that have given fresh figures: what a new one has open was open before
    sources: frozenset[str] = frozenset()
    #: subjects that come and go
    flapping: frozenset[Key] = frozenset()
    #: when breakers last closed; None before the first refresh of a run
    resets: Resets | None = None


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What a refresh says."""

    readings: Mapping[Key, Reading]
    is_stale: Callable[[Reading], bool]
    now: datetime
    #: breakers known from an earlier run whose source has not answered in this one
    awaited: Container[Key] = ()
    #: seconds between two samples, by source
    cadences: Mapping[str, float] = MappingProxyType({})
    #: what runs according to sources that know incidents themselves
    reported: Mapping[Key, Incident] = MappingProxyType({})
    #: what is wrong, or known to be fine, beside breakers
    conditions: Mapping[Key, Condition] = MappingProxyType({})
    policy: Policy = Policy()


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What a refresh has made of what was known."""

    known: Known
    #: incidents that opened, ended, or are in another state
    changed: tuple[Incident, ...] = ()
    #: ids of those that had ended already when they were found
    brief: frozenset[str] = frozenset()
    #: new ids by old: those under which another OpsDesk knows the same incidents
    renamed: Mapping[str, str] = MappingProxyType({})
    #: ids of those that were open already when they were first seen
    before: tuple[str, ...] = ()
    #: ids of those that are graver than they were
    worsened: tuple[str, ...] = ()
    #: subjects that flap from now on, and that no longer do
    unsettled: frozenset[Key] = frozenset()
    settled: frozenset[Key] = frozenset()


class _Facts(msgspec.Struct, frozen=True):
    """What this refresh says of the breakers."""

    #: fresh and not unknown; nothing else changes an incident
    states: Mapping[Key, BreakerState]
    #: how many of them are closed
    closed: int
    seen: Seen

    @property
    def now(self) -> datetime:
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
    breakers = [r for key, r in seen.readings.items() if key.metric == BREAKER_STATE]
    facts = _facts(breakers, seen)
    unknown = _unknown(incidents, seen, known)
    earlier = {incident.id: incident for incident in incidents}
    running = {incident.subject for incident in incidents if incident.runs}
    after = {
        incident.id: _next(incident, unknown, facts) if incident.runs else incident
        for incident in incidents
        if not _is_forgotten(incident, seen.now)
    }
    resets = missed.resets(seen.readings, seen.now)
    opening = chain(
        _opened_breakers(breakers, facts, running, known),
        _brief(breakers, facts, incidents, known, resets),
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
            base = _id(incident.subject, incident.opened_at)
            ids = chain((base,), (f"{base}#{number}" for number in count(2)))
            id_ = next(one for one in ids if one not in found and one not in known)
        found[id_] = msgspec.structs.replace(incident, id=id_)
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
    return msgspec.structs.replace(incident, flapping=flaps)


def _next(incident: Incident, unknown: Mapping[Key, datetime], facts: _Facts) -> Incident:
    """Return a running incident as this refresh leaves it; the same object if nothing changed."""
    if incident.kind is IncidentKind.BREAKER:
        after = _advance(incident, unknown, facts)
    else:
        after = _follow(incident, facts.seen)
    return adopting.adopted(after, facts.seen.reported.get(incident.subject))


def _opened_breakers(
    breakers: Sequence[Reading], facts: _Facts, running: Container[Key], known: Known
) -> list[Incident]:
    opening = [key for key, s in facts.states.items() if s.is_open and key not in running]
    # Names are told apart by all that there are: work that only an opening breaker is worth.
    names = breaker_names([reading.key for reading in breakers]) if opening else {}
    readings = facts.seen.readings
    return [
        _open(key, names[key], facts, seen=readings[key].source in known.sources) for key in opening
    ]


def _brief(
    breakers: Sequence[Reading],
    facts: _Facts,
    incidents: Iterable[Incident],
    known: Known,
    resets: Resets,
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
    names = breaker_names([reading.key for reading in breakers]) if found else {}
    for key, at in found:
        if readings[key].source in known.sources:
            yield Incident(
                id=_id(key, at),
                subject=key,
                title=tr("Breaker open: {name}", name=names[key]),
                severity=Severity.CRITICAL,
                state=BreakerState.CLOSED,
                opened_at=at,
                closed_at=at,
                detail=tr("it opened and closed between two refreshes"),
            )


def _opened(seen: Seen, running: Container[Key]) -> Iterator[Incident]:
    """Yield the incidents of what has become wrong beside breakers."""
    for subject, condition in seen.conditions.items():
        if condition.severity is None or subject in running:
            continue
        reported = seen.reported.get(subject)
        opened_at = condition.since if reported is None else reported.opened_at
        yield Incident(
            id=_id(subject, opened_at) if reported is None else reported.id,
            kind=condition.kind,
            subject=subject,
            title=condition.title,
            severity=condition.severity,
            state=BreakerState.OPEN,
            opened_at=opened_at,
            seen_opening=condition.seen,
            detail=condition.detail,
            runbook=_runbook(seen.policy, subject, reported),
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
        return _end(incident, BreakerState.UNKNOWN, seen.now, tr("no longer reported"))
    if condition.severity is None:
        state = BreakerState.UNKNOWN if condition.gone else BreakerState.CLOSED
        return _end(incident, state, condition.since, condition.detail)
    if condition.severity is incident.severity:
        return incident
    return msgspec.structs.replace(
        incident,
        severity=condition.severity,
        title=condition.title,
        detail=condition.detail,
    )


def _id(subject: Key, opened_at: datetime) -> str:
    return f"{subject}@{opened_at:%Y-%m-%dT%H:%M:%SZ}"


def _runbook(policy: Policy, of: Key, reported: Incident | None) -> str:
    """Return the address of what to do: by the name of the thing, by its metric, else theirs."""
    found = policy.runbooks.get(subject_name(of)) or policy.runbooks.get(of.metric, "")
    if found.startswith(("https://", "http://")):
        return found
    return "" if reported is None else reported.runbook


def _unknown(incidents: Iterable[Incident], seen: Seen, known: Known) -> dict[Key, datetime]:
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


def _facts(breakers: Sequence[Reading], seen: Seen) -> _Facts:
    states = {
        reading.key: state
        for reading in breakers
        if (state := breaker_state(reading)) is not BreakerState.UNKNOWN
        and not seen.is_stale(reading)
    }
    return _Facts(states, sum(state is BreakerState.CLOSED for state in states.values()), seen)


def _open(key: Key, name: str, facts: _Facts, *, seen: bool) -> Incident:
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
        id=_id(key, opened_at) if reported is None else reported.id,
        subject=key,
        title=tr("Breaker open: {name}", name=name),
        severity=Severity.CRITICAL,
        state=facts.states[key],
        opened_at=opened_at,
        seen_opening=seen_opening,
        trips=1 if reported is None else reported.trips,
        detail=line,
        runbook=_runbook(facts.seen.policy, key, reported),
    )


def _advance(incident: Incident, unknown: Mapping[Key, datetime], facts: _Facts) -> Incident:
    """Return a breaker's running incident as this refresh leaves it."""
    state = facts.states.get(incident.subject)
    if state is incident.state:
        return incident
    if state is None:
        word = _lost(incident.subject, unknown, facts)
        return _end(incident, BreakerState.UNKNOWN, facts.now, word) if word else incident
    at = min(facts.seen.readings[incident.subject].at, facts.now)
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
    if subject not in facts.seen.readings:
        return "" if subject in facts.seen.awaited else tr("no longer reported")
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
