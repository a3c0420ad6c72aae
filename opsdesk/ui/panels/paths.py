"""Ways through the system, the slowest first, with what is usual for all of them."""

from __future__ import annotations

from datetime import datetime

from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.words import figure_text, quantile_name, unit_of, value_text
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading
from opsdesk.ui.panels.columns import Row
from opsdesk.ui.panels.marks import Marks
from opsdesk.ui.panels.painting import Scale
from opsdesk.ui.panels.rowed import RowedPanel
from opsdesk.ui.theme import Look

_ARROW = " \N{RIGHTWARDS ARROW} "


class PathsPanel(RowedPanel):
    """The first metric's keys as bars; the second, with the panel's labels, as a mark on each."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look, stacked=True)

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        found = sorted(self.readings(board), key=lambda r: -(r.number or 0.0))
        self.show_head(board, found, now)
        usual = next((r for r in self.readings(board, 1) if r.number is not None), None)
        mark = usual.number or 0.0 if usual is not None else None
        most = max([mark or 0.0, *(reading.number or 0.0 for reading in found)]) or 1.0
        tick = None if mark is None else mark / most
        line = None
        if usual is not None and tick is not None:
            text = figure_text(usual, self.entry(board, 1), now)
            line = (tick, _overall(usual, text))
        rows = [self._row(reading, board, most, tick, now) for reading in found]
        self.show_rows(rows, board, Scale(line=line))

    def _row(
        self, reading: Reading, board: Board, most: float, tick: float | None, now: datetime
    ) -> Row:
        metric, number = self.entry(board), reading.number
        return Row(
            name=reading.key.label("path") or str(reading.key),
            remark=reading.key.label("hops").replace(" > ", _ARROW),
            value=value_text(reading, metric, now),
            unit=unit_of(reading, metric),
            stale=board.is_stale(reading, now),
            marks=Marks(bar=None if number is None else (0.0, number / most), tick=tick),
            reading=reading,
        )


def _overall(usual: Reading, text: str) -> str:
    name = quantile_name(usual.key.label("quantile"))
    return tr("overall {quantile} {value}", quantile=name, value=text)
