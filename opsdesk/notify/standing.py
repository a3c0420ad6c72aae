"""Which notifications stand at the desktop's service, also after OpsDesk was killed.

A service knows its notifications by numbers. Those of another service, or of the same after it
was started anew, belong to somebody else: they are used with the very service that gave them.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from pathlib import Path

import msgspec

from opsdesk.model.protocols import Notice
from opsdesk.runtime.files import write_own
from opsdesk.runtime.threads import in_thread
from opsdesk.wire.kept_notice import KeptNotice, notice_in, notice_out

log = logging.getLogger(__name__)

#: so many are remembered at most; the oldest give way
_MOST = 200
#: seconds for writing: what stands on the screen does not wait for a disk
_PATIENCE = 1.0


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What the file holds."""

    service: str = ""
    #: by the service's number, in the order in which they were shown
    notices: dict[int, KeptNotice] = {}


class Standing:
    """The notices that stand, by the service's number for each."""

    def __init__(self, path: Path | None = None) -> None:
        """Prepare; without a path nothing outlives this object."""
        self._path = path
        self._service = ""
        self._notices: dict[int, Notice] = {}
        self._is_loaded = path is None
        self._is_kept = True
        self._turn = asyncio.Lock()

    async def load(self) -> None:
        """Read what an earlier run has kept; once."""
        if self._path is None or self._is_loaded:
            return
        kept = await in_thread(partial(_read, self._path), "opsdesk-standing")
        if not self._is_loaded:
            self._is_loaded = True
            self._service = kept.service
            self._notices = {number: notice_in(one) for number, one in kept.notices.items()}

    def belong_to(self, service: str) -> None:
        """Keep to this service from now on, and forget what stands at another."""
        if service != self._service:
            self._service = service
            self.clear()

    def clear(self) -> None:
        """Forget everything: the service has gone."""
        self._is_kept = self._is_kept and not self._notices
        self._notices.clear()

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What stands, the oldest first."""
        return tuple(self._notices.values())

    def number(self, notice_id: str) -> int:
        """Return the service's number for a notice; 0 where it does not stand."""
        found = (number for number, notice in self._notices.items() if notice.id == notice_id)
        return next(found, 0)

    def notice(self, number: int) -> Notice | None:
        """Return what stands under a number, if that is ours."""
        return self._notices.get(number)

    def put(self, number: int, notice: Notice) -> None:
        """Remember that a notice stands, in the place of an earlier one with its id."""
        self.drop(self.number(notice.id))
        self._notices[number] = notice
        for oldest in list(self._notices)[:-_MOST]:
            del self._notices[oldest]
        self._is_kept = False

    def drop(self, number: int) -> None:
        """Forget what no longer stands: the next notice of its id is a new one."""
        if self._notices.pop(number, None) is not None:
            self._is_kept = False

    async def keep(self) -> None:
        """Write down what has changed. A disk that is full or slow is logged, no more."""
        if self._path is None:
            return
        try:
            async with asyncio.timeout(_PATIENCE), self._turn:
                if not self._is_kept:
                    self._is_kept = True
                    notices = {number: notice_out(one) for number, one in self._notices.items()}
                    kept = _Kept(service=self._service, notices=notices)
                    write = partial(write_own, self._path, msgspec.json.encode(kept))
                    await in_thread(write, "opsdesk-standing")
        except (OSError, TimeoutError) as error:
            self._is_kept = False
            log.warning("%s: cannot be kept: %s", self._path, str(error) or "the disk is slow")


def _read(path: Path) -> _Kept:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Kept)
    except FileNotFoundError:
        return _Kept()
    except (OSError, msgspec.DecodeError) as error:
        log.warning("%s: what stood on the desktop is not known: %s", path, error)
        return _Kept()
