"""Figures painted in columns: name, number with its unit, and a line or a bar below.

In a report, names and what stands below may take two lines: nobody can hover there.
"""

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
# In a report: the least width, a line of words, and between figures twice so much.
_LEAST_ON_PAPER, _WORDS_ON_PAPER, _BESIDE_RULE = 118, 17, 13
_FIGURE_ON_PAPER = 34
_CAPTION, _FIGURE, _BELOW = 20, 38, 20
_LINE = _CAPTION + _FIGURE + _BELOW
_COMPACT = 24
#: sizes of the numbers in pixels: the greatest at which all have room is taken
_SIZES = (28, _COMPACT, 20, 16)
_SIZES_ON_PAPER = (26, _COMPACT, 20, 16)
#: a number from this size on has a unit of the first size, a smaller one of the second
_USUAL, _UNIT, _SMALL_UNIT = 28, 16, 13
# Lines of words above and below a number, as few as there is room for.
_WRAPPINGS = ((1, 1), (2, 1), (2, 2))
# In a window: the sizes of a number that are tried, with one line of words each.
_WAYS = [(_USUAL, 1, 1), (_COMPACT, 1, 1)]
# Numbers in the parts of a value: digits, and what qualifies them.
_NUMERIC = frozenset("0123456789<>\N{GREATER-THAN OR EQUAL TO}\N{ALMOST EQUAL TO}")
_PART_GAP, _UNIT_GAP = 4.0, 5.0


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
    high = _lines(number, width, _LEAST_WIDTH)
    return high * (_LINE + _GUTTER) - _GUTTER


def _lines(number: int, width: int, least: int) -> int:
    """Return in how many lines so many figures stand at a width."""
    return max(1, -(-number // max(1, width // least)))


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
                widths[at % columns] - self._gutter,
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

    def paper_height(self, width: float) -> float:
        """Return the pixels that the figures need in a report at a width."""
        self.resize(round(width), self.height())
        above, below = self._words()
        line = (above + below) * _WORDS_ON_PAPER + _FIGURE_ON_PAPER
        return _lines(len(self.figures), round(width), _LEAST_ON_PAPER) * (line + _GUTTER) - _GUTTER

    @property
    def _gutter(self) -> int:
        return 2 * _BESIDE_RULE if self.look.paper else _GUTTER

    def _words(self) -> tuple[int, int]:
        """Return how many lines of words stand above and below the numbers."""
        if not self.look.paper:
            return 1, 1
        widths = [box.width() for box in self.boxes()]
        cells = list(zip(self.figures, widths, strict=True))
        names = any(SMALL.width(figure.name) > width for figure, width in cells)
        remarks = any(SMALL.width(figure.remark) > width for figure, width in cells)
        return 1 + names, 1 + remarks

    def _widths(self) -> list[float]:
        """Return the widths of the columns: alike, unless that leaves some too little room.

        Where there is too little for all, each gives in proportion to what it needs.
        """
        number, paper = len(self.figures), self.look.paper
        high = _lines(number, self.width(), _LEAST_ON_PAPER if paper else _LEAST_WIDTH)
        columns = -(-number // high)  # as many in each line
        whole = float(self.width() + self._gutter)  # nothing stands behind the last one
        alike = [whole / max(1, columns)] * columns
        if high > 1:
            return alike
        ways = [(_COMPACT, *lines) for lines in _WRAPPINGS] if paper else _WAYS
        needed: list[float] = []
        for pixels, *lines in ways:
            needed = [_needed(figure, pixels, *lines) + self._gutter for figure in self.figures]
            spare = whole - sum(needed)
            if all(room <= alike[0] for room in needed):
                return alike
            if spare >= 0:
                wanted = (_needed(one, pixels, 1, 1) + self._gutter for one in self.figures)
                return _shared(needed, list(wanted), spare)
        return alike if paper else [room * whole / sum(needed) for room in needed]

    def _sizes(self, boxes: Sequence[QRectF]) -> tuple[int, int]:
        """Return the greatest sizes of numbers and units at which every figure has room."""
        rooms = [box.width() for box in boxes]
        for pixels in _SIZES_ON_PAPER if self.look.paper else _SIZES:
            unit = _unit(pixels)
            needed = (_width(figure, pixels, unit) for figure in self.figures)
            if all(width <= room for width, room in zip(needed, rooms, strict=True)):
                return pixels, unit
        return _SIZES[-1], _SMALL_UNIT

    def _paint(self, writer: Writer, box: QRectF, figure: Figure, sizes: tuple[int, int]) -> None:
        left, top, width = box.left(), box.top(), box.width()
        if self.look.paper:
            top, high = top + self._paint_name(writer, box, figure), _FIGURE_ON_PAPER
        else:
            writer.write(QRectF(left, top, width, _CAPTION), figure.name, SMALL)
            top, high = top + _CAPTION, _FIGURE
        self._paint_value(writer, QRectF(left, top, width, high), figure, sizes)
        below = QRectF(left, top + high, width, _BELOW)
        if self.look.paper:
            below.setBottom(box.bottom())
        if below.bottom() > box.bottom() + 1:
            return
        if figure.share is not None:
            bar = QRectF(left, below.top() + 6, min(width, _WIDEST_BAR), 8)
            ink = "data3" if figure.stale else "data2"
            paint_share(writer.painter, self.look, bar, figure.share, ink)
        elif figure.remark:
            style = CAPTION if figure.value == NOTHING else SMALL
            if not self.look.paper:
                writer.write(below, figure.remark, style)
            elif style.height(figure.remark, width) <= 2 * _WORDS_ON_PAPER:
                writer.wrap(below, figure.remark, style)
        elif SMALL.width(figure.formula) <= width:
            below.setHeight(_WORDS_ON_PAPER if self.look.paper else _BELOW)
            writer.write(below, figure.formula, SMALL)

    def _paint_name(self, writer: Writer, box: QRectF, figure: Figure) -> float:
        """Write a name on the number below it, and a hairline before it; return its height."""
        above, _ = self._words()
        room = float(above * _WORDS_ON_PAPER)
        own = min(room, SMALL.height(figure.name, box.width()))
        name = QRectF(box.left(), box.top() + room - own, box.width(), own)
        writer.wrap(name, figure.name, SMALL)
        if box.left() > 0:
            rule = QRectF(box.left() - _BESIDE_RULE, box.top(), 1, box.height())
            writer.painter.fillRect(rule, self.look.color("hair"))
        return room

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


def _shared(needed: Sequence[float], wanted: Sequence[float], spare: float) -> list[float]:
    """Share what is spare out: first to those that lack least of what they want, then to all."""
    found = list(needed)
    for position in sorted(range(len(found)), key=lambda at: wanted[at] - needed[at]):
        more = wanted[position] - needed[position]
        if more <= spare:
            found[position], spare = wanted[position], spare - more
    return [width + spare / len(found) for width in found]


def _big(pixels: int, ink: str = "text1") -> Type:
    return Type(pixels, ink, QFont.Weight.DemiBold)


def _unit(pixels: int) -> int:
    """Return the size of a unit behind a number of a size."""
    return _UNIT if pixels >= _USUAL else _SMALL_UNIT


def _needed(figure: Figure, pixels: int, above: int, below: int) -> float:
    """Return the pixels that a figure takes at a size, with so many lines of words."""
    words = max(_folded(figure.name, above), _folded(figure.remark, below))
    return max(words, _width(figure, pixels, _unit(pixels)))


def _folded(text: str, lines: int) -> float:
    """Return the least pixels at which a text takes one line, or two."""
    words = text.split(" ")
    if lines == 1 or len(words) == 1:
        return SMALL.width(text)
    ends = range(1, len(words))
    halves = ((" ".join(words[:end]), " ".join(words[end:])) for end in ends)
    return min(max(map(SMALL.width, half)) for half in halves)


def _width(figure: Figure, pixels: int, unit: int) -> float:
    """Return the pixels that value and unit take."""
    small = Type(unit, "text2", QFont.Weight.Medium)
    words = parts(figure.value)
    taken = sum((_big(pixels) if is_number else small).width(word) for word, is_number in words)
    taken += _PART_GAP * (len(words) - 1)
    return taken + (_UNIT_GAP + small.width(figure.unit) if figure.unit else 0.0)
