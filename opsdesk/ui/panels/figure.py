"""One figure with what it is to be held against, and its siblings as bars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board, level
from opsdesk.insight.verdict import State, state_word
from opsdesk.insight.words import NOTHING, clock_text, figure_text, number_text, unit_symbol
from opsdesk.model.metric import Metric
from opsdesk.model.page import Panel
from opsdesk.ui.chip import Chip
from opsdesk.ui.fonts import font
from opsdesk.ui.panels.base import PanelView, absence, comparison, dim, row_name, show_value
from opsdesk.ui.parts import Elided, label, row, set_text
from opsdesk.ui.theme import Look


class FigurePanel(PanelView):
    """The reading that carries the panel's labels at 32 px; all of its metric as bars."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._value, self._unit = label("value", NOTHING), label("unit")
        self._unit.setContentsMargins(0, 8, 0, 0)
        self._state = Chip(look)
        self._comparison = Elided("comparison")
        self._comparison.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._bars = Bars(look)
        self._note = Elided("caption")
        top = row(self._value, self._unit, 16, self._comparison, self._state, spacing=7)
        top.setStretch(3, 1)
        self.body.addSpacing(4)
        self.body.addLayout(top)
        self.body.addSpacing(8)
        self.body.addWidget(self._bars, 1)
        self.body.addWidget(self._note)

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        metric = self.entry(board)
        readings = self.readings(board)
        siblings = board.by_metric.get(self.panel.metrics[0], ()) if self.panel.metrics else ()
        stale = self.show_head(board, readings, now)
        reading = readings[0] if readings else None
        show_value(self._value, self._unit, reading, metric, now)
        dim(self._value, stale=stale)
        found = level(metric, reading.value if reading is not None else None)
        wrong = not stale and (found.degraded or found.critical)
        self._state.setVisible(reading is None or wrong)
        if reading is None:
            self._state.show_state(State.NO_SOURCE, absence(board), filled=False)
        elif found.critical or found.degraded:
            state = State.CRITICAL if found.critical else State.DEGRADED
            self._state.show_state(state, state_word(state).upper(), filled=False)
        at = clock_text(reading.at, now) if reading is not None else ""
        known = tr("last known at {time}", time=at) if at else ""
        usual = comparison(metric) if reading is not None else ""
        set_text(self._comparison, known if stale else usual)
        set_text(self._note, tr(reading.note) if reading is not None else "")
        named = len(siblings) > 1
        bars = [
            Bar(
                name=row_name(sibling, metric) if named else tr("now"),
                value=sibling.value,
                text=figure_text(sibling, metric, now) if named else "",
                main=sibling is reading,
            )
            for sibling in siblings
            if isinstance(sibling.value, float)
        ]
        self._bars.show_bars(bars, marks(metric), stale=stale)
        self.describe(f"{figure_text(reading, metric, now)}, {self._comparison.text()}")


def marks(metric: Metric | None) -> tuple[Mark, ...]:
    """Return the thresholds of a metric, as places on its scale."""
    if metric is None:
        return ()
    symbol = unit_symbol(metric)
    named = ((State.DEGRADED, metric.degraded), (State.CRITICAL, metric.critical))
    return tuple(
        Mark(value, f"{state_word(state)} {number_text(value, metric.unit)} {symbol}")
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


class Bars(QWidget):
    """Horizontal bars from zero, each labelled at its end."""

    _ROW, _THICK, _NAME, _TEXT = 26, 8, 52, 96

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._bars: Sequence[Bar] = ()
        self._marks: Sequence[Mark] = ()
        self._stale = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        look.changed.connect(self.update)

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
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._bars:
            return
        painter = QPainter(self)
        ends = [*(bar.value for bar in self._bars), *(mark.value for mark in self._marks)]
        room = max(1, self.width() - self._NAME - self._TEXT)
        scale = room / (max(ends) or 1.0)
        foot = self._ROW if self._marks else 0
        height = min(1.4 * self._ROW, (self.height() - foot) / len(self._bars))
        bottom = height * len(self._bars)
        for mark in self._marks:
            x = self._NAME + mark.value * scale
            painter.fillRect(QRectF(x, 0, 1, bottom + 4), self._look.color("accent"))
            painter.setFont(font(12))
            painter.setPen(self._look.color("text3"))
            below = QRectF(x - 70, bottom + 4, 140, 18)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, mark.text)
        for position, bar in enumerate(self._bars):
            self._paint_bar(painter, position * height, height, bar, scale)

    def _paint_bar(
        self, painter: QPainter, top: float, height: float, bar: Bar, scale: float
    ) -> None:
        asserted = bar.main and not self._stale
        weight = QFont.Weight.DemiBold if bar.main else QFont.Weight.Normal
        painter.setFont(font(13, weight))
        painter.setPen(self._look.color("text1" if asserted else "text2"))
        name = QRectF(0, top, self._NAME, height)
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, bar.name)
        length = max(_DOT, bar.value * scale)  # a zero can be seen as well
        box = QRectF(self._NAME, top + (height - self._THICK) / 2, length, self._THICK)
        painter.fillRect(box, self._look.color("data" if asserted else "data3"))
        end = QRectF(self._NAME + length + 8, top, self._TEXT, height)
        painter.drawText(end, Qt.AlignmentFlag.AlignVCenter, bar.text)
