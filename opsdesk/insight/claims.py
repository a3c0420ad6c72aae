"""Figures that stand within a text: what '28k USD / month net savings' claims. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from opsdesk.insight.rounding import Span, span_of_number
from opsdesk.model.metric import Direction, Metric
from opsdesk.model.reading import Reading, Unit

_NUMBER = re.compile(
    r"(?P<number>\d[\d,]*(?:\.\d+)?)\s?(?P<size>[kKM]\b)?\s?(?P<percent>%)?"
    r"|\b(?P<nothing>(?i:zero|no))\b"
)
_SIZES = {"k": 1e3, "K": 1e3, "M": 1e6}
_PERCENTS = (Unit.PERCENT, Unit.PERCENT_CHANGE, Unit.PERCENT_CHANGE_PER_WEEK)
# Of what period a text speaks, and which units are of that period.
_PERIODS = {
    "week": (Unit.COUNT_PER_WEEK, Unit.HOURS_PER_WEEK, Unit.USD_PER_WEEK),
    "month": (Unit.COUNT_PER_MONTH, Unit.USD_PER_MONTH),
    "year": (),
    "annual": (),
    "day": (),
    "hour": (Unit.THOUSAND_LINES_PER_HOUR,),
}


def contradicted(text: str, metric: Metric, readings: Sequence[Reading]) -> list[Reading]:
    """Return the readings that are worse than what a text claims of their metric, worst first."""
    claim = claimed(text, metric)
    if claim is None:
        return []
    known = [r for r in readings if r.number is not None and r.is_exact]
    against = [reading for reading in known if _is_worse(reading, claim, metric)]
    return sorted(
        against, key=lambda r: r.number or 0.0, reverse=metric.direction is Direction.DOWN
    )


def claimed(text: str, metric: Metric) -> Span | None:
    """Return what a text claims of a metric, to its digits; None where it claims nothing."""
    for phrase in metric.claimed_as:
        position = text.lower().find(phrase.lower())
        if position < 0:
            continue
        before = text[:position]
        numbers = list(_NUMBER.finditer(before))
        if numbers and _is_of_unit(numbers[-1], before, metric.unit):
            return _claim(numbers[-1], metric)
    return None


def _is_of_unit(number: re.Match[str], before: str, unit: Unit) -> bool:
    if number.group("nothing") is None and (number.group("percent") is None) == (unit in _PERCENTS):
        return False
    between = before[number.end() :].lower()
    return all(unit in units for word, units in _PERIODS.items() if word in between)


def _claim(number: re.Match[str], metric: Metric) -> Span:
    if number.group("nothing") is not None:
        return Span(0.0, 0.0)
    value = float(number.group("number").replace(",", ""))
    size = _SIZES.get(number.group("size") or "", 1.0)
    is_reduction = metric.unit is Unit.PERCENT_CHANGE and metric.direction is Direction.DOWN
    return span_of_number(value).scaled(-size if is_reduction else size)


def _is_worse(reading: Reading, claim: Span, metric: Metric) -> bool:
    value = reading.number or 0.0
    match metric.direction:
        case Direction.UP:
            return value < claim.low
        case Direction.DOWN:
            return value > claim.high
    return not claim.low <= value <= claim.high
