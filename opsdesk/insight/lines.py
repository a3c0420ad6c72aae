"""What is known of lines over time, and what is missing. Pure; times are Unix time in seconds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

import msgspec

from opsdesk.insight.usual import known
from opsdesk.model.series import Line

# Two points further apart than so many steps are not joined.
_JOINED = 1.5
# From fewer distances nothing can be said of the usual one.
_ENOUGH = 4
# The newest point may be on its way.
_LATE = 2.5


class Stretch(msgspec.Struct, frozen=True):
    """From when to when nothing was known."""

    start: float
    end: float


class Course(msgspec.Struct, frozen=True):
    """What is drawn of a line: at None it is interrupted."""

    times: tuple[float, ...]
    values: tuple[float | None, ...]


def pace(lines: Sequence[Line], step: float) -> float:
    """Return the seconds from one known point to the next, as it mostly is, a step at least."""
    spaces = [b - a for line in lines for (a, _), (b, _) in pairwise(known(line))]
    return max(step, median(spaces)) if len(spaces) >= _ENOUGH else step


def course(line: Line, step: float) -> Course:
    """Return the known points of a line, with a break wherever one is missing.

    Args:
        line: as it was answered.
        step: from one of its points to the next, in seconds (see :func:`pace`).

    """
    points = known(line)
    times: list[float] = []
    values: list[float | None] = []
    for position, (at, value) in enumerate(points):
        if position and at - points[position - 1][0] > _JOINED * step:
            times.append((at + points[position - 1][0]) / 2)
            values.append(None)
        times.append(at)
        values.append(value)
    return Course(tuple(times), tuple(values))


def missing(lines: Sequence[Line], step: float, end: float) -> tuple[Stretch, ...]:
    """Return when none of the lines was known, from the first known point up to ``end``."""
    times = sorted({at for line in lines for at, _ in known(line)})
    found = [Stretch(a, b) for a, b in pairwise(times) if b - a > _JOINED * step]
    if times and end - times[-1] > _LATE * step:
        found.append(Stretch(times[-1], end))
    return tuple(found)
