"""A figure above its curve."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from opsdesk.insight.slides.blocks import Trend
from opsdesk.ui.wall import charts
from opsdesk.ui.wall.blocks.drawing import BIG, FIGURE, head_of, ink_of, largest, write_title
from opsdesk.ui.wall.text import base_of, fitted, least_width, paint, put, write_base
from opsdesk.ui.wall.type import Sizes
from opsdesk.ui.writing import Writer

# A curve that can be followed: lines of text high, letters wide.
_HEIGHT, _WIDTH = 2.4, 8.0
# Between a figure and what is said beside it, in sizes of text.
_GAP = 0.8


class TrendDrawing:
    """A figure above its curve, on axes."""

    def __init__(self, block: Trend, sizes: Sizes) -> None:
        self._block, self._sizes = block, sizes

    @property
    def narrowest(self) -> float:
        """The width of a curve that can be followed, and of its figure."""
        return max(_WIDTH * self._sizes.text, least_width(self._block.figure, self._sizes))

    @property
    def natural(self) -> float:
        """The width of its title."""
        return max(self.narrowest, self._sizes.plain().width(self._block.figure.title))

    def least(self, width: float) -> float:
        """Return the height of title, figure, and a curve that can be followed."""
        del width
        below = 1.0 if self._block.chart is None else _HEIGHT
        return self._sizes.leading * (1 + below) + FIGURE * self._sizes.primary

    def most(self, width: float) -> float:
        """Return infinity: a curve takes all there is; without one, that of a large figure."""
        del width
        if self._block.chart is not None:
            return float("inf")
        return 2 * self._sizes.leading + BIG * self._sizes.big

    def draw(self, writer: Writer, box: QRectF) -> None:
        """Draw title, figure and curve."""
        sizes, figure = self._sizes, self._block.figure
        least = FIGURE * sizes.primary
        rest = write_title(writer, box, figure.title, sizes, least)
        value = QRectF(rest)
        value.setHeight(min(rest.height(), least))
        if box.height() > self.least(box.width()) + sizes.primary:
            value.setHeight(BIG * sizes.big)
        most = min(float(sizes.big), value.height(), largest(figure.value, value.height()))
        amount = fitted(figure, sizes, value.width(), most, ink_of(figure))
        base = base_of(value, amount.style)
        paint(writer, value.left(), base, amount)
        note = sizes.plain("text2")
        left = value.left() + amount.width + sizes.text * _GAP
        if left + note.width(figure.note) <= value.right():
            put(writer, left, base, figure.note, note)
        below = QRectF(rest.left(), value.bottom(), rest.width(), rest.bottom() - value.bottom())
        if below.height() < sizes.leading:
            return
        if self._block.chart is None:
            write_base(writer, head_of(below, sizes), self._block.absence, sizes.plain("text3"))
        elif below.height() >= _HEIGHT * sizes.leading - 1:
            charts.paint_axes(writer, below, self._block.chart, sizes)
