"""A small simulated production: the application opens on something with no server at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

import msgspec

from opsdesk.model.key import Key, key
from opsdesk.model.protocols import Harvest
from opsdesk.model.reading import BreakerState, Origin, Reading, Value
from opsdesk.model.series import SeriesData, SeriesRange

#: seconds between two samples
CADENCE = 15.0
_DAY = 86_400.0

# The figures it begins with are those of the Phase 4 dashboard: percent over 24 h.
_UPTIMES = {"API Gateway": 99.2, "AI Services": 98.1, "Database": 99.8, "Cache Layer": 99.9}
# Milliseconds over 24 h.
_LATENCIES = {"0.5": 148, "0.75": 203, "0.95": 291, "0.99": 531, "1": 1243}
_HEALTH = 98.5
# Failures, and minutes since the last reset; a word where there is no time.
_BREAKERS: dict[str, tuple[int, int | str]] = {
    "AI Service - DeepSeek": (0, 120),
    "AI Service - OpenAI": (2, 45),
    "AI Service - Anthropic": (0, 240),
    "Database - Primary": (0, "N/A"),
    "Database - Read Replica": (1, 60),
    "External API - Weather": (5, 30),
    "External API - Carbon Data": (12, "Pending"),
}

# Chances per sample. What is outside fails more often than what is one's own.
_TRIP_OUTSIDE, _TRIP_INSIDE = 0.008, 0.001
_TRY, _RECOVER, _FAIL_AGAIN = 0.06, 0.35, 0.15


class _Breaker(msgspec.Struct):
    name: str
    state: BreakerState
    failures: int
    reset: datetime | None
    word: str

    def live(self, chance: Random, at: datetime) -> None:
        """Go on for one sample."""
        drawn = chance.random()
        if self.state is BreakerState.CLOSED:
            outside = self.name.startswith("External")
            if drawn < (_TRIP_OUTSIDE if outside else _TRIP_INSIDE):
                self.state, self.word = BreakerState.OPEN, "Pending"
                self.failures = 5 + chance.randrange(10)
        elif self.state is BreakerState.OPEN:
            if drawn < _TRY:
                self.state = BreakerState.HALF_OPEN
        elif drawn < _RECOVER:
            self.state, self.failures, self.reset = BreakerState.CLOSED, 0, at
        elif drawn < _RECOVER + _FAIL_AGAIN:
            self.state, self.failures = BreakerState.OPEN, self.failures + 1


class SimulatedSource:
    """Lives from its first poll on. The same seed, start and clock give the same life."""

    kind = "simulated"
    where = "this computer"

    def __init__(
        self, source_id: str = "simulated", title: str = "Simulated production", seed: int = 4
    ) -> None:
        self.id = source_id
        self.title = title
        self._seed = seed
        self._start: datetime | None = None
        self._step = 0
        self._breakers: list[_Breaker] = []
        self._slowness = 1.0
        self._errors = 0.0

    async def poll(self, now: datetime) -> Harvest:
        """Return the sample that is current at ``now``."""
        if self._start is None:
            self._begin(now)
        start = self._start or now
        # A clock that is set back brings no past life back: the last sample stays.
        while start + timedelta(seconds=CADENCE * (self._step + 1)) <= now:
            self._live(start)
        at = start + timedelta(seconds=CADENCE * self._step)
        return Harvest(readings=tuple(self._readings(at)), cadence=CADENCE)

    async def series(self, wanted: SeriesRange) -> SeriesData:
        """Return nothing: of the past, only what is recorded here is shown."""
        del wanted
        return SeriesData()

    async def rediscover(self) -> None:
        """Nothing was learnt."""

    async def close(self) -> None:
        """Nothing is open."""

    def _begin(self, now: datetime) -> None:
        self._start = now
        self._breakers = [
            _Breaker(
                name=name,
                state=BreakerState.OPEN if reset == "Pending" else BreakerState.CLOSED,
                failures=failures,
                reset=None if isinstance(reset, str) else now - timedelta(minutes=reset),
                word=reset if isinstance(reset, str) else "",
            )
            for name, (failures, reset) in _BREAKERS.items()
        ]

    def _live(self, start: datetime) -> None:
        self._step += 1
        chance = Random(f"{self._seed}/{self._step}")  # noqa: S311 - a life, not a secret
        at = start + timedelta(seconds=CADENCE * self._step)
        for breaker in self._breakers:
            breaker.live(chance, at)
        # Both wander, and are drawn back to where they began.
        self._slowness += 0.1 * (1.0 - self._slowness) + chance.gauss(0, 0.02)
        self._errors = max(0.0, 0.9 * self._errors + chance.gauss(0, 0.01) + 0.02 * self._open)

    @property
    def _open(self) -> int:
        """Return how many breakers are open beyond the one that is from the beginning."""
        return max(0, sum(breaker.state.is_open for breaker in self._breakers) - 1)

    def _readings(self, at: datetime) -> Iterator[Reading]:
        def day(subject: Key, value: Value) -> Reading:
            return Reading(key=subject, value=value, at=at, source=self.id, window=_DAY)

        def now(subject: Key, value: Value, note: str = "") -> Reading:
            return Reading(key=subject, value=value, at=at, source=self.id, note=note)

        health = round(_HEALTH - 0.8 * self._open - self._errors, 1)
        reported = day(key("health.score"), health)
        yield msgspec.structs.replace(reported, origin=Origin.REPORTED)
        for component, uptime in _UPTIMES.items():
            yield day(key("component.uptime", {"component": component}), uptime)
            yield now(key("component.instances_up", {"component": component}), 100.0)
        for quantile, latency in _LATENCIES.items():
            slowed = float(round(latency * self._slowness))
            yield day(key("latency.quantile", {"quantile": quantile}), slowed)
        yield now(key("errors.rate"), round(self._errors, 2))
        for breaker in self._breakers:
            name = {"breaker": breaker.name}
            word = breaker.word if breaker.reset is None or breaker.state.is_open else ""
            reset = None if breaker.state.is_open else breaker.reset
            yield now(key("breaker.state", name), breaker.state)
            yield now(key("breaker.failures", name), float(breaker.failures))
            yield now(key("breaker.last_reset", name), reset, word)
