"""Figures side by side: each with its name above and what it is to be held against below."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from PySide6.QtCore import QPoint, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.words import (
    NOTHING,
    comparison_text,
    quantile_name,
    unit_symbol,
    value_text,
)
from opsdesk.model.metric import Metric
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading
from opsdesk.ui.fonts import font
from opsdesk.ui.panels.bars import is_share
from opsdesk.ui.panels.base import PanelView, absence, comparison
from opsdesk.ui.panels.marks import dashes
from opsdesk.ui.theme import Look
from opsdesk.ui.writing import BESIDE, SMALL, Type, Writer

_WHOLE = 100.0
_LEAST_WIDTH = 128
_CAPTION, _FIGURE, _LINE, _BAR = 20, 38, 20, 18
_SIZES = (30, 26, 22, 18)


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure as text, and how full its bar is from 0 to 1."""

    name: str
    value: str
    unit: str
    remark: str
    share: float | None = None
    stale: bool = False


class FiguresPanel(PanelView):
    """One figure a metric: the first key that the panel's labels leave."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._figures = Figures(look)
        self.body.addSpacing(8)
        self.body.addWidget(self._figures, 1)

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        found = [
            next(iter(self.readings(board, position)), None)
            for position in range(len(self.panel.metrics))
        ]
        self.show_head(board, [reading for reading in found if reading is not None], now)
        figures = [
            self._figure(board, reading, self.entry(board, position), now)
            for position, reading in enumerate(found)
        ]
        self._figures.show_figures(figures)
        self.describe("; ".join(f"{one.name} {one.value} {one.unit}".rstrip() for one in figures))

    @override
    def reading_at(self, position: QPoint) -> Reading | None:
        inside = self._figures.mapFrom(self, position)
        at = self._figures.figure_at(inside)
        metrics = self.panel.metrics
        wanted = metrics[at] if at is not None and at < len(metrics) else ""
        return next((r for r in self.shown if r.key.metric == wanted), None)

    def _figure(
        self, board: Board, reading: Reading | None, metric: Metric | None, now: datetime
    ) -> Figure:
        title = tr(metric.title) if metric is not None else ""
        if reading is None:
            return Figure(name=title, value=NOTHING, unit="", remark=absence(board))
        quantile = quantile_name(reading.key.label("quantile"))
        was = comparison_text(board.baseline_of(reading), board.change_of(reading), metric)
        ways = board.snapshot.computed.get(reading.key, ())
        how = next((way.how for way in ways if way.agrees is not False), "")
        number = reading.number
        whole = is_share(metric) and metric is not None and metric.target == _WHOLE
        return Figure(
            name=f"{title} {quantile}".rstrip() if reading.key.label("quantile") else title,
            value=value_text(reading, metric, now),
            unit=unit_symbol(metric) if number is not None else "",
            remark=was or tr(reading.note) or how or ("" if whole else comparison(metric)),
            share=number / _WHOLE if whole and number is not None else None,
            stale=board.is_stale(reading, now),
        )


class Figures(QWidget):
    """Paints figures in columns of one width; in two lines where there is no room for one."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._figures: Sequence[Figure] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        look.changed.connect(self.update)

    def show_figures(self, figures: Sequence[Figure]) -> None:
        """Show figures."""
        if list(figures) != list(self._figures):
            self._figures = figures
            self.update()

    def figure_at(self, position: QPoint) -> int | None:
        """Return which figure stands at a place."""
        for at in range(len(self._figures)):
            if self._box(at).contains(position.toPointF()):
                return at
        return None

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(160, _CAPTION + _FIGURE + _LINE)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        writer = Writer(painter, self._look)
        size = self._size()
        for position, figure in enumerate(self._figures):
            self._paint(writer, self._box(position), figure, size)

    def _columns(self) -> int:
        return max(1, min(len(self._figures), self.width() // _LEAST_WIDTH))

    def _box(self, position: int) -> QRectF:
        columns = self._columns()
        lines = -(-len(self._figures) // columns)
        width, height = self.width() / columns, self.height() / lines
        return QRectF(position % columns * width, position // columns * height, width - 12, height)

    def _size(self) -> int:
        """Return the greatest size at which every figure has room."""
        width = self.width() / self._columns() - 12
        for pixels in _SIZES:
            style = Type(pixels, "text1", font().Weight.DemiBold)
            needed = max(
                (style.width(one.value) + BESIDE.width(one.unit) + 8 for one in self._figures),
                default=0.0,
            )
            if needed <= width:
                return pixels
        return _SIZES[-1]

    def _paint(self, writer: Writer, box: QRectF, figure: Figure, size: int) -> None:
        left, top, width = box.left(), box.top(), box.width()
        writer.write(QRectF(left, top, width, _CAPTION), figure.name, SMALL)
        ink = "text3" if figure.value == NOTHING else "text2" if figure.stale else "text1"
        style = Type(size, ink, font().Weight.DemiBold)
        line = QRectF(left, top + _CAPTION, width, _FIGURE)
        end = left + writer.write(line, figure.value, style) + 6
        unit = QRectF(end, line.top() + size / 4, max(0.0, box.right() - end), _FIGURE - size / 4)
        writer.write(unit, figure.unit, BESIDE)
        below = top + _CAPTION + _FIGURE
        if figure.share is not None and box.height() >= _CAPTION + _FIGURE + _BAR:
            self._paint_bar(writer.painter, QRectF(left, below + 4, width - 12, 8), figure.share)
            below += _BAR
        if below + _LINE <= box.bottom() + 1:
            writer.write(QRectF(left, below, width, _LINE), figure.remark, SMALL)

    def _paint_bar(self, painter: QPainter, box: QRectF, share: float) -> None:
        length = box.width() * max(0.0, min(1.0, share))
        full = QRectF(box.left(), box.top(), length, box.height())
        painter.fillRect(full, self._look.color("data3"))
        if length < box.width():
            painter.setPen(dashes(self._look.color("edge")))
            painter.drawRect(box.adjusted(length, 0.5, -1, -0.5))
