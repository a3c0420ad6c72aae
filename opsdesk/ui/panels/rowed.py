"""Panels whose content is a list of painted rows, one a figure."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from opsdesk.catalogue.language import trn
from opsdesk.insight.board import Board
from opsdesk.insight.captions import absence
from opsdesk.insight.verdict import State
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading
from opsdesk.ui.card import PAPER_HEAD
from opsdesk.ui.chip import Chip
from opsdesk.ui.panels.base import PAPER_ROWS, PanelView
from opsdesk.ui.panels.columns import Row
from opsdesk.ui.panels.painting import RowsView, Scale
from opsdesk.ui.theme import Look

# What keeps off the head in the window, and the height of the words where there is no row.
_SPACE, _NOTHING = 8, 26.0
# What assistive technology is told at once.
_SAID = 20


class RowedPanel(PanelView):
    """Rows, or the reason why there are none. A kind makes the rows."""

    def __init__(self, panel: Panel, look: Look, *, stacked: bool = False) -> None:
        super().__init__(panel, look)
        self.view = RowsView(look, stacked=stacked)
        self._nothing = Chip(look)
        self.body.addSpacing(0 if look.paper else _SPACE)
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self._nothing, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addStretch(0)

    @property
    @override
    def rows(self) -> tuple[Row, ...]:
        """What is shown, as data."""
        return self.view.rows

    @property
    @override
    def canvas(self) -> QWidget:
        """What the rows are painted into."""
        return self.view.canvas

    @override
    def boxes(self) -> list[QRectF]:
        """Return where each row stands in the canvas, in pixels."""
        return self.view.boxes()

    @override
    def reading_at(self, position: QPoint) -> Reading | None:
        seen = self.view.sight().contains(self.canvas.mapFrom(self, position))
        return super().reading_at(position) if seen else self.oldest

    def show_rows(
        self, rows: Sequence[Row], board: Board, scale: Scale | None = None, *, stale: bool = False
    ) -> None:
        """Show rows; on paper, those of this sheet."""
        shown = self._cut(rows)[self.part] if self.look.paper else rows
        words = absence(board)
        self._nothing.show_state(State.NO_SOURCE, words, filled=False)
        self.view.show_rows(shown, scale or Scale(), stale=stale)
        self._nothing.setVisible(not shown)
        self.view.setVisible(bool(shown))
        self.describe("; ".join(row.said for row in shown[:_SAID]) or words)

    @override
    def paper_height(self, width: float) -> float:
        return PAPER_HEAD + (self.view.needed() if self.rows else _NOTHING)

    @override
    def paper_rows(self) -> Sequence[float]:
        return [self.view.row_height] * len(self.rows)

    def _cut(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Count those for which a report has no room, in the last row."""
        most = self.panel.rows or PAPER_ROWS
        self.left_out = len(rows) - most + 1 if len(rows) > most else 0
        if not self.left_out:
            return rows
        more = trn("and {number} more", "and {number} more", self.left_out)
        return [*rows[: most - 1], Row(name=more)]
