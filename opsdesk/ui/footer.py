"""The line at the bottom: where the figures come from, what goes on, and the local time."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.words import listing
from opsdesk.ui.parts import Elided, button, label, row, set_text

_FOOTER = 28
_MESSAGE_MS = 8_000


class Footer(QFrame):
    """Where the figures come from, and the local time."""

    #: give up what is being written
    stop_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("footer")
        self.setFixedHeight(_FOOTER)
        self._sources, self._time = Elided("scope"), label("scope")
        #: minutes since 1970 of the time that is shown
        self._minute = -1.0
        self._message = Elided("scope")
        self._stop = button(tr("Stop"))
        self._stop.setObjectName("small")
        self._stop.setAccessibleName(tr("Stop writing the file"))
        self._stop.clicked.connect(self.stop_wanted)
        self._stop.hide()
        self._fade = QTimer(self)
        self._fade.setSingleShot(True)
        self._fade.setInterval(_MESSAGE_MS)
        self._fade.timeout.connect(self._clear)
        self._message.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line = row(self._sources, self._message, self._stop, self._time, spacing=24)
        line.setContentsMargins(24, 0, 24, 0)
        line.setStretch(0, 1)
        line.setStretch(1, 1)
        self.setLayout(line)

    def show_message(self, text: str) -> None:
        """Show a line for a while."""
        set_text(self._message, text)
        self._fade.start()

    def show_stop(self, *, offered: bool) -> None:
        """Offer to stop what is being written, and keep its message while it is."""
        self._stop.setVisible(offered)

    def _clear(self) -> None:
        if self._stop.isHidden():
            set_text(self._message, "")

    def show_board(self, board: Board, now: datetime) -> None:
        """Name the sources with their addresses."""
        named = tuple(
            s.title if s.title in s.where else f"{s.title} ({s.where})"
            for s in board.sources.values()
        )
        names = tr("Source: {names}", names=listing(named))
        set_text(self._sources, names if named else tr("No source connected"))
        self.show_time(now)

    def show_time(self, now: datetime) -> None:
        """Show the time of day, to the minute."""
        minute = now.timestamp() // 60
        if minute != self._minute:
            self._minute = minute
            set_text(self._time, tr("{time} local time", time=f"{now.astimezone():%H:%M}"))
