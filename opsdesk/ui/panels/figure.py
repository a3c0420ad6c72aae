"""One figure with what it is to be held against, and its siblings as bars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QSizePolicy
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.captions import comparison, row_name
from opsdesk.insight.charting import Material, chart
from opsdesk.insight.compare import compared
from opsdesk.insight.verdict import State, state_word
from opsdesk.insight.words import figure_text, quantity_text
from opsdesk.model.metric import Metric
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading
from opsdesk.model.series import SeriesFrame
from opsdesk.ui.charts.plot import ChartView
from opsdesk.ui.fonts import font
from opsdesk.ui.painted import Painted
from opsdesk.ui.panels.base import PanelView
from opsdesk.ui.panels.valueline import ValueLine
from opsdesk.ui.parts import Elided, set_text
from opsdesk.ui.theme import Look
from opsdesk.ui.writing import CAPTION, Writer


class FigurePanel(PanelView):
    """The reading that carries the panel's labels at 32 px; how it went, or all of its metric."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._frame: SeriesFrame | None = None
        self._value = ValueLine(look)
        self._bars = Bars(look)
        self.chart = ChartView(look, least=48)
        self._note = Elided("caption")
        self.body.addSpacing(4)
        self.body.addWidget(self._value)
        self.body.addSpacing(8)
        for evidence, shown in ((self.chart, panel.window), (self._bars, not panel.window)):
            self.body.addWidget(evidence, 1)
            evidence.setVisible(bool(shown))
        self.body.addWidget(self._note)

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        metric = self.entry(board)
        readings = self.readings(board)
        stale = self.show_head(board, readings, now)
        reading = readings[0] if readings else None
        against = compared(reading, board, self._frame) if reading is not None else ""
        against = against or (comparison(metric) if reading is not None else "")
        self._value.show_reading(reading, board, now, comparison=against, stale=stale)
        set_text(self._note, tr(reading.note) if reading is not None else "")
        self._show_evidence(board, now, stale=stale)
        self.describe(f"{figure_text(reading, metric, now)}, {self._value.comparison}")

    @override
    def show_frame(self, frame: SeriesFrame, board: Board, now: datetime) -> None:
        if not frame.query.baseline:
            self._frame = frame
            self.show_board(board, now)

    def _show_evidence(self, board: Board, now: datetime, *, stale: bool) -> None:
        metric = self.entry(board)
        if not self.panel.window:
            shown = bars(self.readings(board)[:1], self._siblings(board), metric, now)
            self._bars.show_bars(shown, marks(metric), stale=stale)
        elif self._frame is not None:
            title = tr(self.panel.title)
            course = Material(
                frame=self._frame,
                metric=metric,
                title=title,
                now=now.timestamp(),
                stale=stale,
                small=True,
            )
            self.chart.show_chart(chart(course), tr("no history yet"))

    def _siblings(self, board: Board) -> Sequence[Reading]:
        return board.by_metric.get(self.panel.metrics[0], ()) if self.panel.metrics else ()


def bars(
    main: Sequence[Reading], siblings: Sequence[Reading], metric: Metric | None, now: datetime
) -> list[Bar]:
    """Return a bar for each number of a metric; where it is the only one, without its name."""
    named = len(siblings) > 1
    return [
        Bar(
            name=row_name(sibling, metric) if named else tr("now"),
            value=sibling.value,
            text=figure_text(sibling, metric, now) if named else "",
            main=sibling in main,
        )
        for sibling in siblings
        if isinstance(sibling.value, float)
    ]


def marks(metric: Metric | None) -> tuple[Mark, ...]:
    """Return the thresholds of a metric, as places on its scale."""
    if metric is None:
        return ()
    named = ((State.DEGRADED, metric.degraded), (State.CRITICAL, metric.critical))
    return tuple(
        Mark(value, f"{state_word(state)} {quantity_text(value, metric)}")
        for state, value in named
        if value is not None
    )


class Mark(msgspec.Struct, frozen=True):
    """A threshold on the scale of the bars."""

    value: float
    text: str


class Bar(msgspec.Struct, frozen=True):
    """A name, a length, the words for it, and whether it is the one the panel is about."""

    name: str
    value: float
    text: str
    main: bool


#: pixels of the shortest bar
_DOT = 3.0


class Bars(Painted):
    """Horizontal bars from zero, each labelled at its end."""

    _ROW, _THICK, _NAME, _TEXT = 26, 8, 52, 96

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._bars: Sequence[Bar] = ()
        self._marks: Sequence[Mark] = ()
        self._stale = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_bars(self, bars: Sequence[Bar], marks: Sequence[Mark], *, stale: bool) -> None:
        """Show bars on one scale, as long as the greatest of them and of the marks."""
        if (bars, marks, stale) != (self._bars, self._marks, self._stale):
            self._bars, self._marks, self._stale = bars, marks, stale
            self.updateGeometry()
            self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(240, self._ROW * len(self._bars))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(160, min(1, len(self._bars)) * self._ROW)

    @override
    def draw(self, writer: Writer) -> None:
        if not self._bars:
            return
        painter = writer.painter
        ends = [*(bar.value for bar in self._bars), *(mark.value for mark in self._marks)]
        room = max(1, self.width() - self._NAME - self._TEXT)
        scale = room / (max(ends) or 1.0)
        foot = self._ROW if self._marks else 0
        height = min(1.4 * self._ROW, (self.height() - foot) / len(self._bars))
        bottom = height * len(self._bars)
        places = [self._NAME + mark.value * scale for mark in self._marks]
        for x, mark in zip(places, self._marks, strict=True):
            painter.fillRect(QRectF(x, 0, 1, bottom + 4), self.look.color("accent"))
            width = CAPTION.width(mark.text) + 2
            near = [other for other in places if 0 < abs(other - x) < width]
            # Two that are close to each other stand away from each other.
            left = x - width / 2 if not near else x if near[0] < x else x - width
            writer.write(QRectF(left, bottom + 4, width, 18), mark.text, CAPTION)
        for position, bar in enumerate(self._bars):
            self._paint_bar(painter, position * height, height, bar, scale)

    def _paint_bar(
        self, painter: QPainter, top: float, height: float, bar: Bar, scale: float
    ) -> None:
        asserted = bar.main and not self._stale
        weight = QFont.Weight.DemiBold if bar.main else QFont.Weight.Normal
        painter.setFont(font(13, weight))
        painter.setPen(self.look.color("text1" if asserted else "text2"))
        name = QRectF(0, top, self._NAME, height)
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, bar.name)
        length = max(_DOT, bar.value * scale)  # a zero can be seen as well
        box = QRectF(self._NAME, top + (height - self._THICK) / 2, length, self._THICK)
        painter.fillRect(box, self.look.color("data" if asserted else "data3"))
        end = QRectF(self._NAME + length + 8, top, self._TEXT, height)
        painter.drawText(end, Qt.AlignmentFlag.AlignVCenter, bar.text)
