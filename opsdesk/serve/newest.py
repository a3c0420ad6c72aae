"""The newest snapshot, from the thread that makes it to the loop that waits for it."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress

from opsdesk.model.snapshot import Snapshot


class Newest:
    """Holds one snapshot. Any thread puts it there; any loop waits for the next."""

    def __init__(self, snapshot: Snapshot | None = None) -> None:
        self._snapshot = snapshot
        # A future for each who waits, with a lock: none may come between a look and its waiting.
        self._waiting: set[asyncio.Future[None]] = set()
        self._lock = threading.Lock()

    def get(self) -> Snapshot | None:
        """Return it; None before the first."""
        return self._snapshot

    def put(self, snapshot: Snapshot) -> None:
        """Replace it, and wake all who wait."""
        with self._lock:
            self._snapshot = snapshot
            waiting, self._waiting = self._waiting, set()
        for future in waiting:
            with suppress(RuntimeError):  # its loop has closed: nobody waits there any more
                future.get_loop().call_soon_threadsafe(_wake, future)

    async def after(self, seen: Snapshot | None) -> Snapshot:
        """Return it as soon as it is another than ``seen``."""
        while True:
            with self._lock:
                snapshot = self._snapshot
                if snapshot is not None and snapshot is not seen:
                    return snapshot
                future = asyncio.get_running_loop().create_future()
                self._waiting.add(future)
            try:
                await future
            finally:
                with self._lock:
                    self._waiting.discard(future)


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
