"""A desk with its ledger in a real file, at which OpsDesk starts, ends and crashes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from support.readings import NOW, FakeSource, answering, breaker, harvest

from opsdesk.engine.assembly import Assembly, Outcome
from opsdesk.engine.desk import IncidentDesk
from opsdesk.engine.setting import Setting
from opsdesk.model.desk import Policy
from opsdesk.model.ledger import Ledger
from opsdesk.model.protocols import Notice
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import Snapshot
from opsdesk.store import ledger

MINUTE = timedelta(minutes=1)


class Screen:
    """A desktop: what stands on it, while it is up."""

    def __init__(self) -> None:
        self.up = True
        self.stands: dict[str, str] = {}
        self.said: list[str] = []
        self.closed = False
        self._changed = asyncio.Condition()

    async def resume(self) -> None:
        """Nothing was left standing by an earlier run."""

    async def show(self, notice: Notice) -> bool:
        async with self._changed:
            if self.up:
                self.said.append(notice.title)
                for earlier in notice.withdraws:
                    self.stands.pop(earlier, None)
                self.stands[notice.id] = notice.title
            self._changed.notify_all()
        return self.up

    async def withdraw(self, notice_id: str) -> None:
        async with self._changed:
            self.stands.pop(notice_id, None)
            self._changed.notify_all()

    async def close(self) -> None:
        self.closed = True

    async def shows(self, *titles: str) -> None:
        """Wait until exactly this stands there."""
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: list(self.stands.values()) == list(titles))


class Elsewhere:
    """A forwarder that passes on what it is told, once it may."""

    name = "elsewhere"

    def __init__(self) -> None:
        self.waiting: tuple[str, ...] = ()
        self.passed: list[str] = []
        self.closed = False
        self._may, self._news = asyncio.Event(), asyncio.Event()
        self._changed = asyncio.Condition()

    def resume(self, documents: Iterable[str]) -> None:
        self.waiting += tuple(documents)

    def tell(self, notices: Iterable[Notice]) -> None:
        self.waiting += tuple(notice.title for notice in notices)
        self._news.set()

    async def keep_passing_on(self, done: Callable[[], Awaitable[None]]) -> None:
        await self._may.wait()
        while True:
            async with self._changed:
                while self.waiting:
                    self.passed.append(self.waiting[0])
                    self.waiting = self.waiting[1:]
                    await done()
                self._changed.notify_all()
            await self._news.wait()
            self._news.clear()

    async def close(self) -> None:
        self.closed = True

    async def has_passed_on(self, *titles: str) -> None:
        """Wait until exactly this was passed on, and that is written down."""
        self._may.set()
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: self.passed == list(titles))


class Seat:
    """A desk with its ledger in a file; ``run`` starts OpsDesk, and ends it as the engine does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now = NOW
        self.screen, self.far = Screen(), Elsewhere()
        self.keep: Callable[[Ledger], None] | None = partial(ledger.save, path=path)
        self.last: Snapshot | None = None
        self.desk: IncidentDesk
        self._assembly: Assembly

    def clock(self) -> datetime:
        return self.now

    def start(self) -> None:
        setting = Setting(
            sources=(FakeSource("a", answering()),),
            catalogue={},
            interval=60.0,
            publish=lambda _: None,
            notifier=self.screen,
            forwarders=(self.far,),
            policy=Policy(reminder=0),
            ledger=ledger.load(self.path, self.now),
            keep_ledger=self.keep,
            earlier=self.last,
            clock=self.clock,
        )
        self.desk = IncidentDesk(setting)
        self._assembly = Assembly(setting.sources, {}, 60.0, self.last, self.desk.watch)

    def run(self, work: Callable[[], Awaitable[None]]) -> None:
        async def life() -> None:
            self.start()
            tasks = [asyncio.create_task(task) for task in self.desk.tasks()]
            async with asyncio.timeout(20):
                await work()
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            await self.desk.close()

        asyncio.run(life())

    async def refresh(self, **states: BreakerState) -> Snapshot:
        found = harvest(*(breaker(name, state, self.now) for name, state in states.items()))
        self._assembly.record("a", Outcome(at=self.now, took=0.0, result=found), None)
        snapshot = await self.desk.take(*self._assembly.snapshot(self.now))
        self.now += MINUTE
        self.last = snapshot
        return snapshot

    def written(self) -> Ledger:
        kept = ledger.load(self.path, self.now)
        assert kept is not None
        return kept
