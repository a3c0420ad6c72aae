"""Savings, their total, costs, their total, and what is left: bars that go on where one ended.

The metrics of its panel, in this order: savings, total, costs, total, net, return.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import zip_longest

import msgspec
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont
from typing_extensions import override

from opsdesk.catalogue.language import mark, tr
from opsdesk.insight.board import Board
from opsdesk.insight.captions import absence, row_name
from opsdesk.insight.words import figure_text, inside, percent_change_text, unit_symbol, value_text
from opsdesk.model.reading import Reading, Unit
from opsdesk.ui.panels.canvas import PaintedPanel, paint_rule
from opsdesk.ui.panels.waterfall_bars import (
    HEADING,
    Bar,
    Scale,
    Shape,
    paint_bar,
    paint_connector,
    paint_words,
)
from opsdesk.ui.writing import CAPTION, RIGHT, SMALL, Type, Writer

_SAVINGS, _SAVED, _COSTS, _SPENT, _NET, _RETURN = range(6)

_TOP = 58.0
_LEAST, _MOST = 26.0, 37.0
_GAP = 16.0
_NET_VALUE = Type(40, "text1", QFont.Weight.DemiBold)
_RETURN_VALUE = Type(28, "text1", QFont.Weight.DemiBold)
_UNIT = Type(16, "text2", QFont.Weight.Medium)
_SUMS = {
    Unit.USD_PER_WEEK: mark("{title} / week"),
    Unit.USD_PER_MONTH: mark("{title} / month"),
}


class _Summary(msgspec.Struct, frozen=True):
    """What stands large above the bars."""

    net: str = ""
    net_unit: str = ""
    gain: str = ""
    gain_unit: str = ""
    beside: str = ""
    stale: bool = False


class WaterfallPanel(PaintedPanel):
    """Savings solid, costs hollow, totals brighter, each begun where the one above ends."""

    _summary = _Summary()

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        shown = [r for n in range(_RETURN + 1) for r in self.readings(board, n)]
        stale = self.show_head(board, shown, now)
        summary = self._summed(board, now, stale=stale)
        if summary != self._summary:
            self._summary = summary
            self.canvas.update()
        self.show_rows(tuple(self._bars(board, now)) if shown else (), board)
        top = (f"{summary.net} {summary.net_unit}", f"{summary.gain} {summary.gain_unit}")
        said = [*(t.strip() for t in top), summary.beside, *(row.said for row in self.rows)]
        if shown:
            self.describe("; ".join(part for part in said if part))

    def _summed(self, board: Board, now: datetime, *, stale: bool) -> _Summary:
        net, gain = self._first(board, _NET), self._first(board, _RETURN)
        metric, ratio = self.entry(board, _NET), self.entry(board, _RETURN)
        title = inside(tr(metric.title)) if metric is not None else ""
        words = _SUMS.get(metric.unit) if metric is not None else None
        unit = tr(words, title=title) if words else f"{unit_symbol(metric)} {title}".strip()
        saved, spent = self._first(board, _SAVED), self._first(board, _SPENT)
        beside = ""
        if saved is not None and spent is not None:
            beside = tr(
                "{saved} saved, {spent} spent",
                saved=value_text(saved, self.entry(board, _SAVED), now),
                spent=value_text(spent, self.entry(board, _SPENT), now),
            )
        return _Summary(
            net=value_text(net, metric, now),
            net_unit=unit,
            gain=figure_text(gain, ratio, now) if gain is not None else "",
            gain_unit=tr(ratio.title) if ratio is not None and gain is not None else "",
            beside=beside,
            stale=stale,
        )

    def _first(self, board: Board, position: int) -> Reading | None:
        return next(iter(self.readings(board, position)), None)

    def _bars(self, board: Board, now: datetime) -> Iterator[Bar]:
        """Yield the rows; where a total is missing, the parts go on from their own sum."""
        yield _heading(tr("What is saved"))
        reached = 0.0
        for reading in self.readings(board, _SAVINGS):
            end = reached + (reading.number or 0.0)
            yield self._bar(Shape.SAVING, reading, (reached, end), board, now)
            reached = end
        saved = self._first(board, _SAVED)
        yield self._total(Shape.SAVED, _SAVED, 0.0, board, now)
        top = saved.number if saved is not None and saved.number is not None else reached
        yield _heading(tr("What it costs"))
        reached = top
        for reading in self.readings(board, _COSTS):
            end = reached - (reading.number or 0.0)
            yield self._bar(Shape.COST, reading, (reached, end), board, now)
            reached = end
        yield self._total(Shape.SPENT, _SPENT, top, board, now)
        yield self._total(Shape.NET, _NET, 0.0, board, now)

    def _bar(
        self,
        shape: Shape,
        reading: Reading,
        ends: tuple[float, float],
        board: Board,
        now: datetime,
    ) -> Bar:
        metric = board.metric(reading.key.metric)
        name, text = row_name(reading, metric), _amount(reading, board, now)
        known = reading.number is not None
        change = percent_change_text(reading.change) if reading.change is not None else ""
        return Bar(
            said=" ".join(part for part in (name, text, change) if part),
            reading=reading,
            shape=shape,
            name=name,
            text=text,
            change=change,
            start=ends[0] if known else None,
            end=ends[1] if known else None,
            stale=board.is_stale(reading, now),
        )

    def _total(self, shape: Shape, position: int, start: float, board: Board, now: datetime) -> Bar:
        reading, metric = self._first(board, position), self.entry(board, position)
        if reading is None:
            name, why = tr(metric.title) if metric is not None else "", absence(board)
            return Bar(said=f"{name} {why}", shape=shape, name=name, text=why)
        value = reading.number or 0.0
        end = start - value if shape is Shape.SPENT else value
        return self._bar(shape, reading, (start, end), board, now)

    @override
    def least_height(self) -> float:
        headings = sum(row.shape is Shape.HEADING for row in self._rows())
        return _TOP + headings * HEADING + (len(self.rows) - headings) * _LEAST

    @override
    def boxes(self) -> list[QRectF]:
        rows = self._rows()
        headings = sum(row.shape is Shape.HEADING for row in rows)
        room = self.canvas.height() - _TOP - headings * HEADING
        height = max(_LEAST, min(_MOST, room / max(1, len(rows) - headings)))
        found, top = [], _TOP
        for row in rows:
            high = HEADING if row.shape is Shape.HEADING else height
            found.append(QRectF(0, top, self.canvas.width(), high))
            top += high
        return found

    def _rows(self) -> list[Bar]:
        return [row for row in self.rows if isinstance(row, Bar)]

    @override
    def draw(self, writer: Writer) -> None:
        bars, boxes = self._rows(), self.boxes()
        self._paint_top(writer)
        scale = Scale.of(bars, self.canvas.width())
        placed = list(zip(bars, boxes, strict=True))
        for (bar, box), following in zip_longest(placed, placed[1:]):
            if bar.shape is Shape.HEADING:
                writer.write(box.adjusted(0, 12, 0, 0), bar.name, CAPTION)
                paint_rule(writer, 0, box.bottom() - 1, box.width())
                continue
            if bar.shape is Shape.NET:
                paint_rule(writer, 0, box.top(), box.width())
            paint_words(writer, box, bar, scale)
            paint_bar(writer, box, bar, scale)
            if following is not None:
                paint_connector(writer, box, bar, following, scale)

    def _paint_top(self, writer: Writer) -> None:
        summary, width = self._summary, float(self.canvas.width())
        tone = "text2" if summary.stale else "text1"
        x = _large(writer, 0.0, msgspec.structs.replace(_NET_VALUE, ink=tone), summary.net)
        x = _unit(writer, x + 8, summary.net_unit, width) + 40
        beside = SMALL.width(summary.beside) + _GAP
        gain = _RETURN_VALUE.width(summary.gain) + 8 + _UNIT.width(summary.gain_unit)
        if summary.gain and x + gain < width:
            x = _large(writer, x, msgspec.structs.replace(_RETURN_VALUE, ink=tone), summary.gain)
            x = _unit(writer, x + 8, summary.gain_unit, width)
        if x + beside < width:
            writer.write(QRectF(x, 16, width - x, 32), summary.beside, SMALL, RIGHT)


def _heading(text: str) -> Bar:
    return Bar(said=text, shape=Shape.HEADING, name=text)


def _amount(reading: Reading, board: Board, now: datetime) -> str:
    """Return '$12,000': the period stands at the top."""
    metric = board.metric(reading.key.metric)
    if metric is not None and metric.unit in _SUMS:
        metric = msgspec.structs.replace(metric, unit=Unit.USD)
    return figure_text(reading, metric, now)


def _large(writer: Writer, x: float, style: Type, text: str) -> float:
    width = style.width(text)
    writer.write(QRectF(x, 0, width, 50).translated(0, (40 - style.pixels) / 3), text, style)
    return x + width


def _unit(writer: Writer, x: float, text: str, width: float) -> float:
    room = min(_UNIT.width(text), max(0.0, width - x))
    writer.write(QRectF(x, 16, room, 32), text, _UNIT)
    return x + room
