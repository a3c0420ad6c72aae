"""Where a figure was most of the time."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsdesk.insight.usual import usual
from opsdesk.model.key import key
from opsdesk.model.series import Line, Usual

KEY = key("latency")
HOUR = 3_600.0
DAYS = 24


def line(values: Sequence[float | None], step: float = HOUR) -> Line:
    return Line(key=KEY, times=tuple(step * i for i in range(len(values))), values=tuple(values))


def test_it_is_from_the_tenth_to_the_ninetieth_percentile() -> None:
    assert usual(line([float(i) for i in range(101)])) == Usual(key=KEY, low=10.0, high=90.0)


def test_a_spike_is_not_usual() -> None:
    found = usual(line([300.0] * 700 + [9_000.0] * 60))
    assert found == Usual(key=KEY, low=300.0, high=300.0)


@pytest.mark.parametrize(("hours", "known"), [(3 * DAYS - 1, False), (3 * DAYS, True)])
def test_under_three_days_nothing_is_usual(hours: int, known: bool) -> None:
    assert (usual(line([1.0] * hours)) is not None) is known


def test_time_that_nobody_saw_does_not_count() -> None:
    seen: list[float | None] = [1.0] * 40
    assert usual(line([*seen, *[None] * 500, math.nan, 2.0])) is None


def test_a_few_days_of_one_figure_each_are_too_few() -> None:
    assert usual(line([1.0, 2.0, 3.0, 4.0], 24 * HOUR)) is None
    assert usual(line([1.0, 2.0] * 14, 24 * HOUR)) is not None


def test_of_nothing_nothing_is_usual() -> None:
    assert usual(line([])) is None


@given(st.lists(st.floats(-1e9, 1e9), min_size=72, max_size=200))
def test_it_holds_most_of_what_was_seen(values: list[float]) -> None:
    found = usual(line(list(values)))
    assert found is not None
    assert min(values) <= found.low <= found.high <= max(values)
    inside = sum(found.low <= value <= found.high for value in values)
    assert inside >= 0.75 * len(values)
