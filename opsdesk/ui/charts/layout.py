"""Where what a chart shows stands in its widget, in pixels."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import isfinite

import msgspec
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont

from opsdesk.insight.axes import Tick
from opsdesk.insight.chart import Chart, Curve, Gap, Role
from opsdesk.insight.placing import APART, Point
from opsdesk.ui.writing import BESIDE, BOLD, CAPTION, SMALL, Type

LINE = 16.0
#: between the end of a line and its label
GAP = 12.0
_BETWEEN, _DOT, _SPACE, _LEAST_TIMES = 10.0, 6.0, 8.0, 64.0
#: so far below the area times stand: apart from the value at its lower end, beside it
TIMES = 9.0
_MARK = Type(12, "text1", QFont.Weight.DemiBold)
ACCENT = Type(12, "accent")


class Plot(msgspec.Struct, frozen=True, eq=False):
    """The area between the axes, and what its ends mean."""

    chart: Chart
    area: QRectF
    #: the whole widget
    whole: QRectF

    def x(self, at: float) -> float:
        """Return the place of a time."""
        return self.area.left() + self.chart.along(at) * self.area.width()

    def y(self, value: float) -> float:
        """Return the place of a value."""
        return self.area.bottom() - self.chart.above(value) * self.area.height()

    def at(self, x: float) -> float:
        """Return the time at a place; beyond an end it is that of the end."""
        share = (x - self.area.left()) / (self.area.width() or 1.0)
        return self.chart.start + max(0.0, min(1.0, share)) * (self.chart.end - self.chart.start)

    def lines(self) -> list[list[Point]]:
        """Return the known points of each curve."""
        return [self._line(curve) for curve in self.chart.curves]

    def _line(self, curve: Curve) -> list[Point]:
        pairs = zip(curve.course.times, curve.course.values, strict=True)
        return [(self.x(at), self.y(v)) for at, v in pairs if v is not None and isfinite(v)]


def plot(chart: Chart, width: float, height: float) -> Plot:
    """Lay a chart out in a widget of a size in pixels."""
    whole = QRectF(0, 0, width, height)
    left = max((CAPTION.width(tick.text) for tick in chart.y_ticks), default=-8.0) + 8
    if chart.x_caption:
        left = max(left, CAPTION.width(chart.x_caption) + 8)
    right = end_column(chart) or _DOT
    top = _DOT + (LINE if chart.marks else 0)
    bottom = TIMES + LINE if height >= _LEAST_TIMES else _DOT
    area = QRectF(left, top, max(8.0, width - left - right), max(8.0, height - top - bottom))
    return Plot(chart, area, whole)


def has_times(of: Plot) -> bool:
    """Tell whether there is room for times below the area."""
    return of.whole.height() >= _LEAST_TIMES


def hairlines(of: Plot) -> tuple[Tick, ...]:
    """Return the ticks of values that have room, evenly spaced, the ends among them."""
    ticks = of.chart.y_ticks
    spaces = len(ticks) - 1
    strides = (n for n in range(1, spaces + 1) if not spaces % n)
    least = LINE * spaces / of.area.height()
    return ticks[:: next((n for n in strides if n >= least), spaces or 1)]


def named_at_end(chart: Chart) -> bool:
    """Tell whether names and values stand right of the lines' last points."""
    baseline = any(curve.role is Role.BASELINE for curve in chart.curves)
    return chart.labelled and bool(chart.curves and chart.y_ticks) and not baseline


def end_labels(of: Plot) -> tuple[Curve, ...]:
    """Return the curves that are named at their ends: the main one, and others as far as fits."""
    if not named_at_end(of.chart):
        return ()
    room = 1 + int(of.area.height() / APART)
    *others, main = of.chart.curves
    return (*others[: room - 1], main)


def end_column(chart: Chart) -> float:
    """Return how wide the labels at the ends of lines are; 0 where there are none."""
    if chart.ahead is not None:
        words = [chart.ahead.text, *(level.text for level in chart.levels)]
        return GAP + max(SMALL.width(word) for word in words)
    if not named_at_end(chart):
        return 0.0
    return GAP + name_width(chart) + max(BOLD.width(curve.text) for curve in chart.curves)


def name_width(chart: Chart) -> float:
    """Return how wide the names are, with the space between them and the values."""
    width = max(BOLD.width(curve.name) for curve in chart.curves)
    return width + _BETWEEN if width else 0.0


def label_type(chart: Chart, curve: Curve) -> Type:
    """Return how the name and the value of a curve are written."""
    return BOLD if curve.role is Role.MAIN and chart.solid else BESIDE


def mark_type(*, stale: bool = False) -> Type:
    """Return how the value of a single point is written."""
    return msgspec.structs.replace(_MARK, ink="text2") if stale else _MARK


def missing_now(chart: Chart) -> Gap | None:
    """Return the gap that lasts."""
    gaps = (gap for gap in chart.gaps if gap.end == chart.end)
    return next(gaps, None)


def fitting(of: Plot) -> Iterator[tuple[QRectF, str]]:
    """Yield the texts below the area that have room, each with its box."""
    ticks = of.chart.x_ticks
    for stride in (n for n in range(1, len(ticks)) if not (len(ticks) - 1) % n):
        boxes = [(_below(of, tick), tick.text) for tick in ticks[::stride]]
        # 'now' may come soon after the last full hour.
        for shown in (boxes, [*boxes[:-2], boxes[-1]]):
            if all(a.right() + _SPACE <= b.left() for (a, _), (b, _) in pairwise(shown)):
                yield from shown
                return


def _below(of: Plot, tick: Tick) -> QRectF:
    width = CAPTION.width(tick.text) + 1
    low = of.area.left() - (width / 2 if of.chart.x_caption else 0.0)
    left = max(low, min(of.x(tick.at) - width / 2, of.whole.right() - width))
    return QRectF(left, of.area.bottom() + TIMES, width, LINE)
