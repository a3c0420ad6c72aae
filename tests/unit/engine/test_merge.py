from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from support.readings import NOW, by_key, reading

from opsdesk.engine.merge import Held, keep, merge
from opsdesk.model.reading import Reading


def never(_reading: Reading) -> bool:
    return False


def held(*readings: Reading, seen: datetime | None = NOW) -> Held:
    return Held(readings=by_key(*readings), seen=seen)


def test_a_refresh_that_changes_nothing_keeps_the_same_objects() -> None:
    before = held(reading("errors.rate", 0.5))
    again = reading("errors.rate", 0.5)
    after = keep(before, [again], NOW)
    assert after.readings[again.key] is before.readings[again.key]


def test_a_newer_sample_takes_the_place_of_an_older_one() -> None:
    new = reading("errors.rate", 0.5, NOW + timedelta(seconds=15))
    assert keep(held(reading("errors.rate", 0.5)), [new], NOW).readings[new.key] is new


def test_a_figure_that_is_no_longer_there_keeps_its_last_reading_for_an_hour() -> None:
    known = held(reading("errors.rate", 0.5))
    later = keep(known, [], NOW + timedelta(minutes=1))
    assert keep(later, [], NOW + timedelta(minutes=59)).readings == known.readings
    assert keep(later, [], NOW + timedelta(hours=1)).readings == {}


def test_a_figure_that_is_reported_once_a_month_is_there_as_long_as_its_source() -> None:
    monthly = reading("health.score", 98.5, NOW - timedelta(days=30))
    known = keep(Held(), [monthly], NOW)
    assert merge([known], never, NOW + timedelta(hours=1)) == by_key(monthly)
    assert keep(known, [monthly], NOW + timedelta(days=3)).readings == by_key(monthly)


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
    assert merge(both, lambda _: True, NOW)[first.key] is first


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
    harvest = [reading(metric, value) for metric, value in figures]
    once = keep(Held(), harvest, NOW).readings
    copies = [msgspec.structs.replace(one) for one in harvest]
    twice = keep(Held(readings=once, seen=NOW), copies, NOW).readings
    assert twice.keys() == once.keys()
    assert all(twice[key] is once[key] for key in once)
