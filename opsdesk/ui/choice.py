"""A field in which one of several is chosen."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QComboBox
from typing_extensions import override

# From the right edge, and half of the arrow's width; its line, in pixels.
_INSET, _HALF, _LINE = 16.0, 4.0, 1.5


class Choice(QComboBox):
    """Has an arrow of the theme: the style's own comes with a frame that belongs to no theme."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(self.palette().buttonText().color(), _LINE)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        tip = QPointF(self.width() - _INSET, self.height() / 2 + _HALF / 2)
        painter.drawLine(tip, tip + QPointF(-_HALF, -_HALF))
        painter.drawLine(tip, tip + QPointF(_HALF, -_HALF))
