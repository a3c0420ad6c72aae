"""Quantiles from buckets: the interpolation of histogram_quantile, and what it cannot know."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from opsdesk.model.reading import Qualifier
from opsdesk.sources.prometheus.histogram import cumulative, quantile

INF = math.inf
counts = st.floats(0, 1e9)
bounds = st.floats(-1e6, 1e6)


def test_the_value_lies_on_a_line_within_its_bucket() -> None:
    buckets = cumulative([(0.1, 5), (0.5, 8), (1.0, 9), (INF, 10)])
    # rank 7.5 of 10: 2.5 of the 3 observations between 0.1 and 0.5
    assert quantile(0.75, buckets).value == 0.1 + 0.4 * 2.5 / 3


@given(st.floats(0.001, 1.0))
def test_within_the_lowest_bucket_only_its_bound_is_known(q: float) -> None:
    found = quantile(q, cumulative([(0.1, 10), (0.5, 10), (INF, 10)]))
    assert (found.value, found.qualifier, found.note) == (0.1, Qualifier.LESS, "bucket bound")


def test_above_the_lowest_bucket_a_value_is_exact() -> None:
    assert quantile(0.75, cumulative([(0.1, 5), (0.5, 10), (INF, 10)])).qualifier is Qualifier.EXACT


def test_beyond_the_last_bound_only_at_least_is_known() -> None:
    found = quantile(0.99, cumulative([(0.1, 5), (INF, 10)]))
    assert (found.value, found.qualifier) == (0.1, Qualifier.AT_LEAST)


def test_the_slowest_is_known_as_the_bound_of_its_bucket() -> None:
    found = quantile(1, cumulative([(0.1, 5), (0.25, 10), (0.5, 10), (INF, 10)]))
    assert (found.value, found.qualifier, found.note) == (0.25, Qualifier.LESS, "bucket bound")


def test_rounding_of_sums_does_not_push_the_slowest_beyond_the_last_bound() -> None:
    found = quantile(1, [(0.1, 3.0), (0.25, 9.999999999999998), (INF, 10.0)])
    assert found.value == 0.25


def test_no_observation_no_value() -> None:
    assert quantile(0.5, cumulative([(0.1, 0), (INF, 0)])) is None
    assert quantile(0.5, cumulative([(INF, 3)])) is None
    assert quantile(0.5, cumulative([(0.1, 3), (0.5, 3)])) is None
    assert quantile(0.5, []) is None


def test_a_lowest_bucket_below_zero_has_no_lower_bound() -> None:
    assert quantile(0.1, cumulative([(-1.0, 5), (INF, 5)])).value == -1.0


@given(st.dictionaries(bounds, counts, min_size=1), counts, st.sampled_from([0.5, 0.95, 0.99, 1.0]))
def test_a_quantile_lies_between_the_bounds(
    finite: dict[float, float], more: float, q: float
) -> None:
    buckets = cumulative([*finite.items(), (INF, more)])
    assert [count for _, count in buckets] == sorted(count for _, count in buckets)
    found = quantile(q, buckets)
    if found is not None:
        assert min(0.0, *finite) <= found.value <= max(0.0, *finite)


@given(st.lists(st.tuples(bounds | st.just(math.nan), counts | st.just(math.nan))))
def test_nothing_breaks_it(anything: list[tuple[float, float]]) -> None:
    for q in (0.5, 1.0):
        quantile(q, cumulative(anything))
