"""The schedule of one source, as the engine keeps it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from opsdesk.engine.following import Following
from opsdesk.model.protocols import Source


class Poller:
    """When a source is asked next, and why. Lives on the engine's loop."""

    def __init__(self, source: Source, due: float, clock: Callable[[], datetime]) -> None:
        self.source = source
        #: time of the loop at which the next poll is due
        self.due = due
        #: until then the server has asked to be left alone; only a person asks it earlier
        self.not_before = due
        #: failures in a row of tries that nobody asked for: they alone make the pauses longer
        self.misses = 0
        self.asked = False
        self.rediscover = False
        self.busy = False
        self.wake = asyncio.Event()
        self.following = Following(source, clock, on_news=self.wake.set, on_loss=self.ask)
        self.retired = False
        #: set as soon as the poller is started
        self.task: asyncio.Task[None]

    def ask(self, *, rediscover: bool = False) -> None:
        """Poll now. A poll under way will do, unless it began before what it should find."""
        self.rediscover = self.rediscover or rediscover
        self.asked = self.asked or rediscover or not self.busy
        self.wake.set()

    @property
    def is_mine(self) -> bool:
        """Whether the present task is still the one that polls: a source may ignore its end."""
        return not self.retired and self.task is asyncio.current_task()
