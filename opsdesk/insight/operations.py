"""The arithmetic of the catalogue's computations: numbers, and what they may be in truth. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec

from opsdesk.insight import rounding
from opsdesk.insight.changes import percent_above
from opsdesk.insight.rounding import EVERYTHING, Span
from opsdesk.model.key import Key
from opsdesk.model.metric import Compute, Operation

#: what these give depends on which things are listed
OF_A_LIST = frozenset(
    {Operation.SUM, Operation.MEAN, Operation.WEIGHTED_MEAN, Operation.COUNT_BELOW}
)

Result = tuple[float, Span]


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A number to reckon with: as it stands, and what it may be in truth."""

    key: Key
    value: float
    span: Span
    #: when the oldest of what it rests on was true
    at: datetime
    stale: bool
    #: which source gave it; '' for one that was computed
    source: str = ""
    window: float | None = None


def calculate(way: Compute, of: Sequence[Sequence[Figure]], factor: float) -> Result | None:
    """Return a number and what it may be in truth; None where that says nothing.

    ``of`` holds the figures of each metric that the operation takes, at least one each; of a
    change, what was before comes second, and weights stand in the order of what they weigh.
    ``factor`` is from one unit to the other.
    """
    if way.op in OF_A_LIST:
        found = _of_list(way, of)
    elif any(len(figures) > 1 for figures in of):
        return None
    else:
        found = _of_single(way.op, [figures[0] for figures in of])
    return None if found is None else (found[0] * factor, found[1].scaled(factor))


def paired(figures: Sequence[Figure], weights: Sequence[Figure]) -> list[Figure]:
    """Return the weight of each figure's thing; nothing where the two are of different things."""
    by_thing = {weight.key.labels: weight for weight in weights}
    if {figure.key.labels for figure in figures} != set(by_thing):
        return []
    return [by_thing[figure.key.labels] for figure in figures]


def _of_list(way: Compute, of: Sequence[Sequence[Figure]]) -> Result | None:
    first = of[0]
    match way.op:
        case Operation.SUM:
            everything = [figure for figures in of for figure in figures]
            return sum(f.value for f in everything), rounding.total(f.span for f in everything)
        case Operation.MEAN:
            share = 1 / len(first)
            spans = rounding.total(f.span for f in first)
            return sum(f.value for f in first) * share, spans.scaled(share)
        case Operation.WEIGHTED_MEAN:
            return _weighted_mean(first, of[1])
    least = sum(f.span.high < way.limit for f in first)
    most = sum(f.span.low < way.limit for f in first)
    return float(sum(f.value < way.limit for f in first)), Span(least, most)


def _weighted_mean(figures: Sequence[Figure], weights: Sequence[Figure]) -> Result | None:
    span = rounding.weighted_mean([f.span for f in figures], [w.span for w in weights])
    if span is None:
        return None
    weighed = sum(f.value * w.value for f, w in zip(figures, weights, strict=True))
    return weighed / sum(weight.value for weight in weights), span


def _of_single(operation: Operation, of: Sequence[Figure]) -> Result | None:
    if operation is Operation.SAME:
        return of[0].value, of[0].span
    first, second = of
    function = _OF_TWO[operation]
    if operation is not Operation.DIFFERENCE:
        divisor = first if operation is Operation.REST else second
        if not divisor.value:
            return None
        if rounding.may_be_zero(divisor.span):
            return function(first.value, second.value), EVERYTHING
    value = function(first.value, second.value)
    return value, rounding.combined(function, first.span, second.span)


def _difference(first: float, second: float) -> float:
    return first - second


def _ratio(first: float, second: float) -> float:
    return first / second


def _rest(first: float, second: float) -> float:
    return (first - second) / first


_OF_TWO: Mapping[Operation, Callable[[float, float], float]] = {
    Operation.DIFFERENCE: _difference,
    Operation.RATIO: _ratio,
    Operation.REST: _rest,
    Operation.CHANGE: percent_above,
}
