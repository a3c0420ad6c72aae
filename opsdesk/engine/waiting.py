"""How long one refresh waits that no other follows: a slow server is not one that is gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from opsdesk.model.protocols import Source

#: a refresh lasts so many times as long as no answer is waited for, at most
_MOST = 6


class Waiting:
    """The patience of one refresh: ``seconds``, and with each answer as many more, up to a bound.

    Belongs to one event loop.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        #: how many have come
        self.answers = 0
        self._limits: dict[Source, asyncio.Timeout] = {}
        self._until = 0.0

    @property
    def sources(self) -> tuple[Source, ...]:
        """Those that are waited for."""
        return tuple(self._limits)

    @asynccontextmanager
    async def limit(self, source: Source) -> AsyncIterator[asyncio.Timeout]:
        """Wait for one source.

        Raises:
            TimeoutError: in the block, when patience has ended.

        """
        self._until = asyncio.get_running_loop().time() + _MOST * self.seconds
        async with asyncio.timeout(self.seconds) as limit:
            self._limits[source] = limit
            try:
                yield limit
            finally:
                del self._limits[source]

    def heard(self) -> None:
        """Take note of an answer."""
        self.answers += 1
        until = min(asyncio.get_running_loop().time() + self.seconds, self._until)
        for limit in self._limits.values():
            if not limit.expired():
                limit.reschedule(until)
