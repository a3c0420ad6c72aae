"""Every key of every metric of the panel as a line of text."""

from __future__ import annotations

from datetime import datetime

from typing_extensions import override

from opsdesk.insight.board import Board
from opsdesk.insight.verdict import State
from opsdesk.insight.words import NOTHING, figure_text
from opsdesk.model.metric import Metric
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading
from opsdesk.ui.panels.base import PanelView, absence, comparison, row_name
from opsdesk.ui.panels.rowlist import Row, RowList
from opsdesk.ui.theme import Look


class RowsPanel(PanelView):
    """A list. A metric without a reading keeps its line and says that nobody gives it."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._rows = RowList(look)
        self.body.addSpacing(8)
        self.body.addWidget(self._rows, 1)

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        shown: list[Reading] = []
        rows: list[Row] = []
        for position in range(len(self.panel.metrics)):
            metric, readings = self.entry(board, position), self.readings(board, position)
            shown += readings
            rows += [_row(reading, metric, now) for reading in readings] or [
                (metric.title if metric is not None else "", NOTHING, absence(board))
            ]
        stale = self.show_head(board, shown, now)
        states = [State.STALE if board.is_stale(reading, now) else State.OK for reading in shown]
        stale_seen = any(state is State.STALE for state in states)
        self._rows.show_rows(
            rows, states if stale_seen and len(states) == len(rows) else (), stale=stale
        )
        self.describe("; ".join(f"{name} {value}" for name, value, _ in rows))


def _row(reading: Reading, metric: Metric | None, now: datetime) -> Row:
    title = metric.title if metric is not None else reading.key.metric
    name = row_name(reading, metric)
    full = title if name == title else f"{title} {name}"
    return (full, figure_text(reading, metric, now), reading.note or comparison(metric))
