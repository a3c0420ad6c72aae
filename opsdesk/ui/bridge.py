"""The one door between the engine's thread and the window's."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from opsdesk.catalogue.metrics import Catalogue
from opsdesk.insight.board import arrange
from opsdesk.model.snapshot import Snapshot


class Bridge(QObject):
    """Signals that are emitted on the engine's thread and arrive on the window's.

    Connect bound methods of objects that live on the window's thread: Qt then queues the call.
    """

    #: a Board
    arrived = Signal(object)
    #: a SeriesFrame
    answered = Signal(object)
    #: why the engine died, one line
    died = Signal(str)
    #: a Notice, the NoticeAction chosen at it, and the desktop's leave to raise the window, or ''
    activated = Signal(object, object, str)
    #: a way on which notices are passed on, and why it fails; '' when it works again
    troubled = Signal(str, str)

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        self._catalogue = catalogue

    def publish(self, snapshot: Snapshot) -> None:
        """Arrange a snapshot for the screen and send it over; called on the engine's thread."""
        board = arrange(snapshot, self._catalogue)
        self.arrived.emit(board)

    def report_death(self, error: BaseException) -> None:
        """Say that the engine has died; called on the engine's thread.

        The error's own words stay in the log: they might hold a secret.
        """
        self.died.emit(type(error).__name__)
