"""A line across the window for what must not be overlooked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from opsdesk.catalogue.language import tr
from opsdesk.ui.parts import button, set_text


class Banner(QFrame):
    """A line across the window for what must not be overlooked; hidden while there is nothing."""

    restart_wanted = Signal()
    #: its user has read it
    read = Signal()
    #: and what happened while nobody was told
    digest_read = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("banner")
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self.restart = button(tr("Restart updates"))
        self.restart.clicked.connect(self.restart_wanted)
        self.digest = button(tr("Read"))
        self.digest.setToolTip(tr("Put away what happened meanwhile"))
        self.digest.clicked.connect(self.digest_read)
        done = button(tr("Hide"))
        done.clicked.connect(self.read)
        line = QHBoxLayout(self)
        line.setContentsMargins(24, 8, 24, 8)
        line.addWidget(self._text, 1)
        line.addWidget(self.restart)
        line.addWidget(self.digest)
        line.addWidget(done)
        self.hide()

    def show_texts(
        self, texts: Sequence[str], *, offers_restart: bool = False, offers_read: bool = False
    ) -> None:
        """Show lines, or nothing.

        Args:
            texts: one a line
            offers_restart: with a button that starts the engine again, where that helps
            offers_read: with one that puts a digest away

        """
        set_text(self._text, "\n".join(texts))
        self.restart.setVisible(offers_restart)
        self.digest.setVisible(offers_read)
        self.setVisible(bool(texts))
