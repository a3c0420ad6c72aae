"""Figures side by side: each with its name above and what it is to be held against below."""

from __future__ import annotations

from datetime import datetime

import msgspec
from PySide6.QtCore import QRectF
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.captions import absence, comparison, from_to, part_of, rate
from opsdesk.insight.compare import with_usual_in_short
from opsdesk.insight.words import (
    NOTHING,
    comparison_text,
    metric_title,
    quantile_name,
    unit_of,
    value_text,
)
from opsdesk.model.metric import Direction, Metric
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading
from opsdesk.model.series import SeriesFrame
from opsdesk.ui.panels.bars import is_share
from opsdesk.ui.panels.base import PAPER_FRAME, PanelView
from opsdesk.ui.panels.figure_cells import Figure, Figures, height_at
from opsdesk.ui.theme import Look

_WHOLE = 100.0
# What a card adds to its figures: its head and its margins.
_FRAME = 58


class FiguresPanel(PanelView):
    """One figure a metric: the first key that the panel's labels leave."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._frame: SeriesFrame | None = None
        self._figures = Figures(look)
        self.body.addSpacing(6 if look.paper and panel.title else 0 if look.paper else 8)
        self.body.addWidget(self._figures, 1)

    @property
    @override
    def rows(self) -> tuple[Figure, ...]:
        """What is shown, as data."""
        return self._figures.figures

    @property
    @override
    def canvas(self) -> Figures:
        """What the figures are painted into."""
        return self._figures

    @override
    def boxes(self) -> list[QRectF]:
        """Return where each figure stands in the canvas, in pixels."""
        return self._figures.boxes()

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        found = [
            next(iter(self.readings(board, position)), None)
            for position in range(len(self.panel.metrics))
        ]
        self.show_head(board, [reading for reading in found if reading is not None], now)
        figures = [
            self._named(
                _figure(board, reading, self.entry(board, position), now, self._frame), position
            )
            if reading is not None
            else self._missing(board, position)
            for position, reading in enumerate(found)
            if reading is not None or not self.look.paper  # a report lists what it lacks
        ]
        self._figures.show_figures(figures)
        self.describe("; ".join(figure.said for figure in figures))

    @override
    def show_frame(self, frame: SeriesFrame, board: Board, now: datetime) -> None:
        self._frame = frame
        self.show_board(board, now)

    def _named(self, figure: Figure, position: int) -> Figure:
        """Call a figure as the panel does."""
        names = self.panel.names
        return msgspec.structs.replace(figure, name=tr(names[position])) if names else figure

    def _missing(self, board: Board, position: int) -> Figure:
        metric = self.entry(board, position)
        title = metric_title(metric, self.panel.metrics[position])
        return self._named(Figure(name=title, value=NOTHING, remark=absence(board)), position)

    @override
    def needed_height(self, width: int) -> int:
        margins = self.body.contentsMargins()
        inside = width - margins.left() - margins.right()
        return _FRAME + height_at(inside, len(self.panel.metrics))

    @override
    def paper_height(self, width: float) -> float:
        return (PAPER_FRAME if self.panel.title else 0.0) + self._figures.paper_height(width)


def _figure(
    board: Board,
    reading: Reading,
    metric: Metric | None,
    now: datetime,
    frame: SeriesFrame | None,
) -> Figure:
    stale = board.is_stale(reading, now)
    title = metric_title(metric, reading.key.metric)
    quantile = reading.key.label("quantile")
    was = comparison_text(board.baseline_of(reading), board.change_of(reading), metric)
    remark = (
        was
        or tr(reading.note)
        or from_to(board, reading, metric, now)
        or part_of(board, reading, metric)
        or rate(reading, metric)
    )
    formula = "" if remark else _formula(board, reading)
    if frame is not None and not (remark or formula or stale):
        remark = with_usual_in_short(reading, frame)
    share = None if remark or formula else _share(reading, metric)
    return Figure(
        name=f"{title} {quantile_name(quantile)}" if quantile else title,
        value=value_text(reading, metric, now),
        unit=unit_of(reading, metric),
        remark=remark or ("" if formula or share is not None else comparison(metric)),
        formula=formula,
        share=share,
        stale=stale,
        reading=reading,
    )


def _formula(board: Board, reading: Reading) -> str:
    """Return the figure with its inputs, where what is computed is what is shown."""
    ways = board.snapshot.computed.get(reading.key, ())
    return next((way.how for way in ways if way.agrees is not False), "")


def _share(reading: Reading, metric: Metric | None) -> float | None:
    """Return how full a bar is, for what is the better the more of a whole it is."""
    if metric is None or not is_share(metric) or reading.number is None:
        return None
    return reading.number / _WHOLE if metric.direction is Direction.UP else None
