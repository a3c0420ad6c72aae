"""Small servers of the metrics API, and the source that asks them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import TypeVar

from support.http_server import Connection, Handler, Request, answer, serving

from opsdesk.catalogue import metrics
from opsdesk.model.key import key
from opsdesk.model.protocols import Harvest
from opsdesk.sources.metrics_api import MetricsApiSource

T = TypeVar("T")
CATALOGUE = metrics.load()
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
AT = "2026-03-01T11:59:30Z"
CARBON = key("breaker.state", {"breaker": "Carbon"})
UPTIME = key("component.uptime", {"component": "API"})
TOKEN = "t0ken-of-ours"


def figure(metric: str, value: object, **more: object) -> dict[str, object]:
    """Return a figure as a backend writes it, half a minute old."""
    return {"metric": metric, "value": value, "at": AT, **more}


def document(*readings: object, **more: object) -> str:
    """Return a snapshot as a backend writes it."""
    return json.dumps(
        {
            "schema": "opsdesk.snapshot/1",
            "generated_at": "2026-03-01T12:00:00Z",
            "readings": readings,
            **more,
        }
    )


def api(pages: Mapping[str, str | Handler], **headers: str) -> Handler:
    """Return a server of these pages; all else is not there."""

    def handle(request: Request, connection: Connection) -> None:
        page = pages.get(request.path, answer("", 404))
        (answer(page, **headers) if isinstance(page, str) else page)(request, connection)

    return handle


def snapshots(*readings: object, **more: object) -> Handler:
    """Return a server of this snapshot, and of nothing else."""
    return api({"/v1/snapshot": document(*readings, **more)})


def using(url: str, work: Callable[[MetricsApiSource], Awaitable[T]], **more: object) -> T:
    """Do something with a source of the server there."""

    async def run() -> T:
        source = MetricsApiSource("far", "Far", url, CATALOGUE, **more)
        try:
            return await work(source)
        finally:
            await source.close()

    return asyncio.run(run())


def poll(handler: Handler, **more: object) -> Harvest:
    """Return what one poll of such a server brings in."""
    with serving(handler) as server:
        return using(server.url, lambda source: source.poll(NOW), **more)
