"""The simulated production: begins at the figures of the dashboard, and then lives."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from support.readings import NOW

from opsdesk.catalogue import metrics
from opsdesk.model.protocols import Harvest
from opsdesk.model.reading import BreakerState
from opsdesk.sources.simulated import CADENCE, SimulatedSource

CARBON = "External API - Carbon Data"
DAY = int(86_400 / CADENCE)


def polls(source: SimulatedSource, *times: datetime) -> list[Harvest]:
    async def run() -> list[Harvest]:
        found = [await source.poll(at) for at in times]
        await source.rediscover()
        await source.close()
        return found

    return asyncio.run(run())


def values(harvest: Harvest, metric: str) -> dict[str, object]:
    """Return the values of a metric by its one label."""
    return {
        "".join(value for _, value in found.key.labels): found.value
        for found in harvest.readings
        if found.key.metric == metric
    }


def samples(number: int) -> list[datetime]:
    return [NOW + timedelta(seconds=CADENCE * step) for step in range(number)]


def test_it_begins_at_the_figures_of_the_dashboard() -> None:
    (first,) = polls(SimulatedSource(), NOW)
    assert values(first, "health.score") == {"": 98.5}
    assert values(first, "component.uptime") == {
        "API Gateway": 99.2, "AI Services": 98.1, "Database": 99.8, "Cache Layer": 99.9,
    }  # fmt: skip
    assert values(first, "latency.quantile") == {
        "0.5": 148.0, "0.75": 203.0, "0.95": 291.0, "0.99": 531.0, "1": 1243.0,
    }  # fmt: skip
    assert values(first, "errors.rate") == {"": 0.0}
    states = values(first, "breaker.state")
    assert len(states) == 7
    assert [name for name, state in states.items() if state is not BreakerState.CLOSED] == [CARBON]
    assert list(values(first, "breaker.failures").values()) == [0.0, 2.0, 0.0, 0.0, 1.0, 5.0, 12.0]
    resets = values(first, "breaker.last_reset")
    assert resets["AI Service - OpenAI"] == NOW - timedelta(minutes=45)
    assert resets["Database - Primary"] is resets[CARBON] is None
    assert all(found.at == NOW for found in first.readings)


def test_between_two_samples_nothing_changes() -> None:
    first, second = polls(SimulatedSource(), NOW, NOW + timedelta(seconds=CADENCE - 1))
    assert first == second


def test_the_same_seed_start_and_clock_give_the_same_life() -> None:
    one = polls(SimulatedSource(seed=7), *samples(400))
    assert one == polls(SimulatedSource(seed=7), *samples(400))
    assert one != polls(SimulatedSource(seed=8), *samples(400))


def test_how_often_it_is_asked_does_not_matter() -> None:
    often = polls(SimulatedSource(), *samples(400))[-1]
    seldom = polls(SimulatedSource(), NOW, samples(400)[-1])[-1]
    assert often == seldom


def test_a_clock_that_is_set_back_brings_nothing_back() -> None:
    source = SimulatedSource()
    _, late, again = polls(source, NOW, NOW + timedelta(hours=1), NOW + timedelta(minutes=1))
    assert late == again


def test_in_a_day_breakers_trip_are_tried_and_recover_and_figures_stay_true() -> None:
    catalogue = metrics.load()
    seen = set()
    for harvest in polls(SimulatedSource(), *samples(DAY)):
        seen |= set(values(harvest, "breaker.state").values())
        for found in harvest.readings:
            assert found.at <= NOW + timedelta(days=1)
            if isinstance(found.value, float):
                assert catalogue[found.key.metric].in_range(found.value), found
        quantiles = list(values(harvest, "latency.quantile").values())
        assert quantiles == sorted(quantiles)  # type: ignore[type-var]
    assert seen == {BreakerState.CLOSED, BreakerState.OPEN, BreakerState.HALF_OPEN}
