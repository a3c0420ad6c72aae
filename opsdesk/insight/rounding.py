"""What a figure that is shown with so many digits may be in truth: intervals, and sums with them.

A figure 92.3 stands for anything from 92.25 to 92.35. Two figures disagree when no pair of what
they stand for is the same. Half a unit of the last digit, propagated through each computation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import product
from math import inf, isfinite

import msgspec

from opsdesk.model.reading import Qualifier, Reading, Unit

# Digits that no source means: what binary fractions leave behind.
_DIGITS = 12
# So little of the greater of two figures is noise.
_NOISE = 1e-9
_HALF = 0.5


class Span(msgspec.Struct, frozen=True):
    """From where to where the truth may lie, both ends included."""

    low: float
    high: float

    def meets(self, other: Span) -> bool:
        """Tell whether both may be the same."""
        slack = _NOISE * max(map(_size, (self.low, self.high, other.low, other.high)))
        return self.low <= other.high + slack and other.low <= self.high + slack

    def scaled(self, factor: float) -> Span:
        """Return it times ``factor``."""
        ends = (self.low * factor, self.high * factor)
        return Span(min(ends), max(ends))


EVERYTHING = Span(-inf, inf)


def clean(value: float) -> float:
    """Return a number without what binary fractions leave behind: 0.3 for 0.1 + 0.2."""
    return float(f"{value:.{_DIGITS}g}")


def span_of(reading: Reading, unit: Unit | None) -> Span:
    """Return what the number of a reading stands for; there must be one."""
    value = reading.number or 0.0
    exact = span_of_number(value, unit)
    match reading.qualifier:
        case Qualifier.EXACT:
            return exact
        case Qualifier.LESS:
            return Span(-inf, exact.high)
        case Qualifier.GREATER | Qualifier.AT_LEAST:
            return Span(exact.low, inf)
    return EVERYTHING


def span_of_number(value: float, unit: Unit | None = None) -> Span:
    """Return what a number with its digits stands for."""
    # What is counted is not rounded.
    if unit is Unit.COUNT and value.is_integer():
        return Span(value, value)
    half = _HALF * last_digit(value)
    return Span(value - half, value + half)


@lru_cache(maxsize=4096)  # figures change little from refresh to refresh, and many are alike
def last_digit(value: float) -> float:
    """Return the size of the last digit that a number is written with: 0.1 for 98.5, 1 for 120."""
    exponent = Decimal(repr(clean(value))).normalize().as_tuple().exponent
    return float(Decimal(1).scaleb(min(0, exponent))) if isinstance(exponent, int) else 0.0


def total(spans: Iterable[Span]) -> Span:
    """Return what a sum may be."""
    found = list(spans)
    return Span(sum(span.low for span in found), sum(span.high for span in found))


def combined(of: Callable[[float, float], float], first: Span, second: Span) -> Span:
    """Return what a function of two may be, one that turns nowhere between the ends of both."""
    ends = product((first.low, first.high), (second.low, second.high))
    found = [of(a, b) for a, b in ends]
    return Span(min(found), max(found))


def may_be_zero(span: Span) -> bool:
    """Tell whether nothing can be divided by it."""
    return span.low <= 0 <= span.high


def weighted_mean(values: Sequence[Span], weights: Sequence[Span]) -> Span | None:
    """Return what a mean may be whose weights are rounded as well; None without any weight."""
    middles = [(span.low + span.high) / 2 for span in weights]
    sum_, least = sum(middles), sum(span.low for span in weights)
    if sum_ <= 0 or least <= 0:
        return None
    low = sum(v.low * w for v, w in zip(values, middles, strict=True)) / sum_
    high = sum(v.high * w for v, w in zip(values, middles, strict=True)) / sum_
    # A weight that is off moves the mean by no more than its figure is away from it.
    slack = sum(
        (w.high - w.low) / 2 * max(_size(v.low - high), _size(v.high - low))
        for v, w in zip(values, weights, strict=True)
    )
    return Span(low - slack / least, high + slack / least)


def _size(value: float) -> float:
    return abs(value) if isfinite(value) else 0.0
