"""Records what this OpsDesk has seen, beside the polling: a slow disk delays no figure."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque

from opsdesk.engine.loop import Worker
from opsdesk.model.protocols import History
from opsdesk.model.series import SeriesData, SeriesRange
from opsdesk.model.snapshot import Snapshot
from opsdesk.runtime.threads import in_thread

log = logging.getLogger(__name__)

#: so many snapshots wait at most for a disk that does not keep up; the oldest give way
MOST_WAITING = 100
#: seconds for writing the rest down at the end
LAST = 1.0


class Recorder:
    """Hands each snapshot to the history, and asks it; one thing at a time."""

    def __init__(self, history: History | None) -> None:
        self._history = history
        self._waiting: deque[Snapshot] = deque(maxlen=MOST_WAITING)
        self._news = asyncio.Event()
        self._worker = Worker()
        # Held by whoever uses the history: a thread whose wait was given up goes on using it.
        self._lock = threading.Lock()

    def take(self, snapshot: Snapshot) -> None:
        """Record a snapshot as soon as it can be done."""
        if self._history is not None and snapshot.readings:
            if len(self._waiting) == MOST_WAITING - 1:
                log.warning("the disk does not keep up: the history loses refreshes from now on")
            self._waiting.append(snapshot)
            self._news.set()

    async def keep_recording(self) -> None:
        """Record what there is to record, until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            await self._worker.run(self._record_all)

    async def series(self, wanted: SeriesRange) -> SeriesData:
        """Return what was recorded in a range; nothing where nothing is."""
        history = self._history
        if history is None or not wanted.keys:
            return SeriesData()

        def read() -> SeriesData:
            with self._lock:
                return history.series(wanted)

        return await self._worker.run(read)

    async def close(self) -> None:
        """Write the rest down and close the history, in bounded time."""
        if self._history is None:
            return
        try:
            async with asyncio.timeout(LAST):
                await in_thread(self._finish, "opsdesk-worker")
        except TimeoutError:
            log.warning("the history was not written within %g s", LAST)

    def _finish(self) -> None:
        self._record_all()
        if self._history is not None:
            with self._lock:
                self._history.close()

    def _record_all(self) -> None:
        while self._history is not None and self._waiting:
            with self._lock:
                if self._waiting:
                    self._history.record(self._waiting.popleft())
