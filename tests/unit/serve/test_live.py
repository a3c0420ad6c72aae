from __future__ import annotations

import asyncio
from concurrent.futures import Future
from datetime import timedelta

import pytest
from msgspec.structs import replace
from support.readings import NOW, breaker, by_key, reading
from support.serving import CATALOGUE

from opsdesk.model.errors import SourceError
from opsdesk.model.key import key
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.series import Event, SeriesData, SeriesRange, Strip
from opsdesk.model.snapshot import Snapshot
from opsdesk.serve.live import Live

WANTED = SeriesRange(keys=(key("m"),), start=0.0, end=1.0, step=1.0)
CARBON = key("breaker.state", {"breaker": "Carbon"})


def never(_wanted: SeriesRange) -> Future[SeriesData]:
    raise AssertionError("nobody should ask")


def at(minute: int, *readings: Reading) -> Snapshot:
    return Snapshot(at=NOW + timedelta(minutes=minute), readings=by_key(*readings))


def carbon(state: BreakerState, minute: int = 0) -> Reading:
    return breaker("Carbon", state, NOW + timedelta(minutes=minute))


def test_before_the_first_refresh_it_asks_to_try_again() -> None:
    with pytest.raises(SourceError, match="nothing has been fetched yet") as error:
        Live(CATALOGUE, never).snapshot()
    assert error.value.problem.retry_after == 1.0


def test_the_newest_snapshot_is_what_it_knows() -> None:
    live = Live(CATALOGUE, never)
    for minute in range(3):
        live.take(at(minute))
    assert live.snapshot() == at(2)


def test_who_waits_gets_the_next_snapshot() -> None:
    live = Live(CATALOGUE, never)

    async def run() -> list[Snapshot]:
        waiting = asyncio.create_task(live.newer(None))
        await asyncio.sleep(0)
        live.take(at(0))
        first = await waiting
        live.take(at(1))
        return [first, await live.newer(first)]

    assert asyncio.run(run()) == [at(0), at(1)]


def test_what_sources_describe_comes_after_our_own() -> None:
    live = Live(CATALOGUE, never)
    own = replace(CATALOGUE["errors.rate"], id="own.metric")
    live.take(replace(at(0), metrics={own.id: own}))
    assert list(live.catalogue) == [*CATALOGUE, "own.metric"]
    live.take(at(1))
    assert list(live.catalogue) == list(CATALOGUE)


def test_what_became_of_a_state_is_an_event_at_the_moment_it_was_seen() -> None:
    live = Live(CATALOGUE, never)
    live.take(at(0, carbon(BreakerState.CLOSED)))
    live.take(at(1, carbon(BreakerState.CLOSED, 1), breaker("New", BreakerState.OPEN)))
    live.take(at(2, carbon(BreakerState.OPEN, 2), reading("errors.rate", 1.0)))
    live.take(at(3, reading("errors.rate", 2.0)))
    live.take(at(4, carbon(BreakerState.OPEN, 4)))
    live.take(at(5, carbon(BreakerState.HALF_OPEN, 5)))
    moments = [NOW.timestamp() + 60.0 * minute for minute in (2, 5)]
    assert live.events(0.0) == (
        Event(key=CARBON, at=moments[0], before="closed", state="open"),
        Event(key=CARBON, at=moments[1], before="open", state="half-open"),
    )
    assert [event.state for event in live.events(moments[0])] == ["half-open"]


def asking(answer: Future[SeriesData]) -> SeriesData:
    return asyncio.run(Live(CATALOGUE, lambda _wanted: answer).series(WANTED))


def test_series_are_those_of_the_engine() -> None:
    data = SeriesData(strips=(Strip(key=CARBON, changes=()),))
    answer: Future[SeriesData] = Future()
    answer.set_result(data)
    assert asking(answer) == data


def test_an_engine_that_ends_is_told() -> None:
    answer: Future[SeriesData] = Future()
    answer.cancel()
    answer.set_running_or_notify_cancel()
    with pytest.raises(SourceError, match="about to end"):
        asking(answer)


def test_who_no_longer_waits_is_cancelled() -> None:
    async def run() -> None:
        waiting = asyncio.create_task(Live(CATALOGUE, lambda _wanted: Future()).series(WANTED))
        await asyncio.sleep(0)
        waiting.cancel()
        await waiting

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(run())
