"""Parts of a whole, one after the other: where the time goes."""

from __future__ import annotations

from datetime import datetime
from itertools import accumulate

from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.captions import row_name
from opsdesk.insight.words import number_text, unit_of, value_text
from opsdesk.model.reading import Unit
from opsdesk.ui.panels.bars import TICKS
from opsdesk.ui.panels.columns import Row
from opsdesk.ui.panels.marks import Marks
from opsdesk.ui.panels.painting import Scale
from opsdesk.ui.panels.rowed import RowedPanel

_WHOLE = 100.0
# Rounded to whole percents, each share may miss by half of one.
_ROUNDING = 0.5


class SpansPanel(RowedPanel):
    """Each key begins where the one before it ends; the largest is bright."""

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        metric, readings = self.entry(board), self.readings(board)
        self.show_head(board, readings, now)
        shares = [max(0.0, reading.number or 0.0) for reading in readings]
        ends = list(accumulate(shares))
        most = max([_WHOLE, *ends])
        rows = [
            Row(
                name=row_name(reading, metric),
                value=value_text(reading, metric, now),
                unit=unit_of(reading, metric),
                bright=share == max(shares) > 0,
                stale=board.is_stale(reading, now),
                marks=Marks(bar=((end - share) / most, end / most), guide=True),
                reading=reading,
            )
            for reading, share, end in zip(readings, shares, ends, strict=True)
        ]
        self.show_rows(rows, board, _scale(shares, most))


def _scale(shares: list[float], most: float) -> Scale:
    """Return the scale; parts that make no whole are said to make none."""
    total = sum(shares)
    off = abs(total - _WHOLE) > _ROUNDING * len(shares)
    text = number_text(total, Unit.PERCENT)
    foot = tr("adds up to {total} %", total=text) if total and off else ""
    return Scale(ticks=tuple((place * _WHOLE / most, words) for place, words in TICKS), foot=foot)
