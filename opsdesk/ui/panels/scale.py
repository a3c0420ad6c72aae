"""Each key of a metric as a dot on one scale, such as uptime from 98 to 100."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime

import msgspec
from typing_extensions import override

from opsdesk.catalogue.language import grouped, tr
from opsdesk.insight.board import Board
from opsdesk.insight.captions import row_name
from opsdesk.insight.derive import UPTIME
from opsdesk.insight.verdict import State, level_state, state_word
from opsdesk.insight.words import age_text, number_text, unit_of, value_text
from opsdesk.model.metric import Metric
from opsdesk.model.reading import Reading, Unit
from opsdesk.ui.panels.columns import Row
from opsdesk.ui.panels.marks import Marks
from opsdesk.ui.panels.painting import Scale
from opsdesk.ui.panels.rowed import RowedPanel

_ORDER = (State.CRITICAL, State.DEGRADED, State.STALE, State.NO_SOURCE, State.OK)
_UNKNOWN = (State.STALE, State.NO_SOURCE)
_WHOLE = 100.0
_STARTS = (98.0, 90.0, 50.0)
_MINUTE = 60.0


class ScalePanel(RowedPanel):
    """The first metric as dots; the second, where a source has it, gives each row its state."""

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        readings = self.readings(board)
        self.show_head(board, readings, now)
        told = {r.key.labels: r for r in self.readings(board, 1)}
        ends = _ends(self.entry(board), readings)
        rows = [self._row(board, r, told.get(r.key.labels), ends, now) for r in readings]
        if told:
            rows = [
                msgspec.structs.replace(row, state=row.state or State.NO_SOURCE) for row in rows
            ]
            rows.sort(key=lambda row: _ORDER.index(row.state or State.NO_SOURCE))
        self.show_rows(rows, board, _scale(ends, _summary(rows) if told else ""))

    def _row(
        self,
        board: Board,
        reading: Reading,
        told: Reading | None,
        ends: tuple[float, float],
        now: datetime,
    ) -> Row:
        metric, number = self.entry(board), reading.number
        low, high = ends
        state = _state(board, told, now) if told is not None else None
        dot = None if number is None else (number - low) / (high - low)
        return Row(
            name=row_name(reading, metric),
            small="" if state is None else state_word(state).upper(),
            value=value_text(reading, metric, now),
            unit=unit_of(reading, metric),
            remark=tr(told.note if told is not None else "") or tr(reading.note) or _down(reading),
            state=state,
            stale=board.is_stale(reading, now),
            marks=Marks(dot=dot, rule=True),
            reading=reading,
        )


def _state(board: Board, told: Reading, now: datetime) -> State:
    if board.is_stale(told, now):
        return State.STALE
    if told.number is None:
        return State.NO_SOURCE
    return level_state(board.metric(told.key.metric), told) or State.OK


def _summary(rows: list[Row]) -> str:
    """Count what is up; what nobody knows may be either, and is counted as neither."""
    unknown = sum(row.state in _UNKNOWN for row in rows)
    known, up = len(rows) - unknown, sum(row.state is State.OK for row in rows)
    numbers = {"up": grouped(up), "all": grouped(known), "unknown": grouped(unknown)}
    if not known:
        return tr("state unknown")
    if not unknown:
        return tr("{up} of {all} up", **numbers)
    if up == known:
        return tr("{up} up, {unknown} unknown", **numbers)
    return tr("{up} of {all} up, {unknown} unknown", **numbers)


def _down(reading: Reading) -> str:
    """Say how long something was down, which a percentage does not tell a person."""
    if reading.key.metric != UPTIME or reading.number is None or reading.window is None:
        return ""
    seconds = (_WHOLE - reading.number) / _WHOLE * reading.window
    if seconds >= _MINUTE:
        seconds = round(seconds / _MINUTE) * _MINUTE  # an age is cut off, this is rounded
    return tr("\N{ALMOST EQUAL TO} {time} down", time=age_text(seconds)) if seconds > 0 else ""


def _ends(metric: Metric | None, readings: Iterable[Reading]) -> tuple[float, float]:
    """Return the ends of the scale: it begins at 98 for uptimes near 100, lower for others."""
    values = [reading.number for reading in readings if reading.number is not None]
    high = max([_WHOLE, *values])
    if metric is None or metric.unit is not Unit.PERCENT or not values:
        return 0.0, high
    return next((low for low in _STARTS if min(values) >= low), 0.0), high


def _scale(ends: tuple[float, float], summary: str) -> Scale:
    low, high = ends
    half = (low + high) / 2
    ticks = [(0.0, number_text(low, None)), (1.0, number_text(high, None))]
    if math.isclose(half, round(half)):
        ticks.append((0.5, number_text(half, None)))
    return Scale(ticks=tuple(ticks), foot=summary)
