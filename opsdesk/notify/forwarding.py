"""Passes notices on to something that is no desktop: a program, an address."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from opsdesk.insight.words import utc_now
from opsdesk.model.protocols import Notice
from opsdesk.notify.sample import sample
from opsdesk.wire import notice as wire

log = logging.getLogger(__name__)

#: so many notices wait at most; the oldest give way
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


class Forwarder:
    """A notifier that hands notices to a channel: in order, one at a time, beside everything else.

    Quiet hours, snoozes and absence are the desk's own; whoever shows notices there decides.
    """

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
        self._waiting: deque[bytes] = deque(maxlen=MOST_WAITING)
        self._news = asyncio.Event()
        self._work: asyncio.Task[None] | None = None
        self._trouble = ""

    async def resume(self) -> None:
        """Nothing to take up: what was passed on is out of our hands."""

    async def show(self, notice: Notice) -> bool:
        """Have it passed on soon, if its user wants that; never waits."""
        if not self._channel.is_wanted:
            self._waiting.clear()
            self._tell("")
            return True
        if len(self._waiting) == MOST_WAITING:
            log.warning("%s: too slow; the oldest notice is left out", self._channel.name)
        self._waiting.append(wire.encode(notice, self._clock()))
        self._news.set()
        if self._work is None:
            self._work = asyncio.get_running_loop().create_task(self._keep_sending())
        elif self._work.done():
            self._work.result()  # a bug ended it
        return True

    async def withdraw(self, notice_id: str) -> None:
        """Nothing to take away: what was passed on is out of our hands."""

    async def _keep_sending(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                await self._send(self._waiting.popleft())

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
                log.info("%s: %s", self._channel.name, said)
                self._tell("")
                return

    def _tell(self, trouble: str) -> None:
        if trouble:
            log.warning("%s: %s", self._channel.name, trouble)
        if trouble != self._trouble:
            self._trouble = trouble
            self._on_trouble(self._channel.name, trouble)

    async def close(self) -> None:
        """End the passing on, and what is left of it. Idempotent."""
        work, self._work = self._work, None
        if self._waiting:
            log.warning("%s: %d notices were not passed on", self._channel.name, len(self._waiting))
            self._waiting.clear()
        if work is not None:
            work.cancel()
            await asyncio.wait([work])
        await self._channel.close()
        if work is not None and not work.cancelled():
            work.result()  # a bug had ended it


async def test(channel: Channel) -> str:
    """Pass a notice on that says it is a test, and return a sentence of what happened."""
    try:
        return await channel.send(wire.encode(sample(), utc_now()))
    except ChannelError as error:
        return str(error)
    finally:
        await channel.close()
