"""Passes notices on to something that is no desktop: a program, an address."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from itertools import count
from typing import Protocol

from opsdesk.insight.words import utc_now
from opsdesk.model.protocols import Notice
from opsdesk.notify.sample import sample
from opsdesk.wire import notice as wire

log = logging.getLogger(__name__)

#: so many notices wait at most behind the first; the oldest give way
MOST_WAITING = 50
#: seconds to the next try of what failed and may yet work; then it is given up
DELAYS = (2.0, 10.0, 60.0, 300.0, 600.0, 900.0, 1_800.0)
#: seconds that a server may ask us to wait
_LONGEST = 3_600.0

#: takes the name of a channel and what is wrong with it, in words; '' when it works again
OnTrouble = Callable[[str, str], None]


class ChannelError(Exception):
    """A notice could not be passed on, in words."""

    def __init__(self, words: str, *, again: bool = False, after: float = 0.0) -> None:
        """Say why; ``again`` tells whether another try may work, ``after`` so many seconds."""
        super().__init__(words)
        self.again = again
        self.after = after


class Channel(Protocol):
    """A way out. Runs on the engine's loop."""

    @property
    def name(self) -> str:
        """Such as ``webhook``."""

    @property
    def is_wanted(self) -> bool:
        """Whether its user has said where to."""

    async def send(self, document: bytes) -> str:
        """Pass a notice on, as JSON, and return a sentence of what happened.

        Raises:
            ChannelError: it could not be.

        """

    async def close(self) -> None:
        """Give back what is kept open. Idempotent."""


class LateChannel:
    """A channel that is made, and loaded, when something is first passed on.

    In the tray, an OpsDesk that passes nothing on is a small one.
    """

    def __init__(self, name: str, target: Callable[[], str], make: Callable[[], Channel]) -> None:
        """Prepare; ``target`` is asked each time where to: '' for nowhere."""
        self.name = name
        self._target, self._make = target, make
        self._channel: Channel | None = None

    @property
    def is_wanted(self) -> bool:
        """Whether its user has said where to."""
        return bool(self._target().strip())

    async def send(self, document: bytes) -> str:
        """Pass a notice on."""
        if self._channel is None:
            self._channel = self._make()
        return await self._channel.send(document)

    async def close(self) -> None:
        """Give back what is kept open. Idempotent."""
        if self._channel is not None:
            await self._channel.close()


class ChannelForwarder:
    """Hands notices to a channel: in order, one at a time, beside everything else."""

    def __init__(
        self,
        channel: Channel,
        on_trouble: OnTrouble = lambda _name, _words: None,
        *,
        clock: Callable[[], datetime] = utc_now,
        delays: Sequence[float] = DELAYS,
    ) -> None:
        self._channel = channel
        self._on_trouble = on_trouble
        self._clock = clock
        self._delays = delays
        self._waiting: dict[int, str] = {}
        self._numbers = count()
        self._news = asyncio.Event()
        self._trouble = ""

    @property
    def name(self) -> str:
        """That of its channel."""
        return self._channel.name

    @property
    def waiting(self) -> tuple[str, ...]:
        """What has not been passed on yet, and what is being passed on: the documents."""
        return tuple(self._waiting.values())

    def resume(self, documents: Iterable[str]) -> None:
        """Take up what an earlier run has not passed on."""
        self._take(documents)

    def tell(self, notices: Iterable[Notice]) -> None:
        """Have these passed on soon, if its user wants that; never waits."""
        at = self._clock()
        self._take(wire.encode(notice, at).decode() for notice in notices)

    def _take(self, documents: Iterable[str]) -> None:
        if not self._channel.is_wanted:
            self._waiting.clear()
            self._tell("")
            return
        for document in documents:
            self._waiting[next(self._numbers)] = document
            self._news.set()
        # The first is on its way.
        for oldest in list(self._waiting)[1:-MOST_WAITING]:
            log.warning("%s: too slow; the oldest notice is left out", self.name)
            del self._waiting[oldest]

    async def keep_passing_on(self, done: Callable[[], Awaitable[None]]) -> None:
        """Pass on what there is, until cancelled; ``done`` is awaited before the next is sent."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                number, document = next(iter(self._waiting.items()))
                await self._send(document.encode())
                self._waiting.pop(number, None)
                await done()

    async def _send(self, document: bytes) -> None:
        for delay in (*self._delays, None):
            try:
                said = await self._channel.send(document)
            except ChannelError as error:
                self._tell(str(error))
                if delay is None or not error.again or not self._channel.is_wanted:
                    return
                jitter = random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing
                await asyncio.sleep(min(max(delay * jitter, error.after), _LONGEST))
            else:
                log.info("%s: %s", self.name, said)
                self._tell("")
                return

    def _tell(self, trouble: str) -> None:
        if trouble:
            log.warning("%s: %s", self.name, trouble)
        if trouble != self._trouble:
            self._trouble = trouble
            self._on_trouble(self.name, trouble)

    async def close(self) -> None:
        """Give back what the channel keeps open. Idempotent."""
        if self._waiting:
            log.warning("%s: %d notices were not passed on yet", self.name, len(self._waiting))
        await self._channel.close()


async def test(channel: Channel) -> str:
    """Pass a notice on that says it is a test, and return a sentence of what happened."""
    try:
        return await channel.send(wire.encode(sample(), utc_now()))
    except ChannelError as error:
        return str(error)
    finally:
        await channel.close()
