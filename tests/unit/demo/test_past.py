"""The past of the demo: it leads up to the present without a step."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import pytest
from support.demos import CARBON, START, begun, live, of, series, the_last
from support.phase4 import rows

from opsdesk.catalogue import metrics
from opsdesk.insight.strips import flapping, trips
from opsdesk.insight.usual import usual
from opsdesk.model.desk import Policy
from opsdesk.model.key import Key, key
from opsdesk.model.metric import Kind
from opsdesk.model.series import SeriesData, SeriesRange
from opsdesk.model.snapshot import Snapshot

DAY, WEEK = 86_400.0, 7 * 86_400.0
CATALOGUE = metrics.load()


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
