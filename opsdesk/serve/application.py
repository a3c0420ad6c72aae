"""The metrics API as an ASGI application over a provider."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from typing import TypeVar

import msgspec
from msgspec.structs import replace
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from opsdesk.catalogue.language import tr
from opsdesk.model.errors import SourceError
from opsdesk.model.metric import Metric
from opsdesk.model.protocols import Provider
from opsdesk.model.snapshot import Snapshot
from opsdesk.serve.answers import Body, answer, failure
from opsdesk.serve.guard import OPEN_PATH, Guard
from opsdesk.serve.stream import Streams
from opsdesk.wire import catalogue as wire_catalogue
from opsdesk.wire import events as wire_events
from opsdesk.wire import health as wire_health
from opsdesk.wire import openapi, query
from opsdesk.wire import series as wire_series
from opsdesk.wire.health import WireHealth
from opsdesk.wire.snapshot import WireSnapshot, to_wire

#: seconds for one answer of the provider
_DEADLINE = 20.0
#: series that are answered at a time: the largest takes 150 MiB while it is written
_AT_ONCE = 4
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)

T = TypeVar("T")
_Handler = Callable[[Request], Awaitable[Response]]


def application(
    provider: Provider,
    *,
    token: str,
    hosts: frozenset[str],
    title: str,
    ending: asyncio.Event,
) -> Starlette:
    """Return the application.

    Args:
        provider: what is served.
        token: that requests must carry; '' for none.
        hosts: names under which the server may be asked.
        title: of what is served, for people.
        ending: set when the answers that have no end shall end.

    """
    api = _Api(provider, title, ending)
    routes: dict[str, _Handler] = {
        "/v1/snapshot": api.snapshot,
        "/v1/stream": api.stream,
        "/v1/series": api.series,
        "/v1/events": api.events,
        "/v1/catalogue": api.catalogue,
        OPEN_PATH: api.health,
        "/openapi.json": api.openapi,
    }
    app = Starlette(
        routes=[Route(path, handle) for path, handle in routes.items()],
        middleware=[Middleware(Guard, token=token, hosts=hosts)],
        exception_handlers={
            _BadRequest: _bad_request,
            SourceError: _no_data,
            TimeoutError: _too_late,
            HTTPException: _refused,
            Exception: _failed,
        },
    )
    app.router.redirect_slashes = False
    return app


class _Api:
    """The answers. What is the same for every request is written once."""

    def __init__(self, provider: Provider, title: str, ending: asyncio.Event) -> None:
        self._provider = provider
        self._title = title
        self._streams = Streams(provider, self._written, ending)
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._snapshot: tuple[Snapshot, Body] | None = None
        self._catalogue: tuple[tuple[Metric, ...], Body] | None = None

    async def snapshot(self, request: Request) -> Response:
        return answer(request, self._written(self._provider.snapshot()))

    async def stream(self, request: Request) -> Response:
        return self._streams.answer(request)

    def _written(self, snapshot: Snapshot) -> Body:
        if self._snapshot is None or self._snapshot[0] is not snapshot:
            wire = to_wire(snapshot, self._provider.catalogue, snapshot.at)
            self._snapshot = (snapshot, Body(wire, _mark(wire)))
        return self._snapshot[1]

    async def series(self, request: Request) -> Response:
        wanted = _asked(query.parse_series, request)
        async with self._turns:
            async with asyncio.timeout(_DEADLINE):
                data = await self._provider.series(wanted)
            # Beside the loop: a million points take a second, and others wait for their snapshot.
            return await asyncio.to_thread(
                lambda: answer(request, Body(wire_series.to_wire(data, wanted)))
            )

    async def events(self, request: Request) -> Response:
        since = _asked(query.parse_events, request)
        return answer(request, Body(wire_events.to_wire(self._provider.events(since))))

    async def catalogue(self, request: Request) -> Response:
        metrics = tuple(self._provider.catalogue.values())
        if self._catalogue is None or self._catalogue[0] != metrics:
            wire = wire_catalogue.to_wire(metrics)
            self._catalogue = (metrics, Body(wire, msgspec.json.encode(wire)))
        return answer(request, self._catalogue[1])

    async def health(self, request: Request) -> Response:
        try:
            at = self._provider.snapshot().at
        except SourceError:
            at = None
        health = WireHealth(schema=wire_health.SCHEMA, title=self._title, generated_at=at)
        return answer(request, Body(health))

    async def openapi(self, request: Request) -> Response:
        return answer(request, _description())


@cache
def _description() -> Body:
    document = openapi.document()
    return Body(document, msgspec.json.encode(document))


def _mark(wire: WireSnapshot) -> bytes:
    """Return what a snapshot says, without when it was written and when sources were asked."""
    said = replace(
        wire,
        generated_at=_NEVER,
        sources=tuple(
            replace(source, last_success=None, last_attempt=None, next_attempt=None, took=None)
            for source in wire.sources
        ),
    )
    return msgspec.json.encode(said)


class _BadRequest(Exception):  # noqa: N818 - the status's own name
    """A request cannot be answered as it is; the text says why."""


def _asked(parse: Callable[[query.Parameters], T], request: Request) -> T:
    try:
        return parse(request.query_params.multi_items())
    except ValueError as error:
        raise _BadRequest(str(error)) from error


async def _bad_request(_request: Request, error: Exception) -> Response:
    remedy = tr("See the parameters in {path}.", path="/openapi.json")
    return failure(HTTPStatus.BAD_REQUEST, "bad request", str(error), remedy)


async def _no_data(_request: Request, error: Exception) -> Response:
    if not isinstance(error, SourceError):
        raise error
    problem = error.problem
    wait = {} if problem.retry_after is None else {"Retry-After": f"{problem.retry_after:.0f}"}
    return failure(HTTPStatus.SERVICE_UNAVAILABLE, problem.kind, problem.what, problem.remedy, wait)


async def _too_late(_request: Request, _error: Exception) -> Response:
    return failure(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "timeout",
        tr("the answer was not there in time"),
        tr("Try again, or ask for less."),
    )


async def _refused(request: Request, error: Exception) -> Response:
    """Say what the router refuses: a path or a method that there is not."""
    if not isinstance(error, HTTPException):
        raise error
    kind = HTTPStatus(error.status_code).phrase.lower()
    what = tr(
        "{method} {path}: {reason}", method=request.method, path=request.url.path, reason=kind
    )
    remedy = tr("See what there is in {path}.", path="/openapi.json")
    return failure(error.status_code, kind, what, remedy, dict(error.headers or {}))


async def _failed(_request: Request, _error: Exception) -> Response:
    return failure(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "server",
        tr("a bug in OpsDesk; its log tells more"),
        tr("Report it with the log."),
    )
