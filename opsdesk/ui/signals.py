"""SIGTERM and SIGINT as Qt signals: Python's handlers do not run inside Qt's event loop."""

from __future__ import annotations

import signal
import socket
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, Signal


class Signals(QObject):
    """Turns a signal of the system into ``quit_wanted`` through a pair of sockets."""

    quit_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read, self._write = socket.socketpair()
        self._write.settimeout(0)
        self._earlier_fd = signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        self._earlier = {
            number: signal.signal(number, _noted) for number in (signal.SIGTERM, signal.SIGINT)
        }
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._arrived)

    def stop(self) -> None:
        """Put back what was there before. Idempotent."""
        if not self._earlier:
            return
        self._notifier.setEnabled(False)
        for number, handler in self._earlier.items():
            signal.signal(number, handler)
        self._earlier.clear()
        signal.set_wakeup_fd(self._earlier_fd)
        self._read.close()
        self._write.close()

    def _arrived(self) -> None:
        self._read.recv(64)
        self.quit_wanted.emit()


def _noted(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: there must be a handler for the wake-up socket to be written to."""
