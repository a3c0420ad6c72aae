"""Answers of the API: JSON, compressed where the request allows it, with the same headers each."""

from __future__ import annotations

import gzip
from functools import cached_property
from hashlib import blake2b
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from opsdesk.wire.health import WireFailure, WireFault

_JSON = "application/json"
HEADERS = {
    "Cache-Control": "no-cache",
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
}
#: bytes; less is not worth it
_WORTH_PACKING = 1_000
# Level 6 packs 3 % smaller and takes twice the time.
LEVEL = 4


class Body:
    """The content of an answer, written and packed once for any number of requests."""

    def __init__(self, value: Any, mark: bytes = b"") -> None:  # noqa: ANN401 - any msgspec can
        """Write ``value``. ``mark`` is what the content's name is made of; b'': it has none."""
        self.plain = msgspec.json.encode(value)
        #: weak: it names the content, packed or not
        self.etag = f'W/"{blake2b(mark, digest_size=12).hexdigest()}"' if mark else ""

    @cached_property
    def packed(self) -> bytes:
        """The content in gzip, with no time of its own in it."""
        return gzip.compress(self.plain, LEVEL, mtime=0)


def answer(request: Request, body: Body, status: int = HTTPStatus.OK) -> Response:
    """Return the answer to a request: the content, or that the client has it already."""
    headers = HEADERS | ({"ETag": body.etag} if body.etag else {})
    if body.etag and _has(request, body.etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if len(body.plain) < _WORTH_PACKING or not takes_gzip(request):
        return Response(body.plain, status, headers, media_type=_JSON)
    headers["Content-Encoding"] = "gzip"
    return Response(body.packed, status, headers, media_type=_JSON)


def failure(
    status: int, kind: str, what: str, remedy: str = "", headers: dict[str, str] | None = None
) -> Response:
    """Return an answer that says what is wrong."""
    content = msgspec.json.encode(WireFailure(error=WireFault(kind=kind, what=what, remedy=remedy)))
    return Response(content, status, HEADERS | (headers or {}), media_type=_JSON)


def _has(request: Request, etag: str) -> bool:
    held = ",".join(request.headers.getlist("if-none-match"))
    marks = {mark.strip().removeprefix("W/") for mark in held.split(",")}
    return "*" in marks or etag.removeprefix("W/") in marks


def takes_gzip(request: Request) -> bool:
    """Tell whether an answer may be packed."""
    for part in request.headers.get("accept-encoding", "").split(","):
        name, _, quality = part.replace(" ", "").lower().partition(";")
        if name in ("gzip", "*"):
            return quality.rstrip("0.") != "q="
    return False
