"""The breakers as a table: every one of them, sortable, the worst first."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)
from typing_extensions import override

from opsdesk.insight.board import Board
from opsdesk.insight.verdict import State
from opsdesk.insight.words import EN_DASH, NOTHING
from opsdesk.model.key import Key
from opsdesk.model.page import Panel
from opsdesk.ui import glyphs
from opsdesk.ui.breakers import summary
from opsdesk.ui.chip import Chip
from opsdesk.ui.fonts import font
from opsdesk.ui.panels.base import PanelView, absence
from opsdesk.ui.panels.breaker_model import COLUMNS, NOTE, SERVICE, BreakerModel, Index
from opsdesk.ui.theme import STATE_TEXT, Look

ROW_HEIGHT = 44
# Names get this share of the width beside notes, and at least so many pixels.
_NAMES_SHARE, _LEAST_NAME = 0.28, 220


class _Delegate(QStyledItemDelegate):
    """Draws a row: the state as a chip, the group of a name dim, a line below."""

    def __init__(self, model: BreakerModel, look: Look, parent: QObject) -> None:
        super().__init__(parent)
        self._model, self._look = model, look

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect = QRectF(option.rect)
        state = self._model.state(index.row())
        focused = option.state & QStyle.StateFlag.State_Selected
        painter.save()
        if focused:
            painter.fillRect(rect, self._look.color("raised"))
        if index.column() == 0:
            self._paint_state(painter, rect, state, str(index.data()))
        else:
            self._paint_text(painter, rect.adjusted(0, 0, -12, 0), index, state)
        if focused:
            for y in (rect.top(), rect.bottom() - 2):
                painter.fillRect(
                    QRectF(rect.left(), y, rect.width(), 2), self._look.color("accent")
                )
        else:
            below = QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1)
            painter.fillRect(below, self._look.color("hair"))
        painter.restore()

    def _paint_state(self, painter: QPainter, rect: QRectF, state: State, word: str) -> None:
        look, middle = self._look, rect.center().y()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        quiet = state is State.OK
        painter.setFont(font(12, QFont.Weight.Medium if quiet else QFont.Weight.DemiBold))
        box = rect.adjusted(20, 0, 0, 0)
        ink, paper = look.color(STATE_TEXT[state]), look.color("surface")
        if state is State.STALE:
            ink = look.color("text3")
        if state is State.CRITICAL:
            width = 35 + QFontMetrics(painter.font()).horizontalAdvance(word)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("critical"))
            painter.drawRoundedRect(QRectF(rect.left(), middle - 11, width, 22), 3, 3)
            ink, paper = look.color("onfill"), look.color("critical")
            box = rect.adjusted(27, 0, 0, 0)
        glyph = QRectF(box.left() - 20, middle - 7, 14, 14)
        glyphs.paint(painter, glyphs.STATE_FILES[state], glyph, ink, paper)
        painter.setPen(ink)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, word)

    def _paint_text(self, painter: QPainter, rect: QRectF, index: Index, state: State) -> None:
        text = str(index.data() or "")
        alignment = index.data(Qt.ItemDataRole.TextAlignmentRole)
        bold = state is State.CRITICAL and index.column() == SERVICE
        painter.setFont(font(13, QFont.Weight.DemiBold if bold else QFont.Weight.Normal))
        plain = index.column() == SERVICE or text not in ("0", NOTHING, "N/A")
        ink = "text1" if plain and state is not State.STALE else "text3"
        if state is State.STALE and index.column() == SERVICE:
            ink = "text2"
        painter.setPen(self._look.color(ink))
        elided = QFontMetrics(painter.font()).elidedText(
            text, Qt.TextElideMode.ElideRight, int(rect.width())
        )
        painter.drawText(rect, alignment, elided)


class BreakerTablePanel(PanelView):
    """The table in its card."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self.model = BreakerModel(self)
        self.view = _View(self.model, look)
        self._nothing = Chip(look)
        self.body.addSpacing(8)
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self._nothing, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addStretch(0)
        self._selected: Key | None = None
        self.model.modelAboutToBeReset.connect(self._keep_selection)
        self.model.modelReset.connect(self._restore_selection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        scope = f"{summary(board)} {EN_DASH} worst first" if board.breakers else ""
        fresh = board.fresh_breakers(now)
        readings = [b.reading for b in fresh or board.breakers]
        self.show_origin(board, readings, now, scope, stale=bool(readings) and not fresh)
        self.model.show_board(board, now)
        for position, column in enumerate(COLUMNS):
            if column.may_be_empty:
                empty = not any(column.text(b, board, now) for b in board.breakers)
                self.view.setColumnHidden(position, empty)
        self.view.fit()
        self.view.setVisible(bool(board.breakers))
        self._nothing.setVisible(not board.breakers)
        self._nothing.show_state(State.NO_SOURCE, absence(board), filled=False)
        self.describe(summary(board) or absence(board))

    @override
    def show_age(self, now: datetime) -> None:
        super().show_age(now)
        self.model.show_time(now)

    def _keep_selection(self) -> None:
        breaker = self.model.breaker(self.view.currentIndex().row())
        self._selected = breaker.key if breaker is not None else None

    def _restore_selection(self) -> None:
        position = self.model.position(self._selected) if self._selected is not None else -1
        if position >= 0:
            self.view.selectRow(position)


class _View(QTableView):
    def fit(self) -> None:
        """Give the names what they need, and the notes the rest; without notes, names all."""
        notes = not self.isColumnHidden(NOTE)
        stretch, fixed = QHeaderView.ResizeMode.Stretch, QHeaderView.ResizeMode.Interactive
        header = self.horizontalHeader()
        header.setSectionResizeMode(SERVICE, fixed if notes else stretch)
        header.setSectionResizeMode(NOTE, stretch if notes else fixed)
        if notes:
            width = max(_LEAST_NAME, round(self.viewport().width() * _NAMES_SHARE))
            self.setColumnWidth(SERVICE, width)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def __init__(self, model: BreakerModel, look: Look) -> None:
        super().__init__()
        self.setModel(model)
        self.setItemDelegate(_Delegate(model, look, self))
        self.setAccessibleName("Circuit breakers")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSortIndicatorShown(False)
        for position, column in enumerate(COLUMNS):
            self.setColumnWidth(position, column.width)
        header.setMinimumSectionSize(60)
        self.setMinimumHeight(30 + 3 * ROW_HEIGHT)
        look.changed.connect(self.viewport().update)
