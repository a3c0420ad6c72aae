"""The rows and columns of the breaker table; the table itself draws them."""

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
    Qt,
)
from typing_extensions import override

from opsdesk.insight.board import Board, Breaker
from opsdesk.insight.phrases import display_name
from opsdesk.insight.verdict import State
from opsdesk.insight.words import EPOCH, age_text, exact_time
from opsdesk.model.key import Key
from opsdesk.ui.breakers import failures_count, failures_number, state_and_word

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column as data: what it is called, what it says, what it sorts by."""

    title: str
    text: Callable[[Breaker, Board, datetime], str]
    order: Callable[[Breaker], Any]
    width: int
    right: bool = False
    #: whether it gives its room away where no breaker has anything to say in it
    may_be_empty: bool = False
    #: whether it changes as time goes
    ages: bool = False


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


def _true_at(breaker: Breaker) -> datetime:
    return breaker.reading.at


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
        may_be_empty=True,
    ),
    Column(
        title="From",
        text=_from,
        order=lambda breaker: breaker.key.labels,
        width=140,
        may_be_empty=True,
    ),
    Column(title="Failures", text=failures_count, order=failures_number, width=90, right=True),
    Column(
        title="Last reset", text=_reset_text, order=_reset_time, width=110, right=True, ages=True
    ),
    Column(
        title="Age",
        text=_age,
        order=lambda breaker: breaker.reading.at,
        width=80,
        right=True,
        ages=True,
    ),
)
SERVICE, NOTE = 1, 2


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

    def show_time(self, now: datetime) -> None:
        """Let what depends on the time of day be written anew: columns that tell an age."""
        self._now = now
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
