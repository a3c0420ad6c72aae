"""Figures painted in columns: name, number with its unit, and a line or a bar below."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import msgspec
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QSizePolicy
from typing_extensions import override

from opsdesk.insight.words import NOTHING
from opsdesk.model.reading import Reading
from opsdesk.ui.painted import Painted
from opsdesk.ui.panels.marks import paint_share
from opsdesk.ui.theme import Look
from opsdesk.ui.writing import CAPTION, SMALL, Type, Writer

_LEAST_WIDTH, _GUTTER, _WIDEST_BAR = 128, 16, 200.0
_CAPTION, _FIGURE, _BELOW = 20, 38, 20
_LINE = _CAPTION + _FIGURE + _BELOW
_COMPACT = 24
#: sizes of the numbers in pixels: the greatest at which all have room is taken
_SIZES = (28, _COMPACT, 20, 16)
#: a number from this size on has a unit of the first size, a smaller one of the second
_USUAL, _UNIT, _SMALL_UNIT = 28, 16, 13
# Numbers in the parts of a value: digits, and what qualifies them.
_NUMERIC = frozenset("0123456789<>\N{GREATER-THAN OR EQUAL TO}\N{ALMOST EQUAL TO}")
_PART_GAP, _UNIT_GAP = 4.0, 7.0


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure as text, and how full its bar is from 0 to 1."""

    name: str
    value: str
    unit: str = ""
    remark: str = ""
    #: what it follows from: said where there is room for all of it
    formula: str = ""
    share: float | None = None
    stale: bool = False
    #: the figure that hover and Enter tell of
    reading: Reading | None = None

    @property
    def said(self) -> str:
        """What the figure says, for those who do not see it."""
        parts = (self.name, self.value, self.unit, self.remark or self.formula)
        return " ".join(part for part in parts if part)


def parts(value: str) -> list[tuple[str, bool]]:
    """Return the words of a value, and whether each is a number: '2 m 14 s' is of four.

    A value without any number is one word.
    """
    if _NUMERIC.isdisjoint(value):
        return [(value, True)]
    return [(word, not _NUMERIC.isdisjoint(word)) for word in value.split(" ")]


def height_at(width: int, number: int) -> int:
    """Return the pixels that so many figures need at a width."""
    high = _lines(number, width)
    return high * (_LINE + _GUTTER) - _GUTTER


def _lines(number: int, width: int) -> int:
    """Return in how many lines so many figures stand at a width."""
    return max(1, -(-number // max(1, width // _LEAST_WIDTH)))


class Figures(Painted):
    """Paints figures in columns of one width; in two lines where there is no room for one."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.figures: tuple[Figure, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_figures(self, figures: Sequence[Figure]) -> None:
        """Show figures."""
        if (new := tuple(figures)) != self.figures:
            self.figures = new
            self.updateGeometry()
            self.update()

    def boxes(self) -> list[QRectF]:
        """Return where each figure stands, in pixels."""
        widths = self._widths()
        columns = len(widths)
        lefts = list(accumulate(widths, initial=0.0))
        high = max(1, -(-len(self.figures) // max(1, columns)))
        height = (self.height() + _GUTTER) / high
        return [
            QRectF(
                lefts[at % columns],
                at // columns * height,
                widths[at % columns] - _GUTTER,
                height - _GUTTER,
            )
            for at in range(len(self.figures))
        ]

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(160, _LINE)

    @override
    def draw(self, writer: Writer) -> None:
        boxes = self.boxes()
        sizes = self._sizes(boxes)
        for box, figure in zip(boxes, self.figures, strict=True):
            self._paint(writer, box, figure, sizes)

    def _widths(self) -> list[float]:
        """Return the widths of the columns: alike, unless that leaves some too little room.

        Where there is too little for all, each gives in proportion to what it needs.
        """
        number = len(self.figures)
        high = _lines(number, self.width())
        columns = -(-number // high)  # as many in each line
        alike = [self.width() / max(1, columns)] * columns
        needed: list[float] = []
        for pixels in (_USUAL, _COMPACT):
            needed = [_needed(figure, pixels) + _GUTTER for figure in self.figures]
            if high > 1 or all(room <= alike[0] for room in needed):
                return alike
            if (spare := self.width() - sum(needed)) >= 0:
                return [room + spare / columns for room in needed]
        return [room * self.width() / sum(needed) for room in needed]

    def _sizes(self, boxes: Sequence[QRectF]) -> tuple[int, int]:
        """Return the greatest sizes of numbers and units at which every figure has room."""
        rooms = [box.width() for box in boxes]
        for pixels in _SIZES:
            unit = _unit(pixels)
            needed = (_width(figure, pixels, unit) for figure in self.figures)
            if all(width <= room for width, room in zip(needed, rooms, strict=True)):
                return pixels, unit
        return _SIZES[-1], _SMALL_UNIT

    def _paint(self, writer: Writer, box: QRectF, figure: Figure, sizes: tuple[int, int]) -> None:
        left, top, width = box.left(), box.top(), box.width()
        writer.write(QRectF(left, top, width, _CAPTION), figure.name, SMALL)
        self._paint_value(writer, QRectF(left, top + _CAPTION, width, _FIGURE), figure, sizes)
        below = QRectF(left, top + _CAPTION + _FIGURE, width, _BELOW)
        if below.bottom() > box.bottom() + 1:
            return
        if figure.share is not None:
            bar = QRectF(left, below.top() + 6, min(width, _WIDEST_BAR), 8)
            ink = "data3" if figure.stale else "data2"
            paint_share(writer.painter, self.look, bar, figure.share, ink)
        elif figure.remark:
            writer.write(below, figure.remark, CAPTION if figure.value == NOTHING else SMALL)
        elif SMALL.width(figure.formula) <= width:
            writer.write(below, figure.formula, SMALL)

    def _paint_value(
        self, writer: Writer, box: QRectF, figure: Figure, sizes: tuple[int, int]
    ) -> None:
        ink = "text3" if figure.value == NOTHING else "text2" if figure.stale else "text1"
        number, unit = (_big(sizes[0], ink), Type(sizes[1], "text2", QFont.Weight.Medium))
        # Number and unit stand on one line, which the middle of the number gives.
        sink = (sizes[0] - sizes[1]) * 0.36
        for word, is_number in parts(figure.value):
            style, drop = (number, 0.0) if is_number else (unit, sink)
            place = QRectF(box.left(), box.top() + drop, box.width(), box.height())
            box.setLeft(box.left() + writer.write(place, word, style) + _PART_GAP)
        if figure.unit and box.width() > 0:
            box.adjust(_UNIT_GAP - _PART_GAP, sink, 0, sink)
            writer.write(box, figure.unit, unit)


def _big(pixels: int, ink: str = "text1") -> Type:
    return Type(pixels, ink, QFont.Weight.DemiBold)


def _unit(pixels: int) -> int:
    """Return the size of a unit behind a number of a size."""
    return _UNIT if pixels >= _USUAL else _SMALL_UNIT


def _needed(figure: Figure, pixels: int) -> float:
    """Return the pixels that a figure takes at a size, with its words."""
    words = max(SMALL.width(figure.name), SMALL.width(figure.remark))
    return max(words, _width(figure, pixels, _unit(pixels)))


def _width(figure: Figure, pixels: int, unit: int) -> float:
    """Return the pixels that value and unit take."""
    small = Type(unit, "text2", QFont.Weight.Medium)
    words = parts(figure.value)
    taken = sum((_big(pixels) if is_number else small).width(word) for word, is_number in words)
    taken += _PART_GAP * (len(words) - 1)
    return taken + (_UNIT_GAP + small.width(figure.unit) if figure.unit else 0.0)
