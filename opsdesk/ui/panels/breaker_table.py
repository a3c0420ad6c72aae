"""The breakers as a table: every one of them, sortable, the worst first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    Qt,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)
from typing_extensions import override

from opsdesk.insight.board import Board, Breaker
from opsdesk.insight.headline import display_name
from opsdesk.insight.verdict import State
from opsdesk.insight.words import EN_DASH, EPOCH, NOTHING, age_text, exact_time
from opsdesk.model.key import Key
from opsdesk.model.page import Panel
from opsdesk.ui import glyphs
from opsdesk.ui.breakers import failures_count, failures_number, state_and_word, summary
from opsdesk.ui.chip import Chip
from opsdesk.ui.fonts import font
from opsdesk.ui.panels.base import PanelView, absence
from opsdesk.ui.theme import STATE_TEXT, Look

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
ROW_HEIGHT = 44


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column as data: what it is called, what it says, what it sorts by."""

    title: str
    text: Callable[[Breaker, Board, datetime], str]
    order: Callable[[Breaker], Any]
    width: int
    right: bool = False


def _reset_text(breaker: Breaker, _board: Board, now: datetime) -> str:
    reading = breaker.last_reset
    if reading is None or not isinstance(reading.value, datetime):
        return "Pending" if breaker.state.is_open else "N/A"
    return f"{age_text((now - reading.value).total_seconds())} ago"


def _reset_time(breaker: Breaker) -> datetime:
    value = breaker.last_reset.value if breaker.last_reset is not None else None
    return value if isinstance(value, datetime) else EPOCH


def _from(breaker: Breaker, _board: Board, _now: datetime) -> str:
    return " / ".join(v for n, v in breaker.key.labels if n != "breaker")


def _age(breaker: Breaker, _board: Board, now: datetime) -> str:
    return age_text((now - breaker.reading.at).total_seconds())


COLUMNS: tuple[Column, ...] = (
    Column(
        title="State",
        text=lambda breaker, _board, now: state_and_word(breaker, now)[1],
        order=lambda _: 0,  # the board's own order is worst first
        width=130,
    ),
    Column(
        title="Service",
        text=lambda breaker, _board, _now: display_name(breaker),
        order=lambda breaker: breaker.name.casefold(),
        width=320,
    ),
    Column(
        title="Note",
        text=lambda breaker, _board, _now: breaker.reading.note,
        order=lambda breaker: breaker.reading.note,
        width=240,
    ),
    Column(title="From", text=_from, order=lambda breaker: breaker.key.labels, width=180),
    Column(title="Failures", text=failures_count, order=failures_number, width=90, right=True),
    Column(title="Last reset", text=_reset_text, order=_reset_time, width=110, right=True),
    Column(title="Age", text=_age, order=lambda breaker: breaker.reading.at, width=80, right=True),
)
_SERVICE = 1


class BreakerModel(QAbstractTableModel):
    """Rows of a board's breakers. Selection and scroll survive a refresh."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._board: Board | None = None
        self._now = EPOCH
        self._rows: tuple[Breaker, ...] = ()
        self._sort, self._order = 0, Qt.SortOrder.AscendingOrder

    def show_board(self, board: Board, now: datetime) -> None:
        """Take the breakers of a board; the same rows in the same order only change data."""
        before = self._rows
        rows = self._sorted(board.breakers)
        self._now = now
        if [row.key for row in before] == [row.key for row in rows]:
            self._board, self._rows = board, rows
            if rows:
                last = self.index(len(rows) - 1, len(COLUMNS) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
        elif len(before) == len(rows) and {r.key for r in before} == {r.key for r in rows}:
            self._board = board
            self._reorder(rows)
        else:
            self.beginResetModel()
            self._board, self._rows = board, rows
            self.endResetModel()

    def breaker(self, position: int) -> Breaker | None:
        """Return the breaker of a row."""
        return self._rows[position] if 0 <= position < len(self._rows) else None

    def position(self, key: Key) -> int:
        """Return the row of a breaker, -1 where it is gone."""
        return next((i for i, breaker in enumerate(self._rows) if breaker.key == key), -1)

    def state(self, position: int) -> State:
        """Return the state to draw in a row."""
        if self._board is None:
            return State.NO_SOURCE
        return state_and_word(self._rows[position], self._now)[0]

    @override
    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self._board is None:
            return None
        breaker, column = self._rows[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(breaker, self._board, self._now)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tooltip(breaker)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.title}: {column.text(breaker, self._board, self._now)}"
        return None

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = COLUMNS[section].right
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sort, self._order = max(0, column), order
        if self._board is not None:
            self._reorder(self._sorted(self._board.breakers))

    def _sorted(self, breakers: Sequence[Breaker]) -> tuple[Breaker, ...]:
        down = self._order is Qt.SortOrder.DescendingOrder
        if self._sort == 0:
            return tuple(reversed(breakers)) if down else tuple(breakers)
        return tuple(sorted(breakers, key=COLUMNS[self._sort].order, reverse=down))

    def _reorder(self, rows: tuple[Breaker, ...]) -> None:
        """Put the same rows in another order; selected and focused ones keep their breaker."""
        self.layoutAboutToBeChanged.emit()
        kept = [(index, self._rows[index.row()].key) for index in self.persistentIndexList()]
        self._rows = rows
        place = {breaker.key: position for position, breaker in enumerate(rows)} if kept else {}
        for index, key in kept:
            self.changePersistentIndex(index, self.index(place[key], index.column()))
        self.layoutChanged.emit()


def _tooltip(breaker: Breaker) -> str:
    lines = [display_name(breaker), str(breaker.key), breaker.reading.note]
    lines.append(f"true at {exact_time(breaker.reading.at)}")
    return "\n".join(line for line in lines if line)


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
        bold = state is State.CRITICAL and index.column() == _SERVICE
        painter.setFont(font(13, QFont.Weight.DemiBold if bold else QFont.Weight.Normal))
        plain = index.column() == _SERVICE or text not in ("0", NOTHING, "N/A")
        ink = "text1" if plain and state is not State.STALE else "text3"
        if state is State.STALE and index.column() == _SERVICE:
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
        self.view.setVisible(bool(board.breakers))
        self._nothing.setVisible(not board.breakers)
        self._nothing.show_state(State.NO_SOURCE, absence(board), filled=False)
        self.describe(summary(board) or absence(board))

    def _keep_selection(self) -> None:
        breaker = self.model.breaker(self.view.currentIndex().row())
        self._selected = breaker.key if breaker is not None else None

    def _restore_selection(self) -> None:
        position = self.model.position(self._selected) if self._selected is not None else -1
        if position >= 0:
            self.view.selectRow(position)


class _View(QTableView):
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
        header.setSectionResizeMode(_SERVICE, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(60)
        self.setMinimumHeight(30 + 3 * ROW_HEIGHT)
        look.changed.connect(self.viewport().update)
