"""A figure as large as its box lets it be."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from opsdesk.insight.slides.blocks import Hero
from opsdesk.insight.words import NOTHING
from opsdesk.ui.wall import charts
from opsdesk.ui.wall.blocks.drawing import FIGURE, head_of, ink_of, largest, write_title
from opsdesk.ui.wall.text import Amount, base_of, fitted, least_width, paint, write_base
from opsdesk.ui.wall.type import Sizes
from opsdesk.ui.writing import Type, Writer

# Letters are not quite as wide as large: so often the size is corrected until there is room.
_STEPS = 4
# Of the curve below, at least and at most, in lines of text.
_CHART, _CHART_MOST = 1.3, 4.0
# A unit of so few letters is a sign, which grows with its figure to such a share of it.
_SIGN, _SIGN_SIZE = 2, 0.38


class HeroDrawing:
    """A figure as large as its box lets it be, with how it went below it."""

    def __init__(self, hero: Hero, sizes: Sizes) -> None:
        self._hero, self._sizes = hero, sizes

    @property
    def narrowest(self) -> float:
        """The width of the figure where it has least room."""
        return least_width(self._hero.figure, self._sizes)

    @property
    def natural(self) -> float:
        """The width of its title."""
        return max(self.narrowest, self._sizes.plain().width(self._hero.figure.title))

    def least(self, width: float) -> float:
        """Return the height of the title and of a figure of the least size."""
        del width
        return self._sizes.leading + FIGURE * self._sizes.primary

    def most(self, width: float) -> float:
        """Return infinity: it takes all there is."""
        del width
        return float("inf")

    def draw(self, writer: Writer, box: QRectF) -> None:
        """Draw title, figure and curve."""
        sizes, figure, chart = self._sizes, self._hero.figure, self._hero.chart
        least = FIGURE * sizes.primary
        rest = write_title(writer, box, figure.title, sizes, least)
        note, unit = self._note_and_unit(rest.width())
        below = 0.0 if chart is None and not note else sizes.leading
        if chart is not None:
            below *= _CHART
        if rest.height() - below < least:
            below, chart, note = 0.0, None, ""
        value = rest.adjusted(0, 0, 0, -below)
        amount = self._amount(value, unit)
        # What stands below a figure stands at it, not at the end of what is free.
        value.setHeight(min(value.height(), amount.style.pixels / largest(figure.value, 1.0)))
        paint(writer, value.left(), base_of(value, amount.style), amount)
        foot = QRectF(rest.left(), value.bottom(), rest.width(), rest.bottom() - value.bottom())
        if chart is not None:
            foot.setHeight(min(foot.height(), _CHART_MOST * sizes.leading))
            charts.paint_line(writer, foot.adjusted(0, sizes.text / 4, 0, 0), chart, sizes)
        elif note:
            write_base(writer, head_of(foot, sizes), note, sizes.plain("text2"))

    def _note_and_unit(self, width: float) -> tuple[str, str]:
        """Return what stands below, and what beside: a long unit stands below."""
        figure = self._hero.figure
        is_long = len(figure.unit) > _SIGN and self._sizes.plain().width(figure.unit) > width / 4
        if is_long and self._hero.chart is None and not figure.note:
            return figure.unit, ""
        note = figure.note
        while note and self._sizes.plain().width(note) > width:
            note = note.rpartition(", ")[0]  # of several parts, as many as there is room for
        return note, figure.unit

    def _amount(self, box: QRectF, unit: str) -> Amount:
        sizes, figure, ink = self._sizes, self._hero.figure, ink_of(self._hero.figure)
        # A dash is no figure: large, it would be a bar.
        most = largest(figure.value, box.height())
        size = min(most, sizes.big) if figure.value == NOTHING else most
        for _ in range(_STEPS):
            amount = Amount(figure.value, sizes.of(size, ink), unit, self._unit_type(size))
            if amount.width <= box.width():
                return amount
            size *= box.width() / amount.width
        return fitted(figure, sizes, box.width(), sizes.primary, ink)

    def _unit_type(self, size: float) -> Type:
        """Return how the unit is written: a word of it as small as may be."""
        is_sign = len(self._hero.figure.unit) <= _SIGN
        return self._sizes.of(size * _SIGN_SIZE, "text2") if is_sign else self._sizes.plain("text2")
