"""Rows that are painted: name, evidence on a scale, value, remark. One widget for all kinds."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy, QWidget
from typing_extensions import override

from opsdesk.insight.verdict import State
from opsdesk.insight.words import NOTHING
from opsdesk.ui import glyphs
from opsdesk.ui.painted import kept, painting
from opsdesk.ui.panels.canvas import paint_rule
from opsdesk.ui.panels.columns import (
    GAP,
    GLYPH,
    Columns,
    Row,
    in_one_line,
    in_two_lines,
    unit_width,
)
from opsdesk.ui.panels.marks import Marks, dashes, paint_marks
from opsdesk.ui.theme import STATE_GLYPH, Look
from opsdesk.ui.writing import (
    BESIDE,
    BODY,
    BOLD,
    CAPTION,
    CENTER,
    LEFT,
    QUIET,
    RIGHT,
    SMALL,
    VALUE,
    Type,
    Writer,
)

#: least and greatest height of a row, and of one with two lines
LEAST, MOST = 26.0, 54.0
_STACKED_LEAST, _STACKED_MOST = 56.0, 88.0
# So much closer together than when they scroll, all rows are seen without.
_CLOSER = 4.0
#: height of a row in a report, where nobody has to hit it
ON_PAPER = 28.0
_AXIS, _HEAD = 26.0, 26.0
#: height of each of two lines
_LINE = 24.0
_STRONG = Type(12, "text1", VALUE.weight)
_ASIDE = (State.STALE, State.NO_SOURCE)


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    """What is written below and above the rows."""

    #: places from 0 to 1 and their words
    ticks: tuple[tuple[float, str], ...] = ()
    #: at the left below the rows
    foot: str = ""
    #: before it, with a triangle
    warning: str = ""
    #: a dashed line through all rows at a place, with its words
    line: tuple[float, str] | None = None
    #: captions of name, lead, and the last scale
    heads: tuple[str, str, str] | None = None


class RowsView(QAbstractScrollArea):
    """Rows as high as there is room for; scrolled where there is too little."""

    def __init__(self, look: Look, *, stacked: bool = False) -> None:
        """Show rows in one line each, or ``stacked`` with name and remark above the evidence."""
        super().__init__()
        self._look = look
        self._stacked = stacked
        #: what is shown, as data
        self.scale = Scale()
        self.rows: tuple[Row, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        if look.paper:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        #: what the rows are painted into: ours, for to tell what kind of widget Qt's own is,
        #: PySide6 would make every class of widget that there is
        self.canvas = QWidget()
        self.setViewport(self.canvas)
        look.changed.connect(self.canvas.update)

    def show_rows(self, rows: Sequence[Row], scale: Scale, *, stale: bool = False) -> None:
        """Show rows on a scale; ``stale`` where none of them may be taken for the present."""
        if stale:
            rows = [replace(row, stale=True) for row in rows]
        if (new := tuple(rows)) != self.rows or scale != self.scale:
            self.rows, self.scale = new, scale
            self._fit()
            self.updateGeometry()
            self.canvas.update()

    def boxes(self) -> list[QRectF]:
        """Return where each row stands in the viewport, in pixels; some may be out of sight."""
        first = self._top - self.verticalScrollBar().value()
        width, height = self.canvas.width(), self._height
        return [QRectF(0, first + at * height, width, height) for at in range(len(self.rows))]

    def sight(self) -> QRectF:
        """Return where rows can be seen in the viewport: below its head, above its axis."""
        size = self.canvas.size()
        return QRectF(0, self._top, size.width(), size.height() - self._top - self._bottom)

    def needed(self) -> float:
        """Return how high the widget must be for every row to have its room, in pixels."""
        return self._top + self._usual * len(self.rows) + self._bottom

    def least_height(self) -> float:
        """Return how high the widget must be for every row to be seen at once, in pixels."""
        return self._top + LEAST * len(self.rows) + self._bottom

    @property
    def row_height(self) -> float:
        """How high each row is, in pixels."""
        return self._height

    @override
    def sizeHint(self) -> QSize:
        return QSize(260, round(self.needed()))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(160, round(self._top + LEAST + self._bottom))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @property
    def _top(self) -> float:
        return _HEAD if self.scale.heads is not None else 0.0

    @property
    def _bottom(self) -> float:
        scale = self.scale
        any_ = scale.ticks or scale.foot or scale.warning or scale.line is not None
        return (_AXIS if any_ else 0.0) + self._below_axis

    @property
    def _below_axis(self) -> float:
        """How far below the ticks a warning stands: in a report there is no room beside them."""
        return _AXIS - 4 if self._look.paper and self.scale.warning and self.scale.ticks else 0.0

    @property
    def _value(self) -> Type:
        return BOLD if self._look.paper else VALUE

    @property
    def _usual(self) -> float:
        if self._look.paper:
            return 2 * ON_PAPER if self._stacked else ON_PAPER
        return (_STACKED_LEAST if self._stacked else LEAST) + 4

    @property
    def _height(self) -> float:
        if self._look.paper:
            return self._usual
        room = self.canvas.height() - self._top - self._bottom
        least, most = (_STACKED_LEAST, _STACKED_MOST) if self._stacked else (LEAST, MOST)
        if not any(row.value for row in self.rows):  # a list is read from its head on
            most = self._usual
        fits = room / max(1, len(self.rows))
        return min(most, fits) if fits >= least - _CLOSER else least

    def _fit(self) -> None:
        """Scroll what has no room."""
        room = self.canvas.height() - self._top - self._bottom
        beyond = max(0, round(len(self.rows) * self._height - room))
        bar = self.verticalScrollBar()
        bar.setRange(0, beyond)
        bar.setSingleStep(round(self._height))
        bar.setPageStep(max(1, round(room)))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self.rows:
            with painting(self.canvas, self._look) as writer:
                self._draw(writer)

    def _draw(self, writer: Writer) -> None:
        width = float(self.canvas.width())
        heads = self.scale.heads or ("", "", "")
        columns = (
            in_two_lines(self.rows, width, self._value)
            if self._stacked
            else in_one_line(self.rows, width, heads[0], heads[1], self._value)
        )
        bottom = self._paint_rows(writer, columns, width)
        if self.scale.heads is not None:
            self._paint_head(writer, columns, width)
        self._paint_axis(writer, columns, bottom)

    def _paint_rows(self, writer: Writer, columns: Columns, width: float) -> float:
        """Paint what is in sight; return where the last row ends."""
        height, offset = self._height, self.verticalScrollBar().value()
        room = self.canvas.height() - self._top - self._bottom
        bottom = self._top + min(room, len(self.rows) * height)
        first, last = int(offset // height), int((offset + room) // height) + 1
        paint = self._paint_stacked if self._stacked else self._paint_row
        with kept(writer.painter):
            writer.painter.setClipRect(QRectF(0, self._top, width, bottom - self._top))
            for position, row in enumerate(self.rows[first:last], start=first):
                box = QRectF(0, self._top + position * height - offset, width, height)
                paint(writer, box, row, columns)
                last = position + 1 == len(self.rows)
                if self._bottom or self._look.paper or not last:
                    paint_rule(writer, 0, box.bottom() - 1, width)
        return bottom

    def _paint_stacked(self, writer: Writer, box: QRectF, row: Row, columns: Columns) -> None:
        middle = box.center().y()
        upper = QRectF(0, middle - _LINE - 4, box.width(), _LINE)
        lower = QRectF(0, middle, box.width(), _LINE)
        writer.write(_in(upper, columns.name), row.name, BOLD)
        writer.write(_in(upper, columns.remark), row.remark, SMALL, RIGHT)
        self._paint_marks(writer, _in(lower, columns.first), row, row.marks)
        self._paint_value(writer, _in(lower, columns.value), row)

    def _paint_row(self, writer: Writer, box: QRectF, row: Row, columns: Columns) -> None:
        self._paint_name(writer, _in(box, columns.name), row, columns.small)
        lead = replace(BOLD, ink="text2") if row.stale else BOLD
        writer.write(_in(box, columns.lead), row.lead, lead, RIGHT)
        self._paint_marks(writer, _in(box, columns.first), row, row.marks)
        self._paint_marks(writer, _in(box, columns.second), row, row.more)
        self._paint_value(writer, _in(box, columns.value), row, words=columns.words)
        nothing = row.value == NOTHING
        if columns.remark[1]:
            style = CAPTION if nothing else SMALL
            writer.write(_in(box, columns.remark), row.remark, style, RIGHT)

    def _paint_name(self, writer: Writer, box: QRectF, row: Row, small: float | None) -> None:
        left = box.left()
        if row.state is not None:
            # Purple stands for stale at the card alone (LOOK.md section 2).
            ink = "text3" if row.state in _ASIDE else STATE_GLYPH[row.state]
            mark = QRectF(left, box.center().y() - GLYPH / 2, GLYPH, GLYPH)
            name, paper = glyphs.STATE_FILES[row.state], self._look.color("surface")
            glyphs.paint(writer.painter, name, mark, self._look.color(ink), paper)
            left += GLYPH + 8
        style = BOLD if row.bright else BODY
        place = QRectF(left, box.top(), max(0.0, box.right() - left), box.height())
        writer.name(place, row.name, style)
        if small is not None and small < box.right():
            beside = QRectF(small, box.top(), box.right() - small, box.height())
            writer.write(beside, row.small, CAPTION)

    def _paint_value(self, writer: Writer, box: QRectF, row: Row, *, words: bool = False) -> None:
        style = replace(self._value, ink="text2") if row.stale else self._value
        number = QRectF(box.left(), box.top(), box.width() - unit_width(row), box.height())
        side = LEFT if words else RIGHT
        taken = writer.write(number, row.value, QUIET if row.value == NOTHING else style, side)
        if words:
            box.setWidth(taken + unit_width(row))
        writer.write(box, row.unit, BESIDE, RIGHT)

    def _paint_marks(self, writer: Writer, box: QRectF, row: Row, marks: Marks | None) -> None:
        if marks is None or not box.width():
            return
        shines = row.bright or marks.dot is not None
        ink = "data3" if row.stale else "data" if shines else marks.ink
        paint_marks(writer.painter, self._look, box, marks, ink)

    def _paint_head(self, writer: Writer, columns: Columns, width: float) -> None:
        name, lead, last = self.scale.heads or ("", "", "")
        box = QRectF(0, 0, width, _HEAD - 4)
        writer.write(_in(box, columns.name), name, CAPTION)
        writer.write(_in(box, columns.lead), lead, CAPTION, RIGHT)
        left = columns.scale[0]
        if left + CAPTION.width(last) > width:  # rather beside its scale than cut off
            left = columns.first[0]
            writer.write(QRectF(left, 0, width - left, _HEAD - 4), last, CAPTION, RIGHT)
        else:
            writer.write(QRectF(left, 0, width - left, _HEAD - 4), last, CAPTION)
        writer.painter.fillRect(QRectF(0, _HEAD - 1, width, 1), self._look.color("edge"))

    def _paint_axis(self, writer: Writer, columns: Columns, bottom: float) -> None:
        left, width = columns.scale
        for place, words in self.scale.ticks:
            box = QRectF(left + width * place - 40, bottom + 4, 80, 18)
            writer.write(box, words, CAPTION, CENTER)
        beside = self.scale.ticks and not self._below_axis
        room = left - 24 if beside else float(self.canvas.width())
        self._paint_foot(writer, QRectF(0, bottom + 4 + self._below_axis, room, 18))
        if self.scale.line is not None:
            place, words = self.scale.line
            self._paint_line(writer, left + width * place, bottom, words)

    def _paint_foot(self, writer: Writer, box: QRectF) -> None:
        if self.scale.warning:
            mark = QRectF(0, box.center().y() - GLYPH / 2, GLYPH, GLYPH)
            ink, paper = self._look.color("degradedg"), self._look.color("surface")
            glyphs.paint(writer.painter, glyphs.STATE_FILES[State.DEGRADED], mark, ink, paper)
            box.setLeft(GLYPH + 8)
            box.setLeft(box.left() + writer.write(box, self.scale.warning, _STRONG) + GAP)
        if self.scale.foot and box.width() > 0:
            writer.write(box, self.scale.foot, CAPTION)

    def _paint_line(self, writer: Writer, x: float, bottom: float, words: str) -> None:
        """Name the place of the ticks, or lead a dashed line through all rows."""
        length = CAPTION.width(words) + 4 if words else 0.0
        left = max(0.0, min(x - length / 2, self.canvas.width() - length))
        writer.write(QRectF(left, bottom + 7, length, 18), words, CAPTION, CENTER)
        if self._stacked:
            writer.painter.fillRect(QRectF(x - 1, bottom, 2, 7), self._look.color("text1"))
        else:
            writer.painter.setPen(dashes(self._look.color("edge")))
            writer.painter.drawLine(QPointF(x, self._top + 2), QPointF(x, bottom - 2))


def _in(box: QRectF, column: tuple[float, float]) -> QRectF:
    """Return the part of a row that a column takes."""
    return QRectF(column[0], box.top(), max(0.0, column[1]), box.height())
