"""Keeps watch over incidents: what is wrong, what was said of it, and who is told of it.

The steps themselves are pure; this hands what each leaves to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from opsdesk.engine import adopting, attention, conditions, incidents, notices, saying
from opsdesk.engine.attention import is_handled
from opsdesk.engine.conditions import Conditions, View
from opsdesk.engine.known import Known, Seen, Step
from opsdesk.model.desk import Desk, Hush, Policy
from opsdesk.model.errors import ProblemKind
from opsdesk.model.key import Key
from opsdesk.model.ledger import Ledger, Memory
from opsdesk.model.protocols import Notice
from opsdesk.model.snapshot import Incident, IncidentKind, SourceStatus

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
        #: whether it goes on where an earlier run ended
        self.remembers = False
        #: incidents that are known by another id since: what was shown names the old one
        self._aliases: Mapping[str, str] = {}
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
    def standing(self) -> tuple[str, ...]:
        """Ids of the notices that stand at the desktop for what runs."""
        return tuple(self._memory.standing)

    @property
    def desk(self) -> Desk:
        """What was said of it, and how it is told."""
        return replace(self._desk, policy=self._policy)

    def remember(self, earlier: Ledger) -> None:
        """Go on where an earlier run ended."""
        self.remembers = True
        self._known = Known(
            incidents=earlier.incidents, sources=earlier.sources, flapping=earlier.flapping
        )
        self._desk, self._memory = earlier.desk, earlier.memory

    def ledger(
        self, waiting: tuple[Notice, ...], to_pass_on: Mapping[str, tuple[str, ...]]
    ) -> Ledger:
        """Return all that must survive a crash."""
        return Ledger(
            incidents=self._known.incidents,
            sources=self._known.sources,
            flapping=self._known.flapping,
            desk=self._desk,
            memory=self._memory,
            waiting=waiting,
            to_pass_on=to_pass_on,
        )

    def say(self, what: saying.Saying, now: datetime) -> None:
        """Take in what somebody says at the desk."""
        self._desk = saying.said(self._desk, saying.readdressed(what, self._aliases), now)

    def set_policy(self, policy: Policy) -> None:
        """Tell things in another way from now on."""
        self._policy = policy

    def gone(self, since: datetime, *, unseen: bool = False) -> None:
        """The person is away; who was away before, still is.

        ``unseen`` tells that nobody looked meanwhile: what is open afterwards was open before.
        """
        self._back_at = None
        if unseen:
            self._known = replace(self._known, sources=frozenset())
        if self._memory.away_since is None:
            self._memory = replace(self._memory, away_since=since)
            hushed_since = self._desk.hushed_since or since
            self._desk = replace(self._desk, hush=Hush.AWAY, hushed_since=hushed_since)

    def back(self, now: datetime) -> None:
        """The person is there again: they are told once it is known what happened."""
        if self._memory.away_since is not None:
            self._back_at = now

    def hold(self, notices: Iterable[Notice]) -> None:
        """Take what these tell of for untold: the next digest tells it."""
        ids = {id_ for notice in notices for id_ in notice.incidents}
        told_at = {id_: at for id_, at in self._memory.told_at.items() if id_ not in ids}
        self._memory = replace(self._memory, held=self._memory.held | ids, told_at=told_at)

    def look(
        self,
        view: View,
        *,
        reported: Mapping[Key, Incident],
        shown: AbstractSet[str] = frozenset(),
        awaited: Iterable[Key],
        budgets: Conditions | None = None,
        local: datetime | None = None,
    ) -> Found:
        """Take in a refresh.

        Args:
            view: all figures, and what they are judged by.
            reported: what runs according to sources that know incidents themselves.
            shown: ids of all incidents of such sources: something may be said of them too.
            awaited: what may be missing from the figures for now.
            budgets: how the error budgets do; None while that is not known.
            local: the time by the clock on the wall; None asks the system.

        """
        now = view.now
        found, self._crossings = conditions.thresholds(self._crossings, view)
        step = incidents.step(
            self._known,
            Seen(
                readings=view.figures,
                is_stale=view.is_stale,
                now=now,
                awaited={*awaited, *(self._burning() if budgets is None else ())},
                cadences={status.id: status.cadence for status in view.statuses},
                reported=reported,
                conditions={**found, **conditions.sources(view), **(budgets or {})},
                policy=self._policy,
            ),
        )
        self._desk, self._memory = adopting.said_by_new_id(self._desk, self._memory, step.renamed)
        self._aliases = _aliases({**self._aliases, **step.renamed}, step)
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
                shown=shown,
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
        if self._back_at is not None and now >= self._back_at + CATCHING_UP:
            return True
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
        for status in view.statuses:
            lost = conditions.lost_at(status)
            if lost is not None and lost > now:
                yield lost


def has_caught_up(view: View, back_at: datetime) -> bool:
    """Tell whether each source has been asked since the person is back, or takes too long."""
    if not timedelta(0) <= view.now - back_at < CATCHING_UP:
        return True
    return all(_has_told(status, back_at) for status in view.statuses)


def _has_told(status: SourceStatus, back_at: datetime) -> bool:
    if status.problem is not None and status.problem.kind is ProblemKind.OFFLINE:
        return False  # after a sleep the connection takes a while
    return status.last_attempt is not None and status.last_attempt >= back_at


def _aliases(new: Mapping[str, str], step: Step) -> Mapping[str, str]:
    """Return the present ids of known incidents by every id that they had."""
    if not new:
        return new
    known = {incident.id for incident in step.known.incidents}
    latest = {old: new.get(id_, id_) for old, id_ in new.items()}
    return {old: id_ for old, id_ in latest.items() if id_ in known}
