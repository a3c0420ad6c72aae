"""Where a figure is going, and how much such a forecast was worth in the past.

Every method of :mod:`opsdesk.insight.methods` is tried on the past, from one origin after the
other, with nothing that came later (rolling origin, Tashman 2000, Int. J. Forecasting 16). The one
that missed least is used, if it beats the flat line; else the flat line is drawn, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from math import ceil
from statistics import fmean

import msgspec

from opsdesk.insight import methods
from opsdesk.insight.usual import known
from opsdesk.model.series import Forecast, Line

DAY = 86_400.0
#: how far back a forecast looks, in seconds
LOOK_BACK = 56 * DAY
#: points below which there is too little history: three weeks of days
LEAST_POINTS = 21
#: an older past says little of the present
_MOST_POINTS = 84
_WEEK = 7 * DAY
#: a gap of more steps ends what can be taken for one history; a shorter one is bridged
_LONGEST_GAP = 3
#: the share of past misses that the band holds
_BAND = 0.8
#: with fewer misses a lead time has no band of its own
_LEAST_MISSES = 5
#: who is to be believed has missed by a twentieth less than the flat line: of four methods tried
#: on 35 days of chance, one is a little better by luck
_BEATEN_BY = 0.95
#: figures beyond are a source's mistake, and would overflow
_LARGEST = 1e100
#: more times the miss of naive2 than this are not worth telling apart
_WORST = 10.0
#: a miss that arithmetic alone makes, as a share of the largest figure
_ROUNDING = 1e-12
_CANDIDATES = (methods.SEASONAL_NAIVE, methods.DAMPED_HOLT, methods.THETA, methods.MEDIAN)

#: by method, then by lead time from 1 on: each miss, with its sign left out
_Misses = Mapping[str, Sequence[Sequence[float]]]


class Bounds(msgspec.Struct, frozen=True):
    """What a figure can be at all."""

    low: float | None = None
    high: float | None = None

    def within(self, value: float) -> float:
        """Return ``value``, or the bound that it is beyond."""
        above = value if self.low is None else max(value, self.low)
        return above if self.high is None else min(above, self.high)


def forecast(
    line: Line,
    horizon: float,
    *,
    step: float = DAY,
    end: float | None = None,
    bounds: Bounds = Bounds(),
) -> Forecast:
    """Return the forecast of a line for the ``horizon`` seconds after its last point.

    Args:
        line: the past, one point a step; points may be missing or unknown.
        horizon: in seconds.
        step: between two points, in seconds.
        end: the present, Unix time in seconds; None: the last point of the line.
        bounds: no forecast leaves them.

    """
    times, past = _history(line, step, end)
    if len(past) < LEAST_POINTS:
        last = times[-1] if times else end
        enough = None if last is None else last + (LEAST_POINTS - len(past)) * step
        return Forecast(key=line.key, method="", enough_at=enough)
    ahead, season = max(1, round(horizon / step)), _season(step, len(past))
    misses = _backtest(past, ahead, season)
    method, skill = _choice(misses)
    values = [bounds.within(value) for value in methods.forecasts(past, ahead, season)[method]]
    band = _band(misses[method], ahead)
    return Forecast(
        key=line.key,
        method=method,
        times=tuple(times[-1] + i * step for i in range(1, ahead + 1)),
        values=tuple(values),
        lows=tuple(bounds.within(v - miss) for v, miss in zip(values, band, strict=True)),
        highs=tuple(bounds.within(v + miss) for v, miss in zip(values, band, strict=True)),
        skill=skill,
        trials=len(misses[method][0]),
    )


def _season(step: float, points: int) -> int:
    """Return how many points a week has, where that is a season that the history can tell."""
    season = round(_WEEK / step)
    return season if 1 < season <= points // 3 else 1


def _history(line: Line, step: float, end: float | None) -> tuple[list[float], list[float]]:
    """Return the last unbroken stretch of a line, evenly spaced; short gaps are bridged."""
    seen = [(at, value) for at, value in known(line) if abs(value) < _LARGEST]
    if not seen or (end is not None and end - seen[-1][0] > (_LONGEST_GAP + 1) * step):
        return [], []
    places: dict[int, float] = {}
    last = seen[-1][0]
    for at, value in seen:
        places[-round((last - at) / step)] = value
    values: list[float] = []
    for (place, value), (following, later) in pairwise(places.items()):
        width = following - place
        if width > _LONGEST_GAP + 1:
            values.clear()
            continue
        values += [value + (later - value) * i / width for i in range(width)]
    values = [*values, places[0]][-_MOST_POINTS:]
    return [last - i * step for i in reversed(range(len(values)))], values


def _backtest(past: Sequence[float], ahead: int, season: int) -> _Misses:
    """Forecast from each point of the past that had enough history, and see what came."""
    first = min(LEAST_POINTS, len(past) - 1)
    leads = min(ahead, len(past) - first)
    names = (methods.NAIVE, *_CANDIDATES, methods.NAIVE2)
    misses: dict[str, list[list[float]]] = {name: [[] for _ in range(leads)] for name in names}
    least = max(map(abs, past)) * _ROUNDING
    for origin in range(first, len(past)):
        came = past[origin : origin + leads]
        for name, expected in methods.forecasts(past[:origin], len(came), season).items():
            for lead, (value, actual) in enumerate(zip(expected, came, strict=True)):
                miss = abs(value - actual)
                misses[name][lead].append(miss if miss > least else 0.0)
    return misses


def _choice(misses: _Misses) -> tuple[str, float]:
    """Return the method to use, and its mean miss as a share of naive2's."""
    means = {name: fmean(miss for lead in leads for miss in lead) for name, leads in misses.items()}
    best = min(_CANDIDATES, key=lambda name: means[name])
    beaten = means[best] < _BEATEN_BY * means[methods.NAIVE]
    method = best if beaten else methods.NAIVE
    return method, _share(means[method], means[methods.NAIVE2])


def _share(miss: float, of: float) -> float:
    """Return ``miss`` as a share of ``of``; where neither missed, both did as well."""
    if miss == of:
        return 1.0
    return min(miss / of, _WORST) if of else _WORST


def _band(leads: Sequence[Sequence[float]], ahead: int) -> list[float]:
    """Return by lead time the miss that four of five past ones did not exceed.

    The further ahead the wider; beyond what could be tried it grows as that of a random walk does.
    """
    tried = [_held(lead) for lead in leads if len(lead) >= _LEAST_MISSES]
    tried = list(accumulate(tried or [max(max(lead) for lead in leads)], max))
    beyond = range(len(tried) + 1, ahead + 1)
    return [*tried, *(tried[-1] * (lead / len(tried)) ** 0.5 for lead in beyond)][:ahead]


def _held(misses: Sequence[float]) -> float:
    """Return the miss that holds the band's share of those to come (split conformal)."""
    place = ceil((len(misses) + 1) * _BAND)
    return sorted(misses)[min(place, len(misses)) - 1]
