"""Values, ages and counts as people read them."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.readings import NOW, reading

from opsdesk.catalogue import metrics
from opsdesk.insight import words
from opsdesk.insight.words import (
    MINUS,
    NOTHING,
    age_text,
    amount_text,
    clock_text,
    comparison_text,
    date_text,
    duration_text,
    exact_time,
    figure_text,
    inside,
    interval_text,
    listing,
    number_text,
    percent_change_text,
    quantile_name,
    unbroken,
    unit_symbol,
    utc_now,
    value_text,
    window_text,
)
from opsdesk.model.metric import Metric
from opsdesk.model.reading import BreakerState, Qualifier, Unit, Value

CATALOGUE = metrics.load()
ERRORS = CATALOGUE["errors.rate"]
LATENCY = CATALOGUE["latency.quantile"]
PERCENTS = (Unit.PERCENT, Unit.PERCENT_CHANGE, Unit.PERCENT_CHANGE_PER_WEEK)
numbers = st.floats(allow_nan=True, allow_infinity=True)
units = st.sampled_from([None, *Unit])
names = st.lists(st.text("abc", min_size=1), max_size=9)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (98.5, "98.5"),
        (100.0, "100"),
        (99.97, "99.97"),
        (99.99999, "99.9999"),
        (0.0, "0"),
        (-0.0, "0"),
        (0.03, "0.03"),
        (0.147, "0.15"),
        (1e-9, "0.0001"),
        (400.0, "400"),
        (100.04, "100.04"),
        (1_234.5, "1,234"),
        (999.96, "1,000"),
        (-60.0, f"{MINUS}60"),
        (-99.97, f"{MINUS}99.97"),
        (math.nan, NOTHING),
        (math.inf, NOTHING),
    ],
)
def test_percents(value: float, text: str) -> None:
    assert number_text(value, Unit.PERCENT) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (-1e-9, "0"),
        (0.034567, "0.0346"),
        (9.87654, "9.88"),
        (99.96, "100"),
        (1_243.4, "1,243"),
        (-4_800.0, f"{MINUS}4,800"),
        (1e300, "1e300"),
    ],
)
def test_other_numbers_have_three_digits_or_are_whole(value: float, text: str) -> None:
    assert number_text(value, Unit.MILLISECONDS) == text


@pytest.mark.parametrize(
    ("metric", "value", "text"),
    [
        ("errors.rate", 0.0, "0.0"),
        ("errors.rate", 12.0, "12"),
        ("errors.rate", 0.03, "0.03"),
        ("quality.rollbacks", 0.0, "0"),
        ("not.known", 0.0, "0"),
    ],
)
def test_a_zero_has_the_digits_that_it_is_read_to(metric: str, value: float, text: str) -> None:
    assert amount_text(value, CATALOGUE.get(metric)) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (28_000.0, Unit.USD_PER_MONTH, "$28,000"),
        (-4_800.0, Unit.USD_PER_WEEK, f"{MINUS}$4,800"),
        (0.0, Unit.USD, "$0"),
        (28_000.0, Unit.COUNT, "28,000"),
    ],
)
def test_money_has_its_sign(value: float, unit: Unit, text: str) -> None:
    assert number_text(value, unit) == text


@given(st.floats(min_value=0, max_value=100, exclude_min=True, exclude_max=True))
def test_a_percent_between_the_ends_never_reads_as_an_end(value: float) -> None:
    assert number_text(value, Unit.PERCENT) not in ("0", "100")


@given(st.floats(min_value=-999, max_value=999), st.sampled_from(PERCENTS))
def test_a_percent_is_exact_to_a_tenth_and_finer_near_an_end(value: float, unit: Unit) -> None:
    shown = float(number_text(value, unit).replace(MINUS, "-"))
    distance = min(abs(value), abs(100 - abs(value)))
    assert abs(shown - value) <= max(0.0001, min(0.0501, distance / 19))


@given(numbers, units)
def test_no_number_is_blank_has_a_hyphen_for_a_minus_or_digits_without_end(
    value: float, unit: Unit | None
) -> None:
    text = number_text(value, unit)
    assert text
    assert "-" not in text
    assert len(re.sub(r"\D", "", text)) <= 17
    assert "nan" not in text
    assert "inf" not in text


@given(numbers, units)
def test_a_minus_stands_before_something(value: float, unit: Unit | None) -> None:
    text = number_text(value, unit)
    if text.startswith(MINUS):
        assert value < 0
        assert number_text(-value, unit) == text.removeprefix(MINUS)
        assert re.search(r"[1-9]", text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, NOTHING),
        ("", NOTHING),
        ("Pending", "Pending"),
        (True, "Yes"),
        (False, "No"),
        (BreakerState.HALF_OPEN, "HALF-OPEN"),
        (NOW - timedelta(minutes=46), "46 min ago"),
        (NOW + timedelta(minutes=10), "0 s ago"),
        (12, "12"),
    ],
)
def test_values_of_every_kind(value: Value, text: str) -> None:
    assert value_text(reading("m", value), None, NOW) == text


def test_no_reading_is_a_dash() -> None:
    assert value_text(None, ERRORS, NOW) == figure_text(None, ERRORS, NOW) == NOTHING


@pytest.mark.parametrize(
    ("qualifier", "text"),
    [
        (Qualifier.EXACT, "12"),
        (Qualifier.LESS, "< 12"),
        (Qualifier.GREATER, "> 12"),
        (Qualifier.AT_LEAST, "\N{GREATER-THAN OR EQUAL TO} 12"),
        (Qualifier.ABOUT, "\N{ALMOST EQUAL TO} 12"),
    ],
)
def test_a_number_shows_how_exact_it_is(qualifier: Qualifier, text: str) -> None:
    found = msgspec.structs.replace(reading("m", 12.0), qualifier=qualifier)
    assert value_text(found, None, NOW) == text
    unknown = msgspec.structs.replace(found, value=math.nan)
    assert value_text(unknown, None, NOW) == NOTHING


@pytest.mark.parametrize(
    ("value", "metric", "text"),
    [
        (1_243.0, LATENCY, "1,243 ms"),
        (98.5, ERRORS, "98.5 %"),
        (142.0, CATALOGUE["breaker.failures"], "142"),
        (7.0, None, "7"),
        (None, ERRORS, NOTHING),
        (math.nan, ERRORS, NOTHING),
        ("N/A", ERRORS, "N/A"),
    ],
)
def test_only_a_number_has_a_unit(value: Value, metric: Metric | None, text: str) -> None:
    assert figure_text(reading("m", value), metric, NOW) == text


def test_every_unit_has_a_symbol_or_needs_none() -> None:
    bare = {Unit.SECONDS, Unit.COUNT, Unit.USD, Unit.STATE, Unit.TEXT, Unit.BOOL, Unit.TIME}
    for unit in Unit:
        found = unit_symbol(msgspec.structs.replace(ERRORS, unit=unit))
        assert bool(found) is (unit not in bare), unit
    assert unit_symbol(None) == ""


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 ms"),
        (-5, "0 ms"),
        (0.45, "450 ms"),
        (0.9996, "1 s"),
        (1.44, "1.4 s"),
        (9.96, "10 s"),
        (59.7, "1 m"),
        (134, "2 m 14 s"),
        (3_599.6, "1 h"),
        (11_100, "3 h 5 m"),
        (86_400, "1 d"),
        (90_000, "1 d 1 h"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text
    if seconds >= 0:
        assert number_text(seconds, Unit.SECONDS) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-600, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3_599, "59 min"),
        (3_600, "1 h"),
        (26 * 3_600, "26 h"),
        (5 * 86_400, "5 d"),
    ],
)
def test_ages(seconds: float, text: str) -> None:
    assert age_text(seconds) == text


@given(st.floats(min_value=-1e12, max_value=1e12))
def test_no_age_or_duration_is_negative(seconds: float) -> None:
    assert re.match(r"\d", age_text(seconds))
    assert re.match(r"\d", duration_text(seconds))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.5, "500 ms"),
        (15, "15 s"),
        (60, "1 min"),
        (90, "1 m 30 s"),
        (300, "5 min"),
        (5_400, "90 min"),
        (86_400, "24 h"),
        (2 * 86_400, "2 d"),
        (7 * 86_400, "7 d"),
    ],
)
def test_intervals_and_windows_are_exact(seconds: float, text: str) -> None:
    assert interval_text(seconds) == text
    assert window_text(seconds) == f"last {text}"


def test_a_value_that_covers_an_instant_is_of_now() -> None:
    assert window_text(None) == "now"


def test_a_time_of_day_has_its_date_where_it_is_not_of_today() -> None:
    noon = datetime(2026, 3, 2, 12, 0).astimezone()
    assert clock_text(noon.astimezone(UTC), noon + timedelta(hours=1)) == "12:00"
    assert clock_text(noon, noon + timedelta(days=1)) == "02 Mar 12:00"


def test_an_exact_time_carries_its_offset() -> None:
    assert datetime.fromisoformat(exact_time(NOW)) == NOW


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (-60.0, f"{MINUS}60 %"),
        (400.0, "+400 %"),
        (-65.2, f"{MINUS}65 %"),
        (4.25, "+4.2 %"),
        (-99.97, f"{MINUS}99.97 %"),
        (0.0, "0 %"),
        (1_250.0, "+1,250 %"),
        (math.nan, NOTHING),
        (math.inf, NOTHING),
    ],
)
def test_changes_have_a_sign_and_the_digits_that_matter(change: float, text: str) -> None:
    assert percent_change_text(change) == text


@given(st.floats(min_value=-1e6, max_value=1e6))
def test_a_change_never_reads_as_its_opposite(change: float) -> None:
    text = percent_change_text(change)
    if text[0] in f"+{MINUS}":
        assert (text[0] == "+") is (change > 0)


def test_a_comparison_says_what_was_and_by_how_much_it_has_changed() -> None:
    earlier = reading("incidents.resolution_time", 45.0)
    metric = msgspec.structs.replace(LATENCY, unit=Unit.MINUTES)
    assert comparison_text(earlier, -60.0, metric) == f"was 45 min, {MINUS}60 %"
    assert comparison_text(earlier, None, metric) == "was 45 min"
    assert comparison_text(None, -60.0, metric) == f"{MINUS}60 %"
    assert comparison_text(None, None, metric) == ""
    assert comparison_text(earlier, math.nan, metric) == "was 45 min"


@pytest.mark.parametrize(
    ("quantile", "text"),
    [("0.95", "p95"), ("0.5", "p50"), ("0.999", "p99.9"), ("1", "max"), ("1.0", "max"), ("?", "?")],
)
def test_quantiles_are_named_as_people_name_them(quantile: str, text: str) -> None:
    assert quantile_name(quantile) == text


def test_a_day_has_no_year() -> None:
    assert date_text(datetime(2026, 12, 1, 12, 0).astimezone()) == "01 Dec"


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ((), ""),
        (("A",), "A"),
        (("A", "B"), "A and B"),
        (("A", "B", "C"), "A, B and C"),
        (("A", "B", "C", "D"), "A, B and 2 more"),
    ],
)
def test_listings(given: tuple[str, ...], text: str) -> None:
    assert listing(given) == text


@given(names)
def test_a_listing_names_all_or_counts_the_rest(given: list[str]) -> None:
    text = listing(given)
    more = re.search(r" and (\d+) more$", text)
    named = re.split(r", | and ", text[: more.start()] if more else text) if text else []
    assert named == given[: len(named)]
    assert len(named) + int(more[1] if more else 0) == len(given)


@given(names, st.integers(min_value=0, max_value=10_000))
def test_a_listing_of_the_first_few_reads_as_one_of_all(given: list[str], further: int) -> None:
    assume(len(given) >= words.LISTED)
    everything = [*given, *["x"] * further]
    assert listing(given[: words.LISTED], len(everything)) == listing(everything)


@pytest.mark.parametrize(
    ("title", "text"),
    [("Error rate", "error rate"), ("ROI", "ROI"), ("CPU load", "CPU load"), ("", "")],
)
def test_a_title_within_a_sentence(title: str, text: str) -> None:
    assert inside(title) == text


def test_now_is_utc() -> None:
    assert utc_now().utcoffset() == timedelta(0)


def test_a_percent_sign_stays_on_the_line_of_its_number() -> None:
    assert unbroken("from 8 % to 2 %") == "from 8\N{NO-BREAK SPACE}% to 2\N{NO-BREAK SPACE}%"
