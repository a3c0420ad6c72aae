"""What pages show and nothing supplies: left empty, never shown as zero."""

from __future__ import annotations

from datetime import datetime

from typing_extensions import override

from opsdesk.catalogue import pages
from opsdesk.catalogue.language import tr, trn
from opsdesk.insight.board import Board
from opsdesk.insight.captions import absence
from opsdesk.insight.provenance import Absence, Shown, absent, shown_on
from opsdesk.insight.verdict import State
from opsdesk.insight.words import MIDDLE_DOT
from opsdesk.model.page import Panel, Place
from opsdesk.ui.panels.columns import Row
from opsdesk.ui.panels.rowed import RowedPanel
from opsdesk.ui.theme import Look
from opsdesk.ui.writing import BOLD


class AbsentPanel(RowedPanel):
    """A line for each metric that a page shows and of which there is no figure."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._place = Place.REPORT if look.paper else Place.WINDOW
        #: which pages show what: read once, for pages do not change while OpsDesk runs
        self._shown: Shown | None = None

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        if self._shown is None:
            self._shown = shown_on(pages.load(board.catalogue), self._place)
        answered = any(source.last_success is not None for source in board.sources.values())
        if board.sources and not answered:  # nobody knows yet what they have
            self.show_head(board, (), now)
            self.show_rows([Row(name=absence(board), state=State.NO_SOURCE)], board)
            return
        found = absent(board, self._shown, in_short=self.look.paper)
        count = sum(one.number for one in found)
        number = trn("{number} figure", "{number} figures", count) if found else ""
        scope = f" {MIDDLE_DOT} ".join(part for part in (number, tr(self.panel.scope)) if part)
        title = tr(self.panel.title)
        if self.look.paper and BOLD.width(f"{title} {scope}") > self.width():
            scope = number
        self.show_head(board, (), now, scope)
        fine = Row(name=tr("Every figure has a source"), state=State.OK)
        self.show_rows([self._row(one) for one in found] or [fine], board)

    def _row(self, found: Absence) -> Row:
        """Name it, and the pages that show it; a report has no pages to go to."""
        pages = ", ".join(tr(title) for title in found.pages)
        where = tr("no source") if self.look.paper else pages
        number = trn("{number} figure", "{number} figures", found.number)
        small = number if found.number > 1 else ""
        return Row(name=found.name, small=small, remark=where, state=State.NO_SOURCE)
