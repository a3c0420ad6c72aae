"""The inside of the engine. Everything here runs on the engine's thread, on its loop."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from opsdesk.engine import commands, schedule
from opsdesk.engine.answering import Answers
from opsdesk.engine.assembly import Assembly, Outcome
from opsdesk.engine.budget import Budgets
from opsdesk.engine.desk import IncidentDesk
from opsdesk.engine.keeping import Keeper
from opsdesk.engine.loop import heed_cancellation
from opsdesk.engine.poll import CLOSING, close, poll
from opsdesk.engine.poller import Poller
from opsdesk.engine.recording import Recorder
from opsdesk.engine.series import SeriesReader
from opsdesk.engine.setting import Setting
from opsdesk.model.errors import Problem
from opsdesk.model.key import Key
from opsdesk.model.protocols import Source

log = logging.getLogger(__name__)


class Running:
    """Polls every source on its schedule and publishes what comes of it."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._desk = IncidentDesk(setting)
        self._assembly = Assembly(
            setting.sources, setting.catalogue, setting.interval, setting.earlier, self._desk.watch
        )
        self._interval = setting.interval
        self._pollers: dict[str, Poller] = {}
        # No longer wanted and not yet closed.
        self._retiring: list[Source] = []
        self._group = asyncio.TaskGroup()
        self._keeper = Keeper(setting.keep)
        self._recorder = Recorder(setting.history)
        self.series = SeriesReader(
            self._owner, self._recorder.series, lambda: self._assembly.catalogue, setting.clock
        )
        #: set once every source has been asked, or none is
        self._heard = asyncio.Event()
        self.answers = Answers(self._group, self.series, setting.answer, self._heard)
        self._changed = asyncio.Event()
        self._budgets = Budgets(
            self.series.data, lambda: self._assembly.catalogue, setting.clock, self._changed.set
        )
        self._paused = False

    async def run(self) -> None:
        """Run until cancelled. A bug in any part ends all of it and is raised."""
        try:
            async with self._group as group:
                for source in self._setting.sources:
                    self._begin(source)
                if not self._setting.sources:
                    self._heard.set()
                    self._changed.set()  # there is nothing to wait for, and that must be shown
                group.create_task(self._keep_publishing())
                for task in self._desk.tasks():
                    group.create_task(task)
                if self._setting.presence is not None:
                    watching = self._setting.presence.watch(
                        lambda present: self.obey(commands.Attend(present))
                    )
                    group.create_task(watching)
                group.create_task(self._recorder.keep_recording())
                group.create_task(self._budgets.keep_watching())
                group.create_task(self._keep_watch())
        finally:
            await self._close()

    async def _close(self) -> None:
        sources = [*self._retiring, *(poller.source for poller in self._pollers.values())]
        await asyncio.gather(
            *map(close, sources),
            self._desk.close(),
            self._keeper.close(),
            self._recorder.close(),
        )

    # ---- polling

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _begin(self, source: Source) -> None:
        poller = Poller(source, self._now(), self._setting.clock)
        self._pollers[source.id] = poller
        self._follow(poller)
        poller.task = self._group.create_task(self._keep_polling(poller))

    async def _keep_polling(self, poller: Poller) -> None:
        while True:
            await self._until_due(poller)
            told = poller.following.take(asked=poller.asked)
            if told is not None:
                self._take(poller, told)
                continue
            asked, rediscover = poller.asked, poller.rediscover
            poller.asked = poller.rediscover = False
            poller.busy = True
            try:
                outcome = await poll(
                    poller.source,
                    self._setting.deadline,
                    self._setting.clock,
                    rediscover=rediscover,
                )
            finally:
                poller.busy = False
            heed_cancellation()
            poller.following.polled(outcome.result)
            self._take(poller, outcome, asked=asked)

    async def _until_due(self, poller: Poller) -> None:
        while not (poller.asked or poller.following.has_news):
            delay = None if self._paused else poller.due - self._now()
            if delay is not None and delay <= 0:
                return
            poller.wake.clear()
            try:
                async with asyncio.timeout(delay):
                    await poller.wake.wait()
            except TimeoutError:
                return
        # A refresh on request begins a new grid, and so do news.
        poller.due = self._now()

    def _take(self, poller: Poller, outcome: Outcome, *, asked: bool = False) -> None:
        if not poller.is_mine:
            raise asyncio.CancelledError  # as the source should have passed on
        now = self._now()
        if isinstance(outcome.result, Problem):
            failures = self._failures(poller) + 1
            poller.misses += not asked
            poller.due = now + schedule.retry_delay(
                max(poller.misses, 1),
                self._interval,
                random.random(),  # noqa: S311 - spreads load, guards nothing
                outcome.result.retry_after,
            )
            poller.not_before = now + schedule.silence(outcome.result.retry_after)
            log.warning("%s: failure %d: %s", poller.source.id, failures, outcome.result)
        else:
            partial = outcome.result.partial
            if partial and not self._assembly.is_partial(poller.source.id):
                # Once, not at each refresh: it may stay so for weeks.
                log.warning("%s: answers in part: %s", poller.source.id, partial[0])
            poller.due = schedule.next_due(poller.due, now, self._interval)
            poller.misses = 0
            poller.not_before = now
        self._assembly.record(poller.source.id, outcome, self._next_attempt(poller))
        if self._assembly.all_asked:
            self._heard.set()
        self._changed.set()

    def _next_attempt(self, poller: Poller) -> datetime | None:
        if self._paused:
            return None
        return self._setting.clock() + timedelta(seconds=poller.due - self._now())

    def _reschedule(self, due: Callable[[Poller], float]) -> None:
        """Let every source be due anew, and let it be seen."""
        for poller in self._pollers.values():
            poller.due = max(due(poller), poller.not_before)
            poller.wake.set()
            if not poller.busy:
                self._assembly.schedule(poller.source.id, self._next_attempt(poller))
        self._changed.set()

    async def _keep_watch(self) -> None:
        before = self._setting.clocks()
        while True:
            await asyncio.sleep(self._setting.watch)
            after = self._setting.clocks()
            if schedule.has_slept(before, after):
                self._refresh_after_sleep()
                self._desk.slept(before.wall)
            if self._desk.watch.is_due(self._setting.clock()):
                self._changed.set()
            before = after

    def _refresh_after_sleep(self) -> None:
        """Ask anew over new connections: the kept ones are dead, and nothing says so.

        The polls under way are given up. While paused, the connections are all that is renewed.
        """
        log.info("the computer was asleep: refreshing")
        for poller in self._pollers.values():
            before = poller.task
            before.cancel()
            poller.following.end()
            poller.due = self._now()
            poller.task = self._group.create_task(self._poll_anew(poller, before))

    async def _poll_anew(self, poller: Poller, before: asyncio.Task[None]) -> None:
        await asyncio.wait([before], timeout=CLOSING)
        await close(poller.source)
        self._follow(poller)
        await self._keep_polling(poller)

    def _follow(self, poller: Poller) -> None:
        if not self._paused:
            poller.following.begin(self._group)

    # ---- handing out

    async def _keep_publishing(self) -> None:
        # An event, not a queue: sources that finish in the same turn of the loop share a snapshot.
        while True:
            await self._changed.wait()
            self._changed.clear()
            snapshot, found = self._assembly.snapshot(
                self._setting.clock(), paused=self._paused, budgets=self._budgets.conditions
            )
            self._setting.publish(await self._desk.take(snapshot, found))
            self._recorder.take(snapshot)
            self._budgets.take(snapshot)
            if self._keeper.take(snapshot, self._now()):
                self._group.create_task(self._keeper.write())

    def _owner(self, key: Key) -> Source | None:
        """Return the source that gives a key now."""
        poller = self._pollers.get(self._assembly.source_of(key))
        return None if poller is None else poller.source

    # ---- commands

    def obey(self, command: commands.Command) -> None:
        """Do what the window asks."""
        match command:
            case commands.Refresh(rediscover=rediscover):
                for poller in self._pollers.values():
                    poller.ask(rediscover=rediscover)
                    poller.following.hurry()
            case commands.Pause():
                self._set_paused(paused=True)
            case commands.Resume():
                self._set_paused(paused=False)
            case commands.SetInterval(seconds=seconds):
                self._set_interval(seconds)
            case commands.AddSource(source=source):
                self._replace_sources([*self._all_but(source.id), source])
            case commands.RemoveSource(source_id=source_id):
                self._replace_sources(self._all_but(source_id))
            case commands.AskSeries(queries=queries):
                self.answers.show(queries)
            case _:
                self._desk.obey(command)
                self._changed.set()

    def _set_paused(self, *, paused: bool) -> None:
        if paused is self._paused:
            return
        self._paused = paused
        self._heard.set()
        for poller in self._pollers.values():
            poller.following.end()
            self._follow(poller)
        # Who goes on wants to see how things are; a server that is down is left its time.
        self._reschedule(lambda poller: poller.due if self._failures(poller) else self._now())

    def _set_interval(self, seconds: float) -> None:
        self._interval = seconds
        self._assembly.set_interval(seconds)
        self._reschedule(
            lambda poller: schedule.due_with_interval(
                poller.due, self._now(), seconds, self._failures(poller)
            )
        )

    def _failures(self, poller: Poller) -> int:
        return self._assembly.failures(poller.source.id)

    def _all_but(self, source_id: str) -> list[Source]:
        return [poller.source for id_, poller in self._pollers.items() if id_ != source_id]

    def _replace_sources(self, sources: Sequence[Source]) -> None:
        staying = {id(source) for source in sources}
        for source_id, poller in list(self._pollers.items()):
            if id(poller.source) not in staying:
                del self._pollers[source_id]
                self._group.create_task(self._retire(poller))
        self._assembly.replace_sources(sources)
        self.series.forget()
        for source in sources:
            if source.id not in self._pollers:
                self._begin(source)
        self._changed.set()

    async def _retire(self, poller: Poller) -> None:
        self._retiring.append(poller.source)
        poller.retired = True
        poller.following.end()
        poller.task.cancel()
        await asyncio.wait([poller.task], timeout=CLOSING)
        await close(poller.source)
        self._retiring.remove(poller.source)
