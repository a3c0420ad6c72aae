"""One instance per profile: a second start raises the first and hands over its arguments."""

from __future__ import annotations

import getpass
import hashlib
import json

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_WAIT_MS = 1_000
_MOST_BYTES = 65_536


class Instance(QObject):
    """The door at which a second start knocks."""

    #: a second start's arguments, a list of str
    called = Signal(list)

    def __init__(self, profile: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = door_name(profile)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept)

    def claim(self, arguments: list[str]) -> bool:
        """Become the instance of this profile; or hand ``arguments`` to the one there is.

        Returns True where this process is the one to go on.
        """
        if call(self._name, arguments):
            return False
        # Nobody answered: what is left of a crashed instance is in the way of ours.
        QLocalServer.removeServer(self._name)
        return self._server.listen(self._name)

    @property
    def door(self) -> str:
        """Where this instance listens; on Linux and macOS the path of a socket."""
        return self._server.fullServerName()

    def release(self) -> None:
        """Give the profile free. Idempotent."""
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
        socket.flush()
        socket.disconnectFromServer()
        self.called.emit([str(argument) for argument in arguments])


def call(name: str, arguments: list[str]) -> bool:
    """Hand arguments to the instance behind the door ``name``; tell whether there is one."""
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(_WAIT_MS):
        return False
    socket.write(json.dumps(arguments).encode() + b"\n")
    socket.flush()
    # Whether or not it answers in time, it is there: two of a profile would notify twice.
    socket.waitForReadyRead(_WAIT_MS)
    socket.abort()
    return True


def door_name(profile: str) -> str:
    """Return the name of a profile's door, the same for every start by this user."""
    identity = f"{getpass.getuser()}/{profile}".encode()
    return f"opsdesk-{hashlib.sha256(identity).hexdigest()[:16]}"
