"""Keeps watch over incidents: what is wrong, what was said of it, and who is told of it.

The steps themselves are pure; this hands what each leaves to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from opsdesk.engine import attention, conditions, incidents, notices, saying
from opsdesk.engine.attention import is_handled
from opsdesk.engine.conditions import Conditions, View
from opsdesk.engine.incidents import Known, Seen
from opsdesk.model.desk import Desk, Hush, Policy
from opsdesk.model.key import Key
from opsdesk.model.ledger import Ledger, Memory
from opsdesk.model.protocols import Notice
from opsdesk.model.reading import Reading
from opsdesk.model.snapshot import Incident, IncidentKind

#: so long what happened during an absence may take to be found out
CATCHING_UP = timedelta(seconds=20)


class Found(msgspec.Struct, frozen=True):
    """What has come of one refresh."""

    #: to be shown at this desk
    notices: tuple[Notice, ...] = ()
    #: ids of notices that are no longer wanted at this desk
    withdrawn: tuple[str, ...] = ()
    #: all of the news, for whoever is not at this desk
    news: tuple[Notice, ...] = ()


class Watch:
    """All that is known of incidents. Lives on the engine's thread."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._known = Known()
        self._desk, self._memory = Desk(), Memory()
        self._crossings = conditions.NO_CROSSINGS
        #: since when the person is back, while it is being found out what happened meanwhile
        self._back_at: datetime | None = None
        self._next: datetime | None = None

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """What runs and what has ended, in the order in which it opened."""
        return self._known.incidents

    @property
    def running(self) -> Mapping[Key, Incident]:
        """What runs, by subject."""
        return {i.subject: i for i in self._known.incidents if i.runs}

    @property
    def sources(self) -> frozenset[str]:
        """Those that have given fresh figures."""
        return self._known.sources

    @property
    def desk(self) -> Desk:
        """What was said of it."""
        return self._desk

    def remember(self, earlier: Ledger) -> None:
        """Go on where an earlier run ended."""
        self._known = Known(
            incidents=earlier.incidents, sources=earlier.sources, flapping=earlier.flapping
        )
        self._desk, self._memory = earlier.desk, earlier.memory

    def ledger(self, waiting: tuple[Notice, ...]) -> Ledger:
        """Return all that must survive a crash."""
        return Ledger(
            incidents=self._known.incidents,
            sources=self._known.sources,
            flapping=self._known.flapping,
            desk=self._desk,
            memory=self._memory,
            waiting=waiting,
        )

    def say(self, what: saying.Saying, now: datetime) -> None:
        """Take in what somebody says at the desk."""
        self._desk = saying.said(self._desk, what, now)

    def set_policy(self, policy: Policy) -> None:
        """Tell things in another way from now on."""
        self._policy = policy

    def gone(self, since: datetime) -> None:
        """The person is away, or the computer was asleep; who was away before, still is."""
        self._back_at = None
        if self._memory.away_since is None:
            self._memory = replace(self._memory, away_since=since)
            hushed_since = self._desk.hushed_since or since
            self._desk = replace(self._desk, hush=Hush.AWAY, hushed_since=hushed_since)

    def back(self, now: datetime) -> None:
        """The person is there again: they are told once it is known what happened."""
        if self._memory.away_since is not None:
            self._back_at = now

    def look(  # noqa: PLR0913 - what a refresh says, and what else is wrong
        self,
        view: View,
        readings: Mapping[Key, Reading],
        *,
        reported: Mapping[Key, Incident],
        awaited: Iterable[Key],
        budgets: Conditions | None = None,
        local: datetime | None = None,
    ) -> Found:
        """Take in a refresh.

        Args:
            view: all figures, and what they are judged by.
            readings: those of sources; breakers are among them.
            reported: what runs according to sources that know incidents themselves.
            awaited: what may be missing from ``readings`` for now.
            budgets: how the error budgets do; None while that is not known.
            local: the time by the clock on the wall; None asks the system.

        """
        now = view.now
        found, self._crossings = conditions.thresholds(self._crossings, view)
        step = incidents.step(
            self._known,
            Seen(
                readings=readings,
                is_stale=view.is_stale,
                now=now,
                awaited={*awaited, *(self._burning() if budgets is None else ())},
                cadences={status.id: status.cadence for status in view.statuses},
                reported=reported,
                conditions={**found, **conditions.sources(view), **(budgets or {})},
                policy=self._policy,
            ),
        )
        self._desk, self._memory = attention.renamed(self._desk, self._memory, step.renamed)
        told = notices.tell(step, self._memory.told_by, self._policy, now)
        self._known = step.known
        if self._back_at is not None and has_caught_up(view, self._back_at):
            self._back_at = None
            self._memory = replace(self._memory, away_since=None)
        word = attention.attend(
            self._desk,
            self._memory,
            attention.News(
                incidents={incident.id: incident for incident in step.known.incidents},
                changed=frozenset(incident.id for incident in step.changed),
                worsened=frozenset(step.worsened),
                told=told,
                policy=self._policy,
                now=now,
                local=local or now.astimezone(),
            ),
        )
        self._desk, self._memory = word.desk, word.memory
        self._next = min(self._moments(view), default=None)
        return Found(word.notices, word.withdrawn, told.notices)

    def _burning(self) -> Iterator[Key]:
        return (i.subject for i in self._known.incidents if i.kind is IncidentKind.BURN)

    def is_due(self, now: datetime) -> bool:
        """Tell whether time alone has changed something since the last look."""
        if self._next is not None and now >= self._next:
            return True
        quiet = attention.is_quiet(self._policy, now.astimezone())
        if self._desk.hush is Hush.QUIET_HOURS:
            return not quiet
        return quiet and self._desk.hush is Hush.NONE

    def _moments(self, view: View) -> Iterator[datetime]:
        """Yield the moments at which something has to be done though nothing new comes in."""
        now, desk, every = view.now, self._desk, timedelta(minutes=self._policy.reminder)
        if desk.snoozed_until is not None:
            yield desk.snoozed_until
        if self._back_at is not None:
            yield self._back_at + CATCHING_UP
        for handling in desk.handled.values():
            if handling.snoozed_until is not None:
                yield handling.snoozed_until
        if every and desk.hush is Hush.NONE:
            handled = {id_ for id_, handling in desk.handled.items() if is_handled(handling)}
            told = (at for id_, at in self._memory.told_at.items() if id_ not in handled)
            yield from (at + every for at in told if at + every > now)
        for (key, _), crossing in self._crossings.items():
            opens = crossing.since + timedelta(seconds=view.catalogue[key.metric].lasts)
            if opens > now:
                yield opens


def has_caught_up(view: View, back_at: datetime) -> bool:
    """Tell whether each source has been asked since the person is back, or takes too long."""
    if not timedelta(0) <= view.now - back_at < CATCHING_UP:
        return True
    return all(
        status.last_attempt is not None and status.last_attempt >= back_at
        for status in view.statuses
    )
