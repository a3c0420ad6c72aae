"""Methods of forecasting, as published; each takes what was, evenly spaced, and how far ahead.

=============== ===================================================================================
naive           the last value
seasonal naive  the value one season before
damped Holt     level and trend that fades (Gardner and McKenzie 1985, Management Science 31)
Theta           Assimakopoulos and Nikolopoulos 2000, as exponential smoothing with half the slope
                of the straight line for drift (Hyndman and Billah 2003, Int. J. Forecasting 19)
median          of all of these
naive2          the last value on seasonally adjusted data: what others are measured by (Makridakis
                et al. 2020, The M4 Competition)
=============== ===================================================================================

Damped Holt and Theta see seasonally adjusted data, as in M4. The adjustment adds instead of
multiplying, for figures may be zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import sqrt
from statistics import fmean, median

NAIVE = "naive"
SEASONAL_NAIVE = "seasonal naive"
DAMPED_HOLT = "damped Holt"
THETA = "Theta"
MEDIAN = "median"
NAIVE2 = "naive2"

#: a season is told from fewer repetitions by chance
_LEAST_SEASONS = 3
#: the 90 % point of the normal distribution, both sides (M4's test for seasonality)
_Z90 = 1.645
# Smoothing is chosen from grids by the squared miss one step ahead. Finer ones change forecasts by
# less than their band, and cost time.
_SMOOTHINGS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99)
_LEVELS = (0.05, 0.2, 0.4, 0.6, 0.8, 0.99)
_SLOPES = (0.02, 0.1, 0.3)
_DAMPINGS = (0.8, 0.9, 0.98)

Values = Sequence[float]


def forecasts(past: Values, ahead: int, season: int) -> Mapping[str, Values]:
    """Return what each method expects of the next ``ahead`` points.

    Args:
        past: at least two points, ascending in time.
        ahead: how many points.
        season: points in a season; 1 where there is none.

    """
    pattern = seasonal_pattern(past, season)
    phases = len(pattern)
    adjusted = [value - pattern[i % phases] for i, value in enumerate(past)]
    to_come = [pattern[(len(past) + i) % phases] for i in range(ahead)]

    def seasonal(plain: Values) -> list[float]:
        return [value + extra for value, extra in zip(plain, to_come, strict=True)]

    found = {
        NAIVE: [past[-1]] * ahead,
        SEASONAL_NAIVE: [past[i % season - season] for i in range(ahead)],
        DAMPED_HOLT: seasonal(damped_holt(adjusted, ahead)),
        THETA: seasonal(theta(adjusted, ahead)),
    }
    found[MEDIAN] = [median(values) for values in zip(*found.values(), strict=True)]
    found[NAIVE2] = seasonal([adjusted[-1]] * ahead)
    return found


def smoothed(past: Values, alpha: float, level: float) -> tuple[float, float]:
    """Return the last level of simple exponential smoothing, and the squared misses together."""
    squares = 0.0
    for value in past:
        miss = value - level
        squares += miss * miss
        level += alpha * miss
    return level, squares


def holt(
    past: Values, *, alpha: float, beta: float, phi: float, level: float, slope: float
) -> tuple[float, float, float]:
    """Return the last level and slope of Holt's method, and the squared misses together.

    ``phi`` below 1 damps the trend; ``beta`` is that of the slope's own smoothing, beta*.
    """
    squares = 0.0
    for value in past:
        expected = level + phi * slope
        miss = value - expected
        squares += miss * miss
        level, before = expected + alpha * miss, level
        slope = beta * (level - before) + (1.0 - beta) * phi * slope
    return level, slope, squares


def damped_holt(past: Values, ahead: int) -> list[float]:
    """Return the level and what is left of the trend: phi + phi^2 + ... of its slope."""
    first, slope = past[0], past[1] - past[0]
    fits = (
        (*holt(past[1:], alpha=a, beta=b, phi=phi, level=first, slope=slope), phi)
        for a, b, phi in product(_LEVELS, _SLOPES, _DAMPINGS)
    )
    level, slope, _, phi = min(fits, key=lambda fit: fit[2])
    return [level + slope * phi * (1.0 - phi**i) / (1.0 - phi) for i in range(1, ahead + 1)]


def theta(past: Values, ahead: int) -> list[float]:
    """Return the smoothed level, and half the slope of the straight line through the past."""
    fits = ((*smoothed(past[1:], alpha, past[0]), alpha) for alpha in _SMOOTHINGS)
    level, _, alpha = min(fits, key=lambda fit: fit[1])
    drift = _line_slope(past) / 2.0
    lag = (1.0 - (1.0 - alpha) ** len(past)) / alpha
    return [level + drift * (i + lag) for i in range(ahead)]


def _line_slope(past: Values) -> float:
    middle, mean = (len(past) - 1) / 2.0, fmean(past)
    above = sum((i - middle) * (value - mean) for i, value in enumerate(past))
    return above / sum((i - middle) ** 2 for i in range(len(past)))


def seasonal_pattern(past: Values, season: int) -> tuple[float, ...]:
    """Return what each phase of a season adds, from that of the first point on; (0,) if nothing.

    Classical decomposition: the mean of each phase around a moving average over one season.
    """
    if not _is_seasonal(past, season):
        return (0.0,)
    half = season // 2
    phases: list[list[float]] = [[] for _ in range(season)]
    for i in range(half, len(past) - half):
        phases[i % season].append(past[i] - _moving_mean(past, i, season))
    means = [fmean(phase) for phase in phases]
    middle = fmean(means)
    return tuple(mean - middle for mean in means)


def _moving_mean(past: Values, i: int, season: int) -> float:
    half = season // 2
    around = past[i - half : i + half + 1]
    if season % 2:
        return fmean(around)
    # an even season has no middle: its two ends count half each
    return (sum(around) - (around[0] + around[-1]) / 2.0) / season


def _is_seasonal(past: Values, season: int) -> bool:
    """Tell whether the past repeats after a season more than chance explains (M4's test)."""
    if season <= 1 or len(past) < _LEAST_SEASONS * season:
        return False
    mean = fmean(past)
    around = [value - mean for value in past]
    power = sum(value * value for value in around)
    if not power:
        return False
    likeness = [
        sum(a * b for a, b in zip(around, around[lag:], strict=False)) / power
        for lag in range(1, season + 1)
    ]
    by_chance = (1.0 + 2.0 * sum(r * r for r in likeness[:-1])) / len(past)
    return likeness[-1] > _Z90 * sqrt(by_chance)
