"""States of breakers from answers, without a server."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsdesk.catalogue import metrics, packs
from opsdesk.model.pack import LastEvent, OneHot
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.sources.prometheus import breakers
from opsdesk.sources.prometheus.answers import Sample
from opsdesk.sources.prometheus.memory import Memory, Place, without_rebirths
from opsdesk.sources.prometheus.plan import Terms
from opsdesk.sources.prometheus.readings import Context, Keyers, Mapped

CATALOGUE = metrics.load()
CONTEXT = Context(source="s", catalogue=CATALOGUE, keyers=Keyers(CATALOGUE))
QUERIES = {pack.id: pack.query[0] for pack in packs.load()}
TERMS = Terms(interval=15.0)


def sample(value: float, **labels: str) -> Sample:
    return Sample(labels, (1.0, repr(value)))


def state_of(mapped: Mapped) -> Reading:
    (found,) = (reading for reading in mapped.readings if reading.key.metric == "breaker.state")
    return found


def hot(states: Mapping[str, str | None], memory: Memory | None = None) -> Mapped:
    """Map a one-hot breaker 'pay' with a state for each instance."""
    query = QUERIES["resilience4j"]
    assert isinstance(query, OneHot)
    values = [
        sample(1.0, name="pay", job="shop", instance=instance, state=state)
        for instance, state in states.items()
        if state is not None
    ]
    times = [sample(1000.0, name="pay", job="shop", instance=instance) for instance in states]
    return breakers.finish(
        query, *_swap(breakers.one_hot(query, CONTEXT, values, times), memory or Memory())
    )


def _swap(seen: tuple, memory: Memory) -> tuple:
    instances, draft = seen
    return instances, memory, draft


@pytest.mark.parametrize(
    ("states", "expected", "note"),
    [
        ({"a": "closed"}, "closed", ""),
        ({"a": "open"}, "open", ""),
        ({"a": "half_open"}, "half-open", ""),
        ({"a": "forced_open"}, "forced-open", ""),
        ({"a": "disabled"}, "disabled", "not protecting"),
        ({"a": "metrics_only"}, "disabled", "not protecting"),
        ({"a": None}, "unknown", "no state is reported as current"),
        ({"a": "tired"}, "unknown", "its state 'tired' is not known"),
        ({"a": "closed", "b": "closed"}, "closed", ""),
        ({"a": "closed", "b": "open", "c": "open"}, "open", "open on 2 of 3 instances"),
        ({"a": "closed", "b": "half_open"}, "half-open", "half-open on 1 of 2 instances"),
        ({"a": "half_open", "b": "open"}, "open", "open on 1 of 2 instances"),
        ({"a": "open", "b": "open"}, "open", "open on 2 of 2 instances"),
    ],
)
def test_the_worst_instance_tells(states: dict[str, str | None], expected: str, note: str) -> None:
    found = state_of(hot(states))
    assert (found.value, found.note) == (expected, note)
    assert str(found.key) == 'breaker.state{breaker="pay",job="shop"}'
    assert found.samples == len(states)
    assert found.at.timestamp() == 1000.0


@given(st.dictionaries(st.text("ab", min_size=1), st.sampled_from(["closed", "open"]), min_size=1))
def test_closed_means_closed_on_all(states: dict[str, str]) -> None:
    closed = state_of(hot(states)).value is BreakerState.CLOSED
    assert closed == (set(states.values()) == {"closed"})


def test_the_emitters_own_labels_stand_before_the_scrapes() -> None:
    query = QUERIES["resilience4j"]
    assert isinstance(query, OneHot)
    labels = {"name": "x", "exported_name": "pay", "job": "push", "exported_job": "shop"}
    times = [Sample({**labels, "namespace": "ns"}, (1.0, "5"))]
    instances, _ = breakers.one_hot(query, CONTEXT, [], times)
    assert [str(about) for about in instances] == [
        'breaker.state{breaker="pay",job="shop",namespace="ns"}'
    ]


def test_a_closed_breaker_tells_when_it_was_reset_and_an_open_one_does_not() -> None:
    memory = Memory()
    about = state_of(hot({"a": "closed"})).key
    memory.learn({Place(about, "a"): 700.0})
    memory.looked(1000.0)
    resets = {
        state: [r.value for r in hot({"a": state}, memory).readings if "reset" in r.key.metric]
        for state in ("closed", "open")
    }
    assert [at.timestamp() for at in resets["closed"]] == [700.0]
    assert resets["open"] == []


def test_never_open_is_said_only_after_a_look_back() -> None:
    assert hot({"a": "closed"}).notes == ()
    memory = Memory()
    memory.looked(1000.0)
    assert "never open in 24 h" in hot({"a": "closed"}, memory).notes[0]


def counted(events: Mapping[str, float | None], memory: Memory | None = None) -> Reading:
    """Map a breaker 'inv' that has counted events at times (None: before the look back)."""
    query = QUERIES["opossum"]
    assert isinstance(query, LastEvent)
    times = [sample(1000.0, name="inv", job="shop", instance="a", event=event) for event in events]
    memory = memory or Memory()
    about = state_of(_finish(query, times[:1], Memory())).key
    memory.learn({Place(about, "a", word): at for word, at in events.items() if at is not None})
    memory.looked(1000.0)
    return state_of(_finish(query, times, memory))


def _finish(query: LastEvent, times: list[Sample], memory: Memory) -> Mapped:
    return breakers.finish(
        query, *_swap(breakers.last_event(query, CONTEXT, times, memory), memory)
    )


@pytest.mark.parametrize(
    ("events", "expected", "note"),
    [
        ({"fire": None}, "unknown", "nothing has been counted yet"),
        ({"fire": None, "open": None}, "open", ""),
        ({"fire": None, "open": 500.0}, "open", ""),
        ({"open": 500.0, "close": 600.0}, "closed", ""),
        ({"open": 700.0, "close": 600.0}, "open", ""),
        ({"open": 500.0, "close": 600.0, "halfOpen": 650.0}, "half-open", ""),
        ({"open": 500.0, "close": None}, "open", ""),
        ({"open": 500.0, "close": 500.0}, "unknown", "close or open"),
        ({"open": None, "close": None}, "unknown", "none in 24 h"),
    ],
)
def test_what_occurred_last_is_the_state(
    events: dict[str, float | None], expected: str, note: str
) -> None:
    found = counted(events)
    assert found.value == expected
    assert note in found.note


def test_a_counter_that_is_gone_does_not_count() -> None:
    memory = Memory()
    assert counted({"open": 500.0, "close": 600.0}, memory).value == "closed"
    assert counted({"open": None}, memory).value == "open"


def test_all_counters_born_at_once_change_no_known_order() -> None:
    memory = Memory()
    found = counted({"open": 500.0, "close": 600.0}, memory)
    open_, close = (Place(found.key, "a", word) for word in ("open", "close"))
    assert without_rebirths({open_: 900.0, close: 900.0}, memory) == {}
    assert without_rebirths({open_: 900.0}, memory) == {open_: 900.0}
    assert without_rebirths({open_: 900.0, close: 900.0}, Memory()) == {open_: 900.0, close: 900.0}


def test_only_the_first_look_back_is_long() -> None:
    memory = Memory()
    assert [look.back for look in memory.looks(10_000.0, TERMS)] == [86_400.0, 3_600.0]
    memory.looked(10_000.0)
    (look,) = memory.looks(10_060.0, TERMS)
    assert 60.0 < look.back < 300.0
    assert look.step == 15.0
    assert len(memory.looks(99_000.0, TERMS)) == 2


def test_a_young_server_is_not_asked_for_a_day() -> None:
    assert [look.back for look in Memory().looks(1.0, Terms(interval=1.0, young=True))] == [3600.0]


def test_what_is_too_old_is_forgotten() -> None:
    memory = Memory()
    place = Place(state_of(hot({"a": "closed"})).key, "a")
    memory.learn({place: 100.0})
    memory.looked(100.0 + 86_401.0)
    assert memory.last(place) is None


def test_a_closer_look_replaces_only_the_time_that_it_looked_at() -> None:
    memory = Memory()
    about = state_of(hot({"a": "closed"})).key
    tied, later = Place(about, "a", "open"), Place(about, "b", "open")
    memory.learn({tied: 600.0, tied._replace(event="close"): 600.0, later: 9000.0})
    assert memory.ties() == (600.0,)
    memory.refine({tied: 555.0, tied._replace(event="close"): 585.0, later: 580.0}, 60.0, 15.0)
    assert memory.ties() == ()
    assert [memory.last(place) for place in (tied, later)] == [555.0, 9000.0]
