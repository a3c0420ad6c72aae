"""A demo whose clock is set by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from opsdesk.demo.world import Demo
from opsdesk.model.key import Key, key
from opsdesk.model.reading import Reading
from opsdesk.model.series import SeriesData, SeriesRange
from opsdesk.model.snapshot import Snapshot

START = datetime(2026, 3, 10, 14, 32, 7, tzinfo=UTC)
CARBON = key("breaker.state", {"breaker": "External API - Carbon Data"})


class Hand:
    """A clock that is set by hand."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def at(self, seconds: float) -> None:
        """Set it to so many seconds after the start."""
        self.now = START + timedelta(seconds=seconds)


def begun(seed: int = 1, speed: float = 1.0) -> tuple[Demo, Hand]:
    """Return a demo that has begun, and its clock."""
    hand = Hand()
    demo = Demo(seed=seed, speed=speed, clock=hand)
    demo.snapshot()
    return demo, hand


def live(demo: Demo, hand: Hand, *moments: float) -> Iterator[Snapshot]:
    """Return its snapshots at these seconds after the start."""
    for moment in moments:
        hand.at(moment)
        yield demo.snapshot()


def series(demo: Demo, wanted: SeriesRange) -> SeriesData:
    """Return how figures went."""
    return asyncio.run(demo.series(wanted))


def the_last(
    seconds: float, step: float, *keys: Key, now: datetime = START, baseline: str = ""
) -> SeriesRange:
    """Return a question for the time that ends now."""
    end = now.timestamp()
    return SeriesRange(keys=keys, start=end - seconds, end=end, step=step, baseline=baseline)


def states(snapshot: Snapshot) -> dict[str, str]:
    """Return the state of each breaker by its name."""
    return {
        subject.label("breaker"): str(reading.value)
        for subject, reading in snapshot.readings.items()
        if subject.metric == "breaker.state"
    }


def of(snapshot: Snapshot, metric: str) -> list[Reading]:
    """Return the readings of a metric."""
    return [reading for reading in snapshot.readings.values() if reading.key.metric == metric]
