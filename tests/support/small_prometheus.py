"""A small server on loopback that answers what a test wants, polled as a Prometheus."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime

from support.http_server import Connection, Handler, Request, answer, vector

from opsdesk.catalogue import metrics, packs
from opsdesk.model.protocols import Harvest
from opsdesk.sources.prometheus import PrometheusSource

NOW = datetime(2026, 11, 23, 16, tzinfo=UTC)
CATALOGUE = metrics.load()
PACKS = packs.load()
SHOP = {"job": "shop"}
#: key of the breaker of :func:`shop`
STATE = 'breaker.state{breaker="pay",job="shop"}'
Script = Callable[[str], str | None]


def source_of(url: str, **options: object) -> PrometheusSource:
    """Return a source of the server there."""
    return PrometheusSource("prom", "Prometheus", url, PACKS, CATALOGUE, **options)


def poll(url: str, times: int = 1, now: datetime = NOW, **options: object) -> Harvest:
    """Return what the last of so many polls brings in."""

    async def run() -> Harvest:
        client = source_of(url, **options)
        try:
            for _ in range(times):
                harvest = await client.poll(now)
            return harvest
        finally:
            await client.close()

    return asyncio.run(run())


def scripted(script: Script, *, build: str = "", date: datetime = NOW) -> Handler:
    """Answer queries by ``script``; None is an empty vector."""
    clock = format_datetime(date, usegmt=True)

    def handle(request: Request, connection: Connection) -> None:
        if request.path.endswith("/buildinfo"):
            body = build or '{"status":"success","data":{"version":"3.1.0","revision":"abc"}}'
        else:
            body = script(request.form["query"]) or vector()
        if body.startswith("{"):
            answer(body, Date=clock)(request, connection)
        else:
            said = json.dumps({"status": "error", "errorType": "execution", "error": body})
            answer(said, 422, Date=clock)(request, connection)

    return handle


def shop(query: str) -> str | None:
    """One job that is up and has one breaker, open."""
    breaker = {"name": "pay", "instance": "a", **SHOP}
    if query.startswith("count by (__name__)"):
        names = ("up", "resilience4j_circuitbreaker_state")
        return vector(*(({"__name__": name}, 1) for name in names if name in query))
    if query.startswith("count(resilience4j"):
        return vector(({}, 1))
    if "timestamp(up)" in query:
        return vector((SHOP, NOW.timestamp() - 5))
    if "timestamp(resilience4j" in query and "_over_time" not in query:
        return vector((breaker, NOW.timestamp() - 7))
    if query.endswith("== 1") and "resilience4j" in query:
        return vector(({**breaker, "state": "open"}, 1))
    return vector((SHOP, 1)) if ("up" in query and "[" in query) or "(up" in query else None


def values(harvest: Harvest) -> dict[str, object]:
    """Return what was read, by key."""
    return {str(found.key): found.value for found in harvest.readings}


def shop_with_cadence(script: Script) -> Script:
    """Add what tells the scrape interval."""

    def answering(query: str) -> str | None:
        if query.startswith("topk"):
            return vector(({"instance": "a", **SHOP}, 3))
        if query.startswith("up{"):
            series = {"metric": SHOP, "values": [[at, "1"] for at in (0, 15, 30)]}
            return json.dumps(
                {"status": "success", "data": {"resultType": "matrix", "result": [series]}}
            )
        return script(query)

    return answering
