"""A snapshot, arranged: breakers as rows, names, thresholds."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.readings import NOW, breaker, reading
from support.systems import CATALOGUE, LONG_AGO, board, breakers, source, up, whole

from opsdesk.insight.board import Level, arrange, breaker_names, level, level_of, subject
from opsdesk.insight.derive import HEALTH
from opsdesk.model.key import key
from opsdesk.model.metric import Direction, Metric
from opsdesk.model.reading import BreakerState, Freshness, Qualifier
from opsdesk.model.snapshot import Snapshot

CLOSED, OPEN = BreakerState.CLOSED, BreakerState.OPEN
HEALTH_METRIC, ERRORS = CATALOGUE["health.score"], CATALOGUE["errors.rate"]
INSTANCES = CATALOGUE["component.instances_up"]
label_sets = st.dictionaries(
    st.sampled_from(["breaker", "job", "namespace", "system"]), st.sampled_from(["a", "b", "a (b)"])
)


def test_readings_stand_under_their_metric_in_the_order_of_the_source() -> None:
    found = board(up("B"), reading("errors.rate", 1.0), up("A"))
    assert list(found.by_metric) == ["component.instances_up", "errors.rate"]
    assert [r.key.label("component") for r in found.by_metric["component.instances_up"]] == [
        "B",
        "A",
    ]
    assert found.metric("errors.rate") is ERRORS
    assert found.metric("own.metric") is None


def test_the_worst_breakers_come_first_then_the_order_of_the_source() -> None:
    found = board(*breakers(CLOSED, BreakerState.HALF_OPEN, OPEN, CLOSED, BreakerState.FORCED_OPEN))
    assert [row.name for row in found.breakers] == ["C", "E", "B", "A", "D"]


def test_a_breaker_carries_what_else_is_known_of_it() -> None:
    failures = reading("breaker.failures", 12.0, breaker="A", job="shop")
    reset = reading("breaker.last_reset", LONG_AGO, breaker="A", job="shop")
    other = reading("breaker.failures", 3.0, breaker="A", job="other")
    found = board(breaker("A", OPEN, job="shop"), failures, reset, other)
    assert (found.breakers[0].failures, found.breakers[0].last_reset) == (failures, reset)


@pytest.mark.parametrize("value", ["tripped", None, 1.0])
def test_a_state_that_is_none_is_unknown(value: str | float | None) -> None:
    found = board(reading("breaker.state", value, breaker="A"))
    assert found.breakers[0].state is BreakerState.UNKNOWN


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("External API - Weather", ("External API", "Weather")),
        ("payments", ("", "payments")),
        ("a - b - c", ("a", "b - c")),
        ("External - ", ("", "External - ")),
        (" - x", ("", " - x")),
    ],
)
def test_a_name_may_have_a_group(name: str, split: tuple[str, str]) -> None:
    assert board(breaker(name, CLOSED)).breakers[0].group_and_name == split


def test_the_newest_reading_dates_the_board() -> None:
    assert board(up(), up("B", at=LONG_AGO)).newest == NOW
    assert board().newest is None


def test_a_simulated_production_is_known() -> None:
    demo = msgspec.structs.replace(source("demo"), kind="demo")
    assert board(sources=(source(), demo)).is_demo
    assert not board(sources=(source(),)).is_demo


def test_a_breaker_has_its_other_labels_only_where_two_have_its_name() -> None:
    rows = board(
        breaker("db", CLOSED, job="shop"),
        breaker("db", CLOSED, job="mail", namespace="prod"),
        breaker("api", CLOSED, job="shop"),
    ).breakers
    assert [row.name for row in rows] == ["db (shop)", "db (mail, prod)", "api"]


def test_labels_that_read_alike_are_written_with_their_names() -> None:
    alike = [
        key("breaker.state", {"breaker": "db", "job": "x"}),
        key("breaker.state", {"breaker": "db", "namespace": "x"}),
    ]
    assert list(breaker_names(alike).values()) == [str(found) for found in alike]


def test_a_breaker_without_a_name_is_called_by_what_it_has() -> None:
    nameless = [key("breaker.state", {"job": "shop"}), key("breaker.state")]
    assert list(breaker_names(nameless).values()) == ["shop", "breaker.state"]


@given(st.lists(label_sets, max_size=12))
def test_no_two_breakers_have_one_name(labels: list[dict[str, str]]) -> None:
    keys = {key("breaker.state", found) for found in labels}
    names = breaker_names(keys)
    assert len(set(names.values())) == len(keys)
    assert all(names.values())


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({}, ""),
        ({"component": "API", "namespace": "prod"}, "API"),
        ({"breaker": "db", "component": "API"}, "db"),
        ({"queue": "mail", "host": "a"}, "a, mail"),
    ],
)
def test_what_a_key_is_about(labels: dict[str, str], expected: str) -> None:
    assert subject(key("m", labels)) == expected


@pytest.mark.parametrize(
    ("value", "degraded", "critical"),
    [
        (95.1, False, False),
        (95.0, True, False),
        (80, True, True),
        (float("nan"), False, False),
        (None, False, False),
        ("low", False, False),
        (False, False, False),
    ],
)
def test_a_value_is_held_against_the_thresholds(
    value: object, degraded: bool, critical: bool
) -> None:
    assert level(HEALTH_METRIC, value) == Level(degraded=degraded, critical=critical)


def test_the_worse_side_is_the_catalogues() -> None:
    assert level(ERRORS, 10.0) == Level(degraded=True, critical=True)
    assert level(ERRORS, 0.9) == Level()


def test_what_has_no_thresholds_or_no_direction_is_never_wrong() -> None:
    no_direction = msgspec.structs.replace(ERRORS, direction=Direction.NONE)
    assert level(CATALOGUE["latency.quantile"], 1e9) == Level()
    assert level(no_direction, 1e9) == level(None, 1e9) == Level()


@pytest.mark.parametrize(
    ("metric", "qualifier", "is_wrong"),
    [
        (ERRORS, Qualifier.EXACT, True),
        (ERRORS, Qualifier.LESS, False),
        (ERRORS, Qualifier.AT_LEAST, True),
        (INSTANCES, Qualifier.LESS, True),
        (INSTANCES, Qualifier.AT_LEAST, False),
        (INSTANCES, Qualifier.GREATER, False),
    ],
)
def test_what_may_be_better_than_its_number_is_not_wrong(
    metric: Metric, qualifier: Qualifier, is_wrong: bool
) -> None:
    value = 0.0 if metric is INSTANCES else 99.0
    found = msgspec.structs.replace(reading(metric.id, value), qualifier=qualifier)
    assert level_of(metric, found) == (level(metric, value) if is_wrong else Level())
    assert level(metric, value).critical


def test_a_breaker_turns_stale_when_its_reading_does() -> None:
    found = board(breaker("A", CLOSED), breaker("B", CLOSED, NOW - timedelta(seconds=20)))
    for age in range(60):
        now = NOW + timedelta(seconds=age)
        fresh = [row.name for row in found.fresh_breakers(now)]
        assert fresh == [r.name for r in found.breakers if not found.is_stale(r.reading, now)]
        old = [row.name for row in found.stale_breakers(now)]
        assert sorted(fresh + old) == ["A", "B"]


def test_no_reading_is_missing_while_there_are_sources() -> None:
    assert board().freshness(None, NOW) is Freshness.MISSING
    assert board(sources=()).freshness(None, NOW) is Freshness.NO_SOURCE
    assert not board().is_stale(None, NOW)


class TestWhatOpsDeskComputed:
    def test_ages_like_the_slowest_source_that_it_may_rest_on(self) -> None:
        found = whole(up(), sources=(source(), source("b", interval=300.0)))
        score = found.snapshot.readings[HEALTH]
        assert not found.is_stale(score, NOW + timedelta(seconds=900))
        assert found.is_stale(score, NOW + timedelta(seconds=901))

    def test_does_not_rest_on_a_source_that_never_answered(self) -> None:
        found = whole(up(), sources=(source(), source("b", interval=300.0, answered=None)))
        assert found.is_stale(found.snapshot.readings[HEALTH], NOW + timedelta(seconds=46))

    def test_is_stale_where_nothing_is_connected(self) -> None:
        score = whole(up()).snapshot.readings[HEALTH]
        assert board(score, sources=()).is_stale(score, NOW)


def test_a_reading_of_a_source_that_is_gone_does_not_age_like_another() -> None:
    found = board(up(source="gone"), sources=(source("b", interval=300.0),))
    assert found.source_of(found.by_metric["component.instances_up"][0]) is None
    assert found.is_stale(found.by_metric["component.instances_up"][0], NOW)


def test_what_a_source_describes_is_explained_as_well_and_ours_counts_first() -> None:
    theirs = msgspec.structs.replace(CATALOGUE["health.score"], id="queue.depth", title="Queue")
    other = msgspec.structs.replace(CATALOGUE["health.score"], title="Not ours")
    snapshot = Snapshot(at=NOW, metrics={"queue.depth": theirs, "health.score": other})
    board = arrange(snapshot, CATALOGUE)
    assert board.metric("queue.depth") is theirs
    assert board.metric("health.score") is CATALOGUE["health.score"]
    assert list(board.catalogue) == [*CATALOGUE, "queue.depth"]


states = st.sampled_from(list(BreakerState))


@given(st.lists(st.tuples(states, st.integers(0, 40)), max_size=12), st.integers(0, 60))
def test_what_is_counted_is_what_there_is(found: list[tuple[BreakerState, int]], age: int) -> None:
    rows = [
        breaker(str(number), state, at=NOW - timedelta(seconds=old))
        for number, (state, old) in enumerate(found)
    ]
    shown, now = board(*rows), NOW + timedelta(seconds=age)
    fresh, stale = shown.fresh_breakers(now), shown.stale_breakers(now)
    assert sorted(fresh + stale, key=str) == sorted(shown.breakers, key=str)
    assert not any(shown.is_stale(row.reading, now) for row in fresh)
    assert all(shown.is_stale(row.reading, now) for row in stale)
    for rows_counted in (fresh, stale, shown.breakers):
        assert dict(rows_counted.numbers) == Counter(row.state for row in rows_counted)
        assert list(rows_counted.opened) == [row for row in rows_counted if row.state.is_open]
        half_open = [row for row in rows_counted if row.state is BreakerState.HALF_OPEN]
        assert list(rows_counted.testing) == half_open
        assert rows_counted.gist.readings == tuple(row.reading for row in rows_counted)
    assert list(shown.breaker_of.values()) == list(shown.breakers)
