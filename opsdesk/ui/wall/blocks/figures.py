"""Figures side by side, with lines between them."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPen

from opsdesk.insight.slides.blocks import Figure, Figures
from opsdesk.insight.verdict import State
from opsdesk.ui.theme import STATE_TEXT
from opsdesk.ui.wall.blocks.drawing import (
    BIG,
    FIGURE,
    ink_of,
    largest,
    paint_glyph,
    rule,
    square,
    write_title,
)
from opsdesk.ui.wall.text import (
    Amount,
    aside,
    base_of,
    fitted,
    least_width,
    paint,
    usual_width,
    write_base,
)
from opsdesk.ui.wall.type import Sizes
from opsdesk.ui.writing import Writer

# Between two figures, and the least width of one, in sizes of text.
_GAP, _NARROW = 1.1, 4.0
# What is wrong stands in a frame: its figure in sizes of others, its height in sizes of that, what
# is free within in sizes of text, how round it is in shares of that.
_FRAMED, _FRAME, _PAD, _ROUND = 1.2, 1.65, 0.5, 1 / 3
_GLYPH = 0.85


class FiguresDrawing:
    """Figures side by side: as many of them as have room."""

    def __init__(self, block: Figures, sizes: Sizes) -> None:
        self._block, self._sizes = block, sizes

    @property
    def narrowest(self) -> float:
        """The width of the first."""
        return max((self._narrow(figure) for figure in self._block.figures[:1]), default=0.0)

    @property
    def natural(self) -> float:
        """The width of all."""
        sizes, figures = self._sizes, self._block.figures
        plain = sizes.plain()
        widths = [
            max(plain.width(figure.title), plain.width(figure.note), usual_width(figure, sizes))
            for figure in figures
        ]
        return len(widths) * (max(widths, default=0.0) + _GAP * sizes.text)

    def least(self, width: float) -> float:
        """Return the height of a title and a figure."""
        del width
        return self._sizes.leading + FIGURE * self._sizes.primary

    def most(self, width: float) -> float:
        """Return the height with notes, and figures of the usual size."""
        shown, cell = self._shown(width)
        noted = any(self._fitting(figure, cell).note for figure in shown)
        return (2 if noted else 1) * self._sizes.leading + BIG * self._sizes.big

    def draw(self, writer: Writer, box: QRectF) -> None:
        """Draw as many as have room."""
        (shown, width), gap = self._shown(box.width()), self._sizes.text * _GAP
        for position, figure in enumerate(shown):
            left = box.left() + position * (width + gap)
            if position:
                middle = left - gap / 2
                rule(writer, QRectF(middle, box.top(), self._sizes.rule, box.height()))
            self._draw_one(writer, QRectF(left, box.top(), width, box.height()), figure)

    def _shown(self, width: float) -> tuple[tuple[Figure, ...], float]:
        """Return the figures that have room side by side, and the width of each."""
        gap = self._sizes.text * _GAP
        number = len(self._block.figures)
        while True:
            shown, cell = self._block.figures[:number], (width + gap) / max(1, number) - gap
            if number <= 1 or all(self._narrow(figure) <= cell for figure in shown):
                return shown, cell
            number -= 1

    def _narrow(self, figure: Figure) -> float:
        sizes = self._sizes
        if figure.state is not None:
            return least_width(figure, sizes) + self._glyph + 3 * _PAD * sizes.text
        return max(_NARROW * sizes.text, least_width(replace(figure, unit=""), sizes))

    def _fitting(self, figure: Figure, width: float) -> Figure:
        """Return a figure whose unit stands below it where there is no room beside it."""
        plain = self._sizes.plain()
        # A note is not cut: half of a figure would be another figure.
        note, unit = figure.note if plain.width(figure.note) <= width else "", figure.unit
        large = self._sizes.of(self._sizes.big).width(figure.value) + aside(unit, plain)
        stays = note or not unit or figure.state is not None or large <= width
        if stays or plain.width(unit) > width:
            return replace(figure, note=note)
        return replace(figure, unit="", note=unit)

    def _draw_one(self, writer: Writer, box: QRectF, figure: Figure) -> None:
        sizes, least = self._sizes, FIGURE * self._sizes.primary
        rest = write_title(writer, box, figure.title, sizes, least)
        fitting, below = self._fitting(figure, box.width()), 0.0
        if fitting.note and rest.height() >= sizes.leading + least:
            figure, below = fitting, sizes.leading
        value = rest.adjusted(0, 0, 0, -below)
        value.setHeight(min(value.height(), BIG * sizes.big))
        if figure.state is not None and not figure.stale:
            self._draw_framed(writer, value, figure, figure.state)
        else:
            most = min(float(sizes.big), value.height(), largest(figure.value, value.height()))
            amount = fitted(figure, sizes, value.width(), most, ink_of(figure))
            paint(writer, value.left(), base_of(value, amount.style), amount)
        if below:
            note = QRectF(box.left(), value.bottom(), box.width(), below)
            write_base(writer, note, figure.note, sizes.plain("text2"))

    @property
    def _glyph(self) -> float:
        return float(max(self._sizes.glyph, round(_GLYPH * self._sizes.primary)))

    def _draw_framed(self, writer: Writer, box: QRectF, figure: Figure, state: State) -> None:
        """Draw what is wrong in a frame of its colour, with its shape."""
        sizes, pad, glyph = self._sizes, self._sizes.text * _PAD, self._glyph
        most = min(_FRAMED * sizes.primary, box.height() / _FRAME * _FRAMED)
        amount = self._framed(figure, box.width() - 3 * pad - glyph, most, STATE_TEXT[state])
        width, height = amount.width + glyph + 3 * pad, min(box.height(), _FRAME * sizes.primary)
        frame = QRectF(box.left(), box.center().y() - height / 2, width, height)
        painter, half = writer.painter, sizes.line / 2
        painter.setPen(QPen(writer.look.color(STATE_TEXT[state]), sizes.line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(
            frame.adjusted(half, half, -half, -half), pad * _ROUND, pad * _ROUND
        )
        shape = square(frame.left() + pad, frame.center().y(), glyph)
        paint_glyph(writer, shape, state)
        paint(writer, shape.right() + pad, base_of(frame, amount.style), amount)

    def _framed(self, figure: Figure, room: float, most: float, ink: str) -> Amount:
        """Return number and word in one size, else the word smaller, else the number alone."""
        sizes, word = self._sizes, f"{figure.value} {figure.unit}".rstrip()
        one = replace(figure, value=word, unit="")
        large = fitted(one, sizes, room, most, ink)
        if large.text == word and large.style.pixels >= sizes.primary:
            return large
        small = sizes.strong(ink)
        beside = Amount(figure.value, sizes.figure(ink), figure.unit, small)
        return beside if beside.width <= room else fitted(figure, sizes, room, most, ink)
