"""One instance per profile: a second start raises the first and hands over its arguments.

A lock decides who goes on. The message is a file in a folder beside it, which the first watches:
that needs nothing of Qt but its core, and waits where the first is only just starting.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QFileSystemWatcher, QLockFile, QObject, Signal

from opsdesk.model.wall import Wall
from opsdesk.runtime.files import write_whole

log = logging.getLogger(__name__)

_OWNER_ONLY = 0o600
_MOST_BYTES = 65_536


#: first of the arguments of a start that wants the walls
WALL = "wall"


class Instance(QObject):
    """A profile in use, by this process or by another."""

    #: a second start's arguments, a list of str
    called = Signal(list)

    def __init__(self, lock: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._calls = lock.with_name(f"{lock.stem}@calls")
        self._calls.mkdir(parents=True, exist_ok=True)
        # A lock of a process that is no more does not count; one that is merely old does.
        self._lock = QLockFile(str(lock))
        self._lock.setStaleLockTime(0)
        self._watcher: QFileSystemWatcher | None = None

    def claim(self, arguments: Sequence[str]) -> bool:
        """Become the instance of this profile; or hand ``arguments`` to the one there is.

        Returns True where this process is the one to go on.
        """
        if not self._lock.tryLock(0) and self._lock.error() is QLockFile.LockError.LockFailedError:
            log.info("OpsDesk runs already with this profile")
            self._call(arguments)
            return False
        self._waiting()  # for an instance that is no more
        return True

    def listen(self) -> None:
        """Notice second starts from now on, and those that wait already."""
        if self._watcher is None:
            self._watcher = QFileSystemWatcher([str(self._calls)], self)
            self._watcher.directoryChanged.connect(self._answer)
            self._answer()

    def hush(self) -> None:
        """Notice no second start, until it listens again; the profile stays taken. Idempotent."""
        if self._watcher is not None:
            self._watcher.removePath(str(self._calls))
            self._watcher.deleteLater()
            self._watcher = None

    def release(self) -> None:
        """Give the profile free. Idempotent."""
        self.hush()
        self._lock.unlock()

    def _call(self, arguments: Sequence[str]) -> None:
        try:
            content = msgspec.json.encode(list(arguments))
            write_whole(self._calls / f"{os.getpid()}.json", content, _OWNER_ONLY)
        except OSError as error:
            log.warning("the OpsDesk that runs cannot be called: %s", error)

    def _answer(self) -> None:
        for arguments in self._waiting():
            self.called.emit(arguments)

    def _waiting(self) -> list[list[str]]:
        """Return the calls that wait, and take them away; one that is nonsense has no arguments."""
        found = []
        for path in sorted(self._calls.glob("*.json")):
            try:
                with path.open("rb") as file:
                    content = file.read(_MOST_BYTES)
                path.unlink()
            except OSError as error:
                log.warning("a second start cannot be answered: %s", error)
                continue
            try:
                found.append(msgspec.json.decode(content, type=list[str]))
            except msgspec.DecodeError:
                found.append([])
        return found


def given_wall(arguments: Sequence[str]) -> Wall | None:
    """Return the wall that a start wants instead of those of the profile; None: these."""
    try:
        return msgspec.json.decode("".join(arguments[1:2]), type=Wall)
    except msgspec.DecodeError:
        return None


def option(arguments: Sequence[str], name: str) -> str:
    """Return the value of an option as typed, ``--url ADDRESS`` or ``--url=ADDRESS``, or ''."""
    for position, argument in enumerate(arguments):
        if argument == name:
            return "".join(arguments[position + 1 : position + 2])
        if argument.startswith(f"{name}="):
            return argument.partition("=")[2]
    return ""
