"""The roll-up (section 6 of the design): example by example, and what always holds."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from support.readings import NOW, reading
from support.systems import CATALOGUE, FIGURES, LONG_AGO, SILENT, SOURCES, board, source, up
from support.verdicts import BOTH, KNOWN, NOT_KNOWN, Example

from opsdesk.insight.verdict import State, is_lost, is_widespread, verdict
from opsdesk.model.metric import Metric
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.snapshot import SourceStatus

CLOSED, OPEN, HALF_OPEN = BreakerState.CLOSED, BreakerState.OPEN, BreakerState.HALF_OPEN
UNKNOWN, DISABLED = BreakerState.UNKNOWN, BreakerState.DISABLED


@pytest.mark.parametrize("example", [*KNOWN, *NOT_KNOWN, *BOTH], ids=lambda example: example.name)
def test_the_state_of_the_system_and_why(example: Example) -> None:
    found = verdict(example.board, NOW)
    assert (found.state, found.reasons) == (example.state, example.reasons)


def test_a_users_own_thresholds_count_as_well() -> None:
    own = msgspec.structs.replace(
        CATALOGUE["errors.rate"], id="queue.depth", title="CPU queue", critical=None
    )
    catalogue: dict[str, Metric] = {**CATALOGUE, own.id: own}
    found = verdict(board(up(), reading("queue.depth", 5.0), catalogue=catalogue), NOW)
    assert found.reasons == ("the CPU queue is 5 %",)


@pytest.mark.parametrize(
    ("opened", "breakers", "expected"),
    [(0, 0, False), (1, 1, False), (1, 4, False), (2, 8, True), (2, 9, False), (500, 2_000, True)],
)
def test_a_quarter_of_all_and_at_least_two(opened: int, breakers: int, expected: bool) -> None:
    assert is_widespread(opened, breakers) is expected


def test_a_source_is_lost_after_three_refreshes_of_failing() -> None:
    failing = source(problem=SILENT)
    assert not is_lost(failing, NOW + timedelta(seconds=45))
    assert is_lost(failing, NOW + timedelta(seconds=46))
    assert not is_lost(source(), NOW + timedelta(days=1))


def test_a_source_is_lost_at_its_second_failure() -> None:
    once = msgspec.structs.replace(source(problem=SILENT), failures=1)
    assert not is_lost(once, NOW)
    assert is_lost(msgspec.structs.replace(once, failures=2), NOW)


@given(FIGURES, SOURCES)
def test_green_is_said_of_what_is_known_alone(
    found: list[Reading], status: tuple[SourceStatus, ...]
) -> None:
    shown = board(*found, sources=status)
    said = verdict(shown, NOW)
    assert bool(said.reasons) is (said.state is not State.OK)
    if said.state is State.OK:
        assert not any(b.state.is_open or b.state is HALF_OPEN for b in shown.breakers)
        watched = [b.reading for b in shown.breakers]
        watched += shown.by_metric.get("component.instances_up", ())
        assert any(r.value not in (None, UNKNOWN, DISABLED) for r in watched)
        assert not any(shown.is_stale(r, NOW) for r in watched)


@given(FIGURES, SOURCES)
def test_what_is_old_makes_nothing_worse_than_stale(
    found: list[Reading], status: tuple[SourceStatus, ...]
) -> None:
    old = [msgspec.structs.replace(r, at=LONG_AGO) for r in found]
    said = verdict(board(*old, sources=status), NOW)
    assert said.state in (State.STALE, State.NO_SOURCE, State.OFFLINE)


@given(FIGURES, SOURCES)
def test_waiting_brings_no_good_news(
    found: list[Reading], status: tuple[SourceStatus, ...]
) -> None:
    shown = board(*found, sources=status)
    if verdict(shown, NOW).state is not State.OK:
        assert verdict(shown, NOW + timedelta(minutes=5)).state is not State.OK
