"""A line across the window for what must not be overlooked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from opsdesk.catalogue.language import tr
from opsdesk.ui.parts import set_text


class Notice(QFrame):
    """A line across the window for what must not be overlooked; hidden while there is nothing."""

    restart_wanted = Signal()
    #: its user has read it
    read = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self.restart = QPushButton(tr("Restart updates"))
        self.restart.clicked.connect(self.restart_wanted)
        done = QPushButton(tr("Hide"))
        done.clicked.connect(self.read)
        line = QHBoxLayout(self)
        line.setContentsMargins(24, 8, 24, 8)
        line.addWidget(self._text, 1)
        line.addWidget(self.restart)
        line.addWidget(done)
        self.hide()

    def show_texts(self, texts: Sequence[str], *, offers_restart: bool = False) -> None:
        """Show lines, or nothing; with a button that starts the engine again where that helps."""
        set_text(self._text, "\n".join(texts))
        self.restart.setVisible(offers_restart)
        self.setVisible(bool(texts))
