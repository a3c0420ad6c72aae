"""What every panel is, and what several of them share."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QLabel

from opsdesk.insight.board import Board
from opsdesk.insight.questions import carries, of_panel
from opsdesk.insight.words import (
    NOTHING,
    unit_symbol,
    value_text,
)
from opsdesk.model.metric import Metric
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading
from opsdesk.model.series import SeriesFrame, SeriesQuery
from opsdesk.ui.panels.stops import Stepped
from opsdesk.ui.parts import set_property, set_text
from opsdesk.ui.theme import Look

# Height in a report of a panel that does not say.
_ON_PAPER = 220


class PanelView(Stepped):
    """A card that shows what its panel names. A kind overrides :meth:`show_board`."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self.panel = panel
        self.look = look

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

    def paper_height(self, board: Board, width: float) -> float:
        """Return how high the panel stands in a report at a width, in pixels."""
        del board, width
        return float(self.panel.height or _ON_PAPER)

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
