"""Each key of the first metric as a line of text, numbered."""

from __future__ import annotations

from datetime import datetime
from itertools import accumulate

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.words import value_text
from opsdesk.model.reading import Reading
from opsdesk.ui.panels.canvas import PaintedPanel, Row, paint_rule
from opsdesk.ui.writing import BESIDE, BOLD, RIGHT, Type, Writer

_LEAST, _MOST = 48.0, 80.0
_LINE, _BETWEEN = 18.0, 3.0
_INDENT = 16.0
_NUMBER = Type(20, "text2", QFont.Weight.DemiBold)


class Item(Row, frozen=True, kw_only=True):
    """A line: what stands before its colon, and what after."""

    number: str
    head: str
    text: str


class ListPanel(PaintedPanel):
    """Texts in the order of their rank: large number, head in bold, what it says below."""

    goes_on = True

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        readings = sorted(self.readings(board), key=_rank)
        self.show_head(board, readings, now)
        metric = self.entry(board)
        texts = [value_text(reading, metric, now) for reading in readings]
        pairs = enumerate(zip(readings, texts, strict=True), 1)
        self.show_rows([_item(n, reading, text) for n, (reading, text) in pairs], board)

    @override
    def least_height(self) -> float:
        return sum(self._heights(_LEAST))

    @override
    def boxes(self) -> list[QRectF]:
        width, number = self.canvas.width(), max(1, len(self.rows))
        heights = self._heights(min(_MOST, max(_LEAST, self.canvas.height() / number)))
        tops = accumulate(heights, initial=0.0)
        return [QRectF(0, top, width, high) for top, high in zip(tops, heights, strict=False)]

    def _heights(self, usual: float) -> list[float]:
        """Return how high each item is: in a report, as high as its text takes."""
        if not self.look.paper:
            return [usual] * len(self.rows)
        room = self.canvas.width() - self._indent
        texts = (BESIDE.height(item.text, room) for item in self._items())
        return [_LEAST + max(0.0, text - _LINE) for text in texts]

    @property
    def _indent(self) -> float:
        return _INDENT + max((_NUMBER.width(item.number) for item in self._items()), default=0)

    @override
    def draw(self, writer: Writer) -> None:
        for item, box in zip(self._items(), self.boxes(), strict=True):
            _paint(writer, box, item, self._indent)
            if item is not self.rows[-1]:
                paint_rule(writer, 0, box.bottom() - 1, box.width())

    def _items(self) -> list[Item]:
        return [row for row in self.rows if isinstance(row, Item)]


def _rank(reading: Reading) -> tuple[float, str]:
    """Order by the number of the key; what has none comes last, by its text."""
    rank = reading.key.label("rank")
    number = float(rank) if rank.isdecimal() else float("inf")
    return (number, rank or str(reading.value))


def _item(position: int, reading: Reading, text: str) -> Item:
    head, colon, rest = text.partition(":")
    number = reading.key.label("rank") or str(position)
    head, rest = (head, rest.strip()) if colon else (text, "")
    said = tr("{number}. {text}", number=number, text=text)
    return Item(said=said, reading=reading, number=number, head=head, text=rest)


def _paint(writer: Writer, box: QRectF, item: Item, indent: float) -> None:
    width = box.width() - indent
    text = max(_LINE, BESIDE.height(item.text, width))
    if box.height() < _LINE + _BETWEEN + text:  # in a window, where there is no room for all
        text = _LINE
    lines = _LINE + _BETWEEN + text if item.text else _LINE
    top = box.top() + (box.height() - lines) / 2
    number = QRectF(0, top, indent - _INDENT, _LINE + 2)
    writer.write(number, item.number, _NUMBER, RIGHT)
    writer.write(QRectF(indent, top, width, _LINE), item.head, BOLD)
    below = QRectF(indent, top + _LINE + _BETWEEN, width, text)
    if text > _LINE:
        writer.wrap(below, item.text, BESIDE)
    else:
        writer.write(below, item.text, BESIDE)
