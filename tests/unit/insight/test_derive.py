"""The health score."""

from __future__ import annotations

import math
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.readings import NOW, breaker, by_key, reading
from support.systems import CATALOGUE, LONG_AGO, breakers, source, up

from opsdesk.insight.derive import HEALTH, OWN_SOURCE, derive, grouped, health_parts, health_score
from opsdesk.model.reading import BreakerState, Origin, Reading, Value

CLOSED, OPEN = BreakerState.CLOSED, BreakerState.OPEN
SOURCES = {"a": source()}

numbers = st.one_of(
    st.floats(), st.integers(-1_000, 1_000), st.none(), st.just("N/A"), st.booleans()
)
parts = st.one_of(
    st.tuples(st.just("component.instances_up"), numbers),
    st.tuples(st.just("errors.rate"), numbers),
    st.tuples(st.just("breaker.state"), st.sampled_from(BreakerState) | st.just("odd")),
    st.tuples(st.just("latency.quantile"), numbers),
)


def figures(found: list[tuple[str, Value]]) -> list[Reading]:
    return [reading(metric, value, number=str(i)) for i, (metric, value) in enumerate(found)]


def scored(*readings: Reading) -> float | None:
    score = health_score(readings)
    return None if score is None else score.number


@pytest.mark.parametrize(
    ("readings", "score"),
    [
        ([up(), *breakers(CLOSED)], 100.0),
        ([up(), *breakers(OPEN)], 500 / 7),
        ([up(), *breakers(BreakerState.HALF_OPEN)], 600 / 7),
        ([up("A", 0.0), up("B", 100.0)], 50.0),
        ([up(), reading("errors.rate", 4.0)], (500 + 3 * 96) / 8),
        ([up(), reading("errors.rate", 4.0), reading("errors.rate", 8.0, system="x")], 97.0),
        (breakers(CLOSED, BreakerState.UNKNOWN, BreakerState.DISABLED), 100.0),
    ],
)
def test_components_weigh_five_errors_three_breakers_two(
    readings: list[Reading], score: float
) -> None:
    assert scored(*readings) == pytest.approx(score, abs=1e-6)


@pytest.mark.parametrize(
    "readings",
    [
        [],
        [reading("errors.rate", 0.0)],
        [up(percent=None)],
        [up(percent=math.nan)],
        breakers(BreakerState.UNKNOWN, BreakerState.DISABLED),
        [reading("latency.quantile", 100.0, quantile="0.95")],
    ],
)
def test_without_a_component_or_a_breaker_there_is_no_score(readings: list[Reading]) -> None:
    assert health_score(readings) is None
    assert derive(by_key(*readings), CATALOGUE, SOURCES, NOW).readings == ()


def test_one_open_breaker_of_many_is_not_rounded_away() -> None:
    many = [breaker(str(i), CLOSED) for i in range(20_000)]
    score = scored(up(), breaker("open", OPEN), *many)
    assert score is not None
    assert 99.99 < score < 100


def test_the_score_says_what_it_is_made_of() -> None:
    score = health_score([up("A"), up("B", 99.97), *breakers(CLOSED, OPEN, BreakerState.UNKNOWN)])
    assert score is not None
    assert score.note == "components up 99.985 % (weight 5), breakers closed 50 % (weight 2)"
    assert (score.key, score.origin, score.source) == (HEALTH, Origin.DERIVED, OWN_SOURCE)
    assert score.samples == 4


def test_the_score_is_as_old_as_the_oldest_of_what_it_rests_on() -> None:
    score = health_score([up("A"), up("B", at=LONG_AGO), reading("latency.quantile", 1.0)])
    assert score is not None
    assert score.at == LONG_AGO


@given(st.lists(parts, max_size=12))
def test_the_score_is_a_percent_whatever_the_sources_say(found: list[tuple[str, Value]]) -> None:
    score = scored(*figures(found))
    assert score is None or 0 <= score <= 100
    for part in health_parts(grouped(figures(found))):
        assert 0 <= part.score <= 100
        assert part.readings


@given(st.lists(parts, max_size=12), st.randoms(use_true_random=False))
def test_the_score_does_not_depend_on_the_order(
    found: list[tuple[str, Value]], chance: object
) -> None:
    readings = figures(found)
    shuffled = list(readings)
    chance.shuffle(shuffled)
    assert scored(*shuffled) == scored(*readings)


def test_a_score_that_a_source_reports_is_kept_as_reported() -> None:
    reported = by_key(reading("health.score", 42.0), up())
    assert derive(reported, CATALOGUE, SOURCES, NOW).readings == ()


def test_a_part_that_is_stale_counts_with_what_it_last_said_and_makes_the_score_as_old() -> None:
    (score,) = derive(by_key(up("A", 0.0, at=LONG_AGO), up("B")), CATALOGUE, SOURCES, NOW).readings
    assert (score.value, score.at) == (50.0, LONG_AGO)


def test_a_part_that_was_never_known_makes_the_score_no_older() -> None:
    never = up("A", None, at=LONG_AGO)
    (score,) = derive(by_key(never, up("B")), CATALOGUE, SOURCES, NOW).readings
    assert (score.value, score.at) == (100.0, NOW)


def test_the_score_waits_for_the_part_that_is_sampled_most_seldom() -> None:
    seldom = msgspec.structs.replace(up("A"), cadence=300.0)
    score = health_score([seldom, up("B")])
    assert score is not None
    assert score.cadence == 300.0


@given(st.lists(parts, max_size=12), st.lists(st.integers(0, 100_000), min_size=12, max_size=12))
def test_the_score_never_moves_by_ageing_alone(
    found: list[tuple[str, Value]], ages: list[int]
) -> None:
    held = by_key(
        *(
            msgspec.structs.replace(one, at=NOW - timedelta(seconds=age))
            for one, age in zip(figures(found), ages, strict=False)
        )
    )
    moments = (NOW + timedelta(seconds=seconds) for seconds in (0, 20, 60, 3_600, 100_000))
    told = {
        (score.value, score.at)
        for now in moments
        for score in derive(held, CATALOGUE, SOURCES, now).readings
        if score.key == HEALTH
    }
    assert len(told) <= 1
