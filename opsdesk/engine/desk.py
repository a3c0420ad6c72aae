"""Incidents in the running engine: the watch, who is told, and the ledger, beside the polling."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from opsdesk.engine import commands
from opsdesk.engine.keeping import Bookkeeper
from opsdesk.engine.poll import ended
from opsdesk.engine.saying import Saying
from opsdesk.engine.setting import Setting
from opsdesk.engine.teller import Teller
from opsdesk.engine.watch import Found, Watch
from opsdesk.model.protocols import Notice
from opsdesk.model.snapshot import Snapshot

#: who starts OpsDesk again so much later has been away
AWAY_AT_LEAST = timedelta(minutes=5)

Said = Saying | commands.SetPolicy | commands.Attend | commands.Mute


class IncidentDesk:
    """Tells what the watch has found, and writes down what must survive a crash."""

    def __init__(self, setting: Setting) -> None:
        """Go on where an earlier run ended."""
        self._clock = setting.clock
        self.watch = Watch(setting.policy)
        self._teller = Teller(setting.notifier, done=self._keep)
        self._forwarders = setting.forwarders
        self._bookkeeper = Bookkeeper(setting.keep_ledger)
        self._is_kept = setting.keep_ledger is not None
        self._is_present = True
        if setting.ledger is not None:
            self.watch.remember(setting.ledger)
            self._return(setting.ledger.waiting, setting.earlier)
            for forwarder in self._forwarders:
                forwarder.resume(setting.ledger.to_pass_on.get(forwarder.name, ()))

    def _return(self, waiting: tuple[Notice, ...], earlier: Snapshot | None) -> None:
        """Take the time in which OpsDesk did not run for an absence, where it was long."""
        if earlier is not None and self._clock() - earlier.at >= AWAY_AT_LEAST:
            self.watch.gone(earlier.at, unseen=True)
            # The digest tells of what they tell of.
            self.watch.hold(waiting)
        else:
            self._teller.tell(waiting)
        # Whoever was away when OpsDesk ended has started it again.
        self.watch.back(self._clock())

    def tasks(self) -> list[Coroutine[Any, Any, None]]:
        """Return what runs until the engine ends."""
        passing_on = (forwarder.keep_passing_on(self._keep) for forwarder in self._forwarders)
        return [self._teller.keep_telling(), *passing_on]

    async def take(self, snapshot: Snapshot, found: Found) -> Snapshot:
        """Tell what was found; return the snapshot once nothing in it can be lost any more."""
        for forwarder in self._forwarders:
            forwarder.tell(found.news)
        self._teller.tell(found.notices, found.withdrawn)
        # What somebody sees acknowledged is acknowledged, whatever happens from here on.
        await self._keep()
        problem = self._bookkeeper.problem
        if snapshot.desk.problem == problem:
            return snapshot
        return replace(snapshot, desk=replace(snapshot.desk, problem=problem))

    async def _keep(self) -> None:
        to_pass_on = {f.name: f.waiting for f in self._forwarders if f.waiting}
        await self._bookkeeper.write(self.watch.ledger(self._teller.waiting, to_pass_on))

    def obey(self, command: Said) -> None:
        """Take in what somebody says of incidents, or how they want to be told."""
        match command:
            case commands.SetPolicy(policy=policy):
                self.watch.set_policy(policy)
            case commands.Attend(present=present):
                self._is_present = present
                (self.watch.back if present else self.watch.gone)(self._clock())
            case commands.Mute(on=on):
                self._teller.mute(on=on)
            case _:
                self.watch.say(command, self._clock())

    def slept(self, since: float) -> None:
        """Take in that the computer was asleep; ``since`` is Unix time in seconds."""
        self.watch.gone(datetime.fromtimestamp(since, UTC), unseen=True)
        if self._is_present:  # and not before a locked screen
            self.watch.back(self._clock())

    async def close(self) -> None:
        """Write down what was said last, and let the notifiers go; in bounded time."""
        # What no later run goes on with, nobody would ever take away.
        orphans = () if self._is_kept else self.watch.standing
        others = (ended(forwarder.close(), forwarder.name) for forwarder in self._forwarders)
        await asyncio.gather(self._keep(), self._teller.close(orphans), *others)
        await self._bookkeeper.close()
