"""Sentences below a title, each over as many lines as it takes."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from opsdesk.catalogue.language import tr
from opsdesk.insight.slides.blocks import Line, Words
from opsdesk.ui.wall.blocks.drawing import (
    APART,
    head_of,
    paint_glyph,
    rule,
    square,
    without_title,
    write_title,
)
from opsdesk.ui.wall.text import at_most, wrapped, write_base
from opsdesk.ui.wall.type import Sizes
from opsdesk.ui.writing import Writer

# Heights in lines of text: of the title, and of what is free around a sentence.
_TITLE, _AROUND = 1.1, 0.3
# A sentence is at least so many letters wide.
_NARROW = 8.0


class WordsDrawing:
    """Sentences below a title."""

    def __init__(self, block: Words, sizes: Sizes) -> None:
        self._block, self._sizes = block, sizes

    @property
    def narrowest(self) -> float:
        """The width of a few words."""
        return _NARROW * self._sizes.text

    @property
    def natural(self) -> float:
        """The width of the longest sentence."""
        plain = self._sizes.plain()
        widths = (plain.width(line.name) + self._indent(line) for line in self._block.sentences)
        return max(plain.width(self._block.title), *widths)

    def least(self, width: float) -> float:
        """Return the height of the title and the first sentence."""
        first = self._block.sentences[:1]
        return self._head + sum(self._height(self._lines(line, width)) for line in first)

    def most(self, width: float) -> float:
        """Return the height of all."""
        lines = (self._lines(line, width) for line in self._block.sentences)
        return self._head + sum(map(self._height, lines))

    def draw(self, writer: Writer, box: QRectF) -> None:
        """Draw as many as have room, each of them whole; the first as far as there is room."""
        sizes, block = self._sizes, self._block
        one = (1 + _AROUND) * sizes.leading
        has_title = without_title(box, block.title, sizes, one).top() > box.top()
        top = box.top() + self._head if has_title else box.top()
        shown = self._fitting(box.bottom() - top, box.width())
        write_title(writer, box, self._title(len(shown)), sizes, one)
        for position, texts in enumerate(shown):
            if position:
                rule(writer, QRectF(box.left(), top, box.width(), sizes.rule))
            row = QRectF(box.left(), top, box.width(), 0)
            self._draw_one(writer, row, block.sentences[position], texts)
            top += self._height(texts)

    def _title(self, shown: int) -> str:
        """Say how many of all there are: that takes no line of those that have room."""
        title, number = self._block.title, len(self._block.sentences)
        if not title or shown == number:
            return title
        return tr("{title}, {shown} of {number}", title=title, shown=shown, number=number)

    def _fitting(self, room: float, width: float) -> list[list[str]]:
        """Return the lines of the sentences that have room; of the first, as many as have."""
        found: list[list[str]] = []
        for line in self._block.sentences:
            texts = self._lines(line, width)
            if self._height(texts) > room + 1:
                if found:
                    break
                leading = self._sizes.leading
                texts = at_most(texts, int((room - _AROUND * leading) / leading + 1e-6))
            found.append(texts)
            room -= self._height(texts)
        return found

    @property
    def _head(self) -> float:
        return self._sizes.leading * _TITLE

    def _indent(self, line: Line) -> float:
        return 0.0 if line.state is None else self._sizes.glyph + self._sizes.text * APART

    def _lines(self, line: Line, width: float) -> list[str]:
        return wrapped(line.name, self._sizes.plain(), width - self._indent(line))

    def _height(self, texts: list[str]) -> float:
        return (len(texts) + _AROUND) * self._sizes.leading

    def _draw_one(self, writer: Writer, box: QRectF, line: Line, texts: list[str]) -> None:
        sizes, style = self._sizes, self._sizes.plain("text3" if line.stale else "text1")
        first = head_of(box.translated(0, sizes.leading * _AROUND / 2), sizes)
        if line.state is not None and texts:
            glyph = float(sizes.glyph)
            paint_glyph(writer, square(box.left(), first.center().y(), glyph), line.state)
        first.setLeft(first.left() + self._indent(line))
        for position, text in enumerate(texts):
            write_base(writer, first.translated(0, position * sizes.leading), text, style)
