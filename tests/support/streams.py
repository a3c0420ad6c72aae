"""Servers of the metrics API that stream, and who follows them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from support import metrics_api
from support.http_server import Connection, Handler, HttpServer, Request, answer, head, serving
from support.metrics_api import NOW

from opsdesk.model.protocols import Harvest
from opsdesk.sources.metrics_api import MetricsApiSource

PATIENCE = 10.0
LIFE = b":\n\n"


def document(rate: float) -> str:
    """Return a snapshot that has one rate."""
    return metrics_api.document(metrics_api.figure("errors.rate", rate))


def event(rate: float, id_: str = "") -> bytes:
    """Return a snapshot as it is streamed."""
    return f"id: {id_ or rate}\nevent: snapshot\ndata: {document(rate)}\n\n".encode()


def streamed(*parts: bytes, **headers: str) -> Handler:
    """Return a handler that sends these and then nothing, until the test or the client ends."""
    given = {"Content-Type": "text/event-stream"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}

    def handle(_request: Request, connection: Connection) -> None:
        for part in (head(200, given), *parts):
            connection.send(part)
        connection.stopping.wait(PATIENCE)

    return handle


def api(stream: Handler, poll: Handler | None = None) -> Handler:
    """Return a server that streams, and that is polled."""
    polled = poll or answer(document(0.1), ETag='"polled"')
    return metrics_api.api({"/v1/stream": stream, "/v1/snapshot": polled})


class Follower:
    """Follows, and takes down what it is told: a rate, or None for a sign of life."""

    def __init__(self, source: MetricsApiSource) -> None:
        self.source = source
        self.harvests: list[Harvest | None] = []
        self._changed = asyncio.Event()

    @property
    def told(self) -> list[object]:
        """What was told so far."""
        return [harvest and harvest.readings[0].value for harvest in self.harvests]

    def tell(self, harvest: Harvest | None) -> None:
        """Take it down."""
        self.harvests.append(harvest)
        self._changed.set()

    async def follow(self) -> None:
        """Follow until it is lost."""
        await self.source.follow(NOW, self.tell)

    async def has(self, count: int) -> None:
        """Wait until so much was told."""
        async with asyncio.timeout(PATIENCE):
            while len(self.harvests) < count:
                self._changed.clear()
                await self._changed.wait()

    async def until(self, count: int) -> list[object]:
        """Follow until so much was told."""
        task = asyncio.create_task(self.follow())
        try:
            await self.has(count)
        finally:
            task.cancel()
            await asyncio.wait([task])
        return self.told


def using(url: str, work: Callable[[Follower], Awaitable[object]], **more: object) -> object:
    """Do something with who follows the server there."""
    return metrics_api.using(url, lambda source: work(Follower(source)), **more)


def polled_and_followed(handler: Handler, count: int, **more: object) -> tuple[object, HttpServer]:
    """Return what is told after a poll, and the server that was asked."""

    async def work(desk: Follower) -> list[object]:
        await desk.source.poll(NOW)
        return await desk.until(count)

    with serving(handler) as server:
        return using(server.url, work, **more), server
