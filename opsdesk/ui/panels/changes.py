"""Each metric before and after, on a scale where before is 100."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPen
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.captions import absence, row_name
from opsdesk.insight.words import MINUS, NOTHING, figure_text, metric_title, percent_change_text
from opsdesk.model.metric import Direction, Metric
from opsdesk.model.reading import Reading
from opsdesk.ui.panels.canvas import PaintedPanel, Row, paint_rule
from opsdesk.ui.writing import (
    BESIDE,
    BODY,
    BOLD,
    CAPTION,
    CENTER,
    QUIET,
    RIGHT,
    VALUE,
    Type,
    Writer,
)

_LEAST, _MOST, _AXIS = 36.0, 70.0, 24.0
_GAP = 14.0
_DOT, _RING = 5.0, 4.5
# The scale reaches from 0 past before, which is 100, and no further than a tenfold.
_BEFORE, _REACH, _FURTHEST = 100.0, 150.0, 1_000.0
_LEAST_SCALE, _MOST_SCALE, _LEAST_NAME = 64.0, 240.0, 92.0
# Where there is room, the scale lies between these shares of the width: on cards that stand below
# each other it is the same. So much is kept for a change.
_LEFT, _RIGHT, _CHANGE = 0.46, 0.69, f"{MINUS}100 %"


class Step(Row, frozen=True, kw_only=True):
    """One figure, what it was, and by how much it has changed."""

    name: str
    remark: str
    before: str
    after: str
    change: str
    #: what it is now where before is 100; None where there is no such scale
    place: float | None
    stale: bool


class ChangesPanel(PaintedPanel):
    """Hollow before, solid after: unlike units compare."""

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        found: list[Reading] = []
        rows: list[Step] = []
        for position in range(len(self.panel.metrics)):
            metric, readings = self.entry(board, position), self.readings(board, position)
            found += readings
            rows += [_step(reading, metric, board, now) for reading in readings]
            if not readings and metric is not None:
                rows.append(_missing(metric, board))
        self.show_head(board, found, now, self._against(board, found))
        self.show_rows(rows if found else (), board)

    def _against(self, board: Board, found: Sequence[Reading]) -> str:
        names = {
            tr(baseline.name)
            for reading in found
            for baseline in board.snapshot.baselines[:1]
            if baseline.readings.get(reading.key) is not None
        }
        if self.panel.scope or not names:
            return ""
        return tr("now and {baseline}", baseline=names.pop())

    @override
    def least_height(self) -> float:
        return len(self.rows) * _LEAST + self._axis

    @property
    def _value(self) -> Type:
        return BOLD if self.look.paper else VALUE

    @property
    def _axis(self) -> float:
        """Return the height of the axis; on half a sheet there is none."""
        steps = [row for row in self.rows if isinstance(row, Step)]
        columns = _columns(steps, self.canvas.width(), self._value)
        return _AXIS if not self.look.paper or columns.right > columns.left else 0.0

    @override
    def boxes(self) -> list[QRectF]:
        number = max(1, len(self.rows))
        height = min(_MOST, max(_LEAST, (self.canvas.height() - self._axis) / number))
        return [QRectF(0, n * height, self.canvas.width(), height) for n in range(len(self.rows))]

    @override
    def draw(self, writer: Writer) -> None:
        steps, boxes = [row for row in self.rows if isinstance(row, Step)], self.boxes()
        columns = _columns(steps, self.canvas.width(), self._value)
        for step, box in zip(steps, boxes, strict=True):
            _paint(writer, box, step, columns)
            paint_rule(writer, 0, box.bottom() - 1, box.width())
        if boxes and any(step.place is not None for step in steps):
            _paint_axis(writer, boxes[-1].bottom(), columns)


def _step(reading: Reading, metric: Metric | None, board: Board, now: datetime) -> Step:
    earlier, change = board.baseline_of(reading), board.change_of(reading)
    title = metric_title(metric, reading.key.metric)
    about = row_name(reading, metric)
    name = title if about == title else f"{title} {about}"
    after = figure_text(reading, metric, now)
    before = figure_text(earlier, metric, earlier.at) if earlier is not None else NOTHING
    by = percent_change_text(change) if change is not None else ""
    remark = ""
    if metric is not None and metric.direction is Direction.UP:
        remark = tr("higher is better")
    if earlier is None:
        remark = tr("no earlier figure")
    was = tr("was {value}", value=before) if earlier is not None else remark
    return Step(
        said=", ".join(part for part in (f"{name} {after}", was, by) if part),
        reading=reading,
        name=name,
        remark=remark,
        before=before if earlier is not None else "",
        after=after,
        change=by,
        place=_place(earlier, reading),
        stale=board.is_stale(reading, now),
    )


def _missing(metric: Metric, board: Board) -> Step:
    name, why = tr(metric.title), absence(board)
    return Step(
        said=f"{name} {why}",
        name=name,
        remark=why,
        before="",
        after=NOTHING,
        change="",
        place=None,
        stale=True,
    )


def _place(earlier: Reading | None, reading: Reading) -> float | None:
    """Return the value in percent of what it was; None where that is nothing to measure by."""
    was, now = earlier.number if earlier is not None else None, reading.number
    if was is None or now is None or was <= 0 or now < 0:
        return None
    return min(_FURTHEST, now / was * _BEFORE)


class _Columns(msgspec.Struct, frozen=True):
    """Where the columns stand, in pixels from the left, and what the scale's end means."""

    name: float
    before: float
    left: float
    right: float
    after: float
    change: float
    high: float
    #: how what it is now is written
    value: Type

    def x(self, place: float) -> float:
        return self.left + (self.right - self.left) * place / self.high


def _columns(steps: Sequence[Step], width: float, value: Type) -> _Columns:
    def widest(style: Type, texts: list[str]) -> float:
        return max((style.width(text) for text in texts), default=0.0)

    before = widest(BESIDE, [step.before for step in steps]) + 1.5 * _GAP
    after = widest(value, [step.after for step in steps]) + _GAP
    change = widest(BESIDE, [_CHANGE, *(step.change for step in steps)]) + _GAP
    name = widest(BODY, [step.name for step in steps]) + _GAP
    left, right = _LEFT * width, _RIGHT * width
    if left < name + before or right > width - change - after:
        free = width - before - after - change - 0.5 * _GAP
        scale = min(_MOST_SCALE, max(_LEAST_SCALE, free - name))
        if free - scale < _LEAST_NAME:
            scale = 0.0  # on half a sheet: the numbers say the same
        name = max(_LEAST_NAME, min(name, free - scale))
        left = name + max(0.0, free - scale - name) / 2 + before
        right = left + scale
    end = [step.place for step in steps if step.place is not None]
    return _Columns(
        name=name - _GAP / 2,
        before=left - 1.5 * _GAP,
        left=left,
        right=right,
        after=width - change,
        change=width,
        high=max([_REACH, *end]),
        value=value,
    )


def _paint(writer: Writer, box: QRectF, step: Step, columns: _Columns) -> None:
    _paint_name(writer, box, step, columns.name)
    if step.place is not None and columns.right > columns.left:
        _paint_scale(writer, box, step, columns)
    before = QRectF(0, box.top(), columns.before, box.height())
    writer.write(before, step.before, BESIDE, RIGHT)
    after = QRectF(columns.right, box.top(), columns.after - columns.right, box.height())
    style = msgspec.structs.replace(columns.value, ink="text2") if step.stale else columns.value
    writer.write(after, step.after, style, RIGHT)
    change = QRectF(columns.after, box.top(), columns.change - columns.after, box.height())
    writer.write(change, step.change, BESIDE, RIGHT)


def _paint_name(writer: Writer, box: QRectF, step: Step, width: float) -> None:
    """Write the name, in two lines where it needs them, and the remark below it."""
    style = QUIET if step.reading is None else BODY
    wide = width if step.place is not None else width * 2
    name = style.height(step.name, width)
    remark = CAPTION.height(step.remark, wide) if step.remark else 0.0
    if name > box.height():
        writer.write(QRectF(0, box.top(), width, box.height()), step.name, style)
        return
    if name + remark > box.height():
        remark = 0.0
    top = box.center().y() - (name + remark) / 2
    writer.wrap(QRectF(0, top, width, name), step.name, style)
    if remark:
        writer.wrap(QRectF(0, top + name, wide, remark), step.remark, CAPTION)


def _paint_scale(writer: Writer, box: QRectF, step: Step, columns: _Columns) -> None:
    painter, middle = writer.painter, box.center().y()
    look, place = writer.look, step.place or 0.0
    now, was = columns.x(place), columns.x(_BEFORE)
    rule = QPen(look.color("edge"), 1)
    rule.setDashPattern((2, 2))
    painter.setPen(rule)
    painter.drawLine(QPointF(was, box.top()), QPointF(was, box.bottom()))
    painter.setPen(QPen(look.color("hair"), 1))
    painter.drawLine(QPointF(columns.left, middle), QPointF(columns.right, middle))
    painter.setPen(QPen(look.color("data3"), 3))
    painter.drawLine(QPointF(now, middle), QPointF(was, middle))
    painter.setPen(QPen(look.color("data2"), 1.8))
    painter.setBrush(look.color("surface"))
    painter.drawEllipse(QPointF(was, middle), _RING, _RING)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("data3" if step.stale else "data"))
    painter.drawEllipse(QPointF(now, middle), _DOT, _DOT)


def _paint_axis(writer: Writer, top: float, columns: _Columns) -> None:
    if columns.right <= columns.left:
        return
    words = tr("before")
    ends = ((0.0, "0"), (_BEFORE, words))
    apart = columns.x(_BEFORE) - columns.left > CAPTION.width(words) / 2 + _GAP
    for place, text in ends if apart else ends[1:]:
        box = QRectF(columns.x(place) - 40, top + 4, 80, 18)
        writer.write(box, text, CAPTION, CENTER)
