"""The metrics API over a provider."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from http import HTTPStatus

import msgspec
from msgspec.structs import replace
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from opsdesk.catalogue.language import tr
from opsdesk.model.errors import ConfigError, SourceError
from opsdesk.model.metric import Metric
from opsdesk.model.protocols import Provider
from opsdesk.model.snapshot import Snapshot
from opsdesk.serve.answers import Body, answer, failure
from opsdesk.serve.guard import OPEN_PATH, Listening, is_local
from opsdesk.serve.routing import asked, routed
from opsdesk.serve.server import Bounds, Server
from opsdesk.serve.stream import Streams
from opsdesk.wire import catalogue as wire_catalogue
from opsdesk.wire import events as wire_events
from opsdesk.wire import health as wire_health
from opsdesk.wire import query
from opsdesk.wire import series as wire_series
from opsdesk.wire.health import WireHealth
from opsdesk.wire.snapshot import WireSnapshot, to_wire

#: seconds for one answer of the provider
_DEADLINE = 20.0
#: series that are answered at a time: the largest takes 150 MiB while it is written
_AT_ONCE = 4
#: a desk holds two connections; one server may feed a few hundred. 500 keys stand in one address
_BOUNDS = Bounds(connections=1_000, head=512 * 1024)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)

_Handler = Callable[[Request], Awaitable[Response]]


def metrics_server(provider: Provider, listening: Listening, title: str = "") -> Server:
    """Return a server of the metrics API. ``title``: of what is served, for people.

    Raises:
        ConfigError: it would be open to others without a token.

    """
    if not listening.token and not is_local(listening.host):
        raise ConfigError(
            tr(
                "{host}: whoever reaches this machine could read everything. Set a token with "
                "--token-file or OPSDESK_TOKEN, or serve on 127.0.0.1.",
                host=listening.host,
            )
        )
    ending = asyncio.Event()
    app = application(provider, listening, title=title, ending=ending)
    return Server(app, listening, bounds=_BOUNDS, on_ending=ending.set)


def application(
    provider: Provider, listening: Listening, *, title: str, ending: asyncio.Event
) -> Starlette:
    """Return the application; ``ending`` is set when the answers that have no end shall end."""
    api = _Api(provider, title, ending)
    routes: dict[str, _Handler] = {
        "/v1/snapshot": api.snapshot,
        "/v1/stream": api.stream,
        "/v1/series": api.series,
        "/v1/events": api.events,
        "/v1/catalogue": api.catalogue,
        OPEN_PATH: api.health,
    }
    return routed(
        [Route(path, handle) for path, handle in routes.items()],
        listening,
        {SourceError: _no_data, TimeoutError: _too_late},
    )


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
        wanted = asked(query.parse_series, request)
        async with self._turns:
            async with asyncio.timeout(_DEADLINE):
                data = await self._provider.series(wanted)
            # Beside the loop: a million points take a second, and others wait for their snapshot.
            return await asyncio.to_thread(
                lambda: answer(request, Body(wire_series.to_wire(data, wanted)))
            )

    async def events(self, request: Request) -> Response:
        since = asked(query.parse_events, request)
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
