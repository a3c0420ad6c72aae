"""How well the forecasts have done: their typical miss, where that of the naive forecast is 1."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from opsdesk.catalogue.language import localised, tr
from opsdesk.insight.board import Board
from opsdesk.insight.prospect import Record, record
from opsdesk.insight.verdict import State
from opsdesk.insight.words import metric_title
from opsdesk.model.key import Key
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading
from opsdesk.model.series import SeriesFrame
from opsdesk.ui import glyphs
from opsdesk.ui.glyphs import STATE_FILES
from opsdesk.ui.painted import Painted
from opsdesk.ui.panels.base import PanelView
from opsdesk.ui.parts import label, set_text
from opsdesk.ui.theme import Look
from opsdesk.ui.writing import BODY, CAPTION, CENTER, RIGHT, SMALL, Writer

_LOW, _NAIVE, _HIGH = 0.5, 1.0, 1.5
_LEAST, _MOST, _AXIS = 30.0, 50.0, 26.0
_DOT, _THICK = 5.0, 3.0
# A scale has so many pixels where there is room for them, or this share of the width.
_SCALE, _SHARE = 128.0, 0.5


class RecordPanel(PanelView):
    """A row for each metric of the panel."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._frames: dict[Key, SeriesFrame] = {}
        self._about = label("comparison")
        self._about.setWordWrap(True)
        set_text(
            self._about,
            tr(
                "Typical miss compared with the naive forecast, "
                "“in 30 days the same as today”. Left of 1.0 is better."
            ),
        )
        self._rows = _Rows(look)
        self.body.addSpacing(6)
        self.body.addWidget(self._about)
        self.body.addSpacing(8)
        self.body.addWidget(self._rows, 1)
        self.body.addStretch(0)

    @property
    @override
    def rows(self) -> Sequence[_Row]:
        return self._rows.rows

    @property
    @override
    def canvas(self) -> QWidget:
        return self._rows

    @override
    def boxes(self) -> list[QRectF]:
        return self._rows.boxes()

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        shown: list[Reading] = []
        rows: list[_Row] = []
        for position, id_ in enumerate(self.panel.metrics):
            metric, readings = self.entry(board, position), self.readings(board, position)
            if not readings and self.look.paper:
                continue  # a report lists what it lacks
            shown += readings
            frame = self._frames.get(readings[0].key) if readings else None
            name = metric_title(metric, id_)
            rows.append(_Row(name, record(frame), readings[0] if readings else None))
        self.show_head(board, (), now)
        self.shown = tuple(shown)
        self._rows.show_rows(rows)
        self.describe("; ".join(row.said for row in rows))

    @override
    def show_frame(self, frame: SeriesFrame, board: Board, now: datetime) -> None:
        self._frames |= dict.fromkeys(frame.query.keys, frame)
        self.show_board(board, now)


class _Row(msgspec.Struct, frozen=True):
    name: str
    record: Record
    reading: Reading | None = None

    @property
    def said(self) -> str:
        skill = "" if self.record.skill is None else _text(self.record.skill)
        return " ".join(text for text in (self.name, skill, self.record.words) if text)


class _Rows(Painted):
    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.rows: Sequence[_Row] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_rows(self, rows: Sequence[_Row]) -> None:
        """Show rows."""
        if rows != self.rows:
            self.rows = rows
            self.updateGeometry()
            self.update()

    def boxes(self) -> list[QRectF]:
        """Return where each row stands, in pixels."""
        room = (self.height() - _AXIS) / max(1, len(self.rows))
        height = max(_LEAST, min(_MOST, room))
        return [QRectF(0, n * height, self.width(), height) for n in range(len(self.rows))]

    @override
    def sizeHint(self) -> QSize:
        return QSize(260, round(_MOST * len(self.rows) + _AXIS))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(220, round(_LEAST * len(self.rows) + _AXIS))

    @override
    def draw(self, writer: Writer) -> None:
        if not self.rows:
            return
        scale, boxes = self._scale(), self.boxes()
        for row, box in zip(self.rows, boxes, strict=True):
            _paint_row(writer, box, row, scale)
        bottom = boxes[-1].bottom()
        naive = QRectF(round(_place(scale, _NAIVE)), 0, 1, bottom)
        writer.painter.fillRect(naive, self.look.color("edge"))
        for row, box in zip(self.rows, boxes, strict=True):
            _paint_mark(writer, scale, box.center().y(), row.record)
        for value in (_LOW, _NAIVE, _HIGH):
            box = QRectF(_place(scale, value) - 30, bottom + 4, 60, 18)
            writer.write(box, _text(value), CAPTION, CENTER)

    def _scale(self) -> QRectF:
        """Return where the scale lies: after the longest name, before the longest remark."""
        name = max(BODY.width(row.name) for row in self.rows) + 14
        remark = max(SMALL.width(row.record.words) for row in self.rows) + 34
        wanted = max(_SCALE, self.width() * _SHARE)
        width = max(40.0, min(wanted, self.width() - name - remark))
        left = min(name, self.width() - remark - width)
        return QRectF(max(0.0, left), 0, width, 0)


def _text(skill: float) -> str:
    return localised(f"{skill:.1f}")


def _place(scale: QRectF, skill: float) -> float:
    share = (skill - _LOW) / (_HIGH - _LOW)
    return scale.left() + scale.width() * max(0.0, min(1.0, share))


def _paint_row(writer: Writer, box: QRectF, row: _Row, scale: QRectF) -> None:
    painter, look = writer.painter, writer.look
    writer.write(QRectF(0, box.top(), scale.left() - 10, box.height()), row.name, BODY)
    painter.fillRect(QRectF(0, box.bottom() - 1, box.width(), 1), look.color("hair"))
    pen = QPen(look.color("hair"), 1)
    if row.record.skill is None:
        pen.setDashPattern((3, 4))
    painter.setPen(pen)
    middle = round(box.center().y()) + 0.5
    painter.drawLine(QPointF(scale.left(), middle), QPointF(scale.right(), middle))
    unknown = row.record.skill is None
    right = QRectF(scale.right() + 12, box.top(), box.width() - scale.right() - 12, box.height())
    width = writer.write(right, row.record.words, CAPTION if unknown else SMALL, RIGHT)
    if unknown:
        glyph = QRectF(box.right() - width - 19, box.center().y() - 6.5, 13, 13)
        name, ink = STATE_FILES[State.NO_SOURCE], look.color("text3")
        glyphs.paint(painter, name, glyph, ink, look.color("surface"))


def _paint_mark(writer: Writer, scale: QRectF, middle: float, found: Record) -> None:
    """Draw a dot, hollow where the naive forecast was as good, and its distance from it."""
    if found.skill is None:
        return
    painter, look = writer.painter, writer.look
    x, naive = _place(scale, found.skill), _place(scale, _NAIVE)
    rule = QRectF(min(x, naive), middle - _THICK / 2, abs(x - naive), _THICK)
    painter.fillRect(rule, look.color("data3"))
    painter.setPen(QPen(look.color("data"), 1.6))
    painter.setBrush(look.color("data" if found.better else "surface"))
    painter.drawEllipse(QPointF(x, middle), _DOT, _DOT)
    painter.setBrush(Qt.BrushStyle.NoBrush)
