"""Which figures moved when an incident opened. Pure; it claims no cause: they moved then as well.

Times are Unix time in seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from statistics import median

import msgspec

from opsdesk.model.series import Line

#: so many are told of
MOST = 6
# Of fewer points nobody can tell how far a figure moves by itself.
_LEAST_BEFORE = 5
# From here on a modified z-score counts as an outlier (Iglewicz and Hoaglin 1993); the factor makes
# the median absolute deviation a standard deviation where things are distributed normally.
_OUTLYING, _NORMAL = 3.5, 1.4826
_LEFT_OUT = 10
# A figure that stood still before is taken to move by so much of itself.
_STILL = 0.01


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """A figure that was elsewhere while an incident ran than it usually is before."""

    line: Line
    #: the middle of its values before, and from then on
    before: float
    during: float
    #: how many of its usual spreads lie between them
    score: float


def moved(
    lines: Iterable[Line], opened: float, ended: float, most: int = MOST
) -> tuple[Moved, ...]:
    """Return the figures that moved most between ``opened`` and ``ended``, the furthest first.

    How far is told in usual spreads: the median absolute deviation of what was before.
    A figure that only went on drifting has not moved.
    """
    found = (_moved(line, opened, ended) for line in lines)
    far = [one for one in found if one is not None and one.score >= _OUTLYING]
    return tuple(sorted(far, key=lambda one: -one.score)[:most])


def _moved(line: Line, opened: float, ended: float) -> Moved | None:
    pairs = zip(line.times, line.values, strict=True)
    known = [(at, value) for at, value in pairs if value is not None and isfinite(value)]
    before = [value for at, value in known if at < opened]
    during = [value for at, value in known if opened <= at <= ended]
    if len(before) < _LEAST_BEFORE or not during:
        return None
    middle, now = median(before), median(during)
    usual = _NORMAL * median(abs(value - middle) for value in before)
    spread = max(usual, _STILL * max(abs(middle), abs(now)))
    score = abs(now - middle) / spread if spread else 0.0
    if not _is_elsewhere(sorted(before), now):
        return None
    return Moved(line=line, before=middle, during=now, score=score)


def _is_elsewhere(before: list[float], now: float) -> bool:
    """Tell whether a value lies further from what was before than that lay apart.

    What drifts slowly, as most figures do over a day, would else have moved at any moment. A tenth
    at either end is left out: errors often rise some minutes before a breaker opens.
    """
    out = max(1, len(before) // _LEFT_OUT)
    low, high = before[out], before[-out - 1]
    return max(low - now, now - high) >= high - low
