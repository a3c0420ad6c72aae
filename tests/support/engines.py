"""Engines that run, what they hand out, and whom they tell."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from datetime import datetime
from queue import Empty, Queue

from support.readings import FakeSource, answering, breaker

from opsdesk.catalogue import metrics
from opsdesk.engine.engine import Engine
from opsdesk.engine.setting import Setting
from opsdesk.model.protocols import Harvest, Notice
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import Snapshot

CATALOGUE = metrics.load()
#: seconds of an interval in which nothing is asked twice
LONG = 3600.0
#: seconds
PATIENCE = 10.0


class Harness:
    """Engines of one test, and what they hand out. All of them are stopped."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.snapshots: Queue[Snapshot] = Queue()
        self.deaths: Queue[Exception] = Queue()

    def engine(self, *sources: FakeSource, interval: float = LONG, **more: object) -> Engine:
        """Return an engine that runs."""
        engine = self.prepared(*sources, interval=interval, **more)
        engine.start()
        return engine

    def prepared(self, *sources: FakeSource, interval: float = LONG, **more: object) -> Engine:
        """Return an engine that will be stopped."""
        more.setdefault("publish", self.snapshots.put)
        on_death = more.pop("on_death", self.deaths.put)
        setting = Setting(sources=sources, catalogue=CATALOGUE, interval=interval, **more)
        engine = Engine(lambda: setting, on_death)
        self._stack.callback(engine.stop)
        return engine

    def next(self) -> Snapshot:
        """Wait for a snapshot."""
        return self.snapshots.get(timeout=PATIENCE)

    def until(self, holds: Callable[[Snapshot], bool]) -> Snapshot:
        """Wait for a snapshot for which this holds."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            snapshot = self.next()
            if holds(snapshot):
                return snapshot
        raise AssertionError("no such snapshot")

    def nothing_for(self, seconds: float) -> bool:
        """Tell whether no snapshot comes for so long."""
        try:
            self.snapshots.get(timeout=seconds)
        except Empty:
            return True
        return False


class FakeNotifier:
    """A desktop; ``shown`` has what it was shown."""

    def __init__(self) -> None:
        self.shown: Queue[Notice] = Queue()
        self.closed = threading.Event()

    async def resume(self) -> None:
        """Nothing stands from before."""

    async def show(self, notice: Notice) -> bool:
        """Show it."""
        self.shown.put(notice)
        return True

    async def withdraw(self, notice_id: str) -> None:
        """Take nothing away: what was shown is what a test asks for."""

    async def close(self) -> None:
        """Tell the test."""
        self.closed.set()


async def never(_now: datetime) -> Harvest:
    """Never answer."""
    await asyncio.Event().wait()
    raise AssertionError


def states(**of: BreakerState) -> Callable[[datetime], Awaitable[Harvest]]:
    """Return the answer of a source whose breakers are so."""
    return answering(*(breaker(name, state) for name, state in of.items()))


def stopping_seconds(engine: Engine) -> float:
    """Return how long an engine takes to stop."""
    began = time.monotonic()
    engine.stop()
    return time.monotonic() - began
