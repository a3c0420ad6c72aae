"""What stands on a scale beside a name: bars, dots, rules, ticks."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from opsdesk.ui.painted import kept
from opsdesk.ui.theme import Look

_THICK, _TICK, _DOT = 10.0, 20.0, 4.5
# A zero can be seen as well.
_SHORTEST = 2.0


class Marks(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on a scale from 0 to 1."""

    #: from where to where
    bar: tuple[float, float] | None = None
    #: what is missing up to 1 is dashed
    rest: bool = False
    dot: float | None = None
    #: a thin line over the whole scale, as dots stand on
    rule: bool = False
    #: a short upright line across the bar
    tick: float | None = None
    #: a thin upright line where the bar begins: it goes on where the one above ends
    guide: bool = False
    #: token of a bar that is not what the panel is about
    ink: str = "data3"


def paint_marks(painter: QPainter, look: Look, box: QRectF, marks: Marks, ink: str) -> None:
    """Draw marks into a box as wide as the scale, bar and dot in the colour of a token."""
    if box.width() <= 0:
        return
    with kept(painter):
        if marks.rule:
            _paint_rule(painter, look, box)
        if marks.bar is not None:
            _paint_bar(painter, look, box, marks, ink)
        if marks.tick is not None:
            across = QRectF(_at(box, marks.tick) - 1, box.center().y() - _TICK / 2, 2, _TICK)
            painter.fillRect(across, look.color("text1"))
        if marks.dot is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color(ink))
            painter.drawEllipse(QPointF(_at(box, marks.dot), box.center().y()), _DOT, _DOT)


def dashes(color: QColor) -> QPen:
    """Return a dashed pen of one pixel."""
    pen = QPen(color, 1)
    pen.setDashPattern((3, 3))
    return pen


def paint_share(painter: QPainter, look: Look, box: QRectF, share: float, ink: str) -> None:
    """Fill a box from the left up to a share of it; what is missing is dashed."""
    length = max(_SHORTEST, box.width() * max(0.0, min(1.0, share)))
    painter.fillRect(QRectF(box.left(), box.top(), length, box.height()), look.color(ink))
    if share < 1:
        painter.setPen(dashes(look.color("edge")))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(length, 0.5, -0.5, -0.5))


def _at(box: QRectF, place: float) -> float:
    return box.left() + box.width() * max(0.0, min(1.0, place))


def _paint_rule(painter: QPainter, look: Look, box: QRectF) -> None:
    """Draw a line, and its ends and middle, which stand over the words of the axis."""
    middle = round(box.center().y() - 0.5)
    painter.fillRect(QRectF(box.left(), middle, box.width(), 1), look.color("hair"))
    for place in (0.0, 0.5, 1.0):
        painter.fillRect(QRectF(round(_at(box, place) - 0.5), middle - 4, 1, 9), look.color("hair"))


def _paint_bar(painter: QPainter, look: Look, box: QRectF, marks: Marks, ink: str) -> None:
    begin, end = marks.bar or (0.0, 0.0)
    left, top = round(_at(box, begin)), round(box.center().y() - _THICK / 2)
    if marks.guide:
        painter.fillRect(QRectF(left, box.top(), 1, box.height() - 1), look.color("hair"))
    if marks.rest:
        whole = QRectF(left, top, box.right() - left, _THICK)
        paint_share(painter, look, whole, (end - begin) / (1 - begin), ink)
    else:
        length = max(_SHORTEST, _at(box, end) - left)
        painter.fillRect(QRectF(left, top, length, _THICK), look.color(ink))
