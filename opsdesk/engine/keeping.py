"""Keeps what OpsDesk goes on with when it starts again: last known snapshot, and ledger."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from functools import partial

from opsdesk.catalogue.language import tr
from opsdesk.engine.loop import Worker
from opsdesk.model.ledger import Ledger
from opsdesk.model.snapshot import Snapshot
from opsdesk.runtime.threads import in_thread

log = logging.getLogger(__name__)

#: seconds between two times that it is kept: a disk need not be written to at every refresh
KEEP_EVERY = 60.0
#: seconds until a snapshot is written: the window shows it first, which needs the same processors
AFTERWARDS = 0.25
#: seconds for the last time, at the end
LAST = 1.0


class Keeper:
    """Decides when a snapshot is kept, and lets none take the place of a later one.

    Incidents are kept as soon as they change: who starts OpsDesk again is not told of them again.
    """

    def __init__(self, keep: Callable[[Snapshot], None] | None) -> None:
        """Prepare; ``keep`` writes a snapshot down and may block."""
        self._keep = keep
        self._next = 0.0
        self._worker = Worker()
        self._is_due = False
        self._last: Snapshot | None = None
        #: the last that it was time for
        self._kept: Snapshot | None = None
        # Held while writing: a thread whose wait was given up writes on.
        self._lock = threading.Lock()
        self._written: Snapshot | None = None

    def take(self, snapshot: Snapshot, now: float) -> bool:
        """Take note of a snapshot; tell whether it is time to keep it. ``now`` is in seconds."""
        if self._keep is None or not snapshot.readings:
            return False
        self._last = snapshot
        changed = self._kept is None or self._kept.incidents != snapshot.incidents
        if not changed and now < self._next:
            return False
        self._next = now + KEEP_EVERY
        self._kept = snapshot
        return True

    async def write(self) -> None:
        """Write the last snapshot down, a little later, on a thread beside the loop."""
        if self._is_due:
            return
        self._is_due = True
        await asyncio.sleep(AFTERWARDS)
        self._is_due = False
        await self._worker.run(self._write)

    async def close(self) -> None:
        """Write the last snapshot down if it is not yet, in bounded time."""
        if self._last is self._written:
            return
        try:
            async with asyncio.timeout(LAST):
                await self._worker.run(self._write)
        except TimeoutError:
            log.warning("the last known snapshot was not written within %g s", LAST)

    def _write(self) -> None:
        with self._lock:
            snapshot = self._last
            if self._keep is not None and snapshot is not None and snapshot is not self._written:
                self._keep(snapshot)
                self._written = snapshot


class Bookkeeper:
    """Writes the ledger down whenever it has changed, each before the next."""

    def __init__(self, keep: Callable[[Ledger], None] | None, *, patience: float = LAST) -> None:
        """Prepare.

        Args:
            keep: writes a ledger down, may block, and raises OSError.
            patience: seconds after which a disk is taken for one that does not answer.

        """
        self._keep = keep
        self._patience = patience
        self._written: Ledger | None = None
        #: the one that is to stand on the disk
        self._latest: Ledger | None = None
        # One at a time: of two that a tired disk writes at once, the earlier might come last.
        self._writing: asyncio.Task[None] | None = None
        #: why the last one could not be written, in words; '' where it could
        self.problem = ""

    async def write(self, ledger: Ledger) -> None:
        """Return when it is written, cannot be, or takes too long."""
        if self._keep is None:
            return
        self._latest = ledger
        if self._writing is None:
            if ledger == self._written:
                return
            self._writing = asyncio.create_task(self._keep_up(self._keep))
        done, late = await asyncio.wait({self._writing}, timeout=self._patience)
        if late:
            self._fail(TimeoutError())
        for writing in done:
            writing.result()  # a bug is no full disk: it is raised

    async def close(self) -> None:
        """Wait no longer for a disk that does not answer."""
        if self._writing is not None:
            self._writing.cancel()
            await asyncio.wait({self._writing})

    async def _keep_up(self, keep: Callable[[Ledger], None]) -> None:
        try:
            while (ledger := self._latest) is not None and ledger != self._written:
                await in_thread(partial(keep, ledger), "opsdesk-ledger")
                self._written, self.problem = ledger, ""
        except OSError as error:
            self._fail(error)
        finally:
            self._writing = None

    def _fail(self, error: OSError) -> None:
        if not self.problem:
            log.warning("the ledger of incidents cannot be kept: %r", error)
        self.problem = _why(error)


def _why(error: OSError) -> str:
    # TimeoutError is an OSError without words.
    reason = error.strerror or tr("the disk does not answer")
    return tr("What is said of incidents is lost when OpsDesk ends: {reason}.", reason=reason)
