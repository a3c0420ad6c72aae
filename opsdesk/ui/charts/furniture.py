"""What a chart shows behind its lines: hairlines, ranges, gaps; and what it tells of a moment."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath, QPen

from opsdesk.insight.chart import Ahead, Gap, Readout
from opsdesk.ui.charts.layout import LINE, TIMES, Plot, fitting, hairlines, has_times, missing_now
from opsdesk.ui.writing import BOLD, CAPTION, RIGHT, SMALL, Writer

_HATCH = 6.0
_PADDING = 8.0


def paint_back(writer: Writer, of: Plot) -> None:
    """Paint what lies behind the lines."""
    chart = of.chart
    if chart.usual is not None:
        _paint_range(writer, of, chart.usual.low, chart.usual.high)
    if chart.ahead is not None:
        _paint_band(writer, of, chart.ahead)
    _paint_axes(writer, of)
    for gap in chart.gaps:
        if gap.hatched:
            _hatch(writer, of, gap)
    for level in chart.levels:
        box = QRectF(of.x(level.start), of.y(level.value) - 0.8, 0, 1.6)
        box.setRight(of.area.right())
        writer.painter.fillRect(box, writer.look.color("accent"))
    if chart.now is not None:
        x = of.x(chart.now) - 0.5
        rule = QRectF(x, of.area.top(), 1, of.area.height())
        writer.painter.fillRect(rule, writer.look.color("edge"))


def _paint_range(writer: Writer, of: Plot, low: float, high: float) -> None:
    painter, look = writer.painter, writer.look
    top, bottom = of.y(high), of.y(low)
    painter.fillRect(QRectF(of.area.left(), top, of.area.width(), bottom - top), look.color("band"))
    pen = QPen(look.color("data3"), 1)
    pen.setDashPattern((1, 3))
    painter.setPen(pen)
    for y in (top, bottom):
        painter.drawLine(QPointF(of.area.left(), y), QPointF(of.area.right(), y))


def _paint_band(writer: Writer, of: Plot, ahead: Ahead) -> None:
    upper = [QPointF(of.x(t), of.y(v)) for t, v in zip(ahead.times, ahead.highs, strict=True)]
    lower = [QPointF(of.x(t), of.y(v)) for t, v in zip(ahead.times, ahead.lows, strict=True)]
    writer.painter.setPen(Qt.PenStyle.NoPen)
    writer.painter.setBrush(writer.look.color("band"))
    writer.painter.drawPolygon([*upper, *reversed(lower)])
    writer.painter.setBrush(Qt.BrushStyle.NoBrush)
    writer.painter.setPen(QPen(writer.look.color("data3"), 1))
    writer.painter.drawPolyline(upper)
    writer.painter.drawPolyline(lower)


def _paint_axes(writer: Writer, of: Plot) -> None:
    chart, area = of.chart, of.area
    for tick in hairlines(of):
        y = round(of.y(tick.at))
        ink = "edge" if tick.at == 0 else "hair"
        writer.painter.fillRect(QRectF(area.left(), y, area.width(), 1), writer.look.color(ink))
        box = QRectF(0, y - LINE / 2 + 0.5, area.left() - 8, LINE)
        writer.write(box, tick.text, CAPTION, RIGHT)
    if not has_times(of):
        return
    if chart.x_caption:
        caption = QRectF(0, area.bottom() + TIMES, area.left() - 8, LINE)
        writer.write(caption, chart.x_caption, CAPTION, RIGHT)
    for box, text in _times(of):
        writer.write(box, text, CAPTION)


def _times(of: Plot) -> Iterator[tuple[QRectF, str]]:
    """Yield what stands below the area; in a sparkline, words may take the place of 'now'."""
    found = list(fitting(of))
    yield from found[:-1] if not of.chart.y_ticks and missing_now(of.chart) else found


def _hatch(writer: Writer, of: Plot, gap: Gap) -> None:
    painter = writer.painter
    left, right = of.x(gap.start), of.x(gap.end)
    box = QRectF(left, of.area.top(), max(2.0, right - left), of.area.height())
    painter.save()
    painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
    painter.setPen(QPen(writer.look.color("stale"), 1.1))
    x = box.left() - box.height()
    lines = []
    while x < box.right():
        lines.append(QLineF(x, box.bottom(), x + box.height(), box.top()))
        x += _HATCH
    painter.drawLines(lines)
    painter.restore()


def paint_readout(writer: Writer, of: Plot, told: Readout) -> None:
    """Draw a rule at a moment, and what was known then in a box beside it."""
    painter, look = writer.painter, writer.look
    x = of.x(told.at)
    painter.fillRect(QRectF(round(x), of.area.top(), 1, of.area.height()), look.color("edge"))
    names = max((SMALL.width(name) for name, _ in told.rows), default=0.0)
    names += 10 if names else 0
    values = max((BOLD.width(value) for _, value in told.rows), default=0.0)
    width = max(names + values, CAPTION.width(told.when)) + 2 * _PADDING + 1
    height = LINE * (len(told.rows) + 1) + 8
    left = x + 10 if x + 10 + width <= of.whole.right() else max(0.0, x - 10 - width)
    top = max(0.0, min(of.area.top(), of.whole.bottom() - height))
    frame = QPainterPath()
    frame.addRoundedRect(QRectF(left + 0.5, top + 0.5, width - 1, height - 1), 4, 4)
    painter.fillPath(frame, look.color("raised"))
    painter.strokePath(frame, QPen(look.color("edge"), 1))
    inside = QRectF(left + _PADDING, top + 4, width - 2 * _PADDING, LINE)
    writer.write(inside, told.when, CAPTION)
    for name, value in told.rows:
        inside.translate(0, LINE)
        writer.write(inside, name, SMALL)
        writer.write(inside, value, BOLD, RIGHT)
