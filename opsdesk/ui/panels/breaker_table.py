"""The breakers as a table: every one of them, sortable, the worst first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QMargins, Qt
from typing_extensions import override

from opsdesk.catalogue.language import tr, trn
from opsdesk.insight.board import Board
from opsdesk.insight.breakers import DAY, state_and_word, summary
from opsdesk.insight.captions import absence
from opsdesk.insight.verdict import State
from opsdesk.insight.words import MIDDLE_DOT
from opsdesk.model.key import Key
from opsdesk.model.page import Panel
from opsdesk.model.series import SeriesFrame
from opsdesk.ui.card import PAPER_HEAD
from opsdesk.ui.chip import Chip
from opsdesk.ui.panels.base import PAPER_ROWS, PanelView
from opsdesk.ui.panels.breaker_columns import COLUMNS, FLAPPING, TIME_IN_STATE, TRIPS, Seen
from opsdesk.ui.panels.breaker_model import BreakerModel
from opsdesk.ui.panels.breaker_view import (
    HEADER_HEIGHT,
    OVERHANG,
    PAPER_HEADER_HEIGHT,
    PAPER_ROW_HEIGHT,
    ROW_HEIGHT,
    BreakerView,
)
from opsdesk.ui.parts import label, set_text
from opsdesk.ui.strip import Legend
from opsdesk.ui.theme import Look

# On screen so many rows can be seen without scrolling the table; what stands above and below them.
_ROWS_SEEN, _HEAD = 7, 64
# What a report leaves out, for it is not as wide as a window; and a line of text in it.
_NOT_ON_PAPER = (TRIPS, TIME_IN_STATE)
_LINE = 22.0


class BreakerTablePanel(PanelView):
    """The table in its card."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self.model = BreakerModel(self, panel.window or DAY, self._part)
        self.view = BreakerView(self.model, look)
        self._nothing = Chip(look)
        self._more = label("caption")
        self._legend = Legend(look)
        self.put_beside_scope(self._legend)
        self._more.hide()
        self.body.addSpacing(0 if look.paper else 8)
        self.body.addWidget(self.view, 1)
        self._nothing.setContentsMargins(OVERHANG, 0, 0, 0)
        self.body.addWidget(self._nothing, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self._more)
        self.body.addStretch(0)
        self._selected: Key | None = None
        self._rows = 0
        self.model.modelAboutToBeReset.connect(self._keep_selection)
        self.model.modelReset.connect(self._restore_selection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        if not look.paper:
            self.head.setContentsMargins(OVERHANG, 0, OVERHANG, 0)
            margins = self.body.contentsMargins()
            self.body.setContentsMargins(margins - QMargins(OVERHANG, 0, OVERHANG, 0))

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        fresh, found = board.fresh_breakers(now), board.breakers
        stale = bool(found) and not fresh
        states = tr("state unknown") if stale else summary(board)
        scope = f"{states} {MIDDLE_DOT} {tr('worst first')}" if found else ""
        self.show_origin(board, (fresh or found).gist, now, scope, stale=stale)
        self.model.part = self._part
        self.model.show_board(board, now)
        self._hide_empty(board, now)
        rows = min(_ROWS_SEEN, len(board.breakers))
        if rows != self._rows:
            self._rows = rows
            self.height_changed.emit()
        self._legend.setVisible(bool(found))
        self.view.setVisible(bool(found))
        self._nothing.show_state(State.NO_SOURCE, absence(board), filled=False)
        self._nothing.setVisible(not board.breakers)
        self.left_out = max(0, len(board.breakers) - self._most) if self.look.paper else 0
        is_last = self.model.rowCount() + self.part.start >= self._most
        self._more.setVisible(self.left_out > 0 and is_last)
        set_text(self._more, _more(board, self._most, now))
        self.describe(summary(board) or absence(board))

    @override
    def show_frame(self, frame: SeriesFrame, board: Board, now: datetime) -> None:
        self.model.show_frame(frame)
        self._hide_empty(board, now)

    @override
    def needed_height(self, width: int) -> int:
        del width
        return _HEAD + HEADER_HEIGHT + self._rows * ROW_HEIGHT

    @override
    def paper_height(self, width: float) -> float:
        found = self.paper_rows()
        rows = PAPER_HEADER_HEIGHT + sum(found) if found else _LINE
        return PAPER_HEAD + rows + (_LINE if not self._more.isHidden() else 0.0)

    @override
    def paper_rows(self) -> Sequence[float]:
        return [float(PAPER_ROW_HEIGHT)] * self.model.rowCount()

    @property
    def _most(self) -> int:
        return self.panel.rows or PAPER_ROWS

    @property
    def _part(self) -> slice:
        return self.part if self.look.paper else slice(None)

    def _hide_empty(self, board: Board, now: datetime) -> None:
        seen, known = Seen(board, self.model.courses, now), self.model.courses.known(board)
        for position, column in enumerate(COLUMNS):
            if column.may_be_empty:
                speaking = known if position == FLAPPING else board.breakers
                empty = not any(column.text(breaker, seen) for breaker in speaking)
                self.view.setColumnHidden(position, empty)
        for position in _NOT_ON_PAPER if self.look.paper else ():
            self.view.hideColumn(position)
        self.view.fit()

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


def _more(board: Board, shown: int, now: datetime) -> str:
    """Count the breakers that a report leaves out, and tell where they are if that is all."""
    rest = board.breakers[shown:]
    closed = all(state_and_word(breaker, now)[0] is State.OK for breaker in rest)
    if closed:
        return trn("and {number} more, closed", "and {number} more, all closed", len(rest))
    return trn("and {number} more", "and {number} more", len(rest))
