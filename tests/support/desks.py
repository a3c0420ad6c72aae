"""A desk whose clock, figures and sources a test turns; ``screen`` is what its person sees."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import msgspec
from support.readings import NOW, breaker, by_key

from opsdesk.catalogue.metrics import Catalogue
from opsdesk.engine.conditions import View
from opsdesk.engine.saying import Saying
from opsdesk.engine.watch import Found, Watch
from opsdesk.model.desk import Policy
from opsdesk.model.key import Key
from opsdesk.model.metric import Direction, Metric
from opsdesk.model.protocols import Notice
from opsdesk.model.reading import BreakerState, Reading, Unit
from opsdesk.model.snapshot import Incident, SourceStatus
from opsdesk.wire import ledger

MINUTE = timedelta(minutes=1)
POLICY = Policy(reminder=0)
CLOSED = BreakerState.CLOSED
#: a metric whose thresholds count at once
RATE = Metric(
    id="errors.rate",
    title="Error rate",
    section="Traffic",
    unit=Unit.PERCENT,
    definition="Share of requests that fail.",
    direction=Direction.DOWN,
    degraded=1.0,
    critical=10.0,
    lasts=0.0,
)


def source(id_: str = "a", **changes: object) -> SourceStatus:
    """Return a source that has answered at ``NOW``."""
    answers = SourceStatus(
        id=id_,
        title=f"Source {id_}",
        kind="fake",
        where="nowhere",
        interval=60.0,
        cadence=0.0,
        last_success=NOW,
        last_attempt=NOW,
    )
    return msgspec.structs.replace(answers, **changes)


class WatchedDesk:
    """Looks once a minute. Its screen holds notices until they are taken away or replaced."""

    def __init__(self, policy: Policy = POLICY, catalogue: Catalogue | None = None) -> None:
        self.policy = policy
        self.catalogue = catalogue or {}
        self.watch = Watch(policy)
        self.now = NOW
        self.statuses: tuple[SourceStatus, ...] = ()
        self.stale: Collection[Key] = ()
        self.awaited: Collection[Key] = ()
        self.reported: Mapping[Key, Incident] = {}
        self.shown: set[str] = set()
        self.screen: dict[str, Notice] = {}
        self.told: tuple[Notice, ...] = ()
        self.local: datetime | None = None

    def look(self, *readings: Reading) -> tuple[Notice, ...]:
        """Refresh, and let a minute pass."""
        view = View(
            figures=by_key(*readings),
            catalogue=self.catalogue,
            statuses=self.statuses,
            running=self.watch.running,
            is_stale=lambda reading: reading.key in self.stale,
            known_sources=self.watch.sources,
            now=self.now,
        )
        found = self.watch.look(
            view,
            reported=self.reported,
            shown=self.shown,
            awaited=self.awaited,
            local=self.local or self.now,
        )
        self._show(found)
        self.now += MINUTE
        return found.notices

    def states(self, **states: BreakerState) -> tuple[Notice, ...]:
        """Refresh with breakers in these states."""
        return self.look(*(breaker(name, state, self.now) for name, state in states.items()))

    def _show(self, found: Found) -> None:
        self.told = found.notices
        for notice in found.notices:
            for earlier in notice.withdraws:
                self.screen.pop(earlier, None)
            self.screen[notice.id] = notice
        for id_ in found.withdrawn:
            self.screen.pop(id_, None)

    def say(self, what: Saying) -> None:
        """Say something at the desk."""
        self.watch.say(what, self.now)

    def restart(self) -> None:
        """Begin anew with the ledger, and nothing else, as it is written."""
        kept = self.watch.ledger((), {})
        self.watch = Watch(self.policy)
        self.watch.remember(ledger.decode(ledger.encode(kept), "test"))

    @property
    def running(self) -> dict[str, Incident]:
        """Running incidents by the name of their breaker."""
        return {i.subject.label("breaker"): i for i in self.watch.incidents if i.runs}

    def titles(self) -> list[str]:
        """Return what stands on the screen."""
        return [notice.title for notice in self.screen.values()]


def titles(desk: WatchedDesk, **states: BreakerState) -> list[str]:
    """Return what is told as breakers turn; A and B are closed where nothing else is said."""
    return [notice.title for notice in desk.states(**{"A": CLOSED, "B": CLOSED, **states})]


def only(desk: WatchedDesk) -> str:
    """Return the id of the one incident that runs."""
    (incident,) = desk.running.values()
    return incident.id
