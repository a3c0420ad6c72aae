"""The engine's asyncio loop, and the one way to do blocking work beside it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from typing_extensions import override

T = TypeVar("T")


async def in_thread(function: Callable[[], T], name: str) -> T:
    """Run blocking work on a thread of its own and return what it returns.

    The thread is a daemon, unlike those of a ThreadPoolExecutor, which Python joins on exit: a
    name server or a keyring that does not answer must not keep the application from ending.
    """
    future: Future[T] = Future()
    # From here on a cancelled wait leaves the work to itself.
    future.set_running_or_notify_cancel()

    def work() -> None:
        try:
            future.set_result(function())
        except BaseException as error:  # noqa: BLE001 - raised again where it is awaited
            future.set_exception(error)

    threading.Thread(target=work, name=name, daemon=True).start()
    return await asyncio.wrap_future(future)


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
