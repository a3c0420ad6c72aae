"""What a figure may be in truth."""

from __future__ import annotations

from math import inf

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.readings import reading

from opsdesk.insight.rounding import (
    EVERYTHING,
    Span,
    clean,
    last_digit,
    span_of,
    span_of_number,
    weighted_mean,
)
from opsdesk.model.reading import Qualifier, Unit


@pytest.mark.parametrize(
    ("value", "digit"),
    [
        (98.5, 0.1),
        (120.0, 1.0),
        (12_000.0, 1.0),
        (-0.05, 0.01),
        (0.0, 1.0),
        (1e-7, 1e-7),
        (92.30000000000001, 0.1),
        (1e22, 1.0),
    ],
)
def test_the_last_digit_is_that_which_is_written(value: float, digit: float) -> None:
    assert last_digit(value) == digit


@pytest.mark.parametrize(
    ("value", "unit", "span"),
    [
        (92.3, Unit.PERCENT, Span(92.25, 92.35)),
        (8.0, Unit.COUNT_PER_WEEK, Span(7.5, 8.5)),
        (8.0, Unit.COUNT, Span(8.0, 8.0)),
        (8.5, Unit.COUNT, Span(8.45, 8.55)),
        (-65.0, None, Span(-65.5, -64.5)),
    ],
)
def test_half_a_unit_of_it_is_open_except_for_what_is_counted(
    value: float, unit: Unit | None, span: Span
) -> None:
    found = span_of_number(value, unit)
    assert (found.low, found.high) == (pytest.approx(span.low), pytest.approx(span.high))


@pytest.mark.parametrize(
    ("qualifier", "span"),
    [
        (Qualifier.EXACT, Span(4.5, 5.5)),
        (Qualifier.LESS, Span(-inf, 5.5)),
        (Qualifier.GREATER, Span(4.5, inf)),
        (Qualifier.AT_LEAST, Span(4.5, inf)),
        (Qualifier.ABOUT, EVERYTHING),
    ],
)
def test_a_qualifier_opens_one_end_or_both(qualifier: Qualifier, span: Span) -> None:
    found = msgspec.structs.replace(reading("errors.rate", 5.0), qualifier=qualifier)
    assert span_of(found, Unit.PERCENT) == span


def test_noise_keeps_no_two_figures_apart() -> None:
    assert Span(0.3, 0.3).meets(Span(0.1 + 0.2, 0.1 + 0.2))
    assert not Span(0.3, 0.3).meets(Span(0.30001, 0.30001))
    assert clean(0.1 + 0.2) == 0.3


@given(st.floats(-1e6, 1e6), st.integers(0, 4))
def test_a_rounded_figure_stands_for_what_it_was(value: float, digits: int) -> None:
    assert span_of_number(round(value, digits)).meets(Span(value, value))


weights = st.lists(st.tuples(st.floats(-100, 100), st.integers(1, 100)), min_size=1, max_size=6)


@given(weights, st.data())
def test_a_mean_of_rounded_figures_holds_the_true_one(
    pairs: list[tuple[float, int]], data: st.DataObject
) -> None:
    weighed = [w + data.draw(st.floats(-0.49, 0.49)) for _, w in pairs]
    truth = sum(v * w for (v, _), w in zip(pairs, weighed, strict=True)) / sum(weighed)
    spans = [Span(round(v) - 0.5, round(v) + 0.5) for v, _ in pairs]
    found = weighted_mean(spans, [Span(w - 0.5, w + 0.5) for _, w in pairs])
    assert found is not None
    assert found.meets(Span(truth, truth))


def test_without_any_weight_there_is_no_mean() -> None:
    assert weighted_mean([Span(1.0, 1.0)], [Span(0.0, 0.0)]) is None
