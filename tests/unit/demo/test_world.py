"""The demo: begins at the dashboard's figures, is the same each time, and tells of incidents."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.demos import CARBON, START, Hand, begun, live, of, series, states, the_last
from support.phase4 import rows
from typing_extensions import override

from opsdesk.catalogue import metrics
from opsdesk.demo.world import Demo
from opsdesk.insight.compute import computed
from opsdesk.model.key import key, labels_text
from opsdesk.model.reading import Origin, Value
from opsdesk.model.series import SeriesRange
from opsdesk.model.snapshot import Snapshot

DAY, WEEK = 86_400.0, 7 * 86_400.0
CATALOGUE = metrics.load()
AGO = {"2h ago": 120, "45m ago": 45, "4h ago": 240, "1h ago": 60, "30m ago": 30}
WINDOWS = {"": None, "24h": DAY, "1w": WEEK, "7d": WEEK, "30d": 30 * DAY}


def labels_of(row: dict[str, str]) -> str:
    pairs = [part.rstrip('"').split('="') for part in row["labels"].split('",') if part]
    return labels_text(tuple(sorted((name, value) for name, value in pairs)))


def value_of(row: dict[str, str]) -> Value:
    """Return the value of a row as a reading has it."""
    text, unit = row["value"], row["unit"]
    if unit == "time":
        return START - timedelta(minutes=AGO[text]) if text in AGO else None
    if unit == "bool":
        return text == "yes"
    return text if unit in ("text", "state") else float(text)


# ---- the beginning


def test_the_first_snapshot_is_the_dashboard_row_by_row() -> None:
    demo, _ = begun()
    snapshot = demo.snapshot()
    readings = {str(subject): reading for subject, reading in snapshot.readings.items()}
    baseline = snapshot.baselines[0]
    assert baseline.name == "before Phase 4"
    given_rows = [row for row in rows() if row["origin"] != Origin.DERIVED]
    assert len(given_rows) == len(readings) == 108
    for row in given_rows:
        labels = labels_of(row)
        reading = readings[f"{row['metric']}{{{labels}}}" if labels else row["metric"]]
        metric = CATALOGUE[row["metric"]]
        assert reading.value == value_of(row), row
        assert reading.note == (row["value"] if reading.value is None else reading.note)
        assert (metric.section, metric.unit) == (row["section"], row["unit"])
        assert (reading.qualifier, reading.origin) == (row["qualifier"], row["origin"])
        assert reading.window == WINDOWS[row["window"]]
        assert reading.change == (float(row["change_percent"]) if row["change_percent"] else None)
        before = row["baseline"].removeprefix("before Phase 4: ").partition(" ")[0]
        earlier = baseline.readings.get(reading.key)
        assert (None if earlier is None else earlier.value) == (float(before) if before else None)


def test_what_is_computed_from_it_is_the_rest_of_the_dashboard() -> None:
    demo, _ = begun()
    snapshot = demo.snapshot()
    found = computed(snapshot.readings, snapshot.baselines, CATALOGUE)
    derived = [row for row in rows() if row["origin"] == Origin.DERIVED]
    assert len(derived) == 5
    for row in derived:
        assert found[key(row["metric"])][0].value == float(row["value"])


@pytest.mark.parametrize("seed", range(5))
def test_it_stands_still_for_twenty_seconds_whatever_the_seed(seed: int) -> None:
    demo, hand = begun(seed)
    first = demo.snapshot()
    for later in live(demo, hand, 1, 9.9, 10, 19.9):
        values = {subject: reading.value for subject, reading in later.readings.items()}
        assert values == {subject: reading.value for subject, reading in first.readings.items()}


def test_it_begins_with_the_first_request() -> None:
    hand = Hand()
    demo = Demo(clock=hand)
    hand.at(3_600)
    first = demo.snapshot()
    assert first.at == START + timedelta(hours=1)
    assert first.readings[key("health.score")].value == 98.5


def test_the_same_sample_is_the_same_object() -> None:
    demo, hand = begun()
    first = demo.snapshot()
    hand.at(9)
    assert demo.snapshot() is first
    hand.at(10)
    assert demo.snapshot() is not first


# ---- the same life


@given(
    st.lists(st.floats(0, 3 * DAY), min_size=1, max_size=8),
    st.lists(st.floats(0, 3 * DAY), max_size=8),
    st.integers(0, 3),
)
def test_what_was_asked_before_does_not_matter(
    moments: list[float], others: list[float], seed: int
) -> None:
    one, one_hand = begun(seed)
    two, two_hand = begun(seed)
    for _ in live(two, two_hand, *others):
        series(two, the_last(WEEK, DAY, CARBON, key("runbook.executions"), now=two_hand.now))
    for mine, theirs in zip(
        live(one, one_hand, *moments), live(two, two_hand, *moments), strict=True
    ):
        assert mine == theirs


def test_another_seed_is_another_life() -> None:
    moments = [60.0 * n for n in range(1, 20)]
    assert list(live(*begun(1), *moments)) != list(live(*begun(2), *moments))


@given(st.floats(0, 2 * DAY), st.sampled_from([0.5, 1.0, 7.0, 60.0]))
def test_nothing_is_from_the_future(moment: float, speed: float) -> None:
    demo, hand = begun(speed=speed)
    (snapshot,) = live(demo, hand, moment)
    now = hand.now
    assert snapshot.at <= now
    for reading in snapshot.readings.values():
        assert reading.at <= now
        assert not isinstance(reading.value, datetime) or reading.value <= now
    assert all(event.at <= now.timestamp() for event in demo.events(0))
    for incident in snapshot.incidents:
        assert incident.opened_at <= (incident.closed_at or now) <= now
    asked = SeriesRange(
        keys=tuple(snapshot.readings),
        start=now.timestamp() - DAY,
        end=now.timestamp() + DAY,
        step=DAY,
    )
    data = series(demo, asked)
    assert all(line.times[-1] <= now.timestamp() for line in data.lines)
    assert all(strip.changes[-1].at <= now.timestamp() for strip in data.strips)


def test_years_pass_in_a_day() -> None:
    demo, hand = begun(speed=1_000)
    (snapshot,) = live(demo, hand, DAY)
    assert len(snapshot.readings) == 108
    assert all(reading.at <= hand.now for reading in snapshot.readings.values())
    volume = snapshot.readings[key("logs.volume")].number
    assert volume is not None
    assert volume < 400


def test_a_faster_clock_lives_the_same_in_less_time() -> None:
    slow, fast = begun(), begun(speed=60)
    assert states(next(live(*slow, 7_200))) == states(next(live(*fast, 120)))


# ---- events and incidents


def test_events_are_the_changes_of_the_strips() -> None:
    demo, hand = begun()
    (snapshot,) = live(demo, hand, DAY)
    since = START.timestamp()
    events = demo.events(since)
    breakers = [reading.key for reading in of(snapshot, "breaker.state")]
    strips = series(demo, the_last(DAY, 60, *breakers, now=hand.now)).strips
    changes = [(c.at, strip.key, c.state) for strip in strips for c in strip.changes[1:]]
    assert sorted((e.at, str(e.key), e.state) for e in events) == sorted(
        (at, str(subject), state) for at, subject, state in changes
    )
    assert all(a.at <= b.at for a, b in pairwise(events))
    assert all(event.before != event.state for event in events)
    assert demo.events(events[-1].at) == ()


def test_incidents_keep_their_ids() -> None:
    demo, hand = begun()
    known: dict[str, datetime] = {i.id: i.opened_at for i in demo.snapshot().incidents}
    assert len(known) == 11
    (running,) = (i for i in demo.snapshot().incidents if i.closed_at is None)
    assert (running.subject, running.opened_at) == (CARBON, START - timedelta(minutes=22))
    for snapshot in live(demo, hand, *(600.0 * n for n in range(1, 200))):
        for incident in snapshot.incidents:
            assert known.setdefault(incident.id, incident.opened_at) == incident.opened_at
    assert max(known.values()) > START + timedelta(hours=12)


def test_a_half_open_breaker_that_opens_again_counts_a_trip() -> None:
    demo, hand = begun()
    carbon: Callable[[Snapshot], int] = lambda snapshot: next(  # noqa: E731 - one use
        i.trips for i in snapshot.incidents if i.subject == CARBON and i.closed_at is None
    )
    assert carbon(demo.snapshot()) == 1
    assert {carbon(snapshot) for snapshot in live(demo, hand, 30, 60, 190, 200)} == {1, 2}


def test_who_waits_gets_the_next_sample_when_its_time_has_come() -> None:
    class Watched(Hand):
        """Tells that somebody has looked at it."""

        looked = asyncio.Event()

        @override
        def __call__(self) -> datetime:
            self.looked.set()
            return super().__call__()

    hand = Watched()
    demo = Demo(seed=1, clock=hand)
    first = demo.snapshot()

    async def run() -> Snapshot:
        assert await demo.newer(None) is first
        hand.at(9.99)
        waiting = asyncio.create_task(demo.newer(first))
        for _ in range(3):
            hand.looked.clear()
            await hand.looked.wait()
        assert not waiting.done()
        hand.at(10.0)
        return await waiting

    assert asyncio.run(asyncio.wait_for(run(), 10)) is demo.snapshot()
    assert demo.snapshot() is not first
