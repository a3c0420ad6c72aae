"""The demo: begins at the dashboard's figures, has a past that leads up to them, and lives."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsdesk.catalogue import metrics
from opsdesk.demo.world import Demo
from opsdesk.insight.compute import computed
from opsdesk.insight.strips import flapping, trips
from opsdesk.insight.usual import usual
from opsdesk.model.desk import Policy
from opsdesk.model.key import Key, key, labels_text
from opsdesk.model.metric import Kind
from opsdesk.model.reading import BreakerState, Origin, Reading, Value
from opsdesk.model.series import SeriesData, SeriesRange
from opsdesk.model.snapshot import Snapshot

FIGURES = Path(__file__).parents[2] / "data" / "phase4-figures.csv"
START = datetime(2026, 3, 10, 14, 32, 7, tzinfo=UTC)
DAY, WEEK = 86_400.0, 7 * 86_400.0
CATALOGUE = metrics.load()
CARBON = key("breaker.state", {"breaker": "External API - Carbon Data"})
AGO = {"2h ago": 120, "45m ago": 45, "4h ago": 240, "1h ago": 60, "30m ago": 30}
WINDOWS = {"": None, "24h": DAY, "1w": WEEK, "7d": WEEK, "30d": 30 * DAY}


class Hand:
    """A clock that is set by hand."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def at(self, seconds: float) -> None:
        self.now = START + timedelta(seconds=seconds)


def begun(seed: int = 1, speed: float = 1.0) -> tuple[Demo, Hand]:
    hand = Hand()
    demo = Demo(seed=seed, speed=speed, clock=hand)
    demo.snapshot()
    return demo, hand


def live(demo: Demo, hand: Hand, *moments: float) -> Iterator[Snapshot]:
    for moment in moments:
        hand.at(moment)
        yield demo.snapshot()


def series(demo: Demo, wanted: SeriesRange) -> SeriesData:
    return asyncio.run(demo.series(wanted))


def the_last(
    seconds: float, step: float, *keys: Key, now: datetime = START, baseline: str = ""
) -> SeriesRange:
    end = now.timestamp()
    return SeriesRange(keys=keys, start=end - seconds, end=end, step=step, baseline=baseline)


def states(snapshot: Snapshot) -> dict[str, str]:
    return {
        subject.label("breaker"): str(reading.value)
        for subject, reading in snapshot.readings.items()
        if subject.metric == "breaker.state"
    }


# ---- the beginning


def rows() -> list[dict[str, str]]:
    with FIGURES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


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


# ---- it is alive


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
        assert quantiles == sorted(quantiles, key=float)  # type: ignore[arg-type]
        runs = shares(snapshot, "runbook.runs")
        assert runs == readings[key("runbook.executions")].number
        agree(snapshot)


def of(snapshot: Snapshot, metric: str) -> list[Reading]:
    return [reading for reading in snapshot.readings.values() if reading.key.metric == metric]


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


# ---- the past


def numeric(snapshot: Snapshot) -> list[Key]:
    return [r.key for r in snapshot.readings.values() if r.number is not None]


@pytest.mark.parametrize("moment", [0.0, 15.0, 5_003.0, 2 * DAY])
def test_every_number_has_a_past_that_ends_at_the_present(moment: float) -> None:
    demo, hand = begun()
    (snapshot,) = live(demo, hand, moment)
    keys = numeric(snapshot)
    lines = series(demo, the_last(8 * WEEK, DAY, *keys, now=hand.now)).lines
    assert [line.key for line in lines] == keys
    for line in lines:
        assert len(line.times) in (57, 58)
        assert line.values[-1] == snapshot.readings[line.key].number
        assert all(a < b for a, b in pairwise(line.times))
        metric = CATALOGUE[line.key.metric]
        assert metric.kind is Kind.NUMBER
        assert all(value is not None and metric.in_range(value) for value in line.values)


def test_the_step_into_the_present_is_no_larger_than_others() -> None:
    demo, _ = begun()
    keys = [key("latency.quantile", {"quantile": "0.95"}), key("health.score"), key("logs.volume")]
    for line in series(demo, the_last(DAY, 60, *keys)).lines:
        steps = [abs((b or 0) - (a or 0)) for a, b in pairwise(line.values)]
        assert steps[-1] <= max(steps[:-1])


def test_the_log_volume_of_the_last_day_is_as_drawn_and_grew_by_15_percent_a_week() -> None:
    demo, _ = begun()
    note = next(row["note"] for row in rows() if row["metric"] == "logs.volume")
    drawn = [float(pair.partition(":")[2]) for pair in note.partition("hour:value ")[2].split()]
    volume = key("logs.volume")
    (day,) = series(demo, the_last(DAY, 3_600, volume)).lines
    assert list(day.values) == drawn
    (weeks,) = series(demo, the_last(4 * WEEK, 3_600, volume)).lines
    per_week = [sum(v or 0 for v in weeks.values[n * 168 : n * 168 + 168]) for n in range(4)]
    for before, after in pairwise(per_week):
        assert after / before == pytest.approx(1.15, abs=0.04)


def test_the_error_rate_of_before_is_laid_over_the_last_eight_weeks() -> None:
    demo, _ = begun()
    rate = key("errors.rate")
    wanted = the_last(8 * WEEK, WEEK / 2, rate, baseline="before Phase 4")
    (line,) = series(demo, wanted).lines
    assert line.times[0] == wanted.start
    assert line.values[:5] == pytest.approx((0.5, 0.75, 1.0, 1.5, 1.0))
    assert line.values[-1] == 0.5
    (weekly,) = series(demo, the_last(8 * WEEK, WEEK, rate, baseline="before Phase 4")).lines
    assert max(value or 0 for value in weekly.values) == 1.5
    (after,) = series(demo, the_last(8 * WEEK, WEEK, rate)).lines
    assert all(value is not None and value < 0.1 for value in after.values)


def test_of_other_figures_before_is_one_value_and_of_most_nothing() -> None:
    demo, _ = begun()
    mttr, health = key("quality.mttr"), key("health.score")
    data = series(demo, the_last(WEEK, DAY, mttr, health, CARBON, baseline="before Phase 4"))
    assert [(line.key, set(line.values)) for line in data.lines] == [(mttr, {45.0})]
    assert series(demo, the_last(WEEK, DAY, mttr, baseline="last year")) == SeriesData()


def test_the_last_day_of_the_breakers_is_as_drawn() -> None:
    demo, _ = begun()
    snapshot = demo.snapshot()
    breakers = [reading.key for reading in of(snapshot, "breaker.state")]
    strips = series(demo, the_last(DAY, 60, *breakers)).strips
    went = {strip.key.label("breaker"): trips(strip.changes) for strip in strips}
    assert went == {
        "AI Service - DeepSeek": 1,
        "AI Service - OpenAI": 1,
        "AI Service - Anthropic": 1,
        "Database - Primary": 0,
        "Database - Read Replica": 1,
        "External API - Weather": 1,
        "External API - Carbon Data": 6,
    }
    now = START.timestamp()
    assert [s.key for s in strips if flapping(s.changes, now, Policy())[0]] == [CARBON]
    for strip in strips:
        last = strip.changes[-1]
        assert strip.changes[0].at == now - DAY
        assert last.state == str(snapshot.readings[strip.key].value)
        reset = snapshot.readings[strip.key.with_metric("breaker.last_reset")].value
        assert last.at == (reset.timestamp() if isinstance(reset, datetime) else last.at)
    (carbon,) = (strip for strip in strips if strip.key == CARBON)
    assert carbon.changes[-1].at == now - 22 * 60


def test_uptime_is_what_the_outages_of_a_day_leave() -> None:
    demo, hand = begun()
    seen = set()
    gateway = key("component.uptime", {"component": "API Gateway"})
    for snapshot in live(demo, hand, *(3_600.0 * n for n in range(96))):
        seen.add(snapshot.readings[gateway].number)
    assert len(seen) > 5
    assert all(value is not None and 97 < value <= 100 for value in seen)


@pytest.mark.parametrize("seed", range(4))
def test_p95_begins_within_its_usual_range(seed: int) -> None:
    demo, _ = begun(seed)
    p95 = key("latency.quantile", {"quantile": "0.95"})
    (line,) = series(demo, the_last(28 * DAY, 3_600, p95)).lines
    found = usual(line)
    assert found is not None
    assert found.low <= 291 <= found.high


def test_what_is_computed_has_a_past_as_well() -> None:
    demo, _ = begun()
    names = {row["metric"]: float(row["value"]) for row in rows() if row["origin"] == "derived"}
    keys = tuple(map(key, names))
    lines = series(demo, the_last(8 * WEEK, DAY, *keys)).lines
    assert {line.key.metric: line.values[-1] for line in lines} == names
    (savings,) = (line for line in lines if line.key.metric == "cost.savings_total")
    assert savings.values[0] is not None
    assert savings.values[0] < 35_000 * 0.95


def test_before_its_past_nothing_is_known() -> None:
    demo, _ = begun()
    health = key("health.score")
    wanted = SeriesRange(keys=(health, CARBON), start=0, end=DAY, step=3_600)
    data = series(demo, wanted)
    assert data.lines == ()
    assert all(strip.changes == () for strip in data.strips)
    (line,) = series(demo, the_last(52 * WEEK, DAY, health)).lines
    assert line.times[0] > START.timestamp() - 9 * WEEK


def test_what_is_not_known_is_left_out() -> None:
    demo, _ = begun()
    assert series(demo, the_last(DAY, 60, key("weather.mood"))) == SeriesData()


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
    demo, hand = begun()
    first = demo.snapshot()

    async def run() -> Snapshot:
        assert await demo.newer(None) is first
        hand.at(9.99)
        waiting = asyncio.create_task(demo.newer(first))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        hand.at(10.0)
        return await waiting

    assert asyncio.run(run()) is demo.snapshot()
    assert demo.snapshot() is not first
