"""Rows that are painted: name, evidence on a scale, value, remark. One widget for all kinds."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy
from typing_extensions import override

from opsdesk.insight.verdict import State
from opsdesk.insight.words import NOTHING
from opsdesk.ui import glyphs
from opsdesk.ui.theme import STATE_GLYPH, Look
from opsdesk.ui.writing import (
    BESIDE,
    BODY,
    BOLD,
    CAPTION,
    CENTER,
    QUIET,
    RIGHT,
    SMALL,
    VALUE,
    Type,
    Writer,
)

#: least and greatest height of a row, and of one with two lines
LEAST, MOST, STACKED = 26.0, 52.0, 72.0
_AXIS, _HEAD, _GAP, _THICK = 26.0, 26.0, 14.0, 10.0
_GLYPH = 14.0
# A column of names or remarks takes at most this share of the width.
_NAMES, _REMARKS = 0.44, 0.36


class Marks(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on a scale from 0 to 1."""

    #: from where to where
    bar: tuple[float, float] | None = None
    #: what is missing up to 1 is dashed
    rest: bool = False
    dot: float | None = None
    #: a thin line over the whole scale, as dots stand on
    rule: bool = False
    #: a short upright line across the bar
    tick: float | None = None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line."""

    name: str
    #: beside the name, small
    small: str = ""
    #: a number before the evidence
    lead: str = ""
    value: str = ""
    unit: str = ""
    remark: str = ""
    #: this one is what the panel is about
    bright: bool = False
    state: State | None = None
    marks: Marks | None = None
    #: a second scale, behind the first
    more: Marks | None = None


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    """What is written below and above the rows."""

    #: places from 0 to 1 and their words
    ticks: tuple[tuple[float, str], ...] = ()
    #: at the left below the rows
    foot: str = ""
    #: a dashed line through all rows at a place, with its words
    line: tuple[float, str] | None = None
    #: captions of name, lead, and the last scale
    heads: tuple[str, str, str] | None = None


class _Columns(msgspec.Struct, frozen=True):
    """Where the columns stand, in pixels: left and width of each."""

    name: tuple[float, float]
    lead: tuple[float, float]
    first: tuple[float, float]
    second: tuple[float, float]
    value: tuple[float, float]
    remark: tuple[float, float]

    @property
    def scale(self) -> tuple[float, float]:
        """Return the last scale there is: the axis belongs to it."""
        return self.second if self.second[1] else self.first


class RowsView(QAbstractScrollArea):
    """Rows as high as there is room for; scrolled where there is too little."""

    def __init__(self, look: Look, *, stacked: bool = False) -> None:
        """Show rows in one line each, or ``stacked`` with name and remark above the evidence."""
        super().__init__()
        self._look = look
        self._stacked = stacked
        self._rows: Sequence[Row] = ()
        self._scale = Scale()
        self._stale = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        look.changed.connect(self.viewport().update)

    def show_rows(self, rows: Sequence[Row], scale: Scale, *, stale: bool) -> None:
        """Show rows on a scale; what is stale asserts nothing."""
        new = (list(rows), scale, stale)
        if new != (list(self._rows), self._scale, self._stale):
            self._rows, self._scale, self._stale = rows, scale, stale
            self._fit()
            self.updateGeometry()
            self.viewport().update()

    def row_at(self, position: QPoint) -> int | None:
        """Return which row stands at a place of this widget."""
        inside = self.viewport().mapFrom(self, position).y() - self._top
        row = int((inside + self.verticalScrollBar().value()) // self._height)
        return row if inside >= 0 and 0 <= row < len(self._rows) else None

    @override
    def sizeHint(self) -> QSize:
        height = STACKED if self._stacked else LEAST + 6
        return QSize(260, round(self._top + height * len(self._rows) + self._bottom))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(160, round(self._top + LEAST + self._bottom))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @property
    def _top(self) -> float:
        return _HEAD if self._scale.heads is not None else 0.0

    @property
    def _bottom(self) -> float:
        scale = self._scale
        return _AXIS if scale.ticks or scale.foot or scale.line is not None else 0.0

    @property
    def _height(self) -> float:
        room = self.viewport().height() - self._top - self._bottom
        least, most = (56.0, STACKED + 16) if self._stacked else (LEAST, MOST)
        return max(least, min(most, room / max(1, len(self._rows))))

    def _fit(self) -> None:
        """Scroll what has no room; what fits is no stop for the Tab key."""
        room = self.viewport().height() - self._top - self._bottom
        beyond = max(0, round(len(self._rows) * self._height - room))
        bar = self.verticalScrollBar()
        bar.setRange(0, beyond)
        bar.setSingleStep(round(self._height))
        bar.setPageStep(max(1, round(room)))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if beyond else Qt.FocusPolicy.NoFocus)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._rows:
            return
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        writer = Writer(painter, self._look)
        width, height = self.viewport().width(), self._height
        columns = self._columns(float(width))
        room = self.viewport().height() - self._top - self._bottom
        offset = self.verticalScrollBar().value()
        bottom = self._top + min(room, len(self._rows) * height)
        painter.save()
        painter.setClipRect(QRectF(0, self._top, width, bottom - self._top))
        for position, row in enumerate(self._rows):
            top = self._top + position * height - offset
            if top < bottom and top + height > self._top:
                self._paint_row(writer, QRectF(0, top, width, height), row, columns)
        painter.restore()
        self._paint_head(writer, columns, width)
        self._paint_axis(writer, columns, bottom)

    def _columns(self, width: float) -> _Columns:
        """Share the width out: words first, the rest is evidence."""
        rows = self._rows
        if self._stacked:
            value = max(VALUE.width(row.value) + _unit_width(row) for row in rows)
            return _Columns(
                (0, width),
                (0, 0),
                (0, width - value - _GAP),
                (0, 0),
                (width - value, value),
                (0, width),
            )
        glyph = _GLYPH + 8 if any(row.state is not None for row in rows) else 0.0
        name = max(glyph + BOLD.width(row.name) + _small_width(row) for row in rows)
        heads = self._scale.heads or ("", "", "")
        name = min(max(name, CAPTION.width(heads[0])), width * _NAMES) + _GAP
        lead = max(VALUE.width(row.lead) for row in rows)
        lead = max(lead, CAPTION.width(heads[1])) + _GAP if lead else 0.0
        remark = min(max(SMALL.width(row.remark) for row in rows), width * _REMARKS)
        remark += _GAP if remark else 0.0
        value = max(VALUE.width(row.value) + _unit_width(row) for row in rows) + _GAP
        if all(row.marks is None for row in rows):
            name = max(0.0, min(name, width - value - remark))
        left = name + lead
        evidence = max(0.0, width - left - value - remark)
        second = evidence * 0.42 if any(row.more is not None for row in rows) else 0.0
        first = evidence - second - (2 * _GAP if second else 0.0)
        return _Columns(
            (0, name - _GAP),
            (name, lead - _GAP),
            (left, first),
            (left + evidence - second, second),
            (left + evidence, value),
            (width - remark + _GAP, max(0.0, remark - _GAP)),
        )

    def _paint_row(self, writer: Writer, box: QRectF, row: Row, columns: _Columns) -> None:
        if self._stacked:
            half = box.height() / 2
            upper = QRectF(0, box.top() + 4, box.width(), half - 4)
            lower = QRectF(0, box.top() + half, box.width(), half - 6)
            writer.write(upper, row.name, BOLD)
            writer.write(_in(upper, columns.remark), row.remark, SMALL, RIGHT)
            self._paint_marks(writer.painter, _in(lower, columns.first), row, row.marks)
            self._paint_value(writer, _in(lower, columns.value), row)
        else:
            self._paint_name(writer, _in(box, columns.name), row)
            writer.write(_in(box, columns.lead), row.lead, BOLD, RIGHT)
            self._paint_marks(writer.painter, _in(box, columns.first), row, row.marks)
            self._paint_marks(writer.painter, _in(box, columns.second), row, row.more)
            self._paint_value(writer, _in(box, columns.value), row)
            writer.write(_in(box, columns.remark), row.remark, SMALL, RIGHT)
        line = QRectF(0, box.bottom() - 1, box.width(), 1)
        writer.painter.fillRect(line, self._look.color("hair"))

    def _paint_name(self, writer: Writer, box: QRectF, row: Row) -> None:
        left = box.left()
        if row.state is not None:
            stale = row.state in (State.STALE, State.NO_SOURCE)
            ink = self._look.color("text3" if stale else STATE_GLYPH[row.state])
            mark = QRectF(left, box.center().y() - _GLYPH / 2, _GLYPH, _GLYPH)
            paper = self._look.color("surface")
            glyphs.paint(writer.painter, glyphs.STATE_FILES[row.state], mark, ink, paper)
            left += _GLYPH + 8
        style = BOLD if row.bright else BODY
        name = QRectF(left, box.top(), box.right() - left, box.height())
        end = left + writer.write(name, row.name, style) + 10
        small = QRectF(end, box.top(), max(0.0, box.right() - end), box.height())
        if row.small and small.width() > 0:
            writer.write(small, row.small, CAPTION)

    def _paint_value(self, writer: Writer, box: QRectF, row: Row) -> None:
        style = Type(VALUE.pixels, "text2", VALUE.weight) if self._stale else VALUE
        number = QRectF(box.left(), box.top(), box.width() - _unit_width(row), box.height())
        writer.write(number, row.value, QUIET if row.value == NOTHING else style, RIGHT)
        writer.write(box, row.unit, BESIDE, RIGHT)

    def _paint_marks(self, painter: QPainter, box: QRectF, row: Row, marks: Marks | None) -> None:
        if marks is None or box.width() <= 0:
            return
        middle = box.center().y()
        bright = row.bright and not self._stale
        if marks.rule:
            painter.fillRect(QRectF(box.left(), middle, box.width(), 1), self._look.color("hair"))
        if marks.bar is not None:
            self._paint_bar(painter, box, marks, bright=bright)
        if marks.tick is not None:
            x = box.left() + box.width() * marks.tick
            painter.fillRect(QRectF(x - 1, middle - 10, 2, 20), self._look.color("text1"))
        if marks.dot is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.color("data3" if self._stale else "data"))
            painter.drawEllipse(QPointF(box.left() + box.width() * marks.dot, middle), 4.5, 4.5)

    def _paint_bar(self, painter: QPainter, box: QRectF, marks: Marks, *, bright: bool) -> None:
        begin, end = marks.bar or (0.0, 0.0)
        left, right = box.left() + box.width() * begin, box.left() + box.width() * end
        top = box.center().y() - _THICK / 2
        length = max(2.0, right - left)  # a zero can be seen as well
        ink = self._look.color("data" if bright else "data3")
        painter.fillRect(QRectF(left, top, length, _THICK), ink)
        if marks.rest and end < 1:
            painter.setPen(dashes(self._look.color("edge")))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            rest = QRectF(right, top + 0.5, box.right() - right - 1, _THICK - 1)
            painter.drawRect(rest)

    def _paint_head(self, writer: Writer, columns: _Columns, width: float) -> None:
        if self._scale.heads is None:
            return
        box = QRectF(0, 0, width, _HEAD - 4)
        name, lead, last = self._scale.heads
        writer.write(_in(box, columns.name), name, CAPTION)
        writer.write(_in(box, columns.lead), lead, CAPTION, RIGHT)
        writer.write(
            QRectF(columns.scale[0], 0, width - columns.scale[0], _HEAD - 4), last, CAPTION
        )
        writer.painter.fillRect(QRectF(0, _HEAD - 1, width, 1), self._look.color("edge"))

    def _paint_axis(self, writer: Writer, columns: _Columns, bottom: float) -> None:
        left, width = columns.scale
        for place, words in self._scale.ticks:
            box = QRectF(left + width * place - 40, bottom + 4, 80, 18)
            writer.write(box, words, CAPTION, CENTER)
        if self._scale.foot:
            room = left - 12 if self._scale.ticks else self.viewport().width()
            writer.write(QRectF(0, bottom + 4, room, 18), self._scale.foot, CAPTION)
        if self._scale.line is not None:
            self._paint_line(writer, columns, bottom, *self._scale.line)

    def _paint_line(
        self, writer: Writer, columns: _Columns, bottom: float, place: float, words: str
    ) -> None:
        x = columns.scale[0] + columns.scale[1] * place
        if words:
            length = CAPTION.width(words) + 4
            left = max(0.0, min(x - length / 2, self.viewport().width() - length))
            writer.write(QRectF(left, bottom + 4, length, 18), words, CAPTION, CENTER)
        if not self._stacked:
            writer.painter.setPen(dashes(self._look.color("edge")))
            writer.painter.drawLine(QPointF(x, self._top + 2), QPointF(x, bottom - 2))


def _in(box: QRectF, column: tuple[float, float]) -> QRectF:
    """Return the part of a row that a column takes."""
    return QRectF(column[0], box.top(), max(0.0, column[1]), box.height())


def _unit_width(row: Row) -> float:
    return BESIDE.width(row.unit) + 4 if row.unit else 0.0


def _small_width(row: Row) -> float:
    return CAPTION.width(row.small) + 10 if row.small else 0.0


def dashes(color: QColor) -> QPen:
    """Return a dashed pen of one pixel."""
    pen = QPen(color, 1)
    pen.setDashPattern((3, 3))
    return pen
