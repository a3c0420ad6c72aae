"""One instance per profile: a second start raises the first and hands over its arguments."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, Signal

if TYPE_CHECKING:
    from opsdesk.ui.door import Door

log = logging.getLogger(__name__)


class Instance(QObject):
    """A profile in use. A lock decides who goes on, a door only carries the message."""

    #: a second start's arguments, a list of str
    called = Signal(list)

    def __init__(self, profile: str, lock: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._profile = profile
        self._door: Door | None = None
        lock.parent.mkdir(parents=True, exist_ok=True)
        # A lock of a process that is no more does not count; one that is merely old does.
        self._lock = QLockFile(str(lock))
        self._lock.setStaleLockTime(0)

    def claim(self, arguments: Sequence[str]) -> bool:
        """Become the instance of this profile; or hand ``arguments`` to the one there is.

        Returns True where this process is the one to go on.
        """
        if not self._lock.tryLock(0) and self._lock.error() is QLockFile.LockError.LockFailedError:
            from opsdesk.ui.door import call  # noqa: PLC0415 - loads Qt's network

            log.info("OpsDesk runs already with this profile")
            call(self._profile, arguments)
            return False
        return True

    def open_door(self) -> None:
        """Let second starts be noticed from now on; they wait until it is open."""
        from opsdesk.ui.door import Door  # noqa: PLC0415 - loads Qt's network: after the window

        if self._door is None:
            self._door = Door(self._profile, self)
            self._door.called.connect(self.called)

    @property
    def door(self) -> str:
        """Where this instance listens, or ''; on Linux and macOS the path of a socket."""
        return self._door.place if self._door is not None else ""

    def release(self) -> None:
        """Give the profile free. Idempotent."""
        if self._door is not None:
            self._door.close()
        self._lock.unlock()
