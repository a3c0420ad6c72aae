"""What listens at an address is found out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TypeVar

import pytest
from support.http_server import (
    Connection,
    Handler,
    HttpServer,
    Request,
    answer,
    head,
    serving,
    vector,
)

from opsdesk.catalogue import metrics
from opsdesk.model.errors import ProblemKind, SourceError
from opsdesk.model.protocols import FollowedSource, Harvest, Source
from opsdesk.model.series import SeriesData, SeriesRange
from opsdesk.sources.server import Server, source

T = TypeVar("T")
CATALOGUE = metrics.load()
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NOTHING = SeriesRange(keys=(), start=0.0, end=1.0, step=1.0)
SNAPSHOT = json.dumps(
    {"schema": "opsdesk.snapshot/1", "generated_at": "2026-03-01T12:00:00Z", "readings": []}
)
HEALTH = json.dumps({"schema": "opsdesk.health/1"})


def pages(**found: str) -> Handler:
    def handle(request: Request, connection: Connection) -> None:
        page = found.get(request.path.rpartition("/")[2])
        answer(page or "", 200 if page else 404)(request, connection)

    return handle


def prometheus(request: Request, connection: Connection) -> None:
    if request.path.startswith("/api/v1/"):
        answer(vector())(request, connection)
    else:
        answer("404 page not found", 404, content_type="text/plain")(request, connection)


def whatever_is_in(there: list[Handler]) -> Handler:
    """Return a server that becomes another."""

    def handle(request: Request, connection: Connection) -> None:
        there[0](request, connection)

    return handle


def using(
    server: HttpServer, work: Callable[[Source], Awaitable[T]], kind: str = "auto", path: str = ""
) -> T:
    async def run() -> T:
        found = source(Server(id="s", title="S", url=server.url + path, kind=kind), (), CATALOGUE)
        try:
            return await work(found)
        finally:
            await found.close()

    return asyncio.run(run())


async def kind_of(found: Source) -> str:
    assert found.kind == "auto"
    assert await found.series(NOTHING) == SeriesData()
    await found.poll(NOW)
    assert await found.series(NOTHING) == SeriesData()
    return found.kind


@pytest.mark.parametrize(
    ("handler", "kind", "path"),
    [
        (pages(snapshot=SNAPSHOT, health=HEALTH), "opsdesk", ""),
        (pages(snapshot=SNAPSHOT), "opsdesk", "/"),
        (pages(snapshot=SNAPSHOT), "opsdesk", "/v1/snapshot"),
        (prometheus, "prometheus", "/"),
        (prometheus, "prometheus", "/graph"),
    ],
)
def test_it_is_found_out_and_from_then_on_known(handler: Handler, kind: str, path: str) -> None:
    with serving(handler) as server:
        assert using(server, kind_of, path=path) == kind


def test_it_is_looked_for_until_a_poll_has_succeeded() -> None:
    there: list[Handler] = [answer("", 502)]

    async def come_up(found: Source) -> tuple[str, int]:
        with pytest.raises(SourceError):
            await found.poll(NOW)
        there[0] = pages(snapshot=SNAPSHOT)
        await found.poll(NOW)
        asked = len(server.requests)
        await found.poll(NOW)
        return found.kind, len(server.requests) - asked

    with serving(whatever_is_in(there)) as server:
        assert using(server, come_up) == ("opsdesk", 1)


def test_a_look_anew_finds_that_it_has_become_another() -> None:
    there: list[Handler] = [pages(snapshot=SNAPSHOT)]

    async def change(found: Source) -> tuple[str, str]:
        await found.poll(NOW)
        before = found.kind
        there[0] = prometheus
        await found.rediscover()
        await found.poll(NOW)
        return before, found.kind

    with serving(whatever_is_in(there)) as server:
        assert using(server, change) == ("opsdesk", "prometheus")


@pytest.mark.parametrize(
    ("handler", "kind"),
    [
        (answer("", 401), ProblemKind.CREDENTIALS),
        (answer("<html>", content_type="text/html"), ProblemKind.BAD_ANSWER),
        (answer(HEALTH), ProblemKind.BAD_ANSWER),
        (answer('{"x": ' + "[" * 100_000), ProblemKind.BAD_ANSWER),
        (answer("", 302, Location="http://elsewhere.invalid/"), ProblemKind.REDIRECT),
    ],
)
def test_what_is_wrong_there_is_said(handler: Handler, kind: ProblemKind) -> None:
    with serving(handler) as server, pytest.raises(SourceError) as caught:
        using(server, lambda found: found.poll(NOW))
    assert caught.value.problem.kind is kind


@pytest.mark.parametrize("kind", ["prometheus", "opsdesk"])
def test_a_kind_that_is_known_is_not_looked_for(kind: str) -> None:
    async def poll(found: Source) -> tuple[str, str]:
        await found.poll(NOW)
        return found.kind, found.where

    with serving(prometheus if kind == "prometheus" else pages(snapshot=SNAPSHOT)) as server:
        assert using(server, poll, kind) == (kind, server.url)
    assert "/v1/health" not in [request.path for request in server.requests]


def told(handler: Handler) -> list[Harvest | None]:
    """Return the first that is told, before it is known what there is and after."""
    found: list[Harvest | None] = []

    async def work(source: Source) -> None:
        assert isinstance(source, FollowedSource)
        await source.follow(NOW, found.append)  # not known yet: it ends at once
        await source.poll(NOW)
        with suppress(SourceError):
            await source.follow(NOW, found.append)

    with serving(handler) as server:
        using(server, work)
    return found


def test_a_metrics_api_is_followed() -> None:
    answers = pages(health=HEALTH, snapshot=SNAPSHOT)

    def handle(request: Request, connection: Connection) -> None:
        if request.path == "/v1/stream":
            connection.send(head(200, {"Content-Type": "text/event-stream"}))
            connection.send(f"event: snapshot\ndata: {SNAPSHOT}\n\n".encode())
        else:
            answers(request, connection)

    (harvest,) = told(handle)
    assert harvest is not None
    assert harvest.readings == ()


def test_prometheus_has_nothing_to_be_followed() -> None:
    assert told(prometheus) == []
