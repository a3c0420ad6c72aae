"""What an incident's step starts from, and what it leaves; and what every kind of incident has."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from datetime import datetime
from types import MappingProxyType

import msgspec
from msgspec.structs import replace

from opsdesk.catalogue.language import tr
from opsdesk.engine.conditions import Condition
from opsdesk.engine.missed import Resets
from opsdesk.insight.board import subject as subject_name
from opsdesk.insight.words import age_text
from opsdesk.model.desk import Policy
from opsdesk.model.key import Key
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.snapshot import Incident


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


def runbook(policy: Policy, of: Key, reported: Incident | None) -> str:
    """Return the address of what to do: by the name of the thing, by its metric, else theirs."""
    found = policy.runbooks.get(subject_name(of)) or policy.runbooks.get(of.metric, "")
    if found.startswith(("https://", "http://")):
        return found
    return "" if reported is None else reported.runbook


def ended(incident: Incident, state: BreakerState, at: datetime, word: str) -> Incident:
    """Return an incident that is over; ``word`` says how."""
    closed_at = max(at, incident.opened_at)
    lasted = age_text((closed_at - incident.opened_at).total_seconds())
    if incident.seen_opening:
        detail = tr("{what} after {time}", what=word, time=lasted)
    else:
        detail = tr("{what} after at least {time}", what=word, time=lasted)
    return replace(incident, state=state, closed_at=closed_at, detail=detail)
