from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.readings import NOW, by_key, harvest, reading

from opsdesk.engine.merge import Held, keep, merge
from opsdesk.model.protocols import Harvest
from opsdesk.model.reading import Reading


def never(_reading: Reading) -> bool:
    return False


def always(_reading: Reading) -> bool:
    return True


def held(*readings: Reading, seen: datetime | None = NOW) -> Held:
    return Held(readings=by_key(*readings), seen=seen)


def test_a_refresh_that_changes_nothing_keeps_the_same_objects() -> None:
    before = held(reading("errors.rate", 0.5))
    again = reading("errors.rate", 0.5)
    after = keep(before, harvest(again), NOW)
    assert after.readings[again.key] is before.readings[again.key]


def test_a_newer_sample_takes_the_place_of_an_older_one() -> None:
    new = reading("errors.rate", 0.5, NOW + timedelta(seconds=15))
    assert keep(held(reading("errors.rate", 0.5)), harvest(new), NOW).readings[new.key] is new


def test_a_figure_that_is_no_longer_there_keeps_its_last_reading_for_an_hour() -> None:
    known = held(reading("errors.rate", 0.5))
    later = keep(known, harvest(), NOW + timedelta(minutes=1))
    assert keep(later, harvest(), NOW + timedelta(minutes=59)).readings == known.readings
    assert keep(later, harvest(), NOW + timedelta(hours=1)).readings == {}


def lacking(**said: object) -> Harvest:
    """Return an answer of a source that shows what is younger than four minutes, without it."""
    return msgspec.structs.replace(harvest(), lookback=240.0, **said)


def test_what_was_there_a_moment_ago_has_ended_and_is_gone_once_it_would_be_stale() -> None:
    one = reading("errors.rate", 0.5)
    at = NOW + timedelta(minutes=1)
    after = keep(held(one), lacking(), at)
    assert merge([after], never, at) == by_key(one)
    assert merge([after], always, at) == {}
    for later in (lacking(), lacking(unanswered=frozenset({"errors.rate"})), harvest()):
        assert merge([keep(after, later, NOW + timedelta(minutes=9))], always, NOW) == {}
    back = keep(after, harvest(one), at)
    assert merge([back], always, at) == by_key(one)


@pytest.mark.parametrize(
    ("answer", "age"),
    [
        # its samples came to an end, and nobody said that there will be no more
        (lacking(), 240),
        # the source does not tell the one from the other
        (harvest(), 10),
        (lacking(unanswered=frozenset({"errors.rate"})), 10),
    ],
)
def test_what_may_be_late_is_not_gone(answer: Harvest, age: int) -> None:
    one = reading("errors.rate", 0.5)
    after = keep(held(one), answer, NOW + timedelta(seconds=age))
    assert merge([after], always, NOW) == by_key(one)


def test_what_could_not_be_asked_is_kept_for_a_day_as_if_nobody_answered() -> None:
    known = held(reading("errors.rate", 0.5))
    refused = lacking(unanswered=frozenset({"errors.rate"}))
    later = keep(known, refused, NOW + timedelta(minutes=1))
    assert keep(later, refused, NOW + timedelta(hours=23)).readings == known.readings
    assert keep(later, refused, NOW + timedelta(hours=24)).readings == {}


def test_a_figure_that_is_reported_once_a_month_is_there_as_long_as_its_source() -> None:
    monthly = reading("health.score", 98.5, NOW - timedelta(days=30))
    known = keep(Held(), harvest(monthly), NOW)
    assert merge([known], never, NOW + timedelta(hours=1)) == by_key(monthly)
    assert keep(known, harvest(monthly), NOW + timedelta(days=3)).readings == by_key(monthly)


def test_a_source_that_fails_for_a_day_says_nothing_any_more() -> None:
    known = held(reading("errors.rate", 0.5))
    assert merge([known], never, NOW + timedelta(hours=23)) == known.readings
    assert merge([known], never, NOW + timedelta(hours=24)) == {}
    assert merge([held(reading("errors.rate", 0.5), seen=None)], never, NOW) == {}


def test_the_first_source_that_is_not_stale_wins() -> None:
    first, second = reading("errors.rate", 1.0, source="a"), reading("errors.rate", 2.0, source="b")
    both = [held(first), held(second)]
    assert merge(both, never, NOW)[first.key] is first
    assert merge(both, lambda r: r is first, NOW)[first.key] is second
    assert merge(both, always, NOW)[first.key] is first


metrics = st.sampled_from(["errors.rate", "health.score", "latency.quantile", "own.metric"])
ages = st.integers(0, 30 * 3600)
sources = st.lists(
    st.dictionaries(metrics, st.tuples(st.floats(0, 100), ages), max_size=4), min_size=1, max_size=4
)


@given(sources)
def test_the_union_of_all_keys_and_for_each_the_first_fresh_reading(
    given_sources: list[dict[str, tuple[float, int]]],
) -> None:
    by_priority = [
        held(
            *(
                reading(metric, value, NOW - timedelta(seconds=age), source=str(place))
                for metric, (value, age) in of.items()
            )
        )
        for place, of in enumerate(given_sources)
    ]

    def is_stale(one: Reading) -> bool:
        return NOW - one.at > timedelta(minutes=3)

    merged = merge(by_priority, is_stale, NOW)
    known = [r for of in by_priority for r in of.readings.values()]
    assert merged.keys() == {r.key for r in known}
    for key, chosen in merged.items():
        rivals = [r for r in known if r.key == key]
        fresh = [r for r in rivals if not is_stale(r)]
        assert chosen is (fresh or rivals)[0]


@given(st.lists(st.tuples(metrics, st.floats(0, 100)), max_size=6))
def test_keeping_the_same_harvest_twice_changes_nothing(figures: list[tuple[str, float]]) -> None:
    given = [reading(metric, value) for metric, value in figures]
    once = keep(Held(), harvest(*given), NOW).readings
    copies = [msgspec.structs.replace(one) for one in given]
    twice = keep(Held(readings=once, seen=NOW), harvest(*copies), NOW).readings
    assert twice.keys() == once.keys()
    assert all(twice[key] is once[key] for key in once)
