"""What every panel is, and what several of them share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtWidgets import QLabel
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.gist import Gist
from opsdesk.insight.questions import carries, of_panel
from opsdesk.insight.words import NOTHING, unit_symbol, value_text
from opsdesk.model.metric import Metric
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading
from opsdesk.model.series import SeriesFrame, SeriesQuery
from opsdesk.ui.card import PAPER_HEAD
from opsdesk.ui.panels.stops import Stepped
from opsdesk.ui.parts import set_property, set_text
from opsdesk.ui.theme import Look

#: what a card adds to its content on paper: its head, and what keeps off it
PAPER_FRAME = PAPER_HEAD + 6.0
#: so many rows stand in a report, unless a panel says otherwise; the others are counted
PAPER_ROWS = 100
# In a report, the height of what is as high as one likes, a chart: over one column, and wider.
_CHART, _WIDE_CHART, _COLUMN = 198.0, 184.0, 400.0


class PanelView(Stepped):
    """A card that shows what its panel names. A kind overrides :meth:`show_board`."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self.panel = panel
        self.look = look
        #: in a report, which of its rows stand on this sheet
        self.part = slice(0, panel.rows or PAPER_ROWS)
        #: in a report, how many rows it leaves out
        self.left_out = 0

    @override
    def show_origin(
        self, board: Board, found: Gist, now: datetime, scope: str = "", *, stale: bool
    ) -> None:
        goes_on = self.look.paper and self.part.start > 0
        super().show_origin(board, found, now, tr("continued") if goes_on else scope, stale=stale)

    def show_board(self, board: Board, now: datetime) -> None:
        """Show the board as it is to be seen at ``now``; called on new data and as time goes."""
        raise NotImplementedError

    def queries(self, board: Board) -> tuple[SeriesQuery, ...]:
        """Return what the panel wants to know of the past."""
        return of_panel(self.panel, board)

    def show_frame(self, frame: SeriesFrame, board: Board, now: datetime) -> None:
        """Show the answer to one of :meth:`queries`; called on a new answer alone."""

    def beside_headline(self, board: Board, now: datetime) -> str:
        """Return what the page's sentence may add of a figure that it tells; '' for nothing."""
        del board, now
        return ""

    def take_keys(self) -> bool:
        """Have the focus as its page opens, where keys do more here; tell whether they do."""
        return False

    def needed_height(self, width: int) -> int:
        """Return the pixels below which the panel cannot show all it has at a width."""
        del width
        return 0

    def paper_height(self, width: float) -> float:
        """Return how high what it shows stands in a report at a width, in pixels."""
        most = _CHART if width < _COLUMN else _WIDE_CHART
        return min(float(self.panel.height or most), most)

    def paper_rows(self) -> Sequence[float]:
        """Return how high its rows are, where they may go on on another sheet, in pixels."""
        return ()

    def readings(self, board: Board, position: int = 0) -> tuple[Reading, ...]:
        """Return the readings of the panel's metric at ``position`` that carry its labels."""
        if position >= len(self.panel.metrics):
            return ()
        found = board.by_metric.get(self.panel.metrics[position], ())
        return tuple(r for r in found if carries(r.key, self.panel))

    def entry(self, board: Board, position: int = 0) -> Metric | None:
        """Return the catalogue entry of the panel's metric at ``position``."""
        if position >= len(self.panel.metrics):
            return None
        return board.metric(self.panel.metrics[position])


def show_value(
    value: QLabel, unit: QLabel, reading: Reading | None, metric: Metric | None, now: datetime
) -> None:
    """Write a value and its unit into two labels; the unit goes where there is no value."""
    text = value_text(reading, metric, now)
    set_text(value, text)
    set_text(unit, unit_symbol(metric) if text != NOTHING else "")
    set_property(value, "tone", "text3" if text == NOTHING else "")


def dim(widget: QLabel, *, stale: bool) -> None:
    """Take the weight from a value that may no longer be true."""
    set_property(widget, "dim", "true" if stale else "false")
