"""Runbooks: how often each ran, and how often it helped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from PySide6.QtCore import QPoint, Qt
from typing_extensions import override

from opsdesk.catalogue.language import tr, trn
from opsdesk.insight.board import Board, subject
from opsdesk.insight.verdict import State
from opsdesk.insight.words import figure_text, number_text, unit_symbol, value_text
from opsdesk.model.metric import Metric
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading
from opsdesk.ui.chip import Chip
from opsdesk.ui.panels.base import PanelView, absence
from opsdesk.ui.panels.painting import Marks, Row, RowsView, Scale
from opsdesk.ui.parts import Elided, row, set_text
from opsdesk.ui.theme import Look

Labels = tuple[tuple[str, str], ...]

_WHOLE = 100.0
_STARTS = (80.0, 50.0, 0.0)


class RunbooksPanel(PanelView):
    """Metrics: runs, their success in percent, that of all runs. Beside: how many do too badly."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._rows = RowsView(look)
        self._nothing = Chip(look)
        self._warning = Chip(look)
        self._names = Elided("caption")
        self._order: tuple[Reading, ...] = ()
        self.body.addSpacing(6)
        self.body.addWidget(self._rows, 1)
        self.body.addWidget(self._nothing, 0, Qt.AlignmentFlag.AlignLeft)
        foot = row(self._warning, self._names, spacing=12)
        foot.setStretch(1, 1)
        self.body.addLayout(foot)

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        runs = sorted(self.readings(board), key=lambda r: -(r.number or 0.0))
        self._order = tuple(runs)
        success = {r.key.labels: r for r in self.readings(board, 1)}
        overall = next(iter(self.readings(board, 2)), None)
        stale = self.show_head(board, [*runs, *success.values()], now)
        self._rows.setVisible(bool(runs))
        self._nothing.setVisible(not runs)
        self._nothing.show_state(State.NO_SOURCE, absence(board), filled=False)
        shares = [r.number for r in (*success.values(), overall) if r is not None]
        low = _low_end([share for share in shares if share is not None])
        most = max((r.number or 0.0 for r in runs), default=1.0) or 1.0
        rates = self.entry(board, 1)
        rows = [self._row(r, success.get(r.key.labels), rates, most, low, now) for r in runs]
        self._rows.show_rows(rows, self._scale(board, overall, low, now), stale=stale)
        self._show_warning(board, rows, success, now)
        said = "; ".join(f"{one.name} {one.lead}, {one.value} {one.unit}" for one in rows)
        self.describe(said or absence(board))

    @override
    def reading_at(self, position: QPoint) -> Reading | None:
        at = self._rows.row_at(self._rows.mapFrom(self, position))
        return super().reading_at(position) if at is None else self._order[at]

    def _row(  # noqa: PLR0913, PLR0917 - a row is of two figures on two scales
        self,
        runs: Reading,
        success: Reading | None,
        metric: Metric | None,
        most: float,
        low: float,
        now: datetime,
    ) -> Row:
        share = success.number if success is not None else None
        dot = None if share is None else max(0.0, (share - low) / (_WHOLE - low))
        return Row(
            name=subject(runs.key),
            lead=value_text(runs, None, now),
            value=value_text(success, metric, now),
            unit=unit_symbol(metric) if share is not None else "",
            marks=Marks(bar=(0.0, (runs.number or 0.0) / most)),
            more=Marks(dot=dot, rule=True),
        )

    def _scale(self, board: Board, overall: Reading | None, low: float, now: datetime) -> Scale:
        half = (low + _WHOLE) / 2
        ticks = tuple((p, number_text(v, None)) for p, v in ((0, low), (0.5, half), (1, _WHOLE)))
        success = tr("Success")
        line = None
        if overall is not None and overall.number is not None:
            value = figure_text(overall, self.entry(board, 2), now)
            success = tr("Success, dashed: all runs {value}", value=value)
            line = (max(0.0, (overall.number - low) / (_WHOLE - low)), "")
        heads = (tr("Runbook"), tr("Runs"), success)
        return Scale(ticks=ticks, line=line, heads=heads)

    def _show_warning(
        self, board: Board, rows: list[Row], success: Mapping[Labels, Reading], now: datetime
    ) -> None:
        beside = self.panel.beside[:1]
        found = [r for metric in beside for r in board.by_metric.get(metric, ())]
        number = int(found[0].number or 0) if found and not board.is_stale(found[0], now) else 0
        self._warning.setVisible(bool(number) and bool(rows))
        self._names.setVisible(bool(number) and bool(rows))
        words = trn("{number} runbook below 80 %", "{number} runbooks below 80 %", number)
        self._warning.show_state(State.DEGRADED, words, filled=False)
        low = [subject(r.key) for r in success.values() if (r.number or 0.0) < _STARTS[0]]
        named = len(low) >= number
        set_text(self._names, ", ".join(low) if named else tr("names: no source has them"))


def _low_end(shares: list[float]) -> float:
    """Return where the scale begins: at 80, lower where one lies lower."""
    return next(start for start in _STARTS if not shares or min(shares) >= start or not start)
