"""A desk through hours and days on a clock that the test turns, with the ledger in a real file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
from support.readings import FakeSource, answering, breaker, failing, harvest, reading

from opsdesk.catalogue import metrics
from opsdesk.engine.assembly import Assembly, Outcome
from opsdesk.engine.saying import Saying
from opsdesk.engine.watch import Watch
from opsdesk.model.desk import Policy
from opsdesk.model.errors import ProblemKind
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.snapshot import Incident, Snapshot
from opsdesk.wire import ledger

CLOSED, OPEN, HALF = BreakerState.CLOSED, BreakerState.OPEN, BreakerState.HALF_OPEN
MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CATALOGUE = metrics.load()
PROBLEM = failing().problem


class Day:
    """A desk that refreshes once a minute; ``told`` is what its person got, with the time."""

    def __init__(self, policy: Policy = Policy()) -> None:
        self.now = MIDNIGHT + timedelta(hours=7)
        self.states = dict.fromkeys(("payment", "stock", "mail"), CLOSED)
        self.last_reset: dict[str, datetime] = {}
        self.error_rate = 0.1
        self.problem: ProblemKind | None = None
        self.told: list[tuple[str, str]] = []
        self.bodies: dict[str, str] = {}
        self.withdrawn: list[tuple[str, str]] = []
        self._policy = policy
        self._stands_still: datetime | None = None
        self._watch = Watch(policy)
        self._assembly = self._assembled(None)
        self.snapshot = self._refresh()

    def _assembled(self, earlier: Snapshot | None) -> Assembly:
        source = FakeSource("shop", answering())
        return Assembly([source], CATALOGUE, 60.0, earlier, self._watch)

    def _figures(self) -> tuple[Reading, ...]:
        at = self._stands_still or self.now
        rate = reading("errors.rate", self.error_rate, at, "shop")
        resets = (
            reading("breaker.last_reset", closed, at, "shop", breaker=name)
            for name, closed in self.last_reset.items()
        )
        return (*(breaker(n, s, at, "shop") for n, s in self.states.items()), *resets, rate)

    def _refresh(self) -> Snapshot:
        result = harvest(*self._figures())
        if self.problem is not None:
            result = msgspec.structs.replace(PROBLEM, kind=self.problem)
        outcome = Outcome(at=self.now, took=0.1, result=result)
        self._assembly.record("shop", outcome, self.now + MINUTE)
        self.snapshot, found = self._assembly.snapshot(self.now)
        for notice in found.notices:
            self.told.append((f"{self.now:%H:%M}", notice.title))
            self.bodies[notice.title] = notice.body
        self.withdrawn += [(f"{self.now:%H:%M}", id_) for id_ in found.withdrawn]
        return self.snapshot

    def _next(self, clock: str) -> datetime:
        hours, minutes = map(int, clock.split(":"))
        found = self.now.replace(hour=hours, minute=minutes)
        return found if found > self.now else found + timedelta(days=1)

    def until(self, clock: str) -> None:
        """Let time pass, a refresh a minute, up to a time of day."""
        end = self._next(clock)
        while self.now < end:
            self.now += MINUTE
            self._refresh()

    def at(self, clock: str, **states: BreakerState) -> None:
        """Let time pass, and states be others from the refresh at a time of day on."""
        end = self._next(clock)
        while self.now < end - MINUTE:
            self.now += MINUTE
            self._refresh()
        self.states |= states
        self.until(clock)

    def say(self, what: Saying) -> None:
        """Say something of incidents; it is seen at once."""
        self._watch.say(what, self.now)
        self._refresh()

    def lags(self, *, on: bool) -> None:
        """Let the source answer with what was true at this moment, or no longer."""
        self._stands_still = self.now if on else None

    def sleep(self, clock: str, **states: BreakerState) -> None:
        """Close the lid until a time of day, at which other states are found."""
        since, self.now = self.now, self._next(clock)
        self._watch.gone(since)
        self._watch.back(self.now)
        self.states |= states
        self._refresh()

    def restart(self) -> None:
        """End OpsDesk and start it again: nothing is left but the files."""
        kept = ledger.encode(self._watch.ledger((), {}))
        self._watch = Watch(self._policy)
        self._watch.remember(ledger.decode(kept, "the ledger"))
        self._assembly = self._assembled(self.snapshot)

    def running(self) -> list[Incident]:
        return [incident for incident in self.snapshot.incidents if incident.runs]

    def news(self) -> list[tuple[str, str]]:
        """Return what was told since this was asked last."""
        told, self.told = self.told, []
        return told
