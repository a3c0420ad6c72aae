"""Quantiles of a classic histogram, by the same interpolation as ``histogram_quantile``.

But within the lowest bucket: of what lies there no more is known than that it is below its bound.
One request for the buckets answers every quantile; asking the server would take one each.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import msgspec

from opsdesk.catalogue.language import tr
from opsdesk.model.reading import Qualifier

#: sums of floats over many series differ in the last bits; so much is no observation
_TOLERANCE = 1e-12


class Quantile(msgspec.Struct, frozen=True):
    """One quantile; ``value`` in the unit of the bounds."""

    value: float
    qualifier: Qualifier = Qualifier.EXACT
    note: str = ""


def cumulative(buckets: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Sort buckets (upper bound, count up to it), merge equal bounds, and let none shrink.

    Counts of several instances, scraped at slightly different times, may shrink; Prometheus
    forces them to grow likewise. NaN counts are left out.
    """
    merged: dict[float, float] = {}
    for bound, count in buckets:
        if not math.isnan(count) and not math.isnan(bound):
            merged[bound] = merged.get(bound, 0.0) + count
    highest = 0.0
    found = []
    for bound in sorted(merged):
        highest = max(highest, merged[bound])
        found.append((bound, highest))
    return found


def quantile(q: float, buckets: Sequence[tuple[float, float]]) -> Quantile | None:
    """Return quantile ``q`` (over 0, up to 1) of cumulative buckets.

    None where they are no histogram (no +Inf bucket, no finite one) or nothing was observed.
    """
    if len(buckets) <= 1 or buckets[-1][0] != math.inf or buckets[-1][1] <= 0:
        return None
    rank = q * buckets[-1][1]
    last = len(buckets) - 1
    index = next(
        (i for i in range(last) if buckets[i][1] >= rank * (1 - _TOLERANCE)),
        last,
    )
    if index == last:
        return Quantile(buckets[-2][0], Qualifier.AT_LEAST, tr("beyond the last bucket bound"))
    upper, count = buckets[index]
    # In the lowest bucket Prometheus would lay a line from zero, where nobody has measured.
    if q >= 1 or (index == 0 and upper > 0):
        return Quantile(upper, Qualifier.LESS, tr("bucket bound"))
    if index == 0:
        return Quantile(upper)
    lower, before = buckets[index - 1]
    return Quantile(lower + (upper - lower) * ((rank - before) / (count - before)))
