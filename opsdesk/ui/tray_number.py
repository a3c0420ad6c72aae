"""The number of what is wrong, cut out of a mark in the tray."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPainter, QPainterPath, QPixmap

from opsdesk.insight.verdict import State
from opsdesk.ui.fonts import font

_MOST_SHOWN = 9


class _Room(msgspec.Struct, frozen=True):
    """Where a mark is solid: height and middle of its number, as shares of the icon's size."""

    height: float
    middle: float


_ROOM = {State.DEGRADED: _Room(0.5, 0.53), State.CRITICAL: _Room(0.72, 0.41)}


def cut_number(mark: QPixmap, state: State, number: int) -> None:
    """Cut a number out of the middle of a solid mark, so that it is read on any panel."""
    size, room = mark.width(), _ROOM[state]
    text = str(number) if number <= _MOST_SHOWN else "+"
    path = QPainterPath()
    path.addText(0, 0, font(round(size * room.height), QFont.Weight.Bold), text)
    box = path.boundingRect()
    path.translate(size / 2 - box.center().x(), size * room.middle - box.center().y())
    painter = QPainter(mark)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
    painter.fillPath(path, Qt.GlobalColor.black)
    painter.end()
