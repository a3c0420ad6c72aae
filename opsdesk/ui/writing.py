"""Text in painted panels, in the few sizes that there are."""

from __future__ import annotations

from functools import lru_cache

import msgspec
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from opsdesk.ui.fonts import drawn, font
from opsdesk.ui.theme import Look

LEFT = Qt.AlignmentFlag.AlignLeft
RIGHT = Qt.AlignmentFlag.AlignRight
CENTER = Qt.AlignmentFlag.AlignHCenter

_GRACE = 0.5


class Type(msgspec.Struct, frozen=True):
    """A size in pixels, the token of a colour, a weight."""

    pixels: int
    ink: str
    weight: QFont.Weight = QFont.Weight.Normal

    @property
    def font(self) -> QFont:
        """The interface's font in this size and weight."""
        chosen, _ = self._made
        return chosen

    @property
    def metrics(self) -> QFontMetricsF:
        """How wide letters of this size and weight are."""
        _, metrics = self._made
        return metrics

    @property
    def _made(self) -> tuple[QFont, QFontMetricsF]:
        # What is written on a state's fill is dark wherever the window is.
        dark = False if self.ink == "onfill" else None
        asked = drawn(self.weight, self.pixels, dark=dark)
        return _font(self.pixels, self.weight, asked, dark=dark)

    def width(self, text: str) -> float:
        """Return the pixels that a text takes."""
        return self.metrics.horizontalAdvance(text)

    def height(self, text: str, width: float) -> float:
        """Return the pixels that a text takes where it may go over several lines."""
        room = QRectF(0, 0, max(1.0, width), 1_000)
        return self.metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, text).height()


@lru_cache(maxsize=64)
def _font(
    pixels: int, weight: QFont.Weight, _drawn: int, *, dark: bool | None
) -> tuple[QFont, QFontMetricsF]:
    """Make each font once: looking one up takes longer than writing with it."""
    found = font(pixels, weight, dark=dark)
    return found, QFontMetricsF(found)


BODY = Type(13, "text1")
BOLD = Type(13, "text1", QFont.Weight.DemiBold)
VALUE = Type(15, "text1", QFont.Weight.DemiBold)
BESIDE = Type(13, "text2")
QUIET = Type(13, "text3")
SMALL = Type(12, "text2")
CAPTION = Type(12, "text3")


class Writer:
    """Writes with a painter in the colours of a look."""

    def __init__(self, painter: QPainter, look: Look) -> None:
        self.painter, self.look = painter, look

    def name(self, box: QRectF, text: str, style: Type) -> float:
        """Write a name; where it does not fit, its middle is left out: names differ at the end."""
        shown = style.metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, box.width() + _GRACE)
        return self.write(box, shown, style)

    def write(self, box: QRectF, text: str, style: Type, side: Qt.AlignmentFlag = LEFT) -> float:
        """Write one line into the middle of a box, with an ellipsis where it does not fit.

        Returns:
            the width of what is written, in pixels.

        """
        metrics = style.metrics
        self.painter.setFont(style.font)
        self.painter.setPen(self.look.color(style.ink))
        width, shown = metrics.horizontalAdvance(text), text
        # Rounding must not take the end of a text whose width has been measured for its box.
        if width > box.width() + _GRACE:
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
            width = metrics.horizontalAdvance(shown)
        flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        self.painter.drawText(box, flags, shown)
        return width

    def wrap(self, box: QRectF, text: str, style: Type) -> None:
        """Write into a box from its top, in as many lines as the width asks for."""
        self.painter.setFont(style.font)
        self.painter.setPen(self.look.color(style.ink))
        self.painter.drawText(
            box, LEFT | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, text
        )
