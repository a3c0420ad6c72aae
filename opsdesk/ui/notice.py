"""A line across the window for what must not be overlooked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from opsdesk.catalogue.language import tr
from opsdesk.ui.parts import set_text

#: reasons of notices that come with a button: the engine is to be started again; what happened
#: while nobody was told is to be put away
ENGINE, DIGEST = "engine", "digest"


class Notice(QFrame):
    """A line across the window for what must not be overlooked; hidden while there is nothing."""

    restart_wanted = Signal()
    #: its user has read it
    read = Signal()
    #: and what happened while nobody was told
    digest_read = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self.restart = QPushButton(tr("Restart updates"))
        self.restart.clicked.connect(self.restart_wanted)
        self.digest = QPushButton(tr("Read"))
        self.digest.setToolTip(tr("Put away what happened meanwhile"))
        self.digest.clicked.connect(self.digest_read)
        done = QPushButton(tr("Hide"))
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


class Notices:
    """What must not be overlooked, by its reason; also for a window that is opened later."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self._bar: Notice | None = None

    def show_in(self, bar: Notice) -> None:
        """Show them in a window from now on."""
        self._bar = bar
        bar.read.connect(self.read)
        self._show()

    def tell(self, reason: str, text: str) -> None:
        """Say until it is withdrawn or read; '' withdraws it."""
        if text:
            self.texts[reason] = text
        elif self.texts.pop(reason, None) is None:
            return
        self._show()

    def withdraw(self, reason: str) -> None:
        """Say no longer what does not hold any more."""
        self.tell(reason, "")

    def read(self) -> None:
        """Forget what has been read; that updates have stopped stays true."""
        self.texts = {r: text for r, text in self.texts.items() if r == ENGINE}
        self._show()

    def _show(self) -> None:
        if self._bar is not None:
            dead, away = ENGINE in self.texts, DIGEST in self.texts
            texts = list(self.texts.values())
            self._bar.show_texts(texts, offers_restart=dead, offers_read=away)
