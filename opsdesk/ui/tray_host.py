"""The icon in the tray: made late, told late, and made anew where its words change."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from opsdesk.insight.board import Board

if TYPE_CHECKING:
    from opsdesk.ui.tray import Tray

# It is drawn so long after the window, which is to be painted first; and it is made when that has
# had time to draw its charts.
_AFTER_MS, _AFTER_WINDOW_MS = 50, 400


class TrayHost(QObject):
    """Owns the tray's icon, from when it is wanted."""

    def __init__(self, make: Callable[[], Tray], parent: QObject) -> None:
        """Prepare; ``make`` makes the icon."""
        super().__init__(parent)
        self._make = make
        self._board: Board | None = None
        self.tray: Tray | None = None
        self._due = QTimer(self, singleShot=True, interval=_AFTER_WINDOW_MS)
        self._due.timeout.connect(self.open)
        self._late = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._late.timeout.connect(self._show)

    @property
    def is_there(self) -> bool:
        """Whether there is an icon, in a tray."""
        return self.tray is not None and self.tray.is_there

    def open(self) -> None:
        """Make the icon, and show it as soon as there is a tray."""
        self._due.stop()
        self.tray = self._make()
        self._show()
        self.tray.start()

    def open_soon(self) -> None:
        """Make the icon when the window has had its time."""
        self._due.start()

    def open_if_due(self) -> None:
        """Make the icon now, if it is to come soon."""
        if self._due.isActive():
            self.open()

    def show_board(self, board: Board) -> None:
        """Show news, after the window."""
        self._board = board
        self._late.start()

    def make_anew(self) -> None:
        """Make the icon anew: its words are translated where they are made."""
        if self.tray is not None:
            self.tray.stop()
            self.tray.deleteLater()
            self.open()

    def stop(self) -> None:
        """Take the icon away. Idempotent."""
        self._due.stop()
        self._late.stop()
        if self.tray is not None:
            self.tray.stop()

    def _show(self) -> None:
        if self._board is not None and self.tray is not None:
            self.tray.show_board(self._board)
