"""What is expected of a figure, where it is now, and where it is going."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.captions import absence
from opsdesk.insight.prospect import Prospect, chart, remark
from opsdesk.insight.verdict import State
from opsdesk.insight.words import NOTHING, figure_text, inside, unit_symbol, value_text
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading
from opsdesk.model.series import SeriesFrame
from opsdesk.ui.charts.plot import ChartView
from opsdesk.ui.chip import Chip
from opsdesk.ui.panels.base import PanelView, dim
from opsdesk.ui.panels.foot import Beside, Foot
from opsdesk.ui.parts import Elided, label, row, set_property, set_text
from opsdesk.ui.theme import Look

_LONG_UNIT = 3


class ForecastPanel(PanelView):
    """The expected value of the first metric over the past and the forecast of the second."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._frame: SeriesFrame | None = None
        self._expected = label("value_compact", NOTHING)
        self._unit = label("unit")
        self._now = Elided("comparison")
        self._now.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._nothing = Chip(look)
        self._foot = Foot(look)
        self.chart = ChartView(look)
        # What stands beside the value stands on its line.
        self._now.setContentsMargins(0, 11, 0, 0)
        self._nothing.sink(11)
        top = row(self._expected, self._unit, self._now, self._nothing, spacing=7)
        top.setStretch(2, 1)
        self.body.addSpacing(4)
        self.body.addLayout(top)
        self.body.addSpacing(10)
        self.body.addWidget(self.chart, 1)
        self.body.addWidget(self._foot)

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        expected, present = _first(self.readings(board)), _first(self.readings(board, 1))
        stale = self.show_head(board, self.readings(board) or self.readings(board, 1), now)
        text = value_text(expected, self.entry(board), now)
        set_text(self._expected, text)
        unit = unit_symbol(self.entry(board)) if text != NOTHING else ""
        set_text(self._unit, unit)
        short = len(unit) <= _LONG_UNIT
        set_property(self._unit, "role", "unit" if short else "caption")
        self._unit.setContentsMargins(0, 8 if short else 11, 0, 0)
        set_property(self._expected, "tone", "text3" if text == NOTHING else "")
        dim(self._expected, stale=stale)
        set_text(self._now, self._present_text(board, present, now))
        self._nothing.show_state(State.NO_SOURCE, _absence(self.panel, board), filled=False)
        self._nothing.setVisible(present is None)
        instead = self._instead(board) if present is None else None
        drawn = instead or present
        said = self._show_chart(board, expected, drawn, stale=board.is_stale(drawn, now))
        if instead is not None:
            said = self._tell_instead(board, instead, now)
        absent = f"{self._now.text()} {_absence(self.panel, board)}"
        text = figure_text(expected, self.entry(board), now)
        self.describe(", ".join((text, self._now.text() if present is not None else absent, said)))

    @override
    def show_frame(self, frame: SeriesFrame, board: Board, now: datetime) -> None:
        self._frame = frame
        self.show_board(board, now)

    def _present_text(self, board: Board, present: Reading | None, now: datetime) -> str:
        """Return what it is now; a long unit that stands beside the expected value goes without."""
        if present is None:
            return tr("now")
        metric = self.entry(board, 1)
        alike = unit_symbol(metric) == unit_symbol(self.entry(board))
        long = alike and len(unit_symbol(metric)) > _LONG_UNIT
        figure = value_text(present, metric, now) if long else figure_text(present, metric, now)
        return tr("now {value}", value=figure)

    def _instead(self, board: Board) -> Reading | None:
        """Return what stands for a present value that nothing gives."""
        nearest = self.panel.beside[:1] if len(self.panel.metrics) <= 1 else ()
        return _first(tuple(r for metric in nearest for r in board.by_metric.get(metric, ())))

    def _tell_instead(self, board: Board, instead: Reading, now: datetime) -> str:
        metric = board.metric(instead.key.metric)
        title = inside(tr(metric.title)) if metric is not None else instead.key.metric
        figure = figure_text(instead, metric, now)
        words = tr("Drawn instead: {title}, {figure} now", title=title, figure=figure)
        self._foot.show_items([Beside(words, "")] if self.chart.chart is not None else [])
        return words

    def _show_chart(
        self, board: Board, expected: Reading | None, present: Reading | None, *, stale: bool
    ) -> str:
        """Show past and forecast; return what is to be made of it."""
        if self._frame is None:
            waits = bool(self.queries(board))
            self.chart.show_chart(None, "" if waits else tr("nothing to forecast from"))
            return ""
        found = Prospect(
            frame=self._frame,
            metric=board.metric(present.key.metric) if present is not None else None,
            title=tr(self.panel.title),
            expected=expected.number if expected is not None else None,
            stale=stale,
        )
        made, words = chart(found), remark(found)
        problem = self._frame.problem.what if self._frame.problem is not None else ""
        self.chart.show_chart(made, problem or words)
        self._foot.show_items([Beside(words, "")] if made is not None and words else [])
        return words


def _first(readings: tuple[Reading, ...]) -> Reading | None:
    return readings[0] if readings else None


def _absence(panel: Panel, board: Board) -> str:
    """Return why there is no present value: nothing measures it, or nothing answers."""
    return tr("no source") if len(panel.metrics) <= 1 else absence(board)
