"""A figure over time: its value, what it is held against, and its line among the others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.captions import absence, comparison
from opsdesk.insight.charting import Material, chart, line_name
from opsdesk.insight.compare import compared, with_usual
from opsdesk.insight.risks import RISKS, is_risk, risk_text
from opsdesk.insight.telling import greatest
from opsdesk.insight.words import figure_text, interval_text, metric_title, value_text
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading
from opsdesk.model.series import SeriesFrame
from opsdesk.ui.charts.plot import ChartView
from opsdesk.ui.panels.base import PanelView
from opsdesk.ui.panels.foot import Beside, Foot
from opsdesk.ui.panels.valueline import ValueLine
from opsdesk.ui.theme import Look

#: a card of less height has a line without axes
_SMALL_BELOW = 170
#: a card over the whole page has its value at the end of its line
_WHOLE = 12
_STANDS_OUT = "0.95"
#: metrics whose window lies ahead
_PROJECTIONS = "projection."
_SAID = 20


class TrendPanel(PanelView):
    """All keys of the first metric as lines; the one that carries the labels stands out."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._frames: dict[str, SeriesFrame] = {}
        self._value = ValueLine(look)
        self._foot = Foot(look)
        self.chart = ChartView(look)
        self.body.addSpacing(4)
        self.body.addWidget(self._value)
        self.body.addSpacing(6)
        self.body.addWidget(self.chart, 1)
        self.body.addWidget(self._foot)

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        readings = self._found(board)
        stale = self.show_head(board, readings, now)
        main = readings[0] if len(readings) == 1 else None
        frame, earlier = self._frames.get(""), self._frames.get(self.panel.baseline or "-")
        against = compared(main, board, frame, earlier) if main is not None else ""
        if readings:
            against = against or comparison(self.entry(board))
        self._value.show_reading(main, board, now, comparison=against, stale=stale)
        self._show_chart(board, now, stale=stale)
        drawn = self.chart.chart is not None or not self._frames
        told = len(readings) > 1 or self.panel.span >= _WHOLE
        self._value.setVisible(not readings or (main is not None and not (told and drawn)))
        unseen = () if drawn or main is not None else readings
        beside = self._beside(board, unseen or self._siblings(board, main), now)
        self._foot.show_items(() if self._small else beside)
        self.describe(self._said(board, readings, now))

    @override
    def show_frame(self, frame: SeriesFrame, board: Board, now: datetime) -> None:
        self._frames[frame.query.baseline] = frame
        self.show_board(board, now)

    @override
    def beside_headline(self, board: Board, now: datetime) -> str:
        """Say how the p95 of several lines, the worst of systems, is to what is usual for it."""
        found, frame = self._found(board), self._frames.get("")
        main = greatest(list(filter(_is_p95, found))) if len(found) > 1 else None
        if main is None or frame is None or board.is_stale(main, now):
            return ""
        return with_usual(main, frame)

    def _found(self, board: Board) -> tuple[Reading, ...]:
        """Return the figures that the panel is about: those that carry its labels, or all."""
        found = self._measured(board)
        named = [r for r in found if _carries_all(r, self.panel)] if self.panel.labels else []
        return tuple(named[:1] or found)

    def _show_chart(self, board: Board, now: datetime, *, stale: bool) -> None:
        frame = self._frames.get("")
        if frame is None:
            return
        readings = self._found(board)
        main = readings[0] if len(readings) == 1 else next(filter(_is_p95, readings), None)
        made = chart(
            Material(
                frame=frame,
                metric=self.entry(board),
                title=tr(self.panel.title),
                now=now.timestamp(),
                main=main.key if main is not None else None,
                alone=self._alone,
                present=[r for r in self._measured(board) if not board.is_stale(r, now)],
                earlier=self._frames.get(self.panel.baseline) if self.panel.baseline else None,
                earlier_name=tr(self.panel.baseline),
                stale=stale,
                small=self._small,
                labelled=len(readings) == 1 and self.panel.span >= _WHOLE,
            )
        )
        problem = frame.problem.what if frame.problem is not None else ""
        self.chart.show_chart(made, problem or tr("no history yet"))

    @property
    def _small(self) -> bool:
        return 0 < self.panel.height < _SMALL_BELOW

    @property
    def _alone(self) -> bool:
        """Whether one line is drawn: a usual range has one, and the others stand at the foot."""
        apart = self.panel.usual or self.panel.metrics[0] in self.panel.beside
        return bool(self.panel.labels) and apart

    def _measured(self, board: Board) -> Sequence[Reading]:
        return board.by_metric.get(self.panel.metrics[0], ()) if self.panel.metrics else ()

    def _siblings(self, board: Board, main: Reading | None) -> Sequence[Reading]:
        """Return the figures of the same metric that are not drawn."""
        found = board.by_metric.get(self.panel.metrics[0], ()) if self._alone else ()
        return [reading for reading in found if reading is not main]

    def _beside(self, board: Board, others: Sequence[Reading], now: datetime) -> list[Beside]:
        """Return what stands at the foot: the same of other keys, and the panel's other metrics."""
        own, metric = self.panel.metrics[:1], self.entry(board)
        items = [
            # The last one tells the unit of all.
            Beside(
                line_name(reading.key),
                (figure_text if reading is others[-1] else value_text)(reading, metric, now),
                stale=board.is_stale(reading, now),
            )
            for reading in others
        ]
        for id_ in self.panel.beside:
            entry = board.metric(id_)
            for reading in board.by_metric.get(id_, ()) if id_ not in own else ():
                title = metric_title(entry, id_)
                if reading.window is not None and id_.startswith(_PROJECTIONS):
                    ahead = interval_text(reading.window)
                    title = tr("{title} in {interval}", title=title, interval=ahead)
                stale = board.is_stale(reading, now)
                if id_ in RISKS and is_risk(reading) and not stale:
                    words = (risk_text(reading, entry, now), tr(reading.note))
                    items.append(Beside("", ", ".join(filter(None, words)), warns=True))
                else:
                    items.append(Beside(title, figure_text(reading, entry, now), stale=stale))
        return items

    def _said(self, board: Board, readings: Sequence[Reading], now: datetime) -> str:
        metric = self.entry(board)
        figures = [
            f"{line_name(reading.key)} {figure_text(reading, metric, now)}".strip()
            for reading in readings[:_SAID]
        ]
        against = self._value.comparison if len(readings) == 1 else ""
        told = [text for text in (*figures, against, self._foot.said) if text]
        return ", ".join(told) or absence(board)


def _carries_all(reading: Reading, panel: Panel) -> bool:
    return all(reading.key.label(name) == value for name, value in panel.labels.items())


def _is_p95(reading: Reading) -> bool:
    """Tell whether it is the quantile that stands out where a panel names none."""
    return reading.key.label("quantile") == _STANDS_OUT
