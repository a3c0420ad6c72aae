"""What is forecast, by which method, how sure, and what is said where there is too little."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsdesk.insight.forecast import DAY, LEAST_POINTS, Bounds, forecast
from opsdesk.model.key import key
from opsdesk.model.series import Line

KEY = key("errors.rate")
START = 1_700_000_000.0
MONTH = 30 * DAY


def line(values: Sequence[float | None]) -> Line:
    times = tuple(START + DAY * i for i in range(len(values)))
    return Line(key=KEY, times=times, values=tuple(values))


def noisy(days: int, seed: int = 1) -> list[float]:
    chance = random.Random(seed)
    return [100.0 + chance.gauss(0.0, 1.0) for _ in range(days)]


def test_a_weekly_trend_is_found_and_beats_the_flat_line() -> None:
    past = [v + 0.5 * i - 20.0 * (i % 7 > 4) for i, v in enumerate(noisy(86))]
    found = forecast(line(past[:56]), MONTH)
    assert found.method in ("Theta", "damped Holt")
    assert found.skill is not None
    assert found.skill < 0.8
    assert found.trials == 56 - LEAST_POINTS
    assert found.times[0] == START + 56 * DAY
    assert found.times[-1] == START + 85 * DAY
    weekend = [v for i, v in enumerate(found.values, 56) if i % 7 > 4]
    assert max(weekend) < min(v for i, v in enumerate(found.values, 56) if i % 7 <= 4)


def test_what_only_repeats_is_forecast_to_repeat() -> None:
    past = [float(i % 7) for i in range(56)]
    found = forecast(line(past), 7 * DAY)
    assert found.method != "naive"
    assert found.values == pytest.approx([float(i % 7) for i in range(56, 63)])
    assert found.skill == 1.0  # naive2 does not miss either


def test_where_the_flat_line_is_not_beaten_it_is_drawn_and_named() -> None:
    past = list(accumulate(step - 100.0 for step in noisy(56, 4)))
    found = forecast(line(past), MONTH)
    assert found.method == "naive"
    assert set(found.values) == {past[-1]}
    assert found.skill == 1.0


def test_what_never_changed_stays_without_any_doubt() -> None:
    found = forecast(line([7.0] * 40), MONTH)
    assert (found.method, found.skill) == ("naive", 1.0)
    assert set(found.values) == set(found.lows) == set(found.highs) == {7.0}


def test_the_band_holds_about_four_of_five() -> None:
    held = trials = 0
    for seed in range(60):
        past = noisy(63, seed)
        found = forecast(line(past[:56]), 7 * DAY)
        trials += 7
        held += sum(
            low <= actual <= high
            for low, high, actual in zip(found.lows, found.highs, past[56:], strict=True)
        )
    assert 0.7 < held / trials < 0.92


@pytest.mark.parametrize("days", [0, 1, 20])
def test_with_too_little_history_it_is_said_when_there_will_be_enough(days: int) -> None:
    found = forecast(line(noisy(days)), MONTH, end=START + (days - 1) * DAY)
    assert (found.method, found.values, found.skill) == ("", (), None)
    assert found.enough_at == START + (LEAST_POINTS - 1) * DAY


def test_one_day_more_is_enough() -> None:
    assert forecast(line(noisy(LEAST_POINTS)), MONTH).method != ""


def test_nothing_is_said_of_when_where_nothing_is_known() -> None:
    assert forecast(line([]), MONTH).enough_at is None


def test_a_short_gap_is_bridged_and_a_long_one_ends_the_history() -> None:
    past: list[float | None] = list(noisy(56))
    past[40:43] = [None, math.nan, None]
    assert forecast(line(past), MONTH).trials == 56 - LEAST_POINTS
    past[40:46] = [None] * 6
    assert forecast(line(past), MONTH).enough_at == START + (55 + LEAST_POINTS - 10) * DAY


def test_a_history_that_ended_long_ago_is_none() -> None:
    found = forecast(line(noisy(56)), MONTH, end=START + 80 * DAY)
    assert (found.method, found.enough_at) == ("", START + (80 + LEAST_POINTS) * DAY)


def test_no_forecast_leaves_what_a_figure_can_be() -> None:
    past = [max(0.0, 5.0 - 0.1 * i) + 0.01 * v for i, v in enumerate(noisy(56))]
    found = forecast(line(past), MONTH, bounds=Bounds(low=0.0, high=1.2))
    assert min(found.lows) >= 0.0
    assert max(found.highs) <= 1.2


@settings(max_examples=40)
@given(
    st.lists(
        st.none() | st.floats(-1e12, 1e12) | st.sampled_from([math.inf, 1e300, 5e-324]),
        max_size=70,
    ),
    st.floats(DAY, 60 * DAY),
)
def test_whatever_came_the_forecast_is_whole(past: list[float | None], horizon: float) -> None:
    found = forecast(line(past), horizon)
    columns = (found.times, found.values, found.lows, found.highs)
    assert len({len(column) for column in columns}) == 1
    assert all(math.isfinite(value) for column in columns for value in column)
    assert all(
        low <= value <= high
        for low, value, high in zip(found.lows, found.values, found.highs, strict=True)
    )
    assert bool(found.method) == bool(found.times)
    widths = [high - low for low, high in zip(found.lows, found.highs, strict=True)]
    assert widths == pytest.approx(sorted(widths), rel=1e-3, abs=1e-2)
