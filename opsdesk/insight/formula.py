"""How a figure was computed, in words and figures: '$35,000 \N{MINUS SIGN} $7,000'."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from opsdesk.catalogue.language import tr, trn
from opsdesk.insight.words import MINUS, number_text, unit_symbol
from opsdesk.model.metric import Metric, Operation
from opsdesk.model.reading import Unit

#: so many figures are written out at most
_WRITTEN = 8
_TIMES = "\N{MULTIPLICATION SIGN}"
_DIVIDED_BY = "\N{DIVISION SIGN}"
# Within a formula the period is understood, and its stroke would look like a division.
_WITHOUT_PERIOD = {Unit.USD_PER_WEEK: Unit.USD, Unit.USD_PER_MONTH: Unit.USD}


class Term(msgspec.Struct, frozen=True):
    """A figure in a formula."""

    value: float
    metric: Metric


def how(operation: Operation, terms: Sequence[Sequence[Term]], limit: Term) -> str:
    """Return the formula of an operation with its inputs, one list for each metric that it takes.

    Of a change, the second list holds what was before.
    """
    match operation:
        case Operation.SUM:
            return _sum([term for of_metric in terms for term in of_metric])
        case Operation.MEAN:
            return _mean(terms[0])
        case Operation.WEIGHTED_MEAN:
            return _weighted(terms[0], terms[1])
        case Operation.SAME:
            term = terms[0][0]
            title = tr(term.metric.title)
            return tr("{title}: {figure}", title=title, figure=text_of(term, whole=True))
        case Operation.COUNT_BELOW:
            return _below(terms[0], text_of(limit))
    return _of_two(operation, text_of(terms[0][0]), text_of(terms[1][0]))


def text_of(term: Term, *, whole: bool = False) -> str:
    """Return a figure with its unit; one of money without its period unless ``whole``."""
    unit = term.metric.unit
    if not whole and unit in _WITHOUT_PERIOD:
        unit = _WITHOUT_PERIOD[unit]
    symbol = unit_symbol(msgspec.structs.replace(term.metric, unit=unit))
    return f"{number_text(term.value, unit)} {symbol}".rstrip()


def _of_two(operation: Operation, first: str, second: str) -> str:
    difference = f"{first} {MINUS} {second}"
    match operation:
        case Operation.DIFFERENCE:
            return difference
        case Operation.RATIO:
            return f"{first} {_DIVIDED_BY} {second}"
        case Operation.REST:
            return f"({difference}) {_DIVIDED_BY} {first}"
    return f"({difference}) {_DIVIDED_BY} {second}"


def _sum(terms: Sequence[Term]) -> str:
    if len(terms) <= _WRITTEN:
        return " + ".join(map(text_of, terms))
    return trn("the sum of {number} figure", "the sum of {number} figures", len(terms))


def _mean(terms: Sequence[Term]) -> str:
    if len(terms) <= _WRITTEN:
        return tr("the mean of {figures}", figures=", ".join(map(text_of, terms)))
    return trn("the mean of {number} figure", "the mean of {number} figures", len(terms))


def _weighted(terms: Sequence[Term], weights: Sequence[Term]) -> str:
    if len(terms) > _WRITTEN:
        return trn(
            "the weighted mean of {number} figure",
            "the weighted mean of {number} figures",
            len(terms),
        )
    pairs = [
        f"{text_of(weight)} {_TIMES} {text_of(term)}"
        for term, weight in zip(terms, weights, strict=True)
    ]
    return tr("the weighted mean of {figures}", figures=", ".join(pairs))


def _below(terms: Sequence[Term], limit: str) -> str:
    if len(terms) <= _WRITTEN:
        listed = ", ".join(map(text_of, terms))
        return tr("counting those below {limit} among {figures}", limit=limit, figures=listed)
    return trn(
        "counting those below {limit} among {number} figure",
        "counting those below {limit} among {number} figures",
        len(terms),
        limit=limit,
    )
