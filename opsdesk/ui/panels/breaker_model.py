"""The rows of the breaker table; the table itself draws them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board, Breaker, display_name
from opsdesk.insight.breakers import DAY, Courses, state_and_word
from opsdesk.insight.strips import Drawn
from opsdesk.insight.verdict import State
from opsdesk.insight.words import EPOCH, exact_time
from opsdesk.model.key import Key
from opsdesk.model.series import SeriesFrame
from opsdesk.ui.panels.breaker_columns import COLUMNS, FROM_STRIPS, STATE, Seen

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_MINUTE = 60.0
_ALL = slice(None)


class BreakerModel(QAbstractTableModel):
    """Rows of a board's breakers. Selection and scroll survive a refresh."""

    def __init__(
        self, parent: QObject | None = None, window: float = DAY, part: slice = _ALL
    ) -> None:
        """Hold rows of breakers whose strips go ``window`` seconds back; of all, a ``part``."""
        super().__init__(parent)
        #: which of the sorted rows it holds
        self.part = part
        self.courses = Courses(window)
        self._board: Board | None = None
        self._now = EPOCH
        # When ages were last written, and the latest moment that one of them counts from.
        self._written, self._youngest = EPOCH, 0.0
        self._rows: tuple[Breaker, ...] = ()
        self._sort, self._order = 0, Qt.SortOrder.AscendingOrder

    def show_board(self, board: Board, now: datetime) -> None:
        """Take the breakers of a board; the same rows in the same order only change data."""
        self._now = self._written = now
        self._youngest = _youngest(board)
        before, rows = self._rows, self._sorted(board)
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

    def show_frame(self, frame: SeriesFrame) -> None:
        """Take how the breakers went: strips, and what follows from them."""
        self.courses.take(frame)
        if self._board is not None and self._rows:
            if self._sort in FROM_STRIPS:
                self._reorder(self._sorted(self._board))
            last = self.index(len(self._rows) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def show_time(self, now: datetime) -> None:
        """Let columns that tell an age be written anew: each second below a minute, then seldom."""
        if now.timestamp() - self._youngest >= _MINUTE > (now - self._written).total_seconds():
            return
        self._now = self._written = now
        last = len(self._rows) - 1
        for position, column in enumerate(COLUMNS) if self._rows else ():
            if column.ages:
                self.dataChanged.emit(self.index(0, position), self.index(last, position))

    def breaker(self, position: int) -> Breaker | None:
        """Return the breaker of a row."""
        return self._rows[position] if 0 <= position < len(self._rows) else None

    def position(self, key: Key) -> int:
        """Return the row of a breaker, -1 where it is gone."""
        return next((i for i, breaker in enumerate(self._rows) if breaker.key == key), -1)

    def names(self, most: int) -> list[str]:
        """Return the names in the first rows."""
        return [display_name(breaker) for breaker in self._rows[:most]]

    def state(self, position: int) -> State:
        """Return the state to draw in a row."""
        if self._board is None:
            return State.NO_SOURCE
        return state_and_word(self._rows[position], self._now)[0]

    def is_quiet(self, position: int, column: int) -> bool:
        """Tell whether a cell says so little that it is written quietly."""
        if self._board is None:
            return True
        seen = Seen(self._board, self.courses, self._now)
        return COLUMNS[column].quiet(self._rows[position], seen)

    def strip(self, position: int) -> Drawn | None:
        """Return the strip to draw in a row; None where it was not asked for or is not known."""
        if self._board is None:
            return None
        return self.courses.drawn(self._rows[position], self._board, self._now)

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
        seen = Seen(self._board, self.courses, self._now)
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(breaker, seen)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tooltip(breaker)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return tr("{title}: {text}", title=tr(column.title), text=column.text(breaker, seen))
        return None

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return tr(COLUMNS[section].title)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = COLUMNS[section].right
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sort, self._order = max(0, column), order
        if self._board is not None:
            self._reorder(self._sorted(self._board))

    def _sorted(self, board: Board) -> tuple[Breaker, ...]:
        down = self._order is Qt.SortOrder.DescendingOrder
        if self._sort == STATE:
            return (board.breakers[::-1] if down else board.breakers)[self.part]
        seen, order = Seen(board, self.courses, self._now), COLUMNS[self._sort].order
        rows = sorted(board.breakers, key=lambda row: order(row, seen), reverse=down)
        return tuple(rows[self.part])

    def _reorder(self, rows: tuple[Breaker, ...]) -> None:
        """Put the same rows in another order; selected and focused ones keep their breaker."""
        self.layoutAboutToBeChanged.emit()
        kept = [(index, self._rows[index.row()].key) for index in self.persistentIndexList()]
        self._rows = rows
        place = {breaker.key: position for position, breaker in enumerate(rows)} if kept else {}
        for index, key in kept:
            self.changePersistentIndex(index, self.index(place[key], index.column()))
        self.layoutChanged.emit()


def _youngest(board: Board) -> float:
    """Return when something last began that a row tells the age of, Unix time in seconds."""
    began = [incident.opened_at.timestamp() for incident in board.snapshot.incidents]
    began += [
        reset.value.timestamp()
        for breaker in board.breakers
        if (reset := breaker.last_reset) is not None and isinstance(reset.value, datetime)
    ]
    return max(began, default=0.0)


def _tooltip(breaker: Breaker) -> str:
    lines = [display_name(breaker), str(breaker.key), tr(breaker.reading.note)]
    lines.append(tr("true at {time}", time=exact_time(breaker.reading.at)))
    return "\n".join(line for line in lines if line)
