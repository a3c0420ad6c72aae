"""The demo is alive: breakers trip, figures move, reports grow old."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from support.demos import begun, live, of, states

from opsdesk.catalogue import metrics
from opsdesk.model.key import key
from opsdesk.model.reading import BreakerState, Origin
from opsdesk.model.snapshot import Snapshot

CATALOGUE = metrics.load()


@pytest.mark.parametrize("seed", range(6))
def test_in_the_first_five_minutes_a_breaker_trips_is_tried_and_recovers(seed: int) -> None:
    demo, hand = begun(seed)
    seen: dict[str, list[str]] = {}
    for snapshot in live(demo, hand, *(10.0 * n for n in range(31))):
        for name, state in states(snapshot).items():
            went = seen.setdefault(name, [state])
            went += [state] if went[-1] != state else []
    whole = ["closed", "open", "half-open", "closed"]
    assert any(went == whole for name, went in seen.items() if name != "External API - Carbon Data")
    carbon = seen["External API - Carbon Data"]
    assert carbon[:3] == ["open", "half-open", "open"]


@pytest.mark.parametrize("seed", range(3))
def test_figures_stay_possible_and_true_to_each_other(seed: int) -> None:
    demo, hand = begun(seed)
    for snapshot in live(demo, hand, *(1_800.0 * n for n in range(1, 400))):
        readings = snapshot.readings
        for reading in readings.values():
            metric = CATALOGUE[reading.key.metric]
            assert reading.number is None or metric.in_range(reading.number), reading
        assert shares(snapshot, "logs.level_share") == pytest.approx(100)
        assert shares(snapshot, "trace.latency_share") == pytest.approx(100)
        quantiles = [r.number for r in of(snapshot, "latency.quantile")]
        assert quantiles == sorted(quantiles, key=float)
        runs = shares(snapshot, "runbook.runs")
        assert runs == readings[key("runbook.executions")].number
        agree(snapshot)


def shares(snapshot: Snapshot, metric: str) -> float:
    return sum(reading.number or 0.0 for reading in of(snapshot, metric))


def agree(snapshot: Snapshot) -> None:
    """Check a breaker's state against its last reset, its incident and its failures."""
    opened = {i.subject for i in snapshot.incidents if i.closed_at is None}
    for state in of(snapshot, "breaker.state"):
        reset = snapshot.readings[state.key.with_metric("breaker.last_reset")]
        is_closed = state.value is BreakerState.CLOSED
        assert (state.key in opened) is not is_closed
        assert (reset.note == "Pending") is not is_closed
        assert isinstance(reset.value, datetime) is (is_closed and reset.note == "")
        failures = snapshot.readings[state.key.with_metric("breaker.failures")].number
        assert failures is not None
        assert is_closed or failures >= 5


def test_measured_figures_move_a_little_and_reported_ones_do_not() -> None:
    demo, hand = begun()
    first = demo.snapshot()
    (later,) = live(demo, hand, 4 * 3_600)
    p95 = key("latency.quantile", {"quantile": "0.95"})
    now = later.readings[p95].number
    assert now is not None
    assert now != 291
    assert 291 * 0.8 < now < 291 * 1.2
    for subject, reading in first.readings.items():
        if reading.origin is Origin.REPORTED:
            assert later.readings[subject].value == reading.value


def test_reports_are_as_old_as_people_report_and_fresh_for_months() -> None:
    demo, hand = begun()
    cost = key("cost.saving", {"item": "Debugging time"})
    first = demo.snapshot().readings
    assert first[cost].at == datetime(2026, 3, 9, 18, tzinfo=UTC)
    assert first[key("oncall.escalations")].at == datetime(2026, 3, 9, 6, tzinfo=UTC)
    assert first[key("objectives.met")].at == datetime(2026, 3, 1, 6, tzinfo=UTC)
    hand.now = datetime(2026, 6, 1, 5, tzinfo=UTC)
    later = demo.snapshot().readings
    assert later[key("objectives.met")].at == datetime(2026, 5, 1, 6, tzinfo=UTC)
    assert later[cost].at == datetime(2026, 5, 31, 18, tzinfo=UTC)
