"""Snapshots as they come: server-sent events, an answer without an end.

See https://html.spec.whatwg.org/multipage/server-sent-events.html. Nothing queues up for a client
that reads slowly: when it has taken one event, it gets the newest that there is then. An event is
written and packed once for all who follow.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import cached_property
from http import HTTPMethod, HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.model.errors import SourceError
from opsdesk.model.protocols import Provider
from opsdesk.model.snapshot import Snapshot
from opsdesk.serve.answers import HEADERS, LEVEL, Body, failure, takes_gzip
from opsdesk.wire.stream import EVENT, HEARTBEAT, MEDIA_TYPE

#: streams at a time; half of all connections, so that others can still ask
MOST = 500
#: seconds after which who found no place may try again
_LATER = 30.0
#: seconds for which a client may leave lying what was sent to it
_STUCK = 30.0
#: seconds in which it can still be told of the end
_AT_THE_END = 0.5
#: bytes that a connection is given at a time; it holds no more than two of these
_PIECE = 64 * 1024
# nginx would collect the events until it has a few kilobytes of them.
_HEADERS = HEADERS | {"X-Accel-Buffering": "no"}
#: begins a gzip file without a name and a time (RFC 1952)
GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


class Part:
    """A piece of every stream, such as an event."""

    def __init__(self, plain: bytes) -> None:
        self.plain = plain

    @cached_property
    def packed(self) -> bytes:
        """The part as deflated blocks that may stand anywhere in a stream.

        They end at a whole byte, are not the last, and refer to nothing before them: so they are
        the same for all who follow, whenever each has come.
        """
        packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        return packer.compress(self.plain) + packer.flush(zlib.Z_SYNC_FLUSH)


_BEAT = Part(b":\n\n")


class Streams:
    """Answers those who follow a provider."""

    def __init__(
        self,
        provider: Provider,
        written: Callable[[Snapshot], Body],
        ending: asyncio.Event,
    ) -> None:
        """Prepare.

        Args:
            provider: what is served.
            written: returns the content of a snapshot, the same object for the same snapshot.
            ending: set when all streams shall end.

        """
        self.provider = provider
        self.ending = ending
        self._written = written
        self._newest: tuple[Body, Part] | None = None
        #: streams under way
        self.open = 0

    def answer(self, request: Request) -> Response:
        """Return the answer to a request: a stream, or that there are too many."""
        if self.open >= MOST:
            return failure(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "server",
                tr("too many desks follow this server already"),
                tr("Ask it for snapshots instead, and try again later."),
                {"Retry-After": f"{_LATER:.0f}"},
            )
        return _Stream(self, request)

    def event(self, snapshot: Snapshot) -> tuple[str, Part]:
        """Return a snapshot's id, which is the name of its content, and the event of it."""
        body = self._written(snapshot)
        if self._newest is None or self._newest[0] is not body:
            head = f"id: {body.etag}\nevent: {EVENT}\ndata: ".encode()
            self._newest = (body, Part(b"".join((head, body.plain, b"\n\n"))))
        return body.etag, self._newest[1]


class _Stream(Response):
    """One stream: lasts until the client leaves, does not read, or the server ends."""

    media_type = MEDIA_TYPE

    def __init__(self, streams: Streams, request: Request) -> None:
        self._streams = streams
        self._is_packed = takes_gzip(request)
        self._known = request.headers.get("last-event-id", "")
        self._is_head = request.method == HTTPMethod.HEAD
        encoding = {"Content-Encoding": "gzip"} if self._is_packed else {}
        super().__init__(headers=_HEADERS | encoding)
        del self.headers["content-length"]

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._streams.open += 1
        try:
            await _first(self._write(send), _left(receive), self._streams.ending.wait())
        finally:
            self._streams.open -= 1
        with suppress(TimeoutError):  # who does not read is not told of the end
            async with asyncio.timeout(_AT_THE_END):
                await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _write(self, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        if self._is_head:
            return
        head = GZIP_HEAD if self._is_packed else b""
        # At once, so that whoever is in between passes on that it has begun.
        await self._send(send, _BEAT, head)
        seen: Snapshot | None = None
        with suppress(TimeoutError, SourceError):  # it does not read; there will be nothing more
            while True:
                seen = await self._send_next(seen, send)

    async def _send_next(self, seen: Snapshot | None, send: Send) -> Snapshot | None:
        """Send the newest snapshot other than ``seen``, or a sign of life; return what is seen."""
        snapshot = await self._newer(seen)
        if snapshot is None:
            await self._send(send, _BEAT)
            return seen
        id_, event = self._streams.event(snapshot)
        await self._send(send, _BEAT if id_ == self._known else event)
        self._known = id_
        return snapshot

    async def _newer(self, seen: Snapshot | None) -> Snapshot | None:
        try:
            async with asyncio.timeout(HEARTBEAT):
                return await self._streams.provider.newer(seen)
        except TimeoutError:
            return None

    async def _send(self, send: Send, part: Part, head: bytes = b"") -> None:
        content = head + (part.packed if self._is_packed else part.plain)
        for begin in range(0, len(content), _PIECE):
            piece = content[begin : begin + _PIECE]
            async with asyncio.timeout(_STUCK):
                await send({"type": "http.response.body", "body": piece, "more_body": True})


async def _left(receive: Receive) -> None:
    """Wait until the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _first(*work: Coroutine[Any, Any, object]) -> None:
    """Wait until one of several has ended, end the others, and raise what any of them raised."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception):
            raise end
