"""What is usual for a figure: where it was most of the time."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import isfinite
from statistics import quantiles

from opsdesk.model.series import Line, Usual

#: how far back the usual range looks, and between two of its points, in seconds
LOOK_BACK = 28 * 86_400.0
STEP = 3_600.0
#: seconds of data below which nothing can be called usual
LEAST = 3 * 86_400.0
#: and points: the tenth and ninetieth percentile of fewer are single ones
LEAST_POINTS = 24
_TENTHS = 10


def usual(line: Line) -> Usual | None:
    """Return the range from the 10th to the 90th percentile; None under three days of data.

    Percentiles are interpolated between points (Hyndman and Fan 1996, definition 7). Each point
    stands for the least distance between two: what was not seen does not count.
    """
    seen = known(line)
    step = min((later - at for (at, _), (later, _) in pairwise(seen)), default=0.0)
    if len(seen) < LEAST_POINTS or len(seen) * step < LEAST:
        return None
    tenths = quantiles((value for _, value in seen), n=_TENTHS, method="inclusive")
    return Usual(key=line.key, low=tenths[0], high=tenths[-1])


# A chart asks for the same points a dozen times, and again at each refresh.
@lru_cache(maxsize=64)
def known(line: Line) -> tuple[tuple[float, float], ...]:
    """Return the points of a line that have a number."""
    pairs = zip(line.times, line.values, strict=True)
    return tuple((at, value) for at, value in pairs if value is not None and isfinite(value))
