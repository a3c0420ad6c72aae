"""What an earlier run knew, and what becomes of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from support.readings import NOW, OFFLINE, FakeSource, answering, breaker, harvest, reading

from opsdesk.catalogue import metrics
from opsdesk.engine.assembly import Assembly, Outcome
from opsdesk.model.errors import Problem
from opsdesk.model.key import key
from opsdesk.model.protocols import Harvest
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import Snapshot

CATALOGUE = metrics.load()
MONDAY = NOW + timedelta(hours=60)


def assembly(*sources: str, earlier: Snapshot | None = None) -> Assembly:
    return Assembly([FakeSource(id_, answering()) for id_ in sources], CATALOGUE, 60.0, earlier)


def answer(to: Assembly, source: str, result: Harvest | Problem, at: datetime) -> None:
    to.record(source, Outcome(at=at, took=0.0, result=result), None)


def endings(of: Assembly, at: datetime) -> list[str]:
    snapshot, _ = of.snapshot(at)
    return [incident.detail if incident.closed_at else "" for incident in snapshot.incidents]


@pytest.fixture
def friday() -> Snapshot:
    """Return what was known when the computer was turned off: a breaker is open."""
    before, earlier = assembly("a", "b"), NOW - timedelta(minutes=1)
    answer(before, "a", harvest(breaker("Carbon", BreakerState.CLOSED, earlier)), earlier)
    before.snapshot(earlier)
    answer(before, "a", harvest(breaker("Carbon", BreakerState.OPEN)), NOW)
    answer(before, "b", harvest(reading("errors.rate", 0.5, source="b")), NOW)
    return before.snapshot(NOW)[0]


def test_a_breaker_that_is_gone_after_a_restart_ends_its_incident(friday: Snapshot) -> None:
    monday = assembly("a", "b", earlier=friday)
    answer(monday, "a", harvest(reading("errors.rate", 0.5, MONDAY)), MONDAY)
    assert endings(monday, MONDAY) == ["no longer reported after 2 d"]


def test_it_is_not_gone_before_its_source_has_answered(friday: Snapshot) -> None:
    monday = assembly("a", "b", earlier=friday)
    answer(monday, "b", harvest(reading("errors.rate", 0.5, MONDAY, "b")), MONDAY)
    answer(monday, "a", OFFLINE, MONDAY)
    assert endings(monday, MONDAY) == [""]
    answer(monday, "a", harvest(breaker("Carbon", BreakerState.OPEN, MONDAY)), MONDAY)
    snapshot, found = monday.snapshot(MONDAY)
    assert snapshot.incidents == friday.incidents
    assert found.notices == ()


def test_an_incident_of_a_source_that_is_no_longer_connected_ends(friday: Snapshot) -> None:
    assert endings(assembly("b", earlier=friday), MONDAY) == ["no longer reported after 2 d"]


def test_so_does_that_of_a_source_that_is_disconnected_before_it_answers(friday: Snapshot) -> None:
    monday = assembly("a", earlier=friday)
    assert endings(monday, MONDAY) == [""]
    monday.replace_sources([])
    assert endings(monday, MONDAY) == ["no longer reported after 2 d"]


def test_what_is_computed_belongs_to_the_source_of_its_inputs() -> None:
    both = assembly("a", "b")
    answer(both, "a", harvest(reading("cost.saving", 12_000.0, source="a", item="x")), NOW)
    answer(both, "b", harvest(reading("errors.rate", 0.5, source="b")), NOW)
    both.snapshot(NOW)
    assert both.source_of(key("cost.savings_total")) == "a"
    assert both.source_of(key("errors.rate")) == "b"
    assert both.source_of(key("cost.roi")) == ""
