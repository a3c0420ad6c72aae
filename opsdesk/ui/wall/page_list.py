"""Pages to be ticked and put in order, with the mouse or without."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.ui.check import Checks
from opsdesk.ui.parts import button

_ID = Qt.ItemDataRole.UserRole
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
# Of these, so many are seen without scrolling.
_ROW_HEIGHT, _MOST_ROWS = 30, 9


class PageList(QWidget):
    """Those that are wanted first, in their order; Space ticks, Alt with an arrow moves."""

    #: what is ticked, or its order, is another now
    changed = Signal()

    def __init__(self, known: Iterable[tuple[str, str]], wanted: Sequence[str]) -> None:
        """Show pages.

        Args:
            known: id and title of each page that there is.
            wanted: ids of those that are ticked, in their order; one may stand there twice, or be
                of no page that there is.

        """
        super().__init__()
        titles = dict(known)
        self._list = _List(self)
        for id_ in wanted:
            self._add(id_, titles.get(id_, tr("{page}: not there", page=id_)), ticked=True)
        for id_, title in titles.items():
            if id_ not in wanted:
                self._add(id_, title, ticked=False)
        self._list.setCurrentRow(0)
        self._list.setFixedHeight(min(_MOST_ROWS, self._list.count()) * _ROW_HEIGHT + 4)
        self._up, self._down = button(tr("Up")), button(tr("Down"))
        for one, steps, name in (
            (self._up, -1, tr("Move the page up")),
            (self._down, 1, tr("Move the page down")),
        ):
            one.setProperty("steps", steps)
            one.setAccessibleName(name)
            one.clicked.connect(self._move)
        self._up.setToolTip(tr("Alt+Up"))
        self._down.setToolTip(tr("Alt+Down"))
        buttons = QVBoxLayout()
        buttons.addWidget(self._up)
        buttons.addWidget(self._down)
        buttons.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._list, 1)
        layout.addLayout(buttons)
        self.setFocusProxy(self._list)
        self.setFixedHeight(self._list.height())
        self._list.currentRowChanged.connect(self._show_buttons)
        self._list.itemChanged.connect(self.changed)
        self._list.model().rowsMoved.connect(self._moved)
        self._list.moving.connect(self.shift)
        self._show_buttons()

    def name(self, name: str) -> None:
        """Give it the name by which a screen reader calls it."""
        self._list.setAccessibleName(name)

    def pages(self) -> tuple[str, ...]:
        """Return the ids of what is ticked, in order."""
        items = (self._list.item(row) for row in range(self._list.count()))
        return tuple(item.data(_ID) for item in items if item.checkState() is Qt.CheckState.Checked)

    def shift(self, steps: int) -> None:
        """Move the current page up or down."""
        row = self._list.currentRow()
        if 0 <= row + steps < self._list.count():
            # One above the place, as Qt counts, where the row that moves still stands there.
            place = row + steps + (1 if steps > 0 else 0)
            parent = self._list.rootIndex()
            self._list.model().moveRow(parent, row, parent, place)
            self._list.setCurrentRow(row + steps)

    def _move(self) -> None:
        self.shift(int(self.sender().property("steps")))

    def _moved(self) -> None:
        self._show_buttons()
        self.changed.emit()

    def _show_buttons(self) -> None:
        row = self._list.currentRow()
        self._up.setEnabled(row > 0)
        self._down.setEnabled(0 <= row < self._list.count() - 1)

    def _add(self, id_: str, title: str, *, ticked: bool) -> None:
        item = QListWidgetItem(title, self._list)
        item.setData(_ID, id_)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)


class _List(QListWidget):
    """The list itself: rows can be dragged, and moved with Alt and an arrow."""

    moving = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("pages")
        self.setItemDelegate(Checks(self))
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = _STEPS.get(Qt.Key(event.key()))
        if steps and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.moving.emit(steps)
        else:
            super().keyPressEvent(event)
