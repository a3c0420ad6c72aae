"""Ways through the system, the slowest first, with what is usual for all of them."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QPoint, Qt
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.verdict import State
from opsdesk.insight.words import figure_text, quantile_name, unit_symbol, value_text
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading
from opsdesk.ui.chip import Chip
from opsdesk.ui.panels.base import PanelView, absence
from opsdesk.ui.panels.painting import Marks, Row, RowsView, Scale
from opsdesk.ui.theme import Look

_ARROW = " \N{RIGHTWARDS ARROW} "


class PathsPanel(PanelView):
    """The first metric's keys as bars; the second, with the panel's labels, as a mark on each."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._rows = RowsView(look, stacked=True)
        self._nothing = Chip(look)
        self._order: tuple[Reading, ...] = ()
        self.body.addSpacing(8)
        self.body.addWidget(self._rows, 1)
        self.body.addWidget(self._nothing, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addStretch(0)

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        metric = self.entry(board)
        found = sorted(self.readings(board), key=lambda r: -(r.number or 0.0))
        self._order = tuple(found)
        stale = self.show_head(board, found, now)
        self._rows.setVisible(bool(found))
        self._nothing.setVisible(not found)
        self._nothing.show_state(State.NO_SOURCE, absence(board), filled=False)
        usual = next(iter(self.readings(board, 1)), None)
        mark = usual.number if usual is not None else None
        most = max([reading.number or 0.0 for reading in found] + [mark or 0.0], default=1.0) or 1.0
        tick = None if mark is None else mark / most
        rows = [
            Row(
                name=reading.key.label("path") or str(reading.key),
                remark=reading.key.label("hops").replace(" > ", _ARROW),
                value=value_text(reading, metric, now),
                unit=unit_symbol(metric),
                marks=Marks(bar=(0.0, (reading.number or 0.0) / most), tick=tick),
            )
            for reading in found
        ]
        line = None
        if usual is not None and tick is not None:
            name = quantile_name(usual.key.label("quantile"))
            text = figure_text(usual, self.entry(board, 1), now)
            line = (tick, tr("overall {quantile} {value}", quantile=name, value=text))
        self._rows.show_rows(rows, Scale(line=line), stale=stale)
        said = "; ".join(f"{row.name} {row.value} {row.unit}" for row in rows)
        self.describe(said or absence(board))

    @override
    def reading_at(self, position: QPoint) -> Reading | None:
        row = self._rows.row_at(self._rows.mapFrom(self, position))
        return super().reading_at(position) if row is None else self._order[row]
