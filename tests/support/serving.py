"""A small provider, and the real server over any provider on a thread of this process."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from queue import SimpleQueue
from urllib.parse import urlsplit

from support.readings import NOW, breaker, by_key, reading

from opsdesk.catalogue import metrics
from opsdesk.model.key import key
from opsdesk.model.metric import Metric
from opsdesk.model.protocols import Provider
from opsdesk.model.reading import BreakerState
from opsdesk.model.series import Change, Event, Line, SeriesData, SeriesRange, Strip
from opsdesk.model.snapshot import Baseline, Finding, Snapshot, SourceStatus
from opsdesk.serve.application import metrics_server
from opsdesk.serve.guard import Listening
from opsdesk.serve.newest import Newest
from opsdesk.serve.server import Server

CATALOGUE = metrics.load()
UPTIME = key("component.uptime", {"component": "API Gateway"})
CARBON = key("breaker.state", {"breaker": "Carbon"})
#: Unix time of the transition
TRIPPED = NOW.timestamp() - 600.0
SNAPSHOT = Snapshot(
    at=NOW,
    readings=by_key(
        reading("component.uptime", 99.2, component="API Gateway"),
        breaker("Carbon", BreakerState.OPEN),
        *(reading("own.metric", float(number), number=str(number)) for number in range(50)),
    ),
    baselines=(Baseline(name="before", readings=by_key(reading("errors.rate", 1.5))),),
    findings=(Finding(kind="open", sentence="Carbon is open.", keys=(CARBON,)),),
    sources=(SourceStatus(id="a", title="A", kind="x", where="http://a", interval=60, cadence=15),),
)


class Small:
    """Provides what it is given; of each line, its first and last value."""

    def __init__(self, snapshot: Snapshot = SNAPSHOT) -> None:
        self._newest = Newest(snapshot)
        self.catalogue: Mapping[str, Metric] = CATALOGUE

    @property
    def newest(self) -> Snapshot:
        """What it provides; may be set on any thread."""
        return self.snapshot()

    @newest.setter
    def newest(self, snapshot: Snapshot) -> None:
        self._newest.put(snapshot)

    def snapshot(self) -> Snapshot:
        snapshot = self._newest.get()
        assert snapshot is not None
        return snapshot

    async def newer(self, seen: Snapshot | None) -> Snapshot:
        return await self._newest.after(seen)

    async def series(self, wanted: SeriesRange) -> SeriesData:
        times = (wanted.start, wanted.end)
        return SeriesData(
            lines=tuple(
                Line(key=one, times=times, values=(float("nan"), 99.2))
                for one in wanted.keys
                if one == UPTIME
            ),
            strips=tuple(
                Strip(key=one, changes=(Change(wanted.start, "open"),))
                for one in wanted.keys
                if one == CARBON
            ),
        )

    def events(self, since: float) -> tuple[Event, ...]:
        found = (Event(key=CARBON, at=TRIPPED, before="closed", state="open"),)
        return tuple(event for event in found if event.at > since)


class Production(Small):
    """A server whose breaker can be moved."""

    def __init__(self) -> None:
        super().__init__()
        self.move(BreakerState.CLOSED)

    def move(self, state: BreakerState) -> None:
        """Let it be in this state from a second ago on."""
        now = datetime.now(UTC) - timedelta(seconds=1)
        self.newest = Snapshot(
            at=now,
            readings=by_key(
                breaker("Carbon", state, now),
                reading("component.uptime", 99.2, now, component="API Gateway"),
            ),
        )


@contextmanager
def serving(
    provider: Provider,
    *,
    host: str = "127.0.0.1",
    token: str = "",
    names: tuple[str, ...] = (),
    title: str = "",
) -> Iterator[str]:
    """Serve a provider while the block runs; yield the address, with '/' at its end."""
    listening = Listening(host=host, port=0, token=token, names=names)
    with running(metrics_server(provider, listening, title)) as url:
        yield url


@contextmanager
def connected(url: str) -> Iterator[socket.socket]:
    """Connect to a server by its address while the block runs."""
    where = urlsplit(url)
    assert where.hostname is not None
    assert where.port is not None
    with socket.create_connection((where.hostname, where.port), timeout=10) as stream:
        yield stream


@contextmanager
def running(server: Server) -> Iterator[str]:
    """Run a server while the block runs; yield the address, with '/' at its end."""
    ready: SimpleQueue[str] = SimpleQueue()
    thread = threading.Thread(target=server.run, args=(ready.put,), name="test-serve")
    thread.start()
    try:
        yield ready.get(timeout=10.0)
    finally:
        server.stop()
        thread.join(10.0)
