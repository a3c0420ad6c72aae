"""Lines below a title; what has no room is counted in the last."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from PySide6.QtCore import QRectF

from opsdesk.catalogue.language import trn
from opsdesk.insight.slides.blocks import Line, Rows
from opsdesk.insight.verdict import State
from opsdesk.insight.words import NOTHING
from opsdesk.ui import strip
from opsdesk.ui.theme import STATE_TEXT
from opsdesk.ui.wall.blocks.drawing import (
    APART,
    paint_glyph,
    paint_shape,
    rule,
    square,
    write_title,
)
from opsdesk.ui.wall.text import (
    Amount,
    base_of,
    fitted,
    least_width,
    paint,
    usual_width,
    write_base,
)
from opsdesk.ui.wall.type import Sizes
from opsdesk.ui.writing import Writer

# Heights in lines of text.
_TITLE, _LEAST, _MOST = 1.1, 1.15, 1.48
# Between a name and its value, and the least width of a name, in sizes of text.
_GAP, _NAME = 0.8, 4.0
# A strip stands between these shares of a width, is as high as this share of a row, and at least
# as wide as so many letters.
_STRIP_FROM, _STRIP_TO, _STRIP_HEIGHT, _STRIP_LEAST = 0.44, 0.8, 0.5, 4.0
_BAD = (State.CRITICAL, State.DEGRADED)
# So many lines are measured: there is no room for more.
_MEASURED = 16


class RowsDrawing:
    """Lines below a title, as many as have room."""

    def __init__(self, block: Rows, sizes: Sizes) -> None:
        self._block, self._sizes = block, sizes

    @property
    def narrowest(self) -> float:
        """The width of the values, and of a few letters of the names."""
        values = (least_width(line, self._sizes) for line in self._measured)
        names = (self._sizes.plain().width(line.name) for line in self._measured)
        name = min(max(names, default=0.0), _NAME * self._sizes.text)
        return max(values, default=0.0) + name + self._around

    @property
    def natural(self) -> float:
        """The width of names and values as they are."""
        sizes, block = self._sizes, self._block
        plain = sizes.plain()
        names = [plain.width(line.name) for line in self._measured]
        values = [self._usual_width(line) for line in self._measured]
        lines = (name + value for name, value in zip(names, values, strict=True))
        width = max(plain.width(block.title), self._around + max(lines, default=0.0))
        if all(line.strip is None for line in self._measured):
            return width
        glyph = sizes.glyph + (APART + _GAP) * sizes.text
        return max(width, (max(names) + glyph) / _STRIP_FROM)

    def least(self, width: float) -> float:
        """Return the height of the title and of one line, or two where there are more."""
        del width
        return self._head + min(2, self._block.number) * _LEAST * self._sizes.leading

    def most(self, width: float) -> float:
        """Return the height with every line."""
        del width
        return self._head + self._block.number * _MOST * self._sizes.leading

    def draw(self, writer: Writer, box: QRectF) -> None:
        """Draw as many lines as have room."""
        sizes, block, least = self._sizes, self._block, _LEAST * self._sizes.leading
        room = write_title(writer, box, block.title, sizes, _LEAST * sizes.leading)
        if room.top() > box.top():
            room.setTop(box.top() + self._head)
        fitting = int(room.height() / least + 1e-6)
        shown = block.lines if block.number <= fitting else block.lines[: max(1, fitting - 1)]
        rest = block.number - len(shown) if len(shown) < fitting else 0
        rows = len(shown) + bool(rest)
        spacious = self._is_spacious(shown, box.width())
        cell = QRectF(room)
        cell.setHeight(min(_MOST * sizes.leading, room.height() / max(1, rows)))
        for position, line in enumerate(shown):
            if position:
                rule(writer, QRectF(cell.left(), cell.top(), cell.width(), sizes.rule))
            self._draw_line(writer, cell, line, spacious=spacious)
            cell.translate(0, cell.height())
        if rest:
            rule(writer, QRectF(cell.left(), cell.top(), cell.width(), sizes.rule))
            more = trn("and {number} more", "and {number} more", rest)
            write_base(writer, cell, more, sizes.plain("text3"))

    @property
    def _head(self) -> float:
        return self._sizes.leading * _TITLE if self._block.title else 0.0

    @property
    def _measured(self) -> tuple[Line, ...]:
        return tuple(islice(self._block.lines, _MEASURED))

    @property
    def _around(self) -> float:
        """The width of what stands before and between."""
        sizes, lines = self._sizes, self._measured
        glyph = sizes.glyph + APART * sizes.text
        marks = any(line.state is not None for line in lines) + any(line.flaps for line in lines)
        strips = _STRIP_LEAST * sizes.text if any(line.strip for line in lines) else 0.0
        return _GAP * sizes.text + marks * glyph + strips

    def _usual_width(self, line: Line) -> float:
        return usual_width(line, self._sizes) if line.short else least_width(line, self._sizes)

    def _draw_line(self, writer: Writer, box: QRectF, line: Line, *, spacious: bool) -> None:
        sizes, glyph = self._sizes, float(self._sizes.glyph)
        left, right, middle = box.left(), box.right(), box.center().y()
        if line.state is not None:
            paint_glyph(writer, square(left, middle, glyph), line.state)
            left += glyph + sizes.text * APART
        if line.flaps:
            shape = square(right - glyph, middle, glyph)
            paint_shape(writer, shape, "flapping", "degradedg")
            right = shape.left() - sizes.text * APART
        amount = self._amount(line, right - left, spacious=spacious)
        right -= amount.width
        paint(writer, right, base_of(box, amount.style), amount)
        right -= _GAP * sizes.text
        if line.strip is not None:
            from_ = max(left + _NAME * sizes.text, box.left() + _STRIP_FROM * box.width())
            to = min(right, box.left() + _STRIP_TO * box.width())
            if to - from_ >= _STRIP_LEAST * sizes.text:
                height = box.height() * _STRIP_HEIGHT
                area = QRectF(from_, middle - height / 2, to - from_, height)
                strip.paint(writer.painter, area, line.strip, writer.look)
                right = from_ - _GAP * sizes.text / 2
        name = QRectF(left, box.top(), right - left, box.height())
        style = sizes.plain("text3" if line.stale else "text1")
        write_base(writer, name, line.name, style, name=True)

    def _is_spacious(self, lines: Sequence[Line], width: float) -> bool:
        """Tell whether figures may be as large as figures are: without cutting a name."""
        plain, room = self._sizes.plain(), width - self._around
        return all(plain.width(one.name) + self._usual_width(one) <= room for one in lines)

    def _amount(self, line: Line, room: float, *, spacious: bool) -> Amount:
        """Return what stands at the right, as far as a few letters of the name leave room."""
        sizes, ink = self._sizes, _ink(line)
        name = min(sizes.plain().width(line.name), _NAME * sizes.text) + _GAP * sizes.text
        width = max(0.0, room - name)
        plain = Amount(line.value, sizes.strong(ink), line.unit, sizes.plain("text2"))
        if plain.width <= width and not (line.short and spacious):
            return plain
        return fitted(line, sizes, width, sizes.primary, ink)


def _ink(line: Line) -> str:
    if line.stale or line.value == NOTHING:
        return "text3"
    # A word is its state's; a figure only where something is wrong with it.
    if line.state is not None and (not line.short or line.state in _BAD):
        return STATE_TEXT[line.state]
    return "text1"
