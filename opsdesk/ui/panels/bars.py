"""Each key of a metric as a bar from zero."""

from __future__ import annotations

from datetime import datetime

from typing_extensions import override

from opsdesk.catalogue.language import mark, tr, trn
from opsdesk.insight.board import Board
from opsdesk.insight.captions import row_name
from opsdesk.insight.questions import carries
from opsdesk.insight.words import number_text, unit_of, value_text
from opsdesk.model.metric import Metric
from opsdesk.model.reading import Reading, Unit
from opsdesk.ui.panels.columns import Row
from opsdesk.ui.panels.marks import Marks
from opsdesk.ui.panels.painting import Scale
from opsdesk.ui.panels.rowed import RowedPanel

_WHOLE = 100.0
_SHARES = {
    "0.5": mark("half within"),
    "0.75": mark("3 in 4 within"),
    "0.9": mark("9 in 10 within"),
    "0.95": mark("19 in 20 within"),
    "0.99": mark("99 in 100 within"),
    "1": mark("slowest"),
}
#: the scale of what is a part of a whole
TICKS = ((0.0, "0"), (0.5, "50"), (1.0, "100 %"))


class BarsPanel(RowedPanel):
    """The key that carries the panel's labels is bright; percents of a whole share its scale."""

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        metric = self.entry(board)
        found = board.by_metric.get(self.panel.metrics[0], ()) if self.panel.metrics else ()
        readings = sorted(found, key=_place)
        self.show_head(board, readings, now)
        whole = is_share(metric)
        greatest = max((reading.number or 0.0 for reading in readings), default=0.0)
        most = _WHOLE if whole else greatest or 1.0
        rows = [self._row(reading, board, most, now) for reading in readings]
        self.show_rows(rows, board, Scale(ticks=TICKS if whole else ()))

    def _row(self, reading: Reading, board: Board, most: float, now: datetime) -> Row:
        metric, number = self.entry(board), reading.number
        complete = metric is not None and metric.target == _WHOLE
        bar = None if number is None else (0.0, max(0.0, min(1.0, number / most)))
        return Row(
            name=row_name(reading, metric),
            small=share_words(reading.key.label("quantile")),
            value=value_text(reading, metric, now),
            unit=unit_of(reading, metric),
            remark=_short(number) if complete and number is not None else "",
            bright=bool(self.panel.labels) and carries(reading.key, self.panel),
            stale=board.is_stale(reading, now),
            marks=Marks(bar=bar, rest=complete, ink="data2" if complete else "data3"),
            reading=reading,
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
    if missing.is_integer():
        return trn("{number} point short", "{number} points short", round(missing))
    return tr("{points} points short", points=number_text(missing, None))


def _place(reading: Reading) -> float:
    """Quantiles in their order; everything else stays as the source gives it."""
    try:
        return float(reading.key.label("quantile") or 0)
    except ValueError:
        return 0.0
