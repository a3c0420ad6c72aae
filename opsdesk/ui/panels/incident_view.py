"""The list of incidents: rows that are chosen, and what keys do with them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.incident_list import Entry, Line, entries, lines_of, running, ticks
from opsdesk.ui.painted import Painting, kept
from opsdesk.ui.panels.canvas import paint_rule, paint_state
from opsdesk.ui.panels.incident_rows import HEADING, ROW, paint_entry, paint_focus, paint_heading
from opsdesk.ui.theme import Look
from opsdesk.ui.writing import Writer

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
#: so far a row reaches beyond its text, in pixels
OVERHANG = 10


class IncidentModel(QAbstractListModel):
    """Rows of a board's incidents; who looks on keeps the chosen one by its id."""

    def __init__(self, parent: QObject | None = None, *, running_alone: bool = False) -> None:
        super().__init__(parent)
        self._running_alone = running_alone
        self._found: tuple[Entry, ...] = ()
        self._ticks: tuple[int, ...] = ()
        self.lines: tuple[Line, ...] = ()

    def show_board(self, board: Board, now: datetime) -> None:
        """Take the incidents of a board; the same rows in the same order only change data."""
        found = running(board, now) if self._running_alone else entries(board, now)
        self._found, self._ticks = found, ticks(found, now)
        lines = lines_of(found, board, now)
        if lines == self.lines:
            return
        same = [_mark(line) for line in lines] == [_mark(line) for line in self.lines]
        if same:
            self.lines = lines
            self.dataChanged.emit(self.index(0), self.index(len(lines) - 1))
        else:
            self.beginResetModel()
            self.lines = lines
            self.endResetModel()

    def is_due(self, now: datetime) -> bool:
        """Tell whether a row says another age by now."""
        return ticks(self._found, now) != self._ticks

    def entry(self, position: int) -> Entry | None:
        """Return the incident of a row; None for a heading."""
        line = self.lines[position] if 0 <= position < len(self.lines) else None
        return line if isinstance(line, Entry) else None

    def position(self, incident_id: str) -> int:
        """Return the row of an incident, -1 where it is gone."""
        marks = (_mark(line) for line in self.lines)
        return next((at for at, mark in enumerate(marks) if mark == incident_id), -1)

    @override
    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.lines)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return line.said if isinstance(line, Entry) else line.text
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(line, Entry):
            return line.name
        return None

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        is_entry = index.isValid() and isinstance(self.lines[index.row()], Entry)
        if not is_entry:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


def _mark(line: Line) -> str:
    return line.id if isinstance(line, Entry) else f" {line.text}"


class IncidentView(QListView):
    """Arrows choose, Enter opens; letters say what is to be done with what is chosen."""

    #: the chosen incident is another, or says something else
    chosen = Signal()
    #: one of the keys of KEYS
    wanted = Signal(str)

    def __init__(self, model: IncidentModel, look: Look) -> None:
        super().__init__()
        self._model, self._look = model, look
        self._id = ""
        #: what was chosen without anybody's doing
        self._first = ""
        self.setModel(model)
        self.setItemDelegate(_Delegate(model, look, self))
        self.setAccessibleName(tr("Incidents"))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setMouseTracking(True)
        self.setObjectName("incidents")
        self.doubleClicked.connect(self._double_clicked)
        self.selectionModel().currentChanged.connect(self._current_changed)
        model.modelAboutToBeReset.connect(self._keep)
        model.modelReset.connect(self._restore)
        model.dataChanged.connect(self.chosen)
        look.changed.connect(self.viewport().update)

    @property
    def entry(self) -> Entry | None:
        """The chosen incident."""
        return self._model.entry(self.currentIndex().row())

    def choose(self, incident_id: str) -> bool:
        """Choose an incident; tell whether it is there."""
        position = self._model.position(incident_id)
        if position >= 0:
            self.setCurrentIndex(self._model.index(position))
            self.scrollTo(self.currentIndex())
        return position >= 0

    def choose_first(self) -> None:
        """Choose the worst, where nobody has chosen anything, or what has ended since.

        Whoever reads what has ended is not moved.
        """
        first = next((e for e in self._model.lines if isinstance(e, Entry)), None)
        if first is not None and (self.entry is None or self._has_passed(self.entry, first)):
            self.choose(first.id)
            self._first = first.id

    def _has_passed(self, entry: Entry, first: Entry) -> bool:
        unasked = entry.id == self._first
        return unasked and first.incident.runs and not entry.incident.runs

    def _current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        entry = self._model.entry(current.row())
        if entry is not None:
            self._id = entry.id
        self.chosen.emit()

    def _keep(self) -> None:
        self._scrolled = self.verticalScrollBar().value()
        self._kept, self._stood = self._id, self.visualRect(self.currentIndex()).top()

    def _restore(self) -> None:
        self.doItemsLayout()
        position = self._model.position(self._kept)
        if position >= 0:
            self.setCurrentIndex(self._model.index(position))
        self.verticalScrollBar().setValue(self._scrolled)
        if position >= 0 and self._scrolled:  # what came above it does not push it away
            moved = self.visualRect(self.currentIndex()).top() - self._stood
            self.verticalScrollBar().setValue(self._scrolled + moved)
        self.chosen.emit()

    def _double_clicked(self, _index: QModelIndex) -> None:
        self.wanted.emit("open")

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        action = KEYS.get(Qt.Key(event.key()), "") if plain else ""
        if action and self.entry is not None:
            self.wanted.emit(action)
            event.accept()
        else:
            super().keyPressEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self.choose_first()  # Qt would make the first row the current one, without choosing it
        super().focusInEvent(event)
        self.viewport().update()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(260, 160)


KEYS = {
    Qt.Key.Key_Return: "open",
    Qt.Key.Key_Enter: "open",
    Qt.Key.Key_A: "acknowledge",
    Qt.Key.Key_S: "snooze",
    Qt.Key.Key_N: "note",
    Qt.Key.Key_C: "copy",
    Qt.Key.Key_R: "runbook",
}


class _Delegate(QStyledItemDelegate):
    """Draws a row, a line below it, and which is chosen."""

    def __init__(self, model: IncidentModel, look: Look, view: IncidentView) -> None:
        super().__init__(view)
        self._model, self._look, self._view = model, look, view

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        is_entry = self._model.entry(index.row()) is not None
        return QSize(100, round(ROW if is_entry else HEADING))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect = QRectF(option.rect)
        with Painting(painter, rect, self._look) as writer, kept(painter):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            line = self._model.lines[index.row()]
            box = rect.adjusted(OVERHANG, 0, -OVERHANG, 0)
            if isinstance(line, Entry):
                self._paint_entry(writer, rect, box, line, option)
            elif line.state is not None:
                paint_state(writer, box, line.state, line.text)
            else:
                paint_heading(writer, box, line.text)

    def _paint_entry(
        self, writer: Writer, rect: QRectF, box: QRectF, entry: Entry, option: QStyleOptionViewItem
    ) -> None:
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if chosen or hovered:
            focused = chosen and self._view.hasFocus()
            paint_focus(writer, rect.adjusted(0, 1, 0, -2), self._look, focused=focused)
        paint_entry(writer, box, entry)
        paint_rule(writer, box.left(), rect.bottom() - 1, box.width())
