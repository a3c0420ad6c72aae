"""Each key of a metric as a dot on one scale, such as uptime from 98 to 100."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

import msgspec
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board, level
from opsdesk.insight.verdict import State
from opsdesk.insight.words import number_text, unit_symbol, value_text
from opsdesk.model.metric import Metric
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading, Unit
from opsdesk.ui import glyphs
from opsdesk.ui.chip import Chip
from opsdesk.ui.fonts import font
from opsdesk.ui.panels.base import PanelView, absence, row_name
from opsdesk.ui.theme import STATE_GLYPH, Look

_ORDER = (State.CRITICAL, State.DEGRADED, State.STALE, State.NO_SOURCE, State.OK)


class ScalePanel(PanelView):
    """The first metric as dots; the second, where named, gives each row its state."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._dots = Dots(look)
        self._nothing = Chip(look)
        self.body.addSpacing(8)
        self.body.addWidget(self._dots, 1)
        self.body.addWidget(self._nothing, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addStretch(0)

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        readings, metric = self.readings(board), self.entry(board)
        self.show_head(board, readings, now)
        states = {r.key.labels: r for r in self.readings(board, 1)}
        dots = [self._dot(board, r, states.get(r.key.labels), now) for r in readings]
        dots.sort(key=lambda dot: _ORDER.index(dot.state))
        up = sum(dot.state is State.OK for dot in dots)
        stale = sum(dot.state is State.STALE for dot in dots)
        summary = f"{up:,} of {len(dots):,} up" if states else ""
        if dots and stale == len(dots):
            summary = "state unknown"
        self._dots.setVisible(bool(dots))
        self._nothing.setVisible(not dots)
        self._nothing.show_state(State.NO_SOURCE, absence(board), filled=False)
        self._dots.show_dots(dots, _low_end(metric, dots), unit_symbol(metric), summary)
        said = "; ".join(f"{dot.name} {dot.text}, {dot.state}" for dot in dots[:20])
        self.describe(said or absence(board))

    def _dot(self, board: Board, reading: Reading, state: Reading | None, now: datetime) -> Dot:
        metric = self.entry(board)
        stale = board.is_stale(state or reading, now)
        judged = level(board.metric(state.key.metric), state.value) if state is not None else None
        if stale:
            found = State.STALE
        elif judged is None:
            found = State.NO_SOURCE if len(self.panel.metrics) > 1 else State.OK
        elif judged.critical:
            found = State.CRITICAL
        else:
            found = State.DEGRADED if judged.degraded else State.OK
        notes = (state.note if state is not None else "", reading.note)
        note = "; ".join(tr(one) for one in notes if one)
        return Dot(
            name=row_name(reading, metric),
            value=reading.value if isinstance(reading.value, float) else None,
            text=value_text(reading, metric, now),
            state=found,
            note=note,
        )


def _low_end(metric: Metric | None, dots: Sequence[Dot]) -> float:
    """Return where the scale begins: 98 for uptimes near 100, lower where one lies lower."""
    values = [dot.value for dot in dots if dot.value is not None]
    if metric is None or metric.unit is not Unit.PERCENT or not values:
        return 0.0
    lowest = min(values)
    for low in (98.0, 90.0, 50.0):
        if lowest >= low:
            return low
    return 0.0


class Dot(msgspec.Struct, frozen=True, kw_only=True):
    """One row."""

    name: str
    value: float | None
    text: str
    state: State
    note: str


class _Axis(msgspec.Struct, frozen=True):
    """Where the scale lies in the widget, in pixels, and what its ends mean."""

    left: float
    right: float
    low: float
    high: float

    def x(self, value: float) -> float:
        """Return the place of a value; what lies outside stands at the end."""
        share = (value - self.low) / (self.high - self.low)
        return self.left + (self.right - self.left) * max(0.0, min(1.0, share))


class Dots(QAbstractScrollArea):
    """Rows of glyph, name, dot and value, the worst first; scrolled over an axis that stays."""

    _ROW, _AXIS, _VALUE = 35, 24, 78

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._dots: Sequence[Dot] = ()
        self._low, self._unit, self._summary = 0.0, "", ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.verticalScrollBar().setSingleStep(self._ROW)
        look.changed.connect(self.viewport().update)

    def show_dots(self, dots: Sequence[Dot], low: float, unit: str, summary: str) -> None:
        """Show rows on a scale from ``low`` to 100, or to the greatest value above."""
        new = (list(dots), low, unit, summary)
        if new != (list(self._dots), self._low, self._unit, self._summary):
            self._dots, self._low, self._unit, self._summary = dots, low, unit, summary
            self.setToolTip("\n".join(f"{d.name}: {d.note}" for d in dots[:20] if d.note))
            self._fit()
            self.updateGeometry()
            self.viewport().update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(300, self._ROW * min(4, len(self._dots)) + self._AXIS)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(220, self._ROW + self._AXIS)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width, room = self.viewport().width(), self.viewport().height() - self._AXIS
        right = width - self._VALUE
        left = right - min(280, max(100, right // 2))
        high = max([100.0, *(dot.value for dot in self._dots if dot.value is not None)])
        axis = _Axis(left, right - 8, self._low, high)
        bottom = min(room, len(self._dots) * self._ROW)
        painter.save()
        painter.setClipRect(QRectF(0, 0, width, bottom))
        offset = self.verticalScrollBar().value()
        first = offset // self._ROW
        for position in range(first, min(len(self._dots), first + room // self._ROW + 2)):
            self._paint_row(painter, position * self._ROW - offset, self._dots[position], axis)
        painter.restore()
        self._paint_axis(painter, bottom, axis, self._summary)

    def _fit(self) -> None:
        """Scroll what has no room; what fits is no stop for the Tab key."""
        room = self.viewport().height() - self._AXIS
        beyond = max(0, len(self._dots) * self._ROW - room)
        self.verticalScrollBar().setRange(0, beyond)
        self.verticalScrollBar().setPageStep(max(self._ROW, room))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if beyond else Qt.FocusPolicy.NoFocus)

    def _paint_row(self, painter: QPainter, top: int, dot: Dot, axis: _Axis) -> None:
        look, middle = self._look, top + self._ROW / 2
        stale = dot.state in (State.STALE, State.NO_SOURCE)
        ink = look.color("text3" if stale else STATE_GLYPH[dot.state])
        name = glyphs.STATE_FILES[dot.state]
        glyphs.paint(painter, name, QRectF(0, middle - 7, 14, 14), ink, look.color("surface"))
        painter.setPen(look.color("text1"))
        painter.setFont(font())
        _write(painter, QRectF(22, top, axis.left - 38, self._ROW), dot.name)
        painter.setPen(QPen(look.color("hair"), 1))
        painter.drawLine(QPointF(axis.left, middle), QPointF(axis.right, middle))
        for x in (axis.left, (axis.left + axis.right) / 2, axis.right):
            painter.drawLine(QPointF(x, middle - 4), QPointF(x, middle + 4))
        painter.fillRect(
            QRectF(0, top + self._ROW - 1, axis.right + 8 + self._VALUE, 1), look.color("hair")
        )
        if dot.value is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("data3" if stale else "data"))
            painter.drawEllipse(QPointF(axis.x(dot.value), middle), 4.2, 4.2)
        painter.setFont(font(13, QFont.Weight.DemiBold))
        painter.setPen(look.color("text2" if stale else "text1"))
        end = QRectF(axis.right + 8, top, self._VALUE, self._ROW)
        text = f"{dot.text} {self._unit}".rstrip()
        painter.drawText(end, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)

    def _paint_axis(self, painter: QPainter, top: int, axis: _Axis, summary: str) -> None:
        painter.setFont(font(12))
        painter.setPen(self._look.color("text3"))
        half = (axis.low + axis.high) / 2
        marks = [axis.low, axis.high] + ([half] if math.isclose(half, round(half)) else [])
        for value in marks:
            box = QRectF(axis.x(value) - 24, top + 4, 48, 18)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, number_text(value, None))
        _write(painter, QRectF(0, top + 4, axis.left - 26, 18), summary)


def _write(painter: QPainter, box: QRectF, text: str) -> None:
    """Write text at the left of a box, with an ellipsis where it does not fit."""
    metrics = QFontMetrics(painter.font())
    fitting = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, fitting)
