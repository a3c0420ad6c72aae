"""The incidents of the window: a list, what can be done, and one of them opened beside it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QMargins, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout
from typing_extensions import override

from opsdesk.catalogue.language import tr, trn
from opsdesk.insight.board import Board
from opsdesk.insight.captions import absence
from opsdesk.insight.incident_list import Entry
from opsdesk.insight.summary import summary
from opsdesk.insight.verdict import State
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading
from opsdesk.model.series import SeriesFrame, SeriesQuery
from opsdesk.ui.chip import Chip
from opsdesk.ui.digest import DigestCard
from opsdesk.ui.incident_actions import IncidentActions
from opsdesk.ui.panels.base import PanelView
from opsdesk.ui.panels.incident_detail import IncidentDetail
from opsdesk.ui.panels.incident_view import OVERHANG, IncidentModel, IncidentView
from opsdesk.ui.theme import Look

_ACTIONS = ("open", "acknowledge", "snooze", "note", "copy", "runbook")
# Shares of the width of the list and of what is opened beside it.
_LIST, _OPENED = 42, 58
# What is opened needs this height, in pixels, and so much more below what is to be read.
_OPENED_HEIGHT, _DIGEST = 540, 76
# Below this width what is opened takes the place of the list.
_LEAST_FOR_BOTH = 860


class IncidentListPanel(PanelView):
    """Open, acknowledged and recent incidents, and everything that can be said of them."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._now: datetime | None = None
        self._needed = 0
        self.digest = DigestCard()
        self.buttons = IncidentActions(_ACTIONS)
        self.model = IncidentModel(self)
        self.view = IncidentView(self.model, look)
        self.detail: IncidentDetail | None = None
        self._nothing = Chip(look)
        self._halves = QHBoxLayout()
        self._halves.setSpacing(8)
        self._halves.setContentsMargins(0, 0, 0, 0)
        self._halves.addWidget(self.view, _LIST)
        self.body.addSpacing(6)
        self.body.addWidget(self._nothing, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.digest)
        self.body.addWidget(self.buttons)
        self.body.addLayout(self._halves, 1)
        # Rows reach beyond their text, which stands below the title.
        margins = self.body.contentsMargins()
        self.body.setContentsMargins(margins - QMargins(OVERHANG, 0, OVERHANG, 0))
        self.head.setContentsMargins(OVERHANG, 0, OVERHANG, 0)
        self.buttons.setContentsMargins(OVERHANG, 8, OVERHANG, 6)
        self._nothing.setContentsMargins(OVERHANG, 0, 0, 0)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._show_menu)
        self.view.chosen.connect(self._chosen)
        self.view.wanted.connect(self.buttons.do)
        self.buttons.wanted.connect(self._do)
        self.buttons.command_wanted.connect(self.command_wanted)
        self.digest.command_wanted.connect(self.command_wanted)

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        self._now = now
        running = {i.subject for i in board.snapshot.incidents if i.runs}
        shown = [board.breaker_of[key].reading for key in running & board.breaker_of.keys()]
        self.show_head(board, shown, now)
        self.digest.show_board(board, now)
        self.model.show_board(board, now)
        there = bool(board.sources)
        self.view.setVisible(there)
        self.buttons.setVisible(there and any(isinstance(x, Entry) for x in self.model.lines))
        self._nothing.setVisible(not there)
        if not there:
            self._nothing.show_state(State.NO_SOURCE, absence(board), filled=False)
        self._fit()
        if not self._is_opened:
            self.view.choose_first()
        self._chosen()
        lines = [line for line in self.model.lines[:5] if isinstance(line, Entry)]
        number = sum(i.runs for i in board.snapshot.incidents)
        count = trn("{number} open", "{number} open", number) if there else absence(board)
        self.describe("; ".join([count, *(line.said for line in lines)]))

    @override
    def show_age(self, now: datetime) -> None:
        super().show_age(now)
        if self._now is not None and self.board is not None and self.model.is_due(now):
            self._now = now
            self.model.show_board(self.board, now)

    @override
    def take_keys(self) -> bool:
        there = self.view.isVisibleTo(self)
        if there:
            self.view.setFocus()
        return there

    @override
    def needed_height(self, width: int) -> int:
        digest = _DIGEST if self.digest.isVisibleTo(self) else 0
        return _OPENED_HEIGHT + digest if self._is_opened else self.panel.height + digest

    @property
    def _is_opened(self) -> bool:
        return self.detail is not None and bool(self.detail.incident_id)

    @override
    def queries(self, board: Board) -> tuple[SeriesQuery, ...]:
        return self.detail.queries(board) if self.detail is not None else ()

    @override
    def show_frame(self, frame: SeriesFrame, board: Board, now: datetime) -> None:
        if self.detail is not None:
            self.detail.show_frame(frame, board, now)

    @override
    def reading_at(self, position: QPoint) -> Reading | None:
        index = self.view.indexAt(self.view.viewport().mapFrom(self, position))
        entry = self.model.entry(index.row())
        return entry.reading if entry is not None else super().reading_at(position)

    def open(self, incident_id: str) -> None:
        """Choose an incident and open it."""
        if self.view.choose(incident_id):
            self._open()

    def _chosen(self) -> None:
        entry = self.view.entry
        self.buttons.show_entry(entry)
        if self._is_opened and entry is not None:
            self._show_in_detail(entry)

    def _do(self, name: str) -> None:
        if name == "copy":
            self._copy()
            return
        self._open()
        if name == "note" and self.detail is not None:
            self.detail.begin_note()

    def _open(self) -> None:
        entry = self.view.entry
        if entry is None:
            return
        if self.detail is None:
            self.detail = IncidentDetail(self.look)
            self.detail.closed.connect(self._close)
            self.detail.command_wanted.connect(self.command_wanted)
            self._halves.addWidget(self.detail, _OPENED)
        self._show_in_detail(entry)
        self.detail.show()
        self._fit()
        self.view.scrollTo(self.view.currentIndex())

    def _show_in_detail(self, entry: Entry) -> None:
        if self.detail is None or self.board is None or self._now is None:
            return
        another = entry.id != self.detail.incident_id
        self.detail.show_entry(entry, self.board, self._now)
        if another:
            self.past_wanted.emit()

    def _close(self) -> None:
        if self.detail is None or self.board is None or self._now is None:
            return
        self.detail.show_entry(None, self.board, self._now)
        self.detail.hide()
        self._fit()
        self.view.setFocus()

    def _copy(self) -> None:
        entry = self.view.entry
        if entry is None or self.board is None:
            return
        is_open = self.detail is not None and self.detail.incident_id == entry.id
        found = self.detail.moved if self.detail is not None and is_open else ()
        QGuiApplication.clipboard().setText(summary(entry, self.board, found))
        self.told.emit(tr("Copied: {name}", name=entry.name))

    def _show_menu(self, at: QPoint) -> None:
        if self.view.entry is not None:
            menu = self.buttons.menu()
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.view.viewport().mapToGlobal(at))

    def _fit(self) -> None:
        """Show both where there is room; else what is opened takes the place of the list."""
        both = self.width() >= _LEAST_FOR_BOTH
        has_source = self.board is not None and bool(self.board.sources)
        self.view.setVisible(has_source and (both or not self._is_opened))
        needed = self.needed_height(self.width())
        if needed != self._needed:
            self._needed = needed
            self.height_changed.emit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
