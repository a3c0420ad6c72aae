"""Where a second start of a profile knocks: a socket of the system, named after user and profile."""

from __future__ import annotations

import getpass
import hashlib
import json
import logging
from collections.abc import Sequence

from PySide6.QtCore import QDeadlineTimer, QObject, QThread, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

log = logging.getLogger(__name__)

_WAIT_MS, _AGAIN_MS = 1_000, 20
_MOST_BYTES = 65_536


class Door(QObject):
    """Listens for second starts."""

    #: a second start's arguments, a list of str
    called = Signal(list)

    def __init__(self, profile: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        name = door_name(profile)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept)
        # What is left of a crashed instance is in the way of ours.
        QLocalServer.removeServer(name)
        if not self._server.listen(name):
            log.warning("a second start will not be noticed: %s", self._server.errorString())

    @property
    def place(self) -> str:
        """Where it is; on Linux and macOS the path of a socket."""
        return self._server.fullServerName()

    def close(self) -> None:
        """Listen no more. Idempotent."""
        self._server.close()

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


def call(profile: str, arguments: Sequence[str]) -> None:
    """Hand arguments to the instance of a profile, and wait a little for its answer.

    It may just be starting: it opens its door once its window can be seen.
    """
    name, deadline = door_name(profile), QDeadlineTimer(_WAIT_MS)
    socket = QLocalSocket()
    socket.connectToServer(name)
    while not socket.waitForConnected(_WAIT_MS) and not deadline.hasExpired():
        QThread.msleep(_AGAIN_MS)  # nothing tells that a door has been opened
        socket.connectToServer(name)
    if socket.state() is QLocalSocket.LocalSocketState.ConnectedState:
        socket.write(json.dumps(list(arguments)).encode() + b"\n")
        socket.flush()
        socket.waitForReadyRead(_WAIT_MS)
    socket.abort()


def door_name(profile: str) -> str:
    """Return the name of a profile's door, the same for every start by this user."""
    identity = f"{getpass.getuser()}/{profile}".encode()
    return f"opsdesk-{hashlib.sha256(identity).hexdigest()[:16]}"
