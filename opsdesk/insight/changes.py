"""By how much figures have changed against an earlier state of things. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from opsdesk.insight.rounding import Span, combined, span_of
from opsdesk.model.key import Key
from opsdesk.model.reading import Reading, Unit
from opsdesk.model.snapshot import Baseline

_PERCENT = 100.0


def baseline_of(key: Key, baselines: Sequence[Baseline]) -> Baseline | None:
    """Return the first baseline that knows a figure."""
    return next((baseline for baseline in baselines if key in baseline.readings), None)


def earlier_of(key: Key, baselines: Sequence[Baseline]) -> Reading | None:
    """Return what a figure was in the first baseline that knows it."""
    baseline = baseline_of(key, baselines)
    return None if baseline is None else baseline.readings[key]


def change_of(reading: Reading, baselines: Sequence[Baseline]) -> float | None:
    """Return by how many percent a figure has changed; None where there is no saying.

    From the values where both are known, else as the source reports it.
    """
    earlier = earlier_of(reading.key, baselines)
    computed = None
    if earlier is not None and earlier.is_exact and reading.is_exact:
        computed = change_percent(earlier.number, reading.number)
    return reading.change if computed is None else computed


def change_percent(earlier: float | None, value: float | None) -> float | None:
    """Return by how many percent ``value`` is above ``earlier``; None where that says nothing."""
    if earlier is None or value is None or earlier == 0:
        return None
    return percent_above(value, earlier)


def percent_above(value: float, earlier: float) -> float:
    """Return by how many percent ``value`` is above ``earlier``, which is not zero."""
    return (value - earlier) / abs(earlier) * _PERCENT


def change_span(earlier: Reading, value: Reading, unit: Unit | None) -> Span:
    """Return what the change between two figures may be, in percent, as they are rounded.

    What is not zero is not by half of its last digit, either.
    """
    return combined(percent_above, span_of(value, unit), span_of(earlier, unit))
