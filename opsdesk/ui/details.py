"""All that is known of the figures of a card: opened by Enter, closed by Escape."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QKeyEvent,
    QTextCharFormat,
    QTextCursor,
    QTextLength,
    QTextTableFormat,
)
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

# Pixels: widths with and without a list of figures beside it, and the greatest height.
_WIDE, _NARROW, _HIGHEST = 720, 520, 480
_LIST_WIDTH, _BETWEEN, _BELOW_TITLE = 256, 20, 10
# Pixels: the column of captions, around each cell, above the lines, and for what Qt rounds.
_CAPTIONS, _PADDING, _APART, _SPARE = 112, 3, 8, 4
_OFF_EDGE = 16
_FIGURE = Type(28, "text1", QFont.Weight.DemiBold)


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
        self._figures.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._figures.setAccessibleName(tr("Figures of this card"))
        self._figures.currentRowChanged.connect(self._show)
        self._text = QTextEdit()
        self._text.setReadOnly(True)
        self._text.document().setDocumentMargin(0)
        self._text.setTabChangesFocus(True)
        self._text.setAccessibleName(tr("What is known of the figure"))
        columns = QHBoxLayout()
        columns.setSpacing(_BETWEEN)
        columns.addWidget(self._figures)
        columns.addWidget(self._text, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 14, 16, 16)
        layout.setSpacing(_BELOW_TITLE)
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
        self.show()  # it has its style from here on
        self._fit(room)
        self.move(_within(card.mapTo(self._room, QPoint(16, 40)), self.size(), room))
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
        self._write(found)
        self._text.moveCursor(QTextCursor.MoveOperation.Start)
        self._text.verticalScrollBar().setValue(place)

    def _write(self, found: Sequence[Detail]) -> None:
        """Write the figure large, and all else in lines; what sources say is text, never markup."""
        figure, *others = found
        self._text.clear()
        cursor = self._text.textCursor()
        cursor.insertText(figure.text, self._letters(_FIGURE))
        table = QTextTableFormat()
        table.setBorder(0)
        table.setCellSpacing(0)
        table.setCellPadding(_PADDING)
        table.setTopMargin(_APART)
        table.setLeftMargin(-_PADDING)
        widths = (QTextLength.Type.FixedLength, _CAPTIONS), (QTextLength.Type.PercentageLength, 100)
        table.setColumnWidthConstraints([QTextLength(*width) for width in widths])
        lines = cursor.insertTable(len(others), 2, table)
        for line, one in enumerate(others):
            for column, (text, style) in enumerate(((one.caption, CAPTION), (one.text, BODY))):
                cell = lines.cellAt(line, column).firstCursorPosition()
                cell.insertText(text, self._letters(style))

    def _letters(self, style: Type) -> QTextCharFormat:
        letters = QTextCharFormat()
        letters.setFont(style.font)
        letters.setForeground(self._look.color(style.ink))
        return letters

    def _fit(self, room: QSize) -> None:
        """Be as high as all that is said of the figure, as far as there is room."""
        several = self._figures.isVisibleTo(self)
        self.resize(QSize(_WIDE if several else _NARROW, _HIGHEST).boundedTo(room))
        layout = self.layout()
        if layout is not None:
            layout.activate()
        rows = len(self._readings) * self._figures.sizeHintForRow(0) if several else 0
        wanted = max(self._text.document().size().height(), rows)
        unused = self._text.viewport().height() - wanted - _SPARE
        self.resize(self.width(), self.height() - max(0, round(unused)))


def _within(wanted: QPoint, size: QSize, room: QSize) -> QPoint:
    """Return the place nearest to the wanted one at which all of it can be seen, off the edges."""
    return QPoint(
        max(0, min(wanted.x(), room.width() - size.width() - _OFF_EDGE)),
        max(0, min(wanted.y(), room.height() - size.height() - _OFF_EDGE)),
    )
