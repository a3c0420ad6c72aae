"""Curves on a wall: few and thick, with what can be read of them from afar."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

import msgspec
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainterPath, QPen

from opsdesk.insight.axes import Tick
from opsdesk.insight.chart import Chart, Curve, Role
from opsdesk.insight.lines import Course
from opsdesk.ui.wall.type import Sizes
from opsdesk.ui.writing import RIGHT, Writer

# Of the dots along the usual range, and of a forecast's dashes, in widths of a line.
_DOTS, _DASHES = (1, 3), (4, 3)
_DOT = 2.2


class Area(msgspec.Struct, frozen=True):
    """Where a chart's values lie, in pixels."""

    chart: Chart
    box: QRectF

    def x(self, at: float) -> float:
        """Return the place of a time."""
        return self.box.left() + self.chart.along(at) * self.box.width()

    def y(self, value: float) -> float:
        """Return the place of a value."""
        return self.box.bottom() - self.chart.above(value) * self.box.height()


def paint_line(writer: Writer, box: QRectF, chart: Chart, sizes: Sizes) -> None:
    """Draw a chart without axes: what is usual, the curve, and where it ends."""
    dot = _DOT * sizes.line
    _paint(writer, Area(chart, box.adjusted(0, dot, -dot, -dot)), sizes)


def paint_axes(writer: Writer, box: QRectF, chart: Chart, sizes: Sizes) -> None:
    """Draw a chart with the ends of its axes in words."""
    ticks = (chart.y_ticks[0], chart.y_ticks[-1]) if chart.y_ticks else ()
    style, leading = sizes.plain("text3"), sizes.leading
    gap = sizes.text / 2
    left = max((style.width(tick.text) + gap for tick in ticks), default=0.0)
    inner = box.adjusted(left, leading / 2, -_DOT * sizes.line, -leading * 1.1)
    area = Area(chart, inner)
    for tick in ticks:
        y = area.y(tick.at)
        writer.painter.fillRect(
            QRectF(inner.left(), y, inner.width(), sizes.rule), writer.look.color("hair")
        )
        label = QRectF(box.left(), y - leading / 2, left - gap, leading)
        writer.write(label, tick.text, style, RIGHT)
    _paint(writer, area, sizes)
    for place, text in _times(chart, area, sizes):
        writer.write(
            QRectF(place, inner.bottom() + leading * 0.1, inner.width(), leading), text, style
        )


def _times(chart: Chart, area: Area, sizes: Sizes) -> Iterator[tuple[float, str]]:
    """Yield the texts below the axis that have room: its ends, and what lies between."""
    style, gap = sizes.plain("text3"), sizes.text
    ticks = chart.x_ticks
    if chart.ahead is not None:
        # A forecast is called what it is: no better than naive, unproven.
        last = ticks[-1]
        ticks = (*ticks[:-1], Tick(last.at, f"{chart.ahead.text} {last.text}"))
    for stride in (n for n in range(1, len(ticks)) if not (len(ticks) - 1) % n):
        shown = []
        for tick in ticks[::stride]:
            width = style.width(tick.text)
            middle = area.x(tick.at) - width / 2
            shown.append((max(area.box.left(), min(middle, area.box.right() - width)), tick.text))
        ends = [left + style.width(text) + gap for left, text in shown]
        if all(end <= left for end, (left, _) in zip(ends, shown[1:], strict=False)):
            yield from shown
            return


def _paint(writer: Writer, area: Area, sizes: Sizes) -> None:
    chart, painter = area.chart, writer.painter
    _paint_usual(writer, area, sizes)
    for gap in chart.gaps:
        if gap.hatched:
            left, right = area.x(gap.start), area.x(gap.end)
            box = QRectF(left, area.box.top(), right - left, area.box.height())
            painter.fillRect(box, QBrush(writer.look.color("stale"), Qt.BrushStyle.BDiagPattern))
    _paint_ahead(writer, area, sizes)
    for level in chart.levels:
        pen = QPen(writer.look.color("accent"), sizes.rule)
        painter.setPen(pen)
        y = area.y(level.value)
        painter.drawLine(QPointF(area.x(level.start), y), QPointF(area.box.right(), y))
    for curve in chart.curves:
        _paint_curve(writer, area, curve, sizes)


def _paint_usual(writer: Writer, area: Area, sizes: Sizes) -> None:
    usual = area.chart.usual
    if usual is None:
        return
    box, painter = area.box, writer.painter
    top, bottom = max(box.top(), area.y(usual.high)), min(box.bottom(), area.y(usual.low))
    painter.fillRect(QRectF(box.left(), top, box.width(), bottom - top), writer.look.color("band"))
    pen = QPen(writer.look.color("edge"), sizes.rule)
    pen.setDashPattern(_DOTS)
    painter.setPen(pen)
    for y in (top, bottom):
        painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))


def _paint_curve(writer: Writer, area: Area, curve: Curve, sizes: Sizes) -> None:
    chart, painter, main = area.chart, writer.painter, curve.role is Role.MAIN
    ink = ("data" if chart.solid else "data2") if main else "data3"
    painter.setPen(_pen(writer, ink, sizes.line if main else sizes.line * 0.7))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    path, last = _path(curve.course, area)
    painter.drawPath(path)
    if main and last is not None:
        radius = _DOT * sizes.line
        painter.setPen(QPen(writer.look.color("bg"), sizes.rule))
        painter.setBrush(writer.look.color(ink if chart.solid else "bg"))
        if not chart.solid:
            painter.setPen(_pen(writer, ink, sizes.rule))
        painter.drawEllipse(last, radius, radius)


def _paint_ahead(writer: Writer, area: Area, sizes: Sizes) -> None:
    ahead = area.chart.ahead
    if ahead is None:
        return
    painter = writer.painter
    band = QPainterPath()
    outline = [*zip(ahead.times, ahead.highs, strict=True)]
    outline += [*zip(reversed(ahead.times), reversed(ahead.lows), strict=True)]
    for position, (at, value) in enumerate(outline):
        point = QPointF(area.x(at), area.y(value))
        if position:
            band.lineTo(point)
        else:
            band.moveTo(point)
    painter.fillPath(band, writer.look.color("band"))
    pen = _pen(writer, "data", sizes.line)
    pen.setDashPattern(_DASHES)
    painter.setPen(pen)
    path, _ = _path(Course(ahead.times, ahead.values), area)
    painter.drawPath(path)


def _path(course: Course, area: Area) -> tuple[QPainterPath, QPointF | None]:
    """Return a course as a path, interrupted where nothing is known, and its last point."""
    path, last, joined = QPainterPath(), None, False
    for at, value in zip(course.times, course.values, strict=True):
        if value is None or not isfinite(value):
            joined = False
            continue
        last = QPointF(area.x(at), area.y(value))
        if joined:
            path.lineTo(last)
        else:
            path.moveTo(last)
        joined = True
    return path, last


def _pen(writer: Writer, ink: str, width: float) -> QPen:
    pen = QPen(writer.look.color(ink), width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen
