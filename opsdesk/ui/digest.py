"""'While you were away': what happened while nobody was told, until it has been read."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from opsdesk.catalogue.language import tr
from opsdesk.engine.commands import DigestRead
from opsdesk.insight.board import Board
from opsdesk.insight.digest import digest_counts, digest_lines, digest_title
from opsdesk.insight.words import MIDDLE_DOT
from opsdesk.ui.parts import button, label, row, set_text


class DigestCard(QFrame):
    """Hidden while there is nothing to read."""

    #: a Command of the engine
    command_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("digest")
        self._title, self._counts, self._lines = label("title"), label("fact"), label("detail")
        self._lines.setWordWrap(True)
        self._problem = label("detail")
        self._problem.setWordWrap(True)
        self.read = button(tr("Read"), tr("Put this away"))
        self.read.clicked.connect(self._read)
        head = row(self._title, self._counts, None, self.read, spacing=12)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(14, 8, 10, 10)
        lines.setSpacing(4)
        lines.addLayout(head)
        lines.addWidget(self._lines)
        lines.addWidget(self._problem)
        head.setAlignment(self.read, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_board(self, board: Board, now: datetime) -> None:
        """Show what is to be read, and what keeps this desk from remembering."""
        desk = board.snapshot.desk
        digest = desk.digest
        if digest is not None:
            set_text(self._title, digest_title(digest, now))
            set_text(self._counts, digest_counts(digest, board))
            set_text(self._lines, f"  {MIDDLE_DOT}  ".join(digest_lines(digest, board)))
            self.setAccessibleName(f"{self._title.text()}: {self._counts.text()}")
        for widget in (self._title, self._counts, self.read):
            widget.setVisible(digest is not None)
        self._lines.setVisible(digest is not None and bool(self._lines.text()))
        set_text(self._problem, desk.problem)
        self._problem.setVisible(bool(desk.problem))
        self.setVisible(digest is not None or bool(desk.problem))

    def _read(self) -> None:
        self.command_wanted.emit(DigestRead())
