"""What pages show and nothing supplies: left empty, never shown as zero."""

from __future__ import annotations

from datetime import datetime

from typing_extensions import override

from opsdesk.catalogue import pages
from opsdesk.catalogue.language import tr, trn
from opsdesk.insight.board import Board
from opsdesk.insight.provenance import Shown, absent, shown_on
from opsdesk.insight.verdict import State
from opsdesk.insight.words import MIDDLE_DOT
from opsdesk.model.page import Panel, Place
from opsdesk.ui.panels.base import PanelView
from opsdesk.ui.panels.painting import LEAST, Row, RowsView, Scale
from opsdesk.ui.theme import Look

# A sheet of paper lists so many, and a card adds so much to its rows, in pixels.
_ON_PAPER, _FRAME = 30, 62


class AbsentPanel(PanelView):
    """A line for each metric that a page shows and of which there is no figure."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._place = Place.REPORT if look.paper else Place.WINDOW
        #: which pages show what: read once, for pages do not change while OpsDesk runs
        self._shown: Shown | None = None
        self.rows: tuple[Row, ...] = ()
        self.view = RowsView(look)
        self.body.addSpacing(6)
        self.body.addWidget(self.view, 1)

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        found = absent(board, self._where(board))
        number = trn("{number} figure", "{number} figures", len(found)) if found else ""
        scope = f" {MIDDLE_DOT} ".join(part for part in (number, tr(self.panel.scope)) if part)
        self.show_head(board, (), now, scope)
        rows = tuple(
            Row(
                name=tr(one.metric.title),
                remark=", ".join(tr(title) for title in one.pages),
                state=State.NO_SOURCE,
            )
            for one in found
        ) or (Row(name=tr("Every figure has a source"), state=State.OK),)
        self.rows = _cut(rows) if self.look.paper else rows
        self.view.show_rows(self.rows, Scale(), stale=False)
        self.describe("; ".join(f"{row.name} {row.remark}".strip() for row in self.rows))

    @override
    def paper_height(self, board: Board, width: float) -> float:
        found = min(_ON_PAPER, max(1, len(absent(board, self._where(board)))))
        return _FRAME + found * LEAST

    def _where(self, board: Board) -> Shown:
        if self._shown is None:
            self._shown = shown_on(pages.load(board.catalogue), self._place)
        return self._shown


def _cut(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Paper does not scroll: what has no room is counted."""
    if len(rows) <= _ON_PAPER:
        return rows
    rest = len(rows) - _ON_PAPER + 1
    return (*rows[: _ON_PAPER - 1], Row(name=trn("and {number} more", "and {number} more", rest)))
