"""Readings, breaker states, snapshots and errors: the little that they do."""

from __future__ import annotations

import math

import msgspec
import pytest
from support.readings import NOW, OFFLINE, reading

from opsdesk.model.errors import SourceError
from opsdesk.model.reading import BreakerState, Value
from opsdesk.model.snapshot import Snapshot, SourceStatus


@pytest.mark.parametrize("value", [12.5, 12, -0.0])
def test_one_can_reckon_with_a_number(value: float) -> None:
    number = reading("m", value).number
    assert number == value
    assert isinstance(number, float)


@pytest.mark.parametrize(
    "value", [None, True, "12", NOW, BreakerState.OPEN, math.nan, math.inf, -math.inf]
)
def test_one_cannot_reckon_with_anything_else(value: Value) -> None:
    assert reading("m", value).number is None


def test_open_and_forced_open_refuse_calls() -> None:
    assert [state.value for state in BreakerState if state.is_open] == ["open", "forced-open"]


def test_a_snapshot_knows_its_sources_by_id() -> None:
    status = SourceStatus(id="a", title="A", kind="fake", where="", interval=15, cadence=0)
    snapshot = Snapshot(at=NOW, sources=(status,))
    assert snapshot.source("a") is status
    assert snapshot.source("b") is None


def test_values_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        reading("m", 1.0).value = 2.0
    with pytest.raises(TypeError):
        Snapshot(at=NOW).readings[reading("m", 1.0).key] = reading("m", 1.0)


def test_a_failure_says_where_what_and_what_to_do_next() -> None:
    problem = msgspec.structs.replace(OFFLINE, where="http://x", what="refused", remedy="Start it.")
    assert str(problem) == "http://x: refused. Start it."
    assert str(SourceError(problem)) == str(problem)
    assert SourceError(problem).problem is problem
