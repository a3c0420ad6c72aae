"""Boards as the engine would make them, in the states that a window must be able to show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from opsdesk.catalogue import metrics
from opsdesk.insight.board import Board, arrange
from opsdesk.insight.derive import derive
from opsdesk.model.errors import Problem, ProblemKind
from opsdesk.model.key import Key, key
from opsdesk.model.reading import BreakerState, Reading, Value
from opsdesk.model.snapshot import Family, Incident, Severity, Snapshot, SourceStatus

NOW = datetime(2026, 11, 23, 14, 32, tzinfo=UTC)
CATALOGUE = metrics.load()
SOURCE = SourceStatus(
    id="prod",
    title="Production metrics",
    kind="prometheus",
    where="http://prometheus.example:9090",
    interval=60,
    cadence=15,
    last_success=NOW - timedelta(seconds=12),
    last_attempt=NOW - timedelta(seconds=12),
    families=(Family(pack="up", title="Scrape targets (up)", series=4, used=True),),
)
TIMED_OUT = Problem(
    kind=ProblemKind.TIMEOUT,
    what="no answer within 20 s",
    where="http://prometheus.example:9090",
    remedy="Check that it is running.",
)
FAILED_ALONE = "Requests: partial, errors.rate failed: the server answered 422."
BREAKERS = (
    "AI Service - DeepSeek",
    "AI Service - OpenAI",
    "AI Service - Anthropic",
    "Database - Primary",
    "Database - Read Replica",
    "External API - Weather",
    "External API - Carbon Data",
)


def figures(at: datetime, states: dict[str, BreakerState]) -> list[Reading]:
    """Return the figures of a small production, true at ``at``."""
    found: list[Reading] = []

    def add(metric: str, labels: dict[str, str], value: Value, **more: object) -> None:
        reading = Reading(key=key(metric, labels), value=value, at=at, source="prod")
        found.append(msgspec.structs.replace(reading, **more))

    uptimes = {"API Gateway": 99.2, "AI Services": 98.1, "Database": 99.8, "Cache Layer": 99.9}
    for component, uptime in uptimes.items():
        add("component.uptime", {"component": component}, uptime, window=86_400.0)
        add("component.instances_up", {"component": component}, 100.0)
    for quantile, milliseconds in {"0.5": 148, "0.95": 291, "0.99": 531, "1": 1243}.items():
        labels = {"quantile": quantile}
        add("latency.quantile", labels, float(milliseconds), window=300.0)
    add("errors.rate", {}, 0.02, window=300.0)
    for position, (name, state) in enumerate(states.items()):
        labels = {"breaker": name, "job": "shop"}
        add("breaker.state", labels, state)
        add("breaker.failures", labels, float(position % 13))
        if state is BreakerState.CLOSED:
            add("breaker.last_reset", labels, at - timedelta(minutes=30 + position))
    return found


def board_of(
    readings: list[Reading],
    source: SourceStatus | None = SOURCE,
    *,
    incidents: tuple[Incident, ...] = (),
    paused: bool = False,
) -> Board:
    """Arrange readings of one source as the engine would."""
    by_key: dict[Key, Reading] = {reading.key: reading for reading in readings}
    sources = {source.id: source} if source is not None else {}
    for computed in derive(by_key, CATALOGUE, sources, NOW).readings:
        by_key[computed.key] = computed
    snapshot = Snapshot(
        at=NOW,
        readings=by_key,
        sources=tuple(sources.values()),
        incidents=incidents,
        paused=paused,
    )
    return arrange(snapshot, CATALOGUE)


def closed(number: int = 7) -> dict[str, BreakerState]:
    """Return that many breakers, all closed; beyond seven with names of sixty characters."""
    names = [*BREAKERS, *(f"Region {i % 17} - {'dependency ' * 4}{i:04}" for i in range(7, number))]
    return dict.fromkeys(names[:number], BreakerState.CLOSED)


def normal(number: int = 7) -> Board:
    """All is well."""
    return board_of(figures(NOW - timedelta(seconds=12), closed(number)))


def tripped(number: int = 7) -> Board:
    """One breaker is open, and known as an incident."""
    states = closed(number) | {"External API - Carbon Data": BreakerState.OPEN}
    labels = {"breaker": "External API - Carbon Data", "job": "shop"}
    incident = Incident(
        id="1",
        subject=key("breaker.state", labels),
        title="Breaker open: External API - Carbon Data",
        severity=Severity.CRITICAL,
        state=BreakerState.OPEN,
        opened_at=NOW - timedelta(minutes=22),
    )
    readings = figures(NOW - timedelta(seconds=12), states)
    return board_of(readings, incidents=(incident,))


def stale() -> Board:
    """The source stopped answering 46 minutes ago, with a breaker open."""
    at = NOW - timedelta(minutes=46)
    states = closed() | {"External API - Carbon Data": BreakerState.OPEN}
    failing = msgspec.structs.replace(
        SOURCE,
        last_success=at,
        failures=8,
        problem=TIMED_OUT,
        next_attempt=NOW + timedelta(seconds=40),
    )
    return board_of(figures(at, states), failing)


def partly() -> Board:
    """The source answers, and one query fails alone."""
    source = msgspec.structs.replace(SOURCE, partial=(FAILED_ALONE,))
    return board_of(figures(NOW - timedelta(seconds=12), closed()), source)


def connecting() -> Board:
    """A source is named and has not answered yet."""
    waiting = msgspec.structs.replace(SOURCE, last_success=None, last_attempt=None, families=())
    return board_of([], waiting)


def no_source() -> Board:
    """Nothing is connected."""
    return board_of([], None)
