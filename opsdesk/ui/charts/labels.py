"""What a chart shows above its lines: dots, and words where no line runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPen

from opsdesk.insight.chart import Curve, Role
from opsdesk.insight.placing import Box, Point, apart, free
from opsdesk.ui.charts.layout import (
    ACCENT,
    GAP,
    LINE,
    TIMES,
    Plot,
    end_labels,
    fitting,
    hairlines,
    has_times,
    label_type,
    mark_type,
    missing_now,
    name_width,
    named_at_end,
)
from opsdesk.ui.writing import CAPTION, RIGHT, SMALL, Type, Writer

_STALE = Type(12, "stale")
_PLACES = 12
# So far within their line, letters begin and end.
_LETTERS = 2.0


def paint_front(writer: Writer, of: Plot, lines: Sequence[Sequence[Point]]) -> None:
    """Paint what lies above the lines, of which ``lines`` are the known points."""
    _paint_ends(writer, of, lines)
    taken = [*lines, *_rules(of)]
    if of.chart.y_ticks:
        _write_ends(writer, of, lines)
        _write_inside(writer, of, lines, taken)
        _write_marks(writer, of, taken)
        _write_gaps(writer, of, taken)
        _write_levels(writer, of, taken)
    elif has_times(of):
        _write_foot(writer, of)


def _rules(of: Plot) -> list[list[Point]]:
    """Return the lines that words must not lie on beside those of the figures."""
    left, right = of.area.left(), of.area.right()
    heights = [of.y(level.value) for level in of.chart.levels]
    if of.chart.usual is not None:
        heights += [of.y(of.chart.usual.low), of.y(of.chart.usual.high)]
    return [[(left, y), (right, y)] for y in heights]


def _paint_ends(writer: Writer, of: Plot, lines: Sequence[Sequence[Point]]) -> None:
    chart = of.chart
    for curve, line in zip(chart.curves, lines, strict=True):
        for x, y in _lonely(of, curve):
            _dot(writer, QPointF(x, y), 1.5, "data3")
        if not line or curve.role is Role.BASELINE:
            continue
        spot, main = QPointF(*line[-1]), curve.role is Role.MAIN
        if chart.solid:
            _dot(writer, spot, 3.6 if main else 2.4, "data" if main else "data3")
        else:
            _ring(writer, spot, "data3")


def _lonely(of: Plot, curve: Curve) -> Iterator[Point]:
    """Yield the points with nothing known on either side: no line goes through them."""
    values = (None, *curve.course.values, None)
    for position, at in enumerate(curve.course.times):
        before, value, after = values[position : position + 3]
        if before is None and after is None and value is not None:
            yield of.x(at), of.y(value)


def _dot(writer: Writer, spot: QPointF, radius: float, ink: str) -> None:
    """Draw a dot, with a rim in the colour of the card so that it stands clear of its line."""
    writer.painter.setPen(QPen(writer.look.color("surface"), 1.5))
    writer.painter.setBrush(writer.look.color(ink))
    writer.painter.drawEllipse(spot, radius + 0.75, radius + 0.75)


def _ring(writer: Writer, spot: QPointF, ink: str) -> None:
    writer.painter.setPen(QPen(writer.look.color(ink), 1.6))
    writer.painter.setBrush(writer.look.color("surface"))
    writer.painter.drawEllipse(spot, 3.4, 3.4)


def _write_ends(writer: Writer, of: Plot, lines: Sequence[Sequence[Point]]) -> None:
    """Write names and values at the ends of lines, one below the other."""
    chart, area = of.chart, of.area
    left = area.right() + GAP
    right = of.whole.right() - left
    if chart.ahead is not None:
        words = [(chart.ahead.text, of.y(chart.ahead.values[-1]), SMALL)]
        words += [(level.text, of.y(level.value), ACCENT) for level in chart.levels]
        middles = apart([y for _, y, _ in words], area.top(), area.bottom())
        for (text, _, style), middle in zip(words, middles, strict=True):
            writer.write(QRectF(left, middle - LINE / 2, right, LINE), text, style)
        return
    labels = end_labels(of)
    if not labels:
        return
    names = name_width(chart)
    heights = [
        line[-1][1] for curve, line in zip(chart.curves, lines, strict=True) if curve in labels
    ]
    middles = apart(heights, area.top(), area.bottom())
    for curve, middle in zip(labels, middles, strict=True):
        style, top = label_type(of.chart, curve), middle - LINE / 2
        writer.write(QRectF(left, top, names, LINE), curve.name, style)
        writer.write(QRectF(left + names, top, right - names, LINE), curve.text, style, RIGHT)


def _write_inside(
    writer: Writer, of: Plot, lines: Sequence[Sequence[Point]], taken: Sequence[Sequence[Point]]
) -> None:
    """Write the names of what is and what was beside their lines, where no line runs."""
    if of.chart.labelled and not named_at_end(of.chart):
        for curve, line in zip(of.chart.curves, lines, strict=True):
            start = _PLACES if curve.role is Role.MAIN else _PLACES // 3
            _write_along(writer, of, (curve.name, label_type(of.chart, curve)), line, taken, start)
    usual = of.chart.usual
    if usual is not None:
        edge = [(of.area.left(), of.y(usual.high)), (of.area.right(), of.y(usual.high))]
        _write_along(writer, of, (of.chart.usual_text, SMALL), edge, taken, 0)


def _write_along(  # noqa: PLR0917 - a text has a line to stand at, and others to keep from
    writer: Writer,
    of: Plot,
    said: tuple[str, Type],
    line: Sequence[Point],
    taken: Sequence[Sequence[Point]],
    start: int,
) -> None:
    """Write at a line where there is room, as near as can be to one of the places along it.

    Rather between hairlines than on one of them.
    """
    text, style = said
    width, rules = style.width(text) + 1, [of.y(tick.at) for tick in hairlines(of)]
    places = sorted(range(_PLACES + 1), key=lambda place: abs(place - start))

    def boxes() -> Iterator[Box]:
        return (box for place in places for box in _beside(of, line, width, place))

    def is_clear(box: Box) -> bool:
        return not any(box.top + _LETTERS < y < box.bottom - _LETTERS for y in rules)

    box = free(filter(is_clear, boxes()), taken) or free(boxes(), taken)
    if box is not None:
        writer.write(QRectF(box.left, box.top, width, LINE), text, style)


def _beside(of: Plot, line: Sequence[Point], width: float, place: int) -> Iterator[Box]:
    """Yield boxes above and below a line at one of the places along it."""
    room = of.area.width() - width
    if room <= 0 or not line:
        return
    left = of.area.left() + room * place / _PLACES
    under = [y for x, y in line if left - 8 <= x <= left + width + 8]
    under = under or [min(line, key=lambda point: abs(point[0] - left))[1]]
    for top in (min(under) - LINE - 3, max(under) + 4):
        if of.area.top() - LINE / 2 <= top <= of.area.bottom() - LINE:
            yield Box(left, top, left + width, top + LINE)


def _write_marks(writer: Writer, of: Plot, taken: Sequence[Sequence[Point]]) -> None:
    """Draw the greatest and the least value as hollow dots, named where there is room."""
    for mark in of.chart.marks:
        spot, style = QPointF(of.x(mark.at), of.y(mark.value)), mark_type(stale=not of.chart.solid)
        _ring(writer, spot, "data" if of.chart.solid else "data2")
        width = style.width(mark.text) + 1
        left = max(of.area.left(), min(spot.x() - width / 2, of.area.right() - width))
        above, below = spot.y() - LINE - 6, spot.y() + 6
        tops = (
            [above]
            if mark.above
            else [top for top in (below, above) if top + LINE <= of.area.bottom()]
        )
        aside = min(spot.x() + 8, of.area.right() - width)
        places = [(x, top) for top in tops for x in (left, aside)]
        box = free((Box(x, y, x + width, y + LINE) for x, y in places), taken)
        if box is not None:
            writer.write(QRectF(box.left, box.top, width, LINE), mark.text, style)


def _write_gaps(writer: Writer, of: Plot, taken: Sequence[Sequence[Point]]) -> None:
    """Write what is missing: beside a gap that lasts, within one that is over, if there is room."""
    for gap in of.chart.gaps:
        style = _STALE if gap.hatched else CAPTION
        width = style.width(gap.text) + 1
        left, right = of.x(gap.start), of.x(gap.end)
        if gap.hatched and gap.end == of.chart.end:
            left = left - width - 8
        elif right - left >= width + 8:
            left = (left + right - width) / 2
        else:
            continue
        left = max(left, of.area.left())
        tops = (of.area.top() + 2, of.area.bottom() - LINE - 2)
        boxes = [Box(left, top, left + width, top + LINE) for top in tops]
        box = free(boxes, taken) or boxes[0]
        if gap.hatched and gap.end != of.chart.end:
            back = QRectF(box.left - 3, box.top, width + 6, LINE)
            writer.painter.fillRect(back, writer.look.color("surface"))
        writer.write(QRectF(box.left, box.top, width, LINE), gap.text, style)


def _write_levels(writer: Writer, of: Plot, taken: Sequence[Sequence[Point]]) -> None:
    """Name the thresholds on their lines; what is expected is named at its end."""
    if of.chart.ahead is not None:
        return
    for level in of.chart.levels:
        line = [(of.x(level.start), of.y(level.value)), (of.area.right(), of.y(level.value))]
        _write_along(writer, of, (level.text, ACCENT), line, taken, _PLACES)


def _write_foot(writer: Writer, of: Plot) -> None:
    """Write what a sparkline has between its two times."""
    gap, ends = missing_now(of.chart), [box for box, _ in fitting(of)]
    if not ends:
        return
    left, right = ends[0].right() + 12, ends[-1].left() - 12
    top = of.area.bottom() + TIMES
    if gap is not None:
        width = _STALE.width(gap.text) + 1
        right = of.whole.right() - width - 12
        writer.write(QRectF(of.whole.right() - width, top, width, LINE), gap.text, _STALE)
    width = CAPTION.width(of.chart.usual_text) + 1
    if of.chart.usual_text and right - left >= width:
        x = max(left, min((left + right - width) / 2, right - width))
        writer.write(QRectF(x, top, width, LINE), of.chart.usual_text, CAPTION)
