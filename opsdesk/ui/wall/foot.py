"""What is said at the foot of every wall: of the lock, else in passing, else of OpsDesk itself."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

# How long something is said in passing, in the place of the age of the data.
_REMARK_MS = 15_000


class Foot(QObject):
    """Knows which of them has the line."""

    #: it may be another line by now
    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._locked = self._remark = self._said = ""
        self._passing = QTimer(self, singleShot=True, interval=_REMARK_MS)
        self._passing.timeout.connect(self._passed)

    @property
    def line(self) -> str:
        """What is said; '' where there is nothing to be said."""
        return self._locked or self._remark or self._said

    def lock(self, text: str) -> None:
        """Say something of the lock; '' takes it away."""
        self._locked = text
        self.changed.emit()

    def say(self, text: str) -> None:
        """Say something of OpsDesk; '' takes it away."""
        self._said = text
        self.changed.emit()

    def remark(self, text: str) -> None:
        """Say something in passing."""
        self._remark = text
        self._passing.start()
        self.changed.emit()

    def clear(self) -> None:
        """Say nothing more in passing: the walls are taken down."""
        self._passing.stop()
        self._remark = ""

    def _passed(self) -> None:
        self._remark = ""
        self.changed.emit()
