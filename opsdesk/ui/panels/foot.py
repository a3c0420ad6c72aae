"""A line of further figures at the foot of a card: 'p50 148   p75 203   p99 531   max 1,243 ms'."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QSizePolicy
from typing_extensions import override

from opsdesk.insight.verdict import State
from opsdesk.ui import glyphs
from opsdesk.ui.painted import Painted
from opsdesk.ui.theme import Look
from opsdesk.ui.writing import SMALL, Type, Writer

_HEIGHT, _RULE, _GAP, _LEAST, _GLYPH = 38, 8, 5.0, 14.0, 14.0
_VALUE = Type(12, "text1", QFont.Weight.Medium)
_STALE = msgspec.structs.replace(_VALUE, ink="text2")


class Beside(msgspec.Struct, frozen=True):
    """A name and the words for its value; either may be empty."""

    name: str
    value: str
    #: stands behind a triangle
    warns: bool = False
    #: may no longer be true
    stale: bool = False

    @property
    def width(self) -> float:
        """How many pixels it takes."""
        gap = _GAP if self.name and self.value else 0.0
        glyph = _GLYPH + _GAP if self.warns else 0.0
        return glyph + SMALL.width(self.name) + gap + _VALUE.width(self.value) + 1


class Foot(Painted):
    """Figures from the left to the right end of a line, above them a hairline."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._items: tuple[Beside, ...] = ()
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_items(self, items: Sequence[Beside]) -> None:
        """Show figures; those at the end that do not fit are left to hover. None takes no room."""
        if (found := tuple(items)) != self._items:
            self._items = found
            self.setToolTip("\n".join(f"{item.name} {item.value}".strip() for item in found))
            self.update()
        self.setVisible(bool(found))

    @property
    def said(self) -> str:
        """What it shows, in words."""
        return ", ".join(f"{item.name} {item.value}".strip() for item in self._items)

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    @override
    def draw(self, writer: Writer) -> None:
        writer.painter.fillRect(QRectF(0, _RULE, self.width(), 1), self.look.color("hair"))
        shown = self._fitting()
        free = self.width() - sum(item.width for item in shown)
        space = free / (len(shown) - 1) if len(shown) > 1 else 0.0
        x = 0.0
        for item in shown:
            room = min(item.width, self.width() - x)
            box = QRectF(x, _RULE + 8, room, _HEIGHT - _RULE - 8)
            if item.warns:
                self._paint_triangle(writer, box)
                box.setLeft(box.left() + _GLYPH + _GAP)
            used = writer.write(box, item.name, SMALL)
            box.setLeft(box.left() + (used + _GAP if used else 0.0))
            writer.write(box, item.value, _STALE if item.stale else _VALUE)
            x += item.width + space

    def _paint_triangle(self, writer: Writer, box: QRectF) -> None:
        mark = QRectF(box.left(), box.center().y() - _GLYPH / 2, _GLYPH, _GLYPH)
        ink, paper = self.look.color("degradedg"), self.look.color("surface")
        glyphs.paint(writer.painter, glyphs.STATE_FILES[State.DEGRADED], mark, ink, paper)

    def _fitting(self) -> tuple[Beside, ...]:
        shown = self._items
        while len(shown) > 1 and self._needs(shown) > self.width():
            shown = shown[:-1]
        return shown

    @staticmethod
    def _needs(items: Sequence[Beside]) -> float:
        return sum(item.width for item in items) + _LEAST * (len(items) - 1)
