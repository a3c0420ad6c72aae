"""Data ages by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.readings import NOW, reading
from support.systems import CATALOGUE, INTERVAL, source

from opsdesk.insight.freshness import age_seconds, freshness, greatest_age, staleness
from opsdesk.model.reading import Freshness

ERRORS = CATALOGUE["errors.rate"]
MONTHLY = CATALOGUE["oncall.resolution_time"]
READING = reading("errors.rate", 0.5)
WORSE = [Freshness.LIVE, Freshness.LATE, Freshness.STALE]
seconds = st.floats(min_value=-1e6, max_value=1e6)


def after(number: float) -> datetime:
    return NOW + timedelta(seconds=number)


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (0, Freshness.LIVE),
        (30, Freshness.LIVE),
        (30.1, Freshness.LATE),
        (45, Freshness.LATE),
        (45.1, Freshness.STALE),
        (-600, Freshness.LIVE),
    ],
)
def test_a_figure_is_late_after_two_refreshes_and_stale_after_three(
    age: float, expected: Freshness
) -> None:
    assert freshness(READING, ERRORS, source(), after(age)) is expected


def test_a_source_that_samples_more_slowly_than_we_ask_sets_the_pace() -> None:
    slow = msgspec.structs.replace(source(), cadence=60.0)
    assert freshness(READING, ERRORS, slow, after(100)) is Freshness.LIVE
    assert greatest_age(ERRORS, slow) == 180
    assert greatest_age(ERRORS, slow, cadence=290.0) == 870


def test_what_the_catalogue_says_comes_first() -> None:
    assert freshness(READING, MONTHLY, source(), after(20 * 86_400)) is Freshness.LIVE
    assert freshness(READING, MONTHLY, None, after(20 * 86_400)) is Freshness.LIVE


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (24, Freshness.LIVE),  # that of October, on 24 November
        (31, Freshness.LIVE),  # the next one comes today, in the longest month
        (33, Freshness.LATE),
        (36, Freshness.STALE),
    ],
)
def test_what_is_reported_once_a_month_is_late_once_the_next_figure_is(
    days: float, expected: Freshness
) -> None:
    assert freshness(READING, MONTHLY, source(), after(days * 86_400)) is expected


def test_what_nobody_has_described_ages_by_its_source() -> None:
    assert freshness(READING, None, source(), after(3 * INTERVAL + 1)) is Freshness.STALE


@pytest.mark.parametrize("age", [-600, 0, 1])
def test_nothing_is_fresh_when_its_source_is_gone(age: float) -> None:
    assert freshness(READING, ERRORS, None, after(age)) is Freshness.STALE


def test_no_reading_is_missing_or_has_no_source() -> None:
    assert freshness(None, ERRORS, source(), NOW) is Freshness.MISSING
    assert freshness(None, ERRORS, None, NOW) is Freshness.NO_SOURCE


def test_a_figure_of_the_future_ages_from_when_its_source_last_answered() -> None:
    ahead = reading("errors.rate", 0.5, after(600))
    assert freshness(ahead, ERRORS, source(), after(10)) is Freshness.LIVE
    assert freshness(ahead, ERRORS, source(), after(46)) is Freshness.STALE
    assert freshness(ahead, ERRORS, source(answered=after(60)), after(100)) is Freshness.LATE


@given(seconds, seconds, seconds, st.sampled_from([ERRORS, MONTHLY, None]))
def test_nothing_gets_fresher_by_waiting(
    at: float, now: float, later: float, metric: object
) -> None:
    found = reading("errors.rate", 0.5, after(at))
    first, second = sorted((now, later))
    before = freshness(found, metric, source(), after(first))
    assert WORSE.index(before) <= WORSE.index(freshness(found, metric, source(), after(second)))


@given(seconds)
def test_an_age_is_never_negative(at: float) -> None:
    assert age_seconds(READING, after(at)) == pytest.approx(max(0.0, at), abs=1e-5)


@given(seconds, seconds, st.floats(min_value=0, max_value=1e5))
def test_what_is_alike_is_judged_once_and_as_each_alone(
    one: float, other: float, cadence: float
) -> None:
    is_stale = staleness(CATALOGUE, {"a": source()}, NOW)
    for age in (one, other, one):
        aged = msgspec.structs.replace(READING, at=after(age), cadence=cadence)
        alone = freshness(aged, ERRORS, {"a": source()}.get(aged.source), NOW)
        assert is_stale(aged) is (alone is Freshness.STALE)
