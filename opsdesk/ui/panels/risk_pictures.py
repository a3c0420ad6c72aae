"""The small picture beside a risk: what it grows to, how far below it is, how it flaps."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPen
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.strips import Drawn
from opsdesk.insight.words import interval_text, number_text
from opsdesk.ui import strip
from opsdesk.ui.painted import Painted
from opsdesk.ui.theme import Look
from opsdesk.ui.writing import CAPTION, CENTER, RIGHT, SMALL, Type, Writer

_WIDTH, _HEIGHT = 126, 52
_WORDS = 18.0
_DOT, _THICK, _TICK, _STRIP = 3.5, 4.0, 18.0, 18.0
_TWICE = Type(13, "text1", QFont.Weight.DemiBold)
_DASHES = (4, 3)
_WHOLE = 100.0
# So much of what lies above the limit is shown of what lies below it.
_BELOW = 0.4


class Growth(msgspec.Struct, frozen=True):
    """It doubles in so many weeks."""

    weeks: int


class Below(msgspec.Struct, frozen=True):
    """Some lie below a limit, in percent; all together lie at ``mean``, where that is known."""

    limit: float
    mean: float | None


Picture = Growth | Below | Drawn


class RiskPicture(Painted):
    """Paints one of them, or nothing."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._picture: Picture | None = None
        self.setFixedSize(QSize(_WIDTH, _HEIGHT))

    def show_picture(self, picture: Picture | None) -> None:
        """Show a picture; None takes no room."""
        if picture != self._picture:
            self._picture = picture
            self.update()
        self.setVisible(picture is not None)

    @override
    def draw(self, writer: Writer) -> None:
        box = QRectF(0, 0, self.width(), self.height() - _WORDS)
        words = QRectF(0, box.bottom(), self.width(), _WORDS)
        match self._picture:
            case Growth() as growth:
                _paint_growth(writer, box, words, growth)
            case Below() as below:
                _paint_below(writer, box, words, below)
            case Drawn() as drawn:
                lane = QRectF(0, box.bottom() - _STRIP, box.width(), _STRIP)
                strip.paint(writer.painter, lane, drawn, self.look)
                window = interval_text(round(drawn.end - drawn.start))
                writer.write(words, tr("{interval} ago", interval=window), CAPTION)
                writer.write(words, tr("now"), CAPTION, RIGHT)


def _paint_growth(writer: Writer, box: QRectF, words: QRectF, growth: Growth) -> None:
    """Draw a dashed curve from what it is now, solid, to twice as much, hollow."""
    painter, look = writer.painter, writer.look
    begin = QPointF(_DOT + 1, box.bottom() - _DOT - 2)
    end = QPointF(box.right() - 32, box.top() + _DOT + 5)
    pen = QPen(look.color("data"), 1.6)
    pen.setDashPattern(_DASHES)
    painter.setPen(pen)
    points = [(n / 12, 2 ** (n / 12) - 1) for n in range(13)]
    painter.drawPolyline(
        [
            QPointF(begin.x() + x * (end.x() - begin.x()), begin.y() + y * (end.y() - begin.y()))
            for x, y in points
        ]
    )
    painter.setPen(QPen(look.color("data"), 1.6))
    painter.setBrush(look.color("surface"))
    painter.drawEllipse(end, _DOT, _DOT)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("data"))
    painter.drawEllipse(begin, _DOT, _DOT)
    beside = QRectF(end.x() + 8, end.y() - 9, 30, 18)
    writer.write(beside, tr("2\N{MULTIPLICATION SIGN}"), _TWICE)
    writer.write(words, tr("now"), CAPTION)
    below = QRectF(end.x() - 40, words.top(), 80, words.height())
    writer.write(below, tr("{number} wk", number=growth.weeks), CAPTION, CENTER)


def _paint_below(writer: Writer, box: QRectF, words: QRectF, below: Below) -> None:
    """Draw the part of a scale that lies below a limit, and where all together lie."""
    painter, look = writer.painter, writer.look
    low = below.limit - _BELOW * (_WHOLE - below.limit)
    middle = round(box.bottom() - _TICK / 2)

    def at(value: float) -> float:
        return box.width() * max(0.0, min(1.0, (value - low) / (_WHOLE - low)))

    painter.fillRect(QRectF(0, middle, box.width(), 1), look.color("hair"))
    limit = round(at(below.limit))
    painter.fillRect(QRectF(0, middle - _THICK / 2, limit, _THICK), look.color("degradedg"))
    painter.fillRect(QRectF(limit - 1, middle - _TICK / 2, 2, _TICK), look.color("text1"))
    left = QRectF(limit - 30, words.top(), 60, words.height())
    writer.write(left, number_text(below.limit, None), CAPTION, CENTER)
    if below.mean is None:
        return
    mean = min(at(below.mean), box.width() - _DOT)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("data"))
    painter.drawEllipse(QPointF(mean, middle + 0.5), _DOT + 0.5, _DOT + 0.5)
    text = tr("all {value}", value=number_text(below.mean, None))
    width = SMALL.width(text) + 2
    start = max(left.center().x() + 14, min(mean - width / 2, box.width() - width))
    writer.write(QRectF(start, words.top(), width, words.height()), text, CAPTION)
