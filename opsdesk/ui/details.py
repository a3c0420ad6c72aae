"""All that is known of the figures of a card: opened by Enter, closed by Escape."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.details import details, title_of
from opsdesk.model.reading import Reading
from opsdesk.ui.parts import label

_SIZE = QSize(640, 340)
_LIST_WIDTH = 240


class DetailsPopup(QFrame):
    """Figures left, what is known of the chosen one right. Gone when anything else is clicked."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("details")
        self._board: Board | None = None
        self._now: datetime | None = None
        self._readings: Sequence[Reading] = ()
        self._title = label("title")
        self._figures = QListWidget()
        self._figures.setFixedWidth(_LIST_WIDTH)
        self._figures.setAccessibleName(tr("Figures of this card"))
        self._figures.currentRowChanged.connect(self._show)
        self._text = QPlainTextEdit()
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
        readings: Sequence[Reading],
        board: Board,
        now: datetime,
        anchor: QRect,
    ) -> None:
        """Show what is known of ``readings`` beside ``anchor``, in global coordinates."""
        self._board, self._now, self._readings = board, now, readings
        self._title.setText(title)
        self._figures.clear()
        self._figures.addItems([title_of(reading, board) for reading in readings])
        self._figures.setVisible(len(readings) > 1)
        self._figures.setCurrentRow(0)
        self.resize(_SIZE)
        self.move(_beside(anchor, _SIZE))
        self.show()
        (self._figures if len(readings) > 1 else self._text).setFocus()

    def _show(self, row: int) -> None:
        if self._board is None or self._now is None or not 0 <= row < len(self._readings):
            return
        found = details(self._readings[row], self._board, self._now)
        self._text.setPlainText("\n\n".join(f"{one.caption}\n{one.text}" for one in found))


def _beside(anchor: QRect, size: QSize) -> QPoint:
    """Return where a popup of a size stands by ``anchor`` and is wholly on its screen."""
    screen = QGuiApplication.screenAt(anchor.center()) or QGuiApplication.primaryScreen()
    room = screen.availableGeometry()
    left = min(max(anchor.left() + 16, room.left()), room.right() - size.width())
    top = min(max(anchor.top() + 40, room.top()), room.bottom() - size.height())
    return QPoint(left, top)
