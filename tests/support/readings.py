"""Readings and sources for tests: short to write, and complete."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import msgspec

from opsdesk.model.errors import Problem, ProblemKind, SourceError
from opsdesk.model.key import Key, key
from opsdesk.model.protocols import Harvest
from opsdesk.model.reading import BreakerState, Reading, Value
from opsdesk.model.series import SeriesData, SeriesRange

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

OFFLINE = Problem(
    kind=ProblemKind.UNREACHABLE,
    what="nothing listens there",
    where="http://example.invalid",
    remedy="Check the address.",
)


def reading(
    metric: str, value: Value, at: datetime = NOW, source: str = "a", **labels: str
) -> Reading:
    """Return a reading of ``metric`` with these labels."""
    return Reading(key=key(metric, labels), value=value, at=at, source=source)


def breaker(
    name: str, state: BreakerState, at: datetime = NOW, source: str = "a", **labels: str
) -> Reading:
    """Return the state of one breaker."""
    return reading("breaker.state", state, at, source, breaker=name, **labels)


def by_key(*readings: Reading) -> dict[Key, Reading]:
    """Return readings under their keys."""
    return {found.key: found for found in readings}


def harvest(*readings: Reading, cadence: float = 0.0) -> Harvest:
    """Return what a poll brought in."""
    return Harvest(readings=readings, cadence=cadence)


def failing(**changes: object) -> SourceError:
    """Return a failure that can be expected."""
    return SourceError(msgspec.structs.replace(OFFLINE, **changes))


class FakeSource:
    """A source that does as it is told; ``answer`` may await, raise, or never come back."""

    kind = "fake"
    where = "nowhere"

    def __init__(self, id_: str, answer: Callable[[datetime], Awaitable[Harvest]]) -> None:
        self.id = id_
        self.title = f"Source {id_}"
        self.answer = answer
        self.polls = 0
        self.rediscoveries = 0
        self.closings = 0
        self.closed = threading.Event()

    async def poll(self, now: datetime) -> Harvest:
        """Answer as told."""
        self.polls += 1
        return await self.answer(now)

    async def series(self, wanted: SeriesRange) -> SeriesData:
        """Have no past."""
        del wanted
        return SeriesData()

    async def rediscover(self) -> None:
        """Count."""
        self.rediscoveries += 1

    async def close(self) -> None:
        """Count."""
        self.closings += 1
        self.closed.set()


def answering(*readings: Reading, cadence: float = 0.0) -> Callable[[datetime], Awaitable[Harvest]]:
    """Return an answer that is always the same, at the time of the poll."""

    async def answer(now: datetime) -> Harvest:
        found = (msgspec.structs.replace(one, at=now) for one in readings)
        return harvest(*found, cadence=cadence)

    return answer
