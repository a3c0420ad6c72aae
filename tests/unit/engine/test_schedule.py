from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsdesk.engine import schedule
from opsdesk.engine.schedule import Clocks, due_with_interval, has_slept, next_due, retry_delay

seconds = st.floats(0, 1e7)
intervals = st.floats(1, 86_400)
chances = st.floats(0, 1)


def test_a_refresh_comes_an_interval_after_it_was_due_not_after_it_was_done() -> None:
    assert next_due(due=100.0, now=103.5, interval=15.0) == 115.0


def test_what_a_slow_refresh_missed_is_left_out() -> None:
    assert next_due(due=100.0, now=152.0, interval=15.0) == 160.0


@given(due=seconds, late=seconds, interval=intervals)
def test_the_next_refresh_is_ahead_by_at_most_an_interval_and_on_the_grid(
    due: float, late: float, interval: float
) -> None:
    now = due + late
    following = next_due(due, now, interval)
    assert now < following <= now + interval * 1.001
    steps = (following - due) / interval
    assert math.isclose(steps, round(steps), abs_tol=1e-3)


@pytest.mark.parametrize(
    ("interval", "waits"),
    [
        (1.0, [5, 10, 10, 10, 10, 10]),
        (5.0, [5, 10, 15, 15, 15, 15]),
        (15.0, [5, 10, 20, 40, 45, 45]),
        (30.0, [5, 10, 20, 40, 60, 60]),
    ],
)
def test_waits_double_from_five_seconds_to_what_the_interval_allows(
    interval: float, waits: list[float]
) -> None:
    assert [retry_delay(n, interval, chance=1.0) for n in range(1, 7)] == waits


def test_a_long_interval_is_the_longest_wait() -> None:
    assert retry_delay(20, 300.0, chance=1.0) == 300.0


def test_chance_takes_away_at_most_half() -> None:
    assert retry_delay(1, 15.0, chance=0.0) == 2.5


@pytest.mark.parametrize(
    ("due", "interval", "failures", "then"),
    [
        (1060.0, 1.0, 0, 1001.0),
        (1010.0, 300.0, 0, 1010.0),
        (1008.0, 1.0, 4, 1008.0),
        (1040.0, 1.0, 4, 1010.0),
        (87_400.0, 30.0, 20, 1060.0),
        (87_400.0, 300.0, 20, 1300.0),
    ],
)
def test_another_interval_hastens_who_answers_and_spares_who_fails(
    due: float, interval: float, failures: int, then: float
) -> None:
    assert due_with_interval(due, 1000.0, interval, failures) == then


@pytest.mark.parametrize(
    ("asked", "waits"), [(30.0, 30.0), (1.0, 5.0), (3600.0, 600.0), (-3.0, 5.0), (math.nan, 5.0)]
)
def test_a_servers_wish_is_kept_up_to_ten_minutes(asked: float, waits: float) -> None:
    assert retry_delay(1, 15.0, chance=1.0, retry_after=asked) == waits


@given(
    failures=st.integers(1, 10**9),
    interval=intervals,
    chance=chances,
    wish=st.none() | st.floats(allow_nan=True, allow_infinity=True),
)
def test_a_wait_is_never_too_short_and_never_endless(
    failures: int, interval: float, chance: float, wish: float | None
) -> None:
    wait = retry_delay(failures, interval, chance, wish)
    assert 2.5 <= wait <= max(interval, 600.0)


@given(failures=st.integers(1, 60), interval=intervals, chance=chances)
def test_more_failures_never_wait_shorter(failures: int, interval: float, chance: float) -> None:
    assert retry_delay(failures, interval, chance) <= retry_delay(failures + 1, interval, chance)


BEFORE = Clocks(wall=1000.0, monotonic=50.0, boottime=70.0)


@pytest.mark.parametrize(
    ("after", "slept"),
    [
        (Clocks(wall=1005.0, monotonic=55.0, boottime=75.0), False),
        (Clocks(wall=1065.0, monotonic=55.0, boottime=135.0), True),
        # the wall clock was set back meanwhile: BOOTTIME still tells
        (Clocks(wall=900.0, monotonic=55.0, boottime=135.0), True),
        (Clocks(wall=900.0, monotonic=55.0, boottime=75.0), False),
        (Clocks(wall=1065.0, monotonic=55.0), True),
        (Clocks(wall=1009.9, monotonic=55.0), False),
        # Windows: all clocks ran on, timers are due by themselves
        (Clocks(wall=1065.0, monotonic=115.0), False),
    ],
)
def test_sleep_is_a_gap_between_clocks(after: Clocks, slept: bool) -> None:
    assert has_slept(BEFORE, after) is slept


def test_the_real_clocks_of_a_machine_awake_show_no_sleep() -> None:
    before = schedule.read_clocks()
    assert not has_slept(before, schedule.read_clocks())


def test_a_system_without_a_clock_for_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("time.CLOCK_BOOTTIME", raising=False)
    assert schedule.read_clocks().boottime is None
