"""The engine's asyncio loop, and blocking work beside it, one thing at a time."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any, TypeVar

from typing_extensions import override

from opsdesk.runtime.threads import in_thread

T = TypeVar("T")


def heed_cancellation() -> None:
    """Raise CancelledError where this task has been cancelled and something took that for its own.

    ``asyncio.gather`` does where a child fails in the same turn, and so do libraries whose
    time-outs are cancellations.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


class Worker:
    """Does blocking work (keyring, files) beside the loop, one thing at a time."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)

    async def run(self, function: Callable[[], T]) -> T:
        """Run ``function`` when its turn comes."""
        async with self._turn:
            return await in_thread(function, "opsdesk-worker")


class EngineLoop(asyncio.SelectorEventLoop):
    """Looks up host names on daemon threads; see :func:`in_thread`.

    The selector loop does on every system what the engine needs: sockets and timers.
    """

    @override
    async def getaddrinfo(
        self,
        host: bytes | str | None,
        port: bytes | str | int | None,
        *,
        family: int = 0,
        type: int = 0,  # asyncio's own name
        proto: int = 0,
        flags: int = 0,
    ) -> list[Any]:
        """Return the addresses of a host."""
        return await in_thread(
            lambda: socket.getaddrinfo(host, port, family, type, proto, flags), "opsdesk-names"
        )
