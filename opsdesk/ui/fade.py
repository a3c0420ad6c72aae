"""A state that changes fades, within 120 ms. Nothing glides (LOOK.md section 8).

Two pictures are blended above what changes: it is painted once for each of them, and not at each
step. Where motion is unwanted, it changes at once; and so does a tab, of which two pictures would
take longer than to open it.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QVariantAnimation
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QStyle, QWidget
from typing_extensions import override

from opsdesk.ui.painted import Painted
from opsdesk.ui.theme import Look
from opsdesk.ui.writing import Writer

_MS = 120


def motion_is_wanted() -> bool:
    """Tell whether the desktop lets things move.

    Qt tells by its style what Windows, KDE and GNOME have set for animations.
    """
    style = QApplication.style()
    moves = style.styleHint(QStyle.StyleHint.SH_Widget_Animate)
    return bool(moves and style.styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration))


class Fade:
    """Fades what a widget shows. Ask before it changes, begin after."""

    def __init__(self, of: QWidget, look: Look) -> None:
        self._of, self._look = of, look
        self._before: QPixmap | None = None
        self._veil: _Veil | None = None

    def ask(self) -> None:
        """Keep what is shown, if it can be seen and may move."""
        self._end()
        seen = self._look.moves and self._of.isVisible() and motion_is_wanted()
        self._before = self._of.grab() if seen else None

    def begin(self) -> None:
        """Let what was shown go."""
        before, self._before = self._before, None
        if before is None:
            return
        self._veil = _Veil(self._of, self._look, before, self._of.grab())
        self._veil.run.finished.connect(self._end)
        self._veil.run.start()

    def _end(self) -> None:
        if self._veil is not None:
            self._veil.run.stop()
            self._veil.hide()
            self._veil.deleteLater()
            self._veil = None


class _Veil(Painted):
    """Two pictures, blended over what they are of."""

    def __init__(self, over: QWidget, look: Look, before: QPixmap, after: QPixmap) -> None:
        super().__init__(look)
        self._before, self._after = before, after
        self.setParent(over)
        self.setGeometry(over.rect())
        self.run = QVariantAnimation(self)
        self.run.setDuration(_MS)
        self.run.setStartValue(0.0)
        self.run.setEndValue(1.0)
        self.run.valueChanged.connect(self.update)
        self.show()
        self.raise_()

    @override
    def draw(self, writer: Writer) -> None:
        painter, box = writer.painter, QRectF(self.rect())
        passed = float(self.run.currentValue() or 0.0)
        painter.fillRect(box, self.look.color("bg"))
        for picture, weight in ((self._after, passed), (self._before, 1.0 - passed)):
            painter.setOpacity(weight)
            painter.drawPixmap(0, 0, picture)
