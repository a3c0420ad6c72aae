"""Every key of every metric of the panel as a line of text, with what it is to be held against."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QPoint
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.verdict import State
from opsdesk.insight.words import NOTHING, comparison_text, unit_symbol, value_text
from opsdesk.model.metric import Kind, Metric
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading
from opsdesk.ui.panels.base import PanelView, absence, comparison, row_name
from opsdesk.ui.panels.painting import Row, RowsView, Scale
from opsdesk.ui.parts import label, set_text
from opsdesk.ui.theme import Look


class RowsPanel(PanelView):
    """A list. A metric without a reading keeps its line and says that nobody gives it.

    Metrics ``beside`` are texts: they stand below, one line each, under the title of their metric.
    """

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._rows = RowsView(look)
        self._lines: list[Reading | None] = []
        self._caption, self._texts = label("caption"), label("comparison")
        self._texts.setWordWrap(True)
        self.body.addSpacing(6)
        self.body.addWidget(self._rows, 1)
        self.body.addSpacing(6)
        self.body.addWidget(self._caption)
        self.body.addWidget(self._texts)

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        rows: list[Row] = []
        self._lines = []
        for position in range(len(self.panel.metrics)):
            metric, readings = self.entry(board, position), self.readings(board, position)
            rows += [_row(reading, metric, board, now) for reading in readings]
            self._lines += readings
            if not readings:
                rows.append(_missing(metric, self.panel.metrics[position], board))
                self._lines.append(None)
        texts = [r for metric in self.panel.beside for r in board.by_metric.get(metric, ())]
        shown = [reading for reading in self._lines if reading is not None]
        stale = self.show_head(board, [*shown, *texts], now)
        self._rows.show_rows(rows, Scale(), stale=stale)
        self._show_texts(board, texts)
        self.describe("; ".join(f"{one.name} {one.value} {one.unit}".rstrip() for one in rows))

    @override
    def reading_at(self, position: QPoint) -> Reading | None:
        at = self._rows.row_at(self._rows.mapFrom(self, position))
        return super().reading_at(position) if at is None else self._lines[at]

    def _show_texts(self, board: Board, texts: list[Reading]) -> None:
        metric = board.metric(texts[0].key.metric) if texts else None
        self._caption.setVisible(bool(texts))
        self._texts.setVisible(bool(texts))
        set_text(self._caption, tr(metric.title) if metric is not None else "")
        set_text(self._texts, " \N{MIDDLE DOT} ".join(tr(str(text.value)) for text in texts))


def _row(reading: Reading, metric: Metric | None, board: Board, now: datetime) -> Row:
    title = tr(metric.title) if metric is not None else reading.key.metric
    about = row_name(reading, metric)
    if metric is not None and metric.kind is Kind.TEXT and reading.key.labels:
        return Row(name=tr(str(reading.value)))
    stale = board.is_stale(reading, now)
    was = comparison_text(board.baseline_of(reading), board.change_of(reading), metric)
    return Row(
        name=title if about == title else f"{title} {about}",
        value=value_text(reading, metric, now),
        unit=unit_symbol(metric) if reading.number is not None else "",
        remark=was or tr(reading.note) or comparison(metric),
        state=State.STALE if stale else None,
    )


def _missing(metric: Metric | None, name: str, board: Board) -> Row:
    title = tr(metric.title) if metric is not None else name
    return Row(name=title, value=NOTHING, remark=absence(board))
