"""A box that is ticked or not."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QCheckBox,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QStyleOptionViewItem,
)
from typing_extensions import override

# Where the tick bends, as shares of the box; its line, in pixels.
_TICK = ((0.24, 0.52), (0.43, 0.70), (0.77, 0.32))
_LINE = 1.8


class Check(QCheckBox):
    """Has a tick in the colour of the theme: a style sheet takes one from a file of one colour."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.isChecked():
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        part = QStyle.SubElement.SE_CheckBoxIndicator
        box = QRectF(self.style().subElementRect(part, option, self))
        paint_tick(QPainter(self), box, self.palette().highlightedText().color())


class Checks(QStyledItemDelegate):
    """Draws the same tick into the boxes of a list."""

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        super().paint(painter, option, index)
        shown = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        if shown.checkState is not Qt.CheckState.Checked:
            return
        part = QStyle.SubElement.SE_ItemViewItemCheckIndicator
        box = shown.widget.style().subElementRect(part, shown, shown.widget)
        painter.save()
        paint_tick(painter, QRectF(box), shown.palette.highlightedText().color())
        painter.restore()


def paint_tick(painter: QPainter, box: QRectF, ink: QColor) -> None:
    """Draw a tick into a box."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(ink, _LINE)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.drawPolyline(
        [QPointF(box.x() + box.width() * x, box.y() + box.height() * y) for x, y in _TICK]
    )
