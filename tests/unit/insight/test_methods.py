"""Methods of forecasting, against the examples of a textbook and what must hold of any series."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsdesk.insight import methods

# Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 2nd edition, 7.1: oil production
# of Saudi Arabia 1996 to 2013, million tonnes
OIL = [445.36, 453.20, 454.41, 422.38, 456.04, 440.39, 425.19, 486.21, 500.43, 521.28, 508.95]
OIL += [488.89, 509.87, 456.72, 473.82, 525.95, 549.83, 542.34]
# and 7.2: air passengers in Australia 1990 to 2016, million
AIR = [17.55, 21.86, 23.89, 26.93, 26.89, 28.83, 30.08, 30.95, 30.19, 31.58, 32.58, 33.48, 39.02]
AIR += [41.39, 41.60, 44.66, 46.95, 48.73, 51.49, 50.03, 60.64, 63.36, 66.36, 68.20, 68.12, 69.78]
AIR += [72.60]

numbers = st.floats(min_value=-1e9, max_value=1e9)


def test_simple_exponential_smoothing_is_that_of_the_textbook() -> None:
    level, _ = methods.smoothed(OIL, 0.8339, 446.5868)
    assert level == pytest.approx(542.68, abs=0.005)


def test_holts_method_is_that_of_the_textbook() -> None:
    level, slope, _ = methods.holt(
        AIR, alpha=0.8321, beta=0.0001, phi=1.0, level=15.57, slope=2.102
    )
    assert (round(level, 2), round(slope, 2)) == (72.50, 2.10)


def test_a_damped_trend_fades_to_a_level() -> None:
    expected = methods.damped_holt(AIR, 400)
    steps = [later - earlier for earlier, later in pairwise(expected)]
    assert all(0 < later <= earlier for earlier, later in pairwise(steps[:50]))
    assert expected[-1] == pytest.approx(expected[-2], abs=0.01)


def test_theta_goes_on_with_half_the_slope_of_a_straight_line() -> None:
    # smoothing follows a line but for a lag that the method's own term makes up for by half
    past = [10.0 + 4.0 * i for i in range(30)]
    expected = methods.theta(past, 3)
    assert expected == pytest.approx([past[-1] + 2.0 * i for i in (1, 2, 3)], abs=0.05)


def test_a_weekly_pattern_is_seen_taken_out_and_put_back() -> None:
    week = [0.0, 1.0, 2.0, 3.0, 2.0, -5.0, -6.0]
    past = [100.0 + week[i % 7] for i in range(30)]
    middle = sum(week) / 7
    assert methods.seasonal_pattern(past, 7) == pytest.approx([v - middle for v in week])
    to_come = [100.0 + week[i % 7] for i in range(30, 40)]
    found = methods.forecasts(past, 10, 7)
    for name in (methods.SEASONAL_NAIVE, methods.NAIVE2, methods.THETA, methods.DAMPED_HOLT):
        assert found[name] == pytest.approx(to_come), name


@pytest.mark.parametrize("season", [4, 12])
def test_an_even_season_is_seen_as_well(season: int) -> None:
    past = [float(i % season == 0) for i in range(4 * season)]
    pattern = methods.seasonal_pattern(past, season)
    assert len(pattern) == season
    assert max(pattern) == pattern[0]


@pytest.mark.parametrize("past", [[1.0] * 30, [float(i % 7) for i in range(20)]])
def test_no_season_is_seen_in_what_never_changes_or_was_too_short(past: list[float]) -> None:
    assert methods.seasonal_pattern(past, 7) == (0.0,)


@given(st.lists(numbers, min_size=2, max_size=60), st.integers(1, 40), st.sampled_from([1, 7]))
def test_every_method_expects_as_many_points_as_were_asked(
    past: list[float], ahead: int, season: int
) -> None:
    found = methods.forecasts(past, ahead, season if len(past) >= 3 * season else 1)
    assert {len(values) for values in found.values()} == {ahead}
    assert all(abs(value) < 1e12 for values in found.values() for value in values)


@given(st.lists(numbers, min_size=21, max_size=40), numbers)
def test_what_is_higher_by_so_much_is_expected_higher_by_so_much(
    past: list[float], more: float
) -> None:
    for name in (methods.NAIVE, methods.SEASONAL_NAIVE):
        plain = methods.forecasts(past, 5, 1)[name]
        moved = methods.forecasts([value + more for value in past], 5, 1)[name]
        assert moved == pytest.approx([value + more for value in plain], abs=1e-3)
