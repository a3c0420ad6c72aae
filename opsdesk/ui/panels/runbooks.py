"""Runbooks: how often each ran, and how often it helped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial

import msgspec
from typing_extensions import override

from opsdesk.catalogue.language import tr, trn
from opsdesk.insight.board import Board, subject
from opsdesk.insight.words import figure_text, listing, number_text, unit_of, value_text
from opsdesk.model.reading import Reading
from opsdesk.ui.panels.columns import Row
from opsdesk.ui.panels.marks import Marks
from opsdesk.ui.panels.painting import Scale
from opsdesk.ui.panels.rowed import RowedPanel

Labels = tuple[tuple[str, str], ...]

_WHOLE = 100.0
_STARTS = (80.0, 50.0, 0.0)


class RunbooksPanel(RowedPanel):
    """Metrics: runs, their success in percent, that of all runs. Beside: how many do too badly."""

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        runs = sorted(self.readings(board), key=lambda r: -(r.number or 0.0))
        success = {r.key.labels: r for r in self.readings(board, 1)}
        overall = next(iter(self.readings(board, 2)), None)
        self.show_head(board, [*runs, *success.values()], now)
        shares = [r.number for r in (*success.values(), overall) if r is not None]
        low = _low_end(share for share in shares if share is not None)
        most = max((r.number or 0.0 for r in runs), default=0.0) or 1.0
        row = partial(self._row, board=board, now=now, most=most, low=low)
        rows = [row(reading, success.get(reading.key.labels)) for reading in runs]
        scale = self._scale(board, overall, low, now)
        warning, names = self._warning(board, success, now)
        if self.look.paper and not runs:
            warning = names = ""
        scale = msgspec.structs.replace(scale, warning=warning, foot=names)
        self.show_rows(rows, board, scale)

    def _row(
        self,
        runs: Reading,
        success: Reading | None,
        *,
        board: Board,
        now: datetime,
        most: float,
        low: float,
    ) -> Row:
        share = success.number if success is not None else None
        metric = self.entry(board, 1)
        return Row(
            name=subject(runs.key),
            lead=value_text(runs, self.entry(board), now),
            value=value_text(success, metric, now),
            unit=unit_of(success, metric),
            stale=board.is_stale(success or runs, now),
            marks=Marks(bar=(0.0, (runs.number or 0.0) / most)),
            more=Marks(dot=None if share is None else _place(share, low), rule=True),
            reading=success or runs,
        )

    def _scale(self, board: Board, overall: Reading | None, low: float, now: datetime) -> Scale:
        half = (low + _WHOLE) / 2
        ticks = tuple((p, number_text(v, None)) for p, v in ((0, low), (0.5, half), (1, _WHOLE)))
        success, line = tr("Success"), None
        if overall is not None and overall.number is not None:
            value = figure_text(overall, self.entry(board, 2), now)
            success = tr("Success, dashed: all runs {value}", value=value)
            if self.look.paper:  # half as wide
                success = tr("Success, all {value}", value=value)
            line = (_place(overall.number, low), "")
        return Scale(ticks=ticks, line=line, heads=(tr("Runbook"), tr("Runs"), success))

    def _warning(
        self, board: Board, success: Mapping[Labels, Reading], now: datetime
    ) -> tuple[str, str]:
        """Say how many runbooks do too badly, and which: their names may be given nowhere."""
        found = [r for metric in self.panel.beside[:1] for r in board.by_metric.get(metric, ())]
        number = round(found[0].number or 0.0) if found else 0
        metric = board.metric(found[0].key.metric) if found else None
        if number <= 0 or metric is None or metric.compute is None or board.is_stale(found[0], now):
            return "", ""
        limit = metric.compute.limit
        words = trn(
            "{number} runbook below {limit} %",
            "{number} runbooks below {limit} %",
            number,
            limit=number_text(limit, None),
        )
        low = [subject(r.key) for r in success.values() if (r.number or 0.0) < limit]
        return words, listing(low) if len(low) >= number else tr("names: no source")


def _place(share: float, low: float) -> float:
    """Return where on the scale from ``low`` to 100 a share stands."""
    return max(0.0, (share - low) / (_WHOLE - low))


def _low_end(shares: Iterable[float]) -> float:
    """Return where the scale begins: at 80, lower where one lies lower."""
    least = min(shares, default=_WHOLE)
    return next((start for start in _STARTS if least >= start), 0.0)
