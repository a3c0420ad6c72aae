"""Each key of a metric as a bar from zero."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QPoint, Qt
from typing_extensions import override

from opsdesk.catalogue.language import mark, tr
from opsdesk.insight.board import Board
from opsdesk.insight.questions import carries
from opsdesk.insight.verdict import State
from opsdesk.insight.words import number_text, unit_symbol, value_text
from opsdesk.model.metric import Metric
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading, Unit
from opsdesk.ui.chip import Chip
from opsdesk.ui.panels.base import PanelView, absence, row_name
from opsdesk.ui.panels.painting import Marks, Row, RowsView, Scale
from opsdesk.ui.theme import Look

_WHOLE = 100.0
_SHARES = {
    "0.5": mark("half within"),
    "0.75": mark("3 in 4 within"),
    "0.9": mark("9 in 10 within"),
    "0.95": mark("19 in 20 within"),
    "0.99": mark("99 in 100 within"),
    "1": mark("slowest"),
}
_TICKS = ((0.0, "0"), (0.5, "50"), (1.0, "100"))


class BarsPanel(PanelView):
    """The key that carries the panel's labels is bright; percents of a whole share its scale."""

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
        metric = self.entry(board)
        found = board.by_metric.get(self.panel.metrics[0], ()) if self.panel.metrics else ()
        readings = sorted(found, key=_place)
        stale = self.show_head(board, readings, now)
        self._rows.setVisible(bool(readings))
        self._nothing.setVisible(not readings)
        self._nothing.show_state(State.NO_SOURCE, absence(board), filled=False)
        numbers = [reading.number or 0.0 for reading in readings]
        whole = is_share(metric)
        most = _WHOLE if whole else max(numbers, default=0.0) or 1.0
        rows = [self._row(reading, metric, most, now) for reading in readings]
        self._rows.show_rows(rows, Scale(ticks=_TICKS if whole else ()), stale=stale)
        said = "; ".join(f"{row.name} {row.value} {row.unit}".rstrip() for row in rows)
        self.describe(said or absence(board))

    @override
    def reading_at(self, position: QPoint) -> Reading | None:
        row = self._rows.row_at(self._rows.mapFrom(self, position))
        return super().reading_at(position) if row is None else self.shown[row]

    def _row(self, reading: Reading, metric: Metric | None, most: float, now: datetime) -> Row:
        number = reading.number
        whole = metric is not None and metric.target == _WHOLE
        bar = None if number is None else (0.0, max(0.0, min(1.0, number / most)))
        return Row(
            name=row_name(reading, metric),
            small=share_words(reading.key.label("quantile")),
            value=value_text(reading, metric, now),
            unit=unit_symbol(metric) if number is not None else "",
            remark=_short(number) if whole and number is not None else "",
            bright=bool(self.panel.labels) and carries(reading.key, self.panel),
            marks=Marks(bar=bar, rest=whole),
        )


def is_share(metric: Metric | None) -> bool:
    """Tell whether a metric is a part of a whole, in percent."""
    return metric is not None and metric.unit is Unit.PERCENT and metric.high == _WHOLE


def share_words(quantile: str) -> str:
    """Say what a quantile means, for those who do not work with them every day."""
    return tr(_SHARES.get(quantile, ""))


def _short(share: float) -> str:
    missing = _WHOLE - share
    if missing <= 0:
        return tr("complete")
    return tr("{points} points short", points=number_text(missing, None))


def _place(reading: Reading) -> float:
    """Quantiles in their order; everything else stays as the source gives it."""
    try:
        return float(reading.key.label("quantile") or 0)
    except ValueError:
        return 0.0
