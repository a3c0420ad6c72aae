"""Parts of a whole, one after the other: where the time goes."""

from __future__ import annotations

from datetime import datetime
from itertools import accumulate

from PySide6.QtCore import QPoint, Qt
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.verdict import State
from opsdesk.insight.words import number_text, unit_symbol, value_text
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading
from opsdesk.ui.chip import Chip
from opsdesk.ui.panels.base import PanelView, absence, row_name
from opsdesk.ui.panels.painting import Marks, Row, RowsView, Scale
from opsdesk.ui.theme import Look

_WHOLE = 100.0
# Shares rounded to whole percents may miss the whole by so much.
_ROUNDING = 3.0


class SpansPanel(PanelView):
    """Each key begins where the one before it ends; the largest is bright."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._rows = RowsView(look)
        self._nothing = Chip(look)
        self.body.addSpacing(8)
        self.body.addWidget(self._rows, 1)
        self.body.addWidget(self._nothing, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addStretch(0)

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        metric, readings = self.entry(board), self.readings(board)
        stale = self.show_head(board, readings, now)
        self._rows.setVisible(bool(readings))
        self._nothing.setVisible(not readings)
        self._nothing.show_state(State.NO_SOURCE, absence(board), filled=False)
        shares = [max(0.0, reading.number or 0.0) for reading in readings]
        ends = list(accumulate(shares))
        total = ends[-1] if ends else 0.0
        most = max(_WHOLE, total)
        rows = [
            Row(
                name=row_name(reading, metric),
                value=value_text(reading, metric, now),
                unit=unit_symbol(metric),
                bright=share == max(shares),
                marks=Marks(bar=((end - share) / most, end / most)),
            )
            for reading, share, end in zip(readings, shares, ends, strict=True)
        ]
        self._rows.show_rows(rows, _scale(total, most), stale=stale)
        said = "; ".join(f"{row.name} {row.value} {row.unit}".rstrip() for row in rows)
        self.describe(said or absence(board))

    @override
    def reading_at(self, position: QPoint) -> Reading | None:
        row = self._rows.row_at(self._rows.mapFrom(self, position))
        return super().reading_at(position) if row is None else self.shown[row]


def _scale(total: float, most: float) -> Scale:
    """Return the scale; parts that make no whole are said to make none."""
    off = abs(total - _WHOLE) > _ROUNDING
    foot = tr("adds up to {total} %", total=number_text(total, None)) if total and off else ""
    ticks = tuple((place * _WHOLE / most, f"{place * _WHOLE:g}") for place in (0.0, 0.5, 1.0))
    return Scale(ticks=ticks, foot=foot)
