"""What is drawn around the row on which focus rests."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from opsdesk.ui.painted import Painted
from opsdesk.ui.theme import Look
from opsdesk.ui.writing import Writer

_OUTLINE, _STRONG_OUTLINE = 2.0, 3.0


class Ring(Painted):
    """Marks the focused row: raised below its words, outlined over them."""

    def __init__(self, card: QWidget, look: Look, *, over: bool = False) -> None:
        super().__init__(look)
        self._over = over
        self.setParent(card)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        if over:
            self.raise_()
        else:
            self.lower()

    @override
    def draw(self, writer: Writer) -> None:
        strong = self.look.name == "high_contrast"
        width = _STRONG_OUTLINE if strong else _OUTLINE
        frame = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        if self._over:
            writer.painter.setPen(QPen(self.look.color("accent"), width))
        else:
            writer.painter.setPen(Qt.PenStyle.NoPen)
            writer.painter.setBrush(self.look.color("raised"))
        writer.painter.drawRoundedRect(frame, 4, 4)
