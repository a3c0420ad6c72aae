"""A chart as data: what is drawn and what is said, for a widget that only draws. Pure.

Times are Unix time in seconds, values in the unit of the metric.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, datetime
from enum import StrEnum
from math import inf

import msgspec

from opsdesk.catalogue.language import tr
from opsdesk.insight.axes import Extent, Tick
from opsdesk.insight.lines import Course
from opsdesk.insight.words import amount_text, clock_text, unit_symbol
from opsdesk.model.metric import Metric


class Role(StrEnum):
    """What a line is to its chart."""

    MAIN = "main"
    OTHER = "other"
    BASELINE = "baseline"


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """A line with its name and its last value in words."""

    role: Role
    course: Course
    name: str = ""
    text: str = ""


class Gap(msgspec.Struct, frozen=True):
    """A time of which nothing is known; hatched where something was known before."""

    start: float
    end: float
    text: str
    hatched: bool = True


class Mark(msgspec.Struct, frozen=True):
    """A point with its value in words."""

    at: float
    value: float
    text: str
    above: bool


class Level(msgspec.Struct, frozen=True):
    """A threshold, or a value that is expected, from a time on."""

    value: float
    start: float
    text: str


class Ahead(msgspec.Struct, frozen=True, kw_only=True):
    """A forecast: the likely course and the band around it."""

    times: tuple[float, ...]
    values: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    text: str


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is to be seen of a chart."""

    metric: Metric | None
    start: float
    end: float
    low: float
    high: float
    x_ticks: tuple[Tick, ...] = ()
    #: empty: a sparkline, without hairlines
    y_ticks: tuple[Tick, ...] = ()
    #: before the first tick
    x_caption: str = ""
    curves: tuple[Curve, ...] = ()
    #: whether the ends of lines carry their names and values
    labelled: bool = False
    usual: Extent | None = None
    usual_text: str = ""
    gaps: tuple[Gap, ...] = ()
    marks: tuple[Mark, ...] = ()
    levels: tuple[Level, ...] = ()
    ahead: Ahead | None = None
    #: where the past ends and the forecast begins
    now: float | None = None
    #: whether the last point holds now
    solid: bool = True
    #: the whole chart in a sentence
    said: str = ""

    def along(self, at: float) -> float:
        """Return where a time stands, as a share of the width."""
        return (at - self.start) / ((self.end - self.start) or 1.0)

    def above(self, value: float) -> float:
        """Return how far up a value stands, as a share of the height."""
        return (value - self.low) / ((self.high - self.low) or 1.0)


def number(value: float, metric: Metric | None) -> str:
    """Return a value with its unit: '291 ms'."""
    return f"{amount_text(value, metric)} {unit_symbol(metric)}".rstrip()


class Readout(msgspec.Struct, frozen=True):
    """What a chart says of a moment: when, and name and value of each curve, from the top."""

    at: float
    when: str
    rows: tuple[tuple[str, str], ...]


def readout(of: Chart, at: float, now: float) -> Readout | None:
    """Return what is known at the point of the main line that is nearest to a moment."""
    main = next((c for c in of.curves if c.role is Role.MAIN), None)
    main = main or (of.curves[-1] if of.curves else None)
    times = main.course.times if main is not None else ()
    if not times:
        return None
    place = bisect_left(times, at)
    nearest = min(times[max(0, place - 1) : place + 1], key=lambda time: abs(time - at))
    found = [(curve, _at(curve.course, nearest)) for curve in of.curves]
    found.sort(key=lambda pair: inf if pair[1] is None else -pair[1])
    rows = [
        (
            curve.name if of.labelled else "",
            number(value, of.metric) if value is not None else tr("no data"),
        )
        for curve, value in found
    ]
    moment, present = datetime.fromtimestamp(nearest, UTC), datetime.fromtimestamp(now, UTC)
    return Readout(nearest, clock_text(moment, present), tuple(rows))


def _at(line: Course, at: float) -> float | None:
    place = bisect_left(line.times, at)
    near = [n for n in (place - 1, place) if 0 <= n < len(line.times)]
    return line.values[min(near, key=lambda n: abs(line.times[n] - at))]
