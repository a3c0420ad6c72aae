"""Every key of every metric of the panel as a line of text, with what it is to be held against."""

from __future__ import annotations

from datetime import datetime

import msgspec
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.captions import absence, comparison, from_to, rate, row_name
from opsdesk.insight.verdict import State
from opsdesk.insight.words import (
    NOTHING,
    comparison_text,
    figure_text,
    metric_title,
    unit_of,
    value_text,
)
from opsdesk.model.metric import Kind, Metric
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading
from opsdesk.ui.panels.columns import Row
from opsdesk.ui.panels.rowed import RowedPanel
from opsdesk.ui.parts import Flow, label, set_text
from opsdesk.ui.theme import Look

# What a card adds to its rows and texts, and the width of its border.
_FRAME, _BORDER = 64, 2


class RowsPanel(RowedPanel):
    """A list. A metric without a reading keeps its line and says that nobody gives it.

    Metrics ``beside`` are texts: they stand below, under the title of their metric.
    """

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._caption, self._texts = label("caption"), Flow("comparison")
        #: what its height follows from
        self._wanted: tuple[object, ...] = ()
        self._caption.setContentsMargins(0, 6, 0, 0)
        self.body.addWidget(self._caption)
        self.body.addWidget(self._texts)

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        rows = _marked(self._rows(board, now))
        texts = [r for metric in self.panel.beside for r in board.by_metric.get(metric, ())]
        shown = [row.reading for row in rows if row.reading is not None]
        self.show_head(board, [*shown, *texts], now)
        self.show_rows(_folded(rows, board, now), board)
        self._show_texts(board, texts, now)

    @override
    def needed_height(self, width: int) -> int:
        if not self._texts.text():
            return 0
        margins = self.body.contentsMargins()
        texts = self._texts.height_at(width - margins.left() - margins.right() - _BORDER)
        rows = round(self.view.least_height())
        return _FRAME + rows + self._caption.sizeHint().height() + texts

    @override
    def paper_height(self, width: float) -> float:
        height = super().paper_height(width)
        if self._texts.isHidden():
            return height
        texts = max(self._texts.sizeHint().height(), self._texts.heightForWidth(round(width)))
        return height + self._caption.sizeHint().height() + texts

    def _rows(self, board: Board, now: datetime) -> list[Row]:
        rows: list[Row] = []
        for position, name in enumerate(self.panel.metrics):
            metric, readings = self.entry(board, position), self.readings(board, position)
            rows += [_row(reading, metric, board, now) for reading in readings]
            if not readings and not self.look.paper:  # a report lists what it lacks
                rows.append(_missing(metric, name, board))
        return rows

    def _show_texts(self, board: Board, texts: list[Reading], now: datetime) -> None:
        metric = board.metric(texts[0].key.metric) if texts else None
        said = [value_text(text, metric, now) for text in texts]
        changed = bool(said) and (len(self.rows), *said) != self._wanted
        self._wanted = (len(self.rows), *said)
        set_text(self._caption, tr(metric.title) if metric is not None else "")
        self._texts.show_texts(said)
        self._caption.setVisible(bool(texts))
        self._texts.setVisible(bool(texts))
        if texts:
            title, spoken = self._caption.text(), "; ".join(said)
            rows = "; ".join(row.said for row in self.rows)
            self.describe(f"{rows}. {title}: {spoken}")
        if changed:
            self.height_changed.emit()


def _row(reading: Reading, metric: Metric | None, board: Board, now: datetime) -> Row:
    title = metric_title(metric, reading.key.metric)
    about = row_name(reading, metric)
    stale = board.is_stale(reading, now)
    if metric is not None and metric.kind is Kind.TEXT and reading.key.labels:
        text = value_text(reading, metric, now)
        return Row(name=text, stale=stale, reading=reading)
    was = comparison_text(board.baseline_of(reading), board.change_of(reading), metric)
    return Row(
        name=title if about == title else f"{title} {about}",
        value=value_text(reading, metric, now),
        unit=unit_of(reading, metric),
        worded=reading.number is None and reading.value is not None,
        remark=was
        or tr(reading.note)
        or from_to(board, reading, metric, now)
        or comparison(metric)
        or rate(reading, metric),
        stale=stale,
        reading=reading,
    )


def _marked(rows: list[Row]) -> list[Row]:
    """Mark what is stale among what is not; where all of it is, the card says so."""
    if all(row.stale for row in rows if row.reading is not None):
        return rows
    return [msgspec.structs.replace(row, state=State.STALE) if row.stale else row for row in rows]


def _folded(rows: list[Row], board: Board, now: datetime) -> list[Row]:
    """Let a yes take the number after it for its remark: 'Under budget: Yes, by $15,000'."""
    found: list[Row] = []
    for row in rows:
        reading = row.reading
        if found and reading is not None and _is_extent(found[-1], row, reading):
            value = figure_text(reading, board.metric(reading.key.metric), now)
            remark = tr("by {value}", value=value)
            found[-1] = msgspec.structs.replace(found[-1], remark=remark)
        else:
            found.append(row)
    return found


def _is_extent(asked: Row, row: Row, reading: Reading) -> bool:
    """Tell whether a figure says how much of it a yes or no is: 'budget.margin', 'budget.under'."""
    before = asked.reading
    if before is None or not isinstance(before.value, bool) or asked.stale is not row.stale:
        return False
    group = before.key.metric.partition(".")[0]
    return reading.number is not None and reading.key.metric.partition(".")[0] == group


def _missing(metric: Metric | None, name: str, board: Board) -> Row:
    title = metric_title(metric, name)
    return Row(name=title, value=NOTHING, remark=absence(board))
