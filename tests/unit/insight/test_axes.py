"""The ends of axes and what is written along them."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.boards import CATALOGUE

from opsdesk.insight import axes
from opsdesk.insight.words import MINUS

NUMBERS = st.floats(-1e9, 1e9, allow_nan=False)
LATENCY = CATALOGUE["latency.quantile"]
HEALTH = CATALOGUE["health.score"]


@pytest.fixture(params=["UTC", "America/St_Johns", "Asia/Kathmandu"])
def _zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@given(NUMBERS, NUMBERS, st.booleans())
def test_there_are_three_to_five_round_places_that_hold_everything(
    one: float, other: float, whole: bool
) -> None:
    low, high = sorted((one, other))
    places = axes.nice(low, high, whole=whole)
    assert 3 <= len(places) <= 5
    slack = 1e-9 + 1e-6 * max(abs(low), abs(high))
    assert places[0] <= low + slack
    assert places[-1] >= high - slack
    steps = [b - a for a, b in pairwise(places)]
    assert max(steps) <= min(steps) * 1.01 + 1e-9 * abs(high)
    if whole:
        assert all(place == round(place) for place in places)


@pytest.mark.parametrize(
    ("low", "high", "places"),
    [
        (0, 1.5, (0, 0.5, 1, 1.5)),
        (0, 600, (0, 200, 400, 600)),
        (0, 100, (0, 25, 50, 75, 100)),
        (217, 363, (200, 250, 300, 350, 400)),
        (0, 0.07, (0, 0.02, 0.04, 0.06, 0.08)),
        (-10, 10, (-10, -5, 0, 5, 10)),
    ],
)
def test_places_are_those_that_a_person_would_choose(
    low: float, high: float, places: tuple[float, ...]
) -> None:
    assert axes.nice(low, high) == pytest.approx(places)


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [
        ([20.0, 100.0], 0.0, 100.0),
        ([0.0, 0.0], 0.0, 1.0),
        ([-5.0, -1.0], -5.0, 0.0),
        ([-5.0, 7.0], -5.0, 7.0),
    ],
)
def test_an_axis_begins_at_zero(values: list[float], low: float, high: float) -> None:
    assert axes.extent(values, LATENCY) == axes.Extent(low, high)


def test_what_hardly_changes_looks_as_if_it_hardly_changed() -> None:
    ends = axes.extent([280.0, 300.0], LATENCY)
    assert ends.high - ends.low >= 100
    assert ends.low < 280
    assert ends.high > 300


@pytest.mark.parametrize(("low", "from_"), [(99.0, 98.0), (87.0, 80.5), (100.0, 98.0)])
def test_a_share_near_all_of_it_is_seen_by_what_is_missing(low: float, from_: float) -> None:
    assert axes.extent([low, 100.0], HEALTH) == axes.Extent(from_, 100.0)


@given(st.lists(NUMBERS, min_size=1))
def test_an_axis_holds_all_values(values: list[float]) -> None:
    for metric in (None, LATENCY, HEALTH):
        ticks = axes.value_ticks(values, metric)
        slack = 1e-9 + 1e-6 * max(abs(v) for v in values)
        assert ticks[0].at <= min(values) + slack
        assert ticks[-1].at >= max(values) - slack
    ends = axes.close(values)
    assert ends.low < ends.high
    assert ends.low <= min(values) <= max(values) <= ends.high


def test_ticks_have_the_digits_of_their_step() -> None:
    errors = CATALOGUE["errors.rate"]
    assert [tick.text for tick in axes.value_ticks([0.0, 1.5], errors)] == [
        "0.0",
        "0.5",
        "1.0",
        "1.5",
    ]
    assert [tick.text for tick in axes.value_ticks([0.0, 40_000.0], None)] == [
        "0",
        "10,000",
        "20,000",
        "30,000",
        "40,000",
    ]
    assert axes.value_ticks([-10.0, 10.0], None)[0].text == f"{MINUS}10"
    assert axes.value_ticks([0.0, 4e-9], None)[-1].text == f"4e{MINUS}09"
    assert axes.value_ticks([0.0, 4e18], None)[-1].text == "4e18"


def test_durations_are_written_as_such() -> None:
    duration = CATALOGUE["runbook.duration_mean"]
    texts = [tick.text for tick in axes.value_ticks([0.0, 134.0], duration)]
    assert texts[0] == "0"
    assert all(text.endswith(("s", "m")) for text in texts[1:])


@pytest.mark.parametrize(
    ("window", "texts"),
    [
        (86_400, ["24 h ago", "18 h", "12 h", "6 h", "now"]),
        (30 * 86_400, ["30 d ago", "20 d", "10 d", "now"]),
        (7 * 86_400, ["7 d ago", "now"]),
        (3_600, ["1 h ago", "45 min", "30 min", "15 min", "now"]),
    ],
)
def test_times_are_told_from_now_back(window: float, texts: list[str]) -> None:
    ticks = axes.ago(1_000_000.0 - window, 1_000_000.0)
    found = [tick.text for tick in ticks]
    assert found == texts
    assert [tick.at for tick in ticks] == sorted(tick.at for tick in ticks)


@pytest.mark.usefixtures("_zone")
@given(st.floats(1.5e9, 2e9), st.floats(3_600, 7 * 86_400))
def test_clock_times_are_full_hours_within_the_window(start: float, window: float) -> None:
    *ticks, last = axes.clock(start, start + window)
    assert last.at == start + window
    assert all(start <= tick.at < start + window for tick in ticks)
    assert all(tick.text.endswith(":00") for tick in ticks)
    assert len(ticks) <= 8


def test_weeks_are_counted_from_one() -> None:
    ticks = axes.weeks(0.0, 7 * axes.WEEK)
    assert [tick.text for tick in ticks] == ["1", "2", "3", "4", "5", "6", "7", "8"]
    assert ticks[-1].at == 7 * axes.WEEK


def test_a_forecast_goes_as_far_as_it_says() -> None:
    day = 86_400.0
    texts = [tick.text for tick in axes.ahead(0.0, 30 * day, 60 * day)]
    assert texts == [f"{MINUS}30 d", "now", "+30 d"]


def test_rounding_does_not_move_an_end() -> None:
    assert axes.nice(0.0, 0.3) == pytest.approx((0.0, 0.1, 0.2, 0.3))
    assert not math.isnan(axes.nice(5.0, 5.0)[0])


def test_of_a_range_that_has_grown_old_the_whole_part_is_named() -> None:
    end = 1_000_000.0
    found = axes.ago(end - 24 * 3_600 - 50 * 60, end)
    assert [tick.text for tick in found] == ["24 h ago", "18 h", "12 h", "6 h", "now"]
    assert found[0].at == end - 24 * 3_600
