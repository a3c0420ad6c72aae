"""All that is known of the figures of a card: opened by Enter, closed by Escape."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.details import Detail, details, title_of
from opsdesk.model.reading import Reading
from opsdesk.ui.card import Card
from opsdesk.ui.parts import label
from opsdesk.ui.theme import Look
from opsdesk.ui.writing import BODY, CAPTION, Type

_SIZE = QSize(640, 340)
_LIST_WIDTH = 240
# Pixels between two paragraphs.
_APART = 10


class DetailsPopup(QFrame):
    """Figures left, what is known of the chosen one right. Gone when something else has focus.

    It lies in its window, not above it: where it stands is then no business of the desktop's.
    """

    def __init__(self, parent: QWidget, look: Look) -> None:
        super().__init__(parent)
        self._look = look
        self.setObjectName("details")
        self.hide()
        self._from: Card | None = None
        self._room = parent
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_changed)
        self._board: Board | None = None
        self._now: datetime | None = None
        self._readings: Sequence[Reading] = ()
        #: the row of the figure that is shown, and what is said of it
        self._written: tuple[int, tuple[Detail, ...]] | None = None
        self._title = label("title")
        self._figures = QListWidget()
        self._figures.setFixedWidth(_LIST_WIDTH)
        self._figures.setAccessibleName(tr("Figures of this card"))
        self._figures.currentRowChanged.connect(self._show)
        self._text = QTextEdit()
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setAccessibleName(tr("What is known of the figure"))
        columns = QHBoxLayout()
        columns.setSpacing(16)
        columns.addWidget(self._figures)
        columns.addWidget(self._text, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 16)
        layout.addWidget(self._title)
        layout.addLayout(columns, 1)

    def open_for(
        self,
        title: str,
        card: Card,
        board: Board,
        now: datetime,
    ) -> None:
        """Show what is known of the figures of a card, the chosen one first."""
        self._from, readings = card, card.shown
        self._board, self._now, self._readings = board, now, readings
        self._title.setText(title)
        self._written = None
        self._figures.clear()
        self._figures.addItems([title_of(reading, board) for reading in readings])
        self._figures.setVisible(len(readings) > 1)
        chosen = readings.index(card.chosen) if card.chosen in readings else 0
        self._figures.setCurrentRow(chosen)
        room = self._room.size()
        self.resize(_SIZE.boundedTo(room))
        self.move(_within(card.mapTo(self._room, QPoint(16, 40)), self.size(), room))
        self.show()
        self.raise_()
        (self._figures if len(readings) > 1 else self._text).setFocus()

    def show_board(self, board: Board, now: datetime) -> None:
        """Show the same figures as they are now: what is old is not to look new."""
        if not self.isVisible():
            return
        found = board.snapshot.readings
        self._board, self._now = board, now
        self._readings = [found.get(reading.key, reading) for reading in self._readings]
        if not self._text.textCursor().hasSelection():  # somebody is about to copy it
            self._show(self._figures.currentRow())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            if self._from is not None:
                self._from.take_focus()
        else:
            super().keyPressEvent(event)

    def _focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self.isVisible() and new is not None and not self.isAncestorOf(new):
            self.hide()

    def _show(self, row: int) -> None:
        if self._board is None or self._now is None or not 0 <= row < len(self._readings):
            return
        found = details(self._readings[row], self._board, self._now)
        if (row, found) == self._written:
            return
        same = self._written is not None and self._written[0] == row
        self._written = (row, found)
        place = self._text.verticalScrollBar().value() if same else 0
        self._text.clear()
        for one in found:
            self._write(one.caption, CAPTION, above=0 if one is found[0] else _APART)
            self._write(one.text, BODY)
        self._text.moveCursor(QTextCursor.MoveOperation.Start)
        self._text.verticalScrollBar().setValue(place)

    def _write(self, text: str, style: Type, above: int = 0) -> None:
        """Add a paragraph; what sources say is text, never markup."""
        block, letters = QTextBlockFormat(), QTextCharFormat()
        block.setTopMargin(above)
        letters.setFont(style.font)
        letters.setForeground(self._look.color(style.ink))
        cursor = self._text.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if self._text.document().isEmpty():
            cursor.setBlockFormat(block)
        else:
            cursor.insertBlock(block)
        cursor.insertText(text, letters)


def _within(wanted: QPoint, size: QSize, room: QSize) -> QPoint:
    """Return the place nearest to the wanted one at which all of it can be seen."""
    return QPoint(
        max(0, min(wanted.x(), room.width() - size.width())),
        max(0, min(wanted.y(), room.height() - size.height())),
    )
