"""Where an axis begins and ends, and what is written along it. Every function is pure.

Times are Unix time in seconds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from opsdesk.catalogue.language import localised, tr
from opsdesk.insight.words import HUGE, MINUS, interval_text, number_text, with_currency
from opsdesk.model.metric import Metric
from opsdesk.model.reading import Unit

_HOUR, DAY, WEEK = 3_600.0, 86_400.0, 604_800.0
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0, 20.0)
#: hairlines at most, less one
_MOST_SPACES = 4
#: what is counted has no halves
_COUNTED = (Unit.COUNT, Unit.COUNT_PER_WEEK, Unit.COUNT_PER_MONTH)
# A figure that never falls below this share of its greatest may stand on a cut axis.
_CUT_FROM = 0.5
# The part of its value that a cut axis spans at least: a small change must not look like a big one.
_LEAST_SPAN = 0.5
# Of a share near all of it, an axis spans so many times what is missing.
_ROOM_BELOW = 1.5
_SPARE = 0.08
# Beyond, digits after the point are lost in the number itself.
_MOST_DIGITS = 6
_LEAST = 1e-6
_CLOCK_HOURS = (1, 2, 3, 6, 12)
_CLOCK_LABELS = 4


class Tick(msgspec.Struct, frozen=True):
    """A place on an axis, and what is written there."""

    at: float
    text: str


class Extent(msgspec.Struct, frozen=True):
    """The ends of an axis."""

    low: float
    high: float


def nice(low: float, high: float, *, whole: bool = False) -> tuple[float, ...]:
    """Return 3 to 5 round places, evenly spaced, of which the ends hold ``low`` and ``high``.

    A step is 1, 2, 2.5 or 5 times a power of ten.

    Args:
        low: least value, finite.
        high: greatest value, finite; not below ``low``.
        whole: steps are whole numbers.

    """
    span = max(high - low, abs(high) * 1e-9, 1e-9)
    power = 10.0 ** math.floor(math.log10(span / _MOST_SPACES))
    sizes = [
        power * size for size in _STEPS if not whole or power * size == round(power * size) > 0
    ]
    step = next((size for size in sizes if _spaces(low, high, size) <= _MOST_SPACES), 1.0)
    first = _floor(low / step)
    spaces = max(2, _spaces(low, high, step))
    return tuple(step * place for place in range(first, first + spaces + 1))


def _spaces(low: float, high: float, step: float) -> int:
    return -_floor(-high / step) - _floor(low / step)


def _floor(share: float) -> int:
    """Round down, but not for what the last bit of a division has lost."""
    nearest = round(share)
    return nearest if math.isclose(share, nearest, rel_tol=1e-12, abs_tol=1e-9) else int(share // 1)


def extent(values: Sequence[float], metric: Metric | None) -> Extent:
    """Return from where to where an axis must reach for values, of which there is at least one.

    It begins at zero, unless the values keep so far from it that they could not be told apart. A
    share that is near all of it is seen by what is missing; of any other the axis spans enough
    for a small change to look small.
    """
    low, high = min(values), max(values)
    if low < 0 < high:
        return Extent(low, high)
    if high <= 0:
        return Extent(low, 0.0) if low < 0 else Extent(0.0, 1.0)
    if low <= _CUT_FROM * high:
        return Extent(0.0, high)
    top = metric.high if metric is not None else None
    if top is not None and _CUT_FROM * top < low and high <= top:
        return Extent(top - max(_ROOM_BELOW * (top - low), top / 50), top)
    spare = max(0.0, _LEAST_SPAN * (low + high) / 2 - (high - low)) / 2
    return Extent(low - spare, high + spare)


def close(values: Sequence[float]) -> Extent:
    """Return the ends of an axis that nobody reads: all of the height is for the line."""
    low, high = min(values), max(values)
    spare = _SPARE * (high - low) or abs(high) * _SPARE or 1.0
    return Extent(low - spare, high + spare)


def value_ticks(values: Sequence[float], metric: Metric | None) -> tuple[Tick, ...]:
    """Return the hairlines of a chart of values, with as many digits as their step has."""
    ends = extent(values, metric)
    unit = metric.unit if metric is not None else None
    places = nice(ends.low, ends.high, whole=unit in _COUNTED)
    digits = _digits(places)
    return tuple(Tick(place, _tick_text(place, digits, unit)) for place in places)


def _digits(places: Iterable[float]) -> int:
    shown = [place for place in places if place]
    size = max((abs(place) for place in shown), default=0.0)
    for digits in range(_MOST_DIGITS):
        if all(abs(round(place, digits) - place) <= 1e-9 * size for place in shown):
            return digits
    return _MOST_DIGITS


def _tick_text(place: float, digits: int, unit: Unit | None) -> str:
    if unit is Unit.SECONDS and place:
        return number_text(place, unit)
    if abs(place) >= HUGE:
        return number_text(place, None)
    if place and abs(place) < _LEAST:
        return localised(f"{place:.3g}").replace("-", MINUS)
    text = with_currency(localised(f"{abs(place):,.{digits}f}"), unit)
    return MINUS + text if place < 0 else text


def ago(start: float, end: float) -> tuple[Tick, ...]:
    """Return '24 h ago', '18 h', '12 h', '6 h', 'now', as far as the parts are whole.

    Of a range that is not whole itself, the ends of its whole part.
    """
    window = end - start
    unit = DAY if window >= 2 * DAY else _HOUR if window >= 2 * _HOUR else 60.0
    if window > unit and round(window % unit, 3):
        return ago(end - window // unit * unit, end)
    whole = (parts for parts in (4, 3, 2) if not round(window / parts, 3) % unit)
    parts = next(whole, 1)
    between = (window * n / parts for n in range(parts - 1, 0, -1))
    return (
        Tick(start, tr("{interval} ago", interval=interval_text(round(window)))),
        *(Tick(end - back, interval_text(round(back))) for back in between),
        Tick(end, tr("now")),
    )


def clock(start: float, end: float) -> tuple[Tick, ...]:
    """Return round local times of day: '18:00', '00:00', '06:00', '12:00', and 'now'."""
    hours = next((h for h in _CLOCK_HOURS if (end - start) / _HOUR <= h * _CLOCK_LABELS), 24)
    at = datetime.fromtimestamp(start).astimezone().replace(minute=0, second=0, microsecond=0)
    found = []
    while at.timestamp() < end:
        if at.timestamp() >= start and not at.hour % hours:
            found.append(Tick(at.timestamp(), f"{at:%H:%M}"))
        at = (at + timedelta(hours=1)).astimezone()
    return (*found, Tick(end, tr("now")))


def weeks(start: float, end: float) -> tuple[Tick, ...]:
    """Return '1', '2', '3' ... at the beginning of each week."""
    number = math.floor((end - start) / WEEK + 1e-6)
    return tuple(Tick(start + n * WEEK, str(n + 1)) for n in range(number + 1))


def ahead(start: float, now: float, end: float) -> tuple[Tick, ...]:
    """Return how far back it goes, now, and how far ahead: '\N{MINUS SIGN}30 d', 'now', '+30 d'."""
    return (
        Tick(start, MINUS + interval_text(round(now - start))),
        Tick(now, tr("now")),
        Tick(end, f"+{interval_text(round(end - now))}"),
    )
