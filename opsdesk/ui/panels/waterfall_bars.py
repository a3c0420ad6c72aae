"""The bars of a waterfall: what they are, where they stand, how they are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import msgspec
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPen

from opsdesk.ui.panels.canvas import Row
from opsdesk.ui.writing import BESIDE, BODY, BOLD, QUIET, RIGHT, VALUE, Writer

#: height of the heading of a group
HEADING = 34.0
_BAR, _OUTLINE = 16.0, 1.5
_GAP = 16.0
# Names take so much at most, in pixels and as a share; in less width amounts have no currency.
_MOST_NAME, _NAME_SHARE = 200.0, 0.36


class Shape(StrEnum):
    """How a bar is drawn."""

    SAVING = "saving"
    SAVED = "saved"
    COST = "cost"
    SPENT = "spent"
    NET = "net"
    HEADING = "heading"


_FILLS = {Shape.SAVING: "data3", Shape.SAVED: "data2", Shape.NET: "data"}
_TOTALS = (Shape.SAVED, Shape.SPENT, Shape.NET)


class Bar(Row, frozen=True, kw_only=True):
    """A row; ``start`` and ``end`` in the unit of the figures, None where there is no figure."""

    shape: Shape
    name: str
    text: str = ""
    change: str = ""
    start: float | None = None
    end: float | None = None
    #: may no longer be true
    stale: bool = False


class Scale(msgspec.Struct, frozen=True):
    """Where names, bars and values stand, in pixels, and what the ends of the bars' room mean."""

    left: float
    right: float
    value: float
    low: float
    high: float

    @classmethod
    def of(cls, bars: Sequence[Bar], width: float) -> Scale:
        """Share a width out: names and amounts take what they need, bars the rest."""
        ends = [e for bar in bars for e in (bar.start, bar.end) if e is not None]
        change = max((BESIDE.width(bar.change) for bar in bars), default=0.0)
        value = width - (change + _GAP if change else 0.0)
        known = [bar for bar in bars if bar.start is not None]
        texts = max((VALUE.width(bar.text) for bar in known), default=0.0)
        names = max((BOLD.width(b.name) for b in bars if b.shape is not Shape.HEADING), default=0.0)
        left = min(names, _MOST_NAME, max(90.0, _NAME_SHARE * width)) + _GAP
        right = max(left + 40.0, value - texts - 2 * _GAP)
        return cls(left, right, value, min([0.0, *ends]), max([1.0, *ends]))

    def x(self, amount: float) -> float:
        """Return where an amount stands."""
        return self.left + (self.right - self.left) * (amount - self.low) / (self.high - self.low)


def paint_words(writer: Writer, box: QRectF, bar: Bar, scale: Scale) -> None:
    """Write the name of a bar, its amount, and by how much that has changed."""
    total = bar.shape in _TOTALS
    name = QRectF(0, box.top(), scale.left - _GAP, box.height())
    writer.write(name, bar.name, BOLD if total else BODY)
    style = VALUE if bar.shape is Shape.NET else BOLD if total else BODY
    if bar.stale:
        style = msgspec.structs.replace(style, ink="text2")
    left = scale.left if bar.start is None else scale.right
    value = QRectF(left, box.top(), scale.value - left, box.height())
    writer.write(value, bar.text, style if bar.start is not None else QUIET, RIGHT)
    change = QRectF(scale.value, box.top(), box.width() - scale.value, box.height())
    writer.write(change, bar.change, BESIDE, RIGHT)


def paint_bar(writer: Writer, box: QRectF, bar: Bar, scale: Scale) -> None:
    """Draw a bar: what is saved and what is left solid, what it costs hollow."""
    if bar.start is None or bar.end is None:
        return
    left, right = sorted((scale.x(bar.start), scale.x(bar.end)))
    shape = QRectF(left, box.center().y() - _BAR / 2, max(1.0, right - left), _BAR)
    fill = "data2" if bar.stale and bar.shape is Shape.NET else _FILLS.get(bar.shape)
    if fill is not None:
        writer.painter.fillRect(shape, writer.look.color(fill))
        return
    pen = QPen(writer.look.color("data2"), _OUTLINE)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    writer.painter.setPen(pen)
    writer.painter.setBrush(Qt.BrushStyle.NoBrush)
    half = _OUTLINE / 2
    writer.painter.drawRect(shape.adjusted(half, half, -half, -half))


def paint_connector(
    writer: Writer, box: QRectF, bar: Bar, following: tuple[Bar, QRectF], scale: Scale
) -> None:
    """Lead from where a bar ends down to the one that goes on from there."""
    if bar.end is None:
        return
    after, below = following
    down = below.top() + (below.height() - _BAR) / 2
    if after.shape is Shape.HEADING:
        down = below.top() + HEADING - 8
    x = scale.x(bar.end)
    writer.painter.setPen(QPen(writer.look.color("edge"), 1))
    writer.painter.drawLine(QPointF(x, box.center().y() + _BAR / 2), QPointF(x, down))
