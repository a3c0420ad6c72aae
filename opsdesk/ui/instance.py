"""One instance per profile: a second start raises the first and hands over its arguments."""

from __future__ import annotations

import getpass
import hashlib
import json
import logging
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

log = logging.getLogger(__name__)

_WAIT_MS = 1_000
_MOST_BYTES = 65_536


class Instance(QObject):
    """The door at which a second start knocks."""

    #: a second start's arguments, a list of str
    called = Signal(list)

    def __init__(self, profile: str, lock: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = door_name(profile)
        lock.parent.mkdir(parents=True, exist_ok=True)
        # The lock decides who goes on, the door only carries the message. A lock of a process
        # that is no more does not count; one that is merely old does.
        self._lock = QLockFile(str(lock))
        self._lock.setStaleLockTime(0)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept)

    def claim(self, arguments: Sequence[str]) -> bool:
        """Become the instance of this profile; or hand ``arguments`` to the one there is.

        Returns True where this process is the one to go on.
        """
        if not self._lock.tryLock(0) and self._lock.error() is QLockFile.LockError.LockFailedError:
            log.info("OpsDesk runs already with this profile")
            call(self._name, arguments)
            return False
        # What is left of a crashed instance is in the way of ours.
        QLocalServer.removeServer(self._name)
        if not self._server.listen(self._name):
            log.warning("a second start will not be noticed: %s", self._server.errorString())
        return True

    @property
    def door(self) -> str:
        """Where this instance listens; on Linux and macOS the path of a socket."""
        return self._server.fullServerName()

    def release(self) -> None:
        """Give the profile free. Idempotent."""
        self._server.close()
        self._lock.unlock()

    def _accept(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(self._read)
            socket.disconnected.connect(socket.deleteLater)
            if socket.bytesAvailable():
                self._take(socket)

    def _read(self) -> None:
        sender = self.sender()
        if isinstance(sender, QLocalSocket):
            self._take(sender)

    def _take(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine() and socket.bytesAvailable() < _MOST_BYTES:
            return
        message = bytes(socket.readLine(_MOST_BYTES).data())
        try:
            arguments = json.loads(message)
        except ValueError:
            arguments = []
        socket.write(b"raised\n")
        socket.flush()  # who called hangs up
        self.called.emit([str(argument) for argument in arguments])


def call(name: str, arguments: Sequence[str]) -> None:
    """Hand arguments to the instance behind the door ``name``, and wait a little for its answer."""
    socket = QLocalSocket()
    socket.connectToServer(name)
    if socket.waitForConnected(_WAIT_MS):
        socket.write(json.dumps(list(arguments)).encode() + b"\n")
        socket.flush()
        socket.waitForReadyRead(_WAIT_MS)
    socket.abort()


def door_name(profile: str) -> str:
    """Return the name of a profile's door, the same for every start by this user."""
    identity = f"{getpass.getuser()}/{profile}".encode()
    return f"opsdesk-{hashlib.sha256(identity).hexdigest()[:16]}"


def option(arguments: Sequence[str], name: str) -> str:
    """Return the value of an option as typed, ``--url ADDRESS`` or ``--url=ADDRESS``, or ''."""
    for position, argument in enumerate(arguments):
        if argument == name:
            return "".join(arguments[position + 1 : position + 2])
        if argument.startswith(f"{name}="):
            return argument.partition("=")[2]
    return ""
