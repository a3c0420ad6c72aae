"""What the running engine goes on with from an earlier run, and what it keeps for the next."""

from __future__ import annotations

import threading
from datetime import datetime
from queue import Queue

import msgspec
import pytest
from support.engines import (
    CATALOGUE,
    LONG,
    PATIENCE,
    FakeNotifier,
    Harness,
    never,
    states,
    stopping_seconds,
)
from support.readings import NOW, FakeSource, answering, breaker, failing, reading

from opsdesk.engine import running as running_module
from opsdesk.engine.commands import Refresh
from opsdesk.insight.words import utc_now
from opsdesk.model.protocols import Harvest
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import Incident, Severity, Snapshot

SEEN = utc_now()  # an earlier run, not long ago


def earlier() -> Snapshot:
    incident = Incident(
        id="carbon",
        subject=breaker("Carbon", BreakerState.OPEN).key,
        title="Breaker open: Carbon",
        severity=Severity.CRITICAL,
        state=BreakerState.OPEN,
        opened_at=NOW,
    )
    found = breaker("Carbon", BreakerState.OPEN, utc_now())
    gone = reading("health.score", 1.0, utc_now(), source="gone")
    source = FakeSource("a", never)
    status = running_module.Assembly([source], CATALOGUE, LONG).snapshot(NOW)[0].sources[0]
    statuses = (
        msgspec.structs.replace(status, last_success=SEEN, cadence=30.0),
        msgspec.structs.replace(status, id="gone"),
    )
    readings = {one.key: one for one in (found, gone)}
    return Snapshot(at=NOW, readings=readings, sources=statuses, incidents=(incident,))


def test_the_last_known_readings_stay_while_the_source_fails_from_the_start(
    harness: Harness,
) -> None:
    async def answer(_now: datetime) -> Harvest:
        raise failing()

    notifier = FakeNotifier()
    engine = harness.engine(FakeSource("a", answer), earlier=earlier(), notifier=notifier)
    snapshot = harness.next()
    assert {key.metric for key in snapshot.readings} >= {"breaker.state"}
    assert "gone" not in {found.source for found in snapshot.readings.values()}
    assert snapshot.sources[0].last_success == SEEN
    assert snapshot.sources[0].cadence == 30.0
    assert [incident.id for incident in snapshot.incidents] == ["carbon"]
    engine.stop()
    assert notifier.shown.empty()


def test_the_last_known_snapshot_is_kept_but_not_at_every_refresh(harness: Harness) -> None:
    kept: Queue[Snapshot] = Queue()
    source = FakeSource("a", answering(reading("errors.rate", 0.5)))
    engine = harness.engine(source, keep=kept.put)
    first = harness.next()
    assert kept.get(timeout=PATIENCE) is first
    engine.send(Refresh())
    harness.next()
    assert kept.empty()


def test_incidents_are_kept_as_soon_as_they_change(harness: Harness) -> None:
    kept: Queue[Snapshot] = Queue()
    source = FakeSource("a", states(Carbon=BreakerState.CLOSED))
    engine = harness.engine(source, keep=kept.put)
    assert kept.get(timeout=PATIENCE).incidents == ()
    source.answer = states(Carbon=BreakerState.OPEN)
    engine.send(Refresh())
    assert len(kept.get(timeout=PATIENCE).incidents) == 1


def test_the_last_known_snapshot_is_kept_once_more_at_the_end(harness: Harness) -> None:
    kept: Queue[Snapshot] = Queue()
    engine = harness.engine(FakeSource("a", answering(reading("errors.rate", 0.5))), keep=kept.put)
    harness.next()
    kept.get(timeout=PATIENCE)
    engine.send(Refresh())
    last = harness.next()
    engine.stop()
    assert kept.get_nowait() is last
    assert kept.empty()


def test_a_disk_that_hangs_does_not_hold_up_the_end(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    began, let_go, done = threading.Event(), threading.Event(), threading.Event()
    kept: list[Snapshot] = []

    def keep(snapshot: Snapshot) -> None:
        began.set()
        let_go.wait(PATIENCE)
        kept.append(snapshot)
        if len(kept) == 2:
            done.set()

    engine = harness.engine(FakeSource("a", answering(reading("errors.rate", 0.5))), keep=keep)
    first = harness.next()
    assert began.wait(PATIENCE)
    engine.send(Refresh())
    last = harness.next()
    assert stopping_seconds(engine) < 2.0
    assert not engine.alive
    assert "was not written within 1 s" in caplog.text
    let_go.set()
    assert done.wait(PATIENCE)
    assert kept == [first, last]  # each in its turn


def test_a_snapshot_without_readings_does_not_take_the_place_of_one_with_them(
    harness: Harness,
) -> None:
    async def answer(_now: datetime) -> Harvest:
        raise failing()

    kept: Queue[Snapshot] = Queue()
    engine = harness.engine(FakeSource("a", answer), keep=kept.put)
    harness.next()
    engine.stop()
    assert kept.empty()
