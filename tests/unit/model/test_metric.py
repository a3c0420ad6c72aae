"""The range of a metric."""

from __future__ import annotations

import math

import pytest

from opsdesk.model.metric import Metric
from opsdesk.model.reading import Unit


def metric(low: float | None = None, high: float | None = None) -> Metric:
    return Metric(
        id="m",
        title="M",
        section="S",
        unit=Unit.PERCENT,
        definition="What it is.",
        low=low,
        high=high,
    )


@pytest.mark.parametrize(
    ("low", "high", "value", "expected"),
    [
        (0, 100, 0.0, True),
        (0, 100, 100.0, True),
        (0, 100, 100.1, False),
        (0, 100, -0.1, False),
        (0, None, 1e300, True),
        (None, 100, -1e300, True),
        (None, None, 400.0, True),
        (0, 400, 400.0, True),
    ],
)
def test_a_value_is_possible_within_both_ends(
    low: float | None, high: float | None, value: float, expected: bool
) -> None:
    assert metric(low, high).in_range(value) is expected


@pytest.mark.parametrize("ends", [(None, None), (0, 100)])
def test_nan_is_never_possible(ends: tuple[float | None, float | None]) -> None:
    assert not metric(*ends).in_range(math.nan)
