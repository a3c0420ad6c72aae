"""Connections within bounds: how many there are, how long they wait, what they send unasked.

uvicorn bounds none of these: whoever reaches the port could use up the descriptors of the process
by connecting, and never saying anything.
"""

from __future__ import annotations

import asyncio

from typing_extensions import override
from uvicorn.protocols.http.h11_impl import H11Protocol

#: seconds that a request's head may take, from the connection's start or the last answer on
PATIENCE = 10.0
#: bytes that may follow a request that has been answered, such as its body, which nobody reads
UNASKED = 64 * 1024
#: connections above those that are served: they are told that there are too many
_REFUSED_POLITELY = 16


class BoundedConnection(H11Protocol):
    """One connection of a client."""

    _timer: asyncio.TimerHandle | None = None
    #: bytes since the last answer
    _taken = 0

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's own
        super().connection_made(transport)
        too_many = len(self.connections) - (self.config.limit_concurrency or 0)
        # uvicorn's own limit would refuse everybody, as soon as somebody holds so many.
        self.limit_concurrency = 0 if too_many > 0 else None
        if too_many > _REFUSED_POLITELY:
            transport.abort()
        else:
            self._expect_request()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._timer is not None:
            self._timer.cancel()

    @override
    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._taken += len(data)
        longest = self.config.h11_max_incomplete_event_size or 0
        if not self._is_answering and self._taken > longest + UNASKED:
            self.transport.close()

    @override
    def on_response_complete(self) -> None:
        self._taken = 0
        self._expect_request()
        super().on_response_complete()

    @property
    def _is_answering(self) -> bool:
        # It is None until the first request, whatever uvicorn declares.
        cycle = getattr(self, "cycle", None)
        return cycle is not None and not cycle.response_complete

    def _expect_request(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.loop.call_later(PATIENCE, self._too_late)

    def _too_late(self) -> None:
        if not self._is_answering:
            self.transport.close()
