"""The one way to do blocking work beside an asyncio loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

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
