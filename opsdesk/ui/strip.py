"""How a breaker went, as a strip: thin line closed, half height half-open, full height open."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QPainter
from PySide6.QtWidgets import QSizePolicy
from typing_extensions import override

from opsdesk.insight.strips import Drawn, Height, segments
from opsdesk.insight.terms import breaker_word
from opsdesk.model.reading import BreakerState
from opsdesk.ui.painted import Painted
from opsdesk.ui.theme import Look
from opsdesk.ui.writing import CAPTION, Writer

# The line's share of the height, and how far it stands back behind what is drawn on it.
_LINE, _BACK = 0.22, 0.75
# A sample of a height in the legend, its distance from its word, and from what stands before it.
_SAMPLE, _SAMPLE_HEIGHT, _BEFORE_WORD, _APART = 15, 12, 6, 16
_MEANINGS = (
    (Height.LINE, BreakerState.CLOSED),
    (Height.HALF, BreakerState.HALF_OPEN),
    (Height.FULL, BreakerState.OPEN),
)


class Legend(Painted):
    """What the heights of strips mean; where there is no room for all of it, nothing."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._words = [(height, breaker_word(state)) for height, state in _MEANINGS]
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    @override
    def sizeHint(self) -> QSize:
        return QSize(0, _SAMPLE_HEIGHT)

    @override
    def draw(self, writer: Writer) -> None:
        widths = [_SAMPLE + _BEFORE_WORD + CAPTION.width(word) for _, word in self._words]
        if _APART * len(widths) + sum(widths) > self.width():
            return
        left, top = float(_APART), (self.height() - _SAMPLE_HEIGHT) / 2
        for (height, word), width in zip(self._words, widths, strict=True):
            sample = QRectF(left, top, _SAMPLE, _SAMPLE_HEIGHT)
            _paint_part(writer.painter, sample, Height.LINE, self.look, lasts=False)
            if height is not Height.LINE:
                middle = sample.adjusted(_SAMPLE / 3, 0, -_SAMPLE / 3, 0)
                _paint_part(writer.painter, middle, height, self.look, lasts=False)
            words = QRectF(left + _SAMPLE + _BEFORE_WORD, 0, width, self.height())
            writer.write(words, word, CAPTION)
            left += width + _APART


def paint(painter: QPainter, rect: QRectF, drawn: Drawn, look: Look) -> None:
    """Draw a strip into ``rect``; only an opening that lasts now is coloured."""
    ratio = painter.device().devicePixelRatio()
    parts = segments(drawn.changes, drawn.start, drawn.end, round(rect.width() * ratio))
    for part in parts:
        box = QRectF(
            rect.left() + part.start * rect.width(),
            rect.top(),
            (part.end - part.start) * rect.width(),
            rect.height(),
        )
        lasts = drawn.open_now and part is parts[-1]
        _paint_part(painter, box, part.height, look, lasts=lasts)


def _paint_part(painter: QPainter, box: QRectF, height: Height, look: Look, *, lasts: bool) -> None:
    line = max(2.0, round(box.height() * _LINE))
    if height is Height.GAP:
        box.setTop(box.bottom() - 2 * line)
        painter.fillRect(box, QBrush(look.color("stale"), Qt.BrushStyle.BDiagPattern))
        return
    if height is Height.FULL:
        painter.fillRect(box, look.color("critical" if lasts else "data2"))
        return
    if height is Height.HALF:
        painter.fillRect(box.adjusted(0, box.height() / 2, 0, 0), look.color("data2"))
        return
    ink = look.color("data3")
    ink.setAlphaF(_BACK)
    painter.fillRect(box.adjusted(0, box.height() - line, 0, 0), ink)
