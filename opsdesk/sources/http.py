"""One bounded HTTP exchange, for every kind of source.

Whatever the server does, an exchange ends in an :class:`Answer` or a SourceError, never reads
more than its cap, never follows a redirect to another host, and shows no secret. It has no
deadline of its own beyond the time for one read: the engine puts one around each poll.
"""

from __future__ import annotations

import asyncio
import re
import ssl
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Literal

import httpx
import msgspec
import truststore
from typing_extensions import override

from opsdesk import __version__
from opsdesk.model.errors import SourceError
from opsdesk.sources import address, problems
from opsdesk.sources.address import Address
from opsdesk.sources.credentials import Credentials, check_headers, cleaner, words

#: parallel requests to one server: Prometheus answers 20 at once, for everybody
MAX_PARALLEL = 6
MIB = 1 << 20
#: greatest unpacked body
CAP = 16 * MIB
#: of an error's body; the reason stands at its beginning
ERROR_CAP = 8 << 10

CONNECT_SECONDS = 5.0
READ_SECONDS = 12.0
#: idle connections are kept from one refresh to the next
KEEP_ALIVE_SECONDS = 75.0
_MAX_REDIRECTS = 3
#: settings' values from this length on are hidden like secrets: longer than most tenants' names
_LIKE_A_KEY = 12
_LOGIN_PAGE = re.compile(rb"""type=["']?password|log[ -]?in|sign[ -]?in""", re.IGNORECASE)

Method = Literal["GET", "POST"]
Pairs = Sequence[tuple[str, str]]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a server answered. The body of an error is cut at :data:`ERROR_CAP`."""

    status: int
    body: bytes
    content_type: str = ""
    #: the server's clock, to the second; None where it does not tell
    date: datetime | None = None
    #: ``time.monotonic()`` at which the head of the answer came
    received: float = 0.0
    #: seconds that the server asked us to wait
    retry_after: float | None = None

    @property
    def ok(self) -> bool:
        """Whether the status is a success."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


class HttpClient:
    """A pool of connections to one server. Belongs to the event loop that first uses it."""

    def __init__(
        self,
        base: Address,
        *,
        credentials: Credentials | None = None,
        headers: Mapping[str, str] | None = None,
        params: Pairs = (),
        tls: Callable[[], ssl.SSLContext] | None = None,
    ) -> None:
        check_headers(headers or {})
        self._base = base
        self._headers = {
            **(headers or {}),
            **(credentials.as_headers() if credentials else {}),
            "Accept-Encoding": "gzip",
            "User-Agent": f"opsdesk/{__version__}",
        }
        self._params = (*base.query, *params)
        # headers and parameters of the settings are no secret by right, but often in fact
        given = [*(headers or {}).values(), *(value for _, value in self._params)]
        self._clean = cleaner(
            [
                *(credentials.secrets() if credentials else ()),
                *(text for text in words(given) if len(text) >= _LIKE_A_KEY),
            ]
        )
        self._tls = tls or system_tls
        self._client: httpx.AsyncClient | None = None
        self._slots = asyncio.Semaphore(MAX_PARALLEL)

    @property
    def where(self) -> str:
        """The server's address without user, password or query."""
        return self._base.where

    def clean(self, text: str) -> str:
        """Hide secrets in what the server says: it may repeat what it was sent."""
        return self._clean(text)

    async def fetch(
        self,
        method: Method,
        path: str,
        *,
        params: Pairs = (),
        form: Mapping[str, str] | None = None,
        cap: int = CAP,
    ) -> Answer:
        """Exchange one request for one answer of at most ``cap`` unpacked bytes.

        Raises:
            SourceError: no answer, too large, a redirect elsewhere, or a web page.

        """
        async with self._slots:
            try:
                url = httpx.URL(self._base.join(path)).copy_merge_params([*self._params, *params])
                return await self._exchange(method, url, form, cap)
            except problems.FAILURES as error:
                raise SourceError(problems.of_error(error, self.where)) from error

    async def close(self) -> None:
        """Give back the connections. Idempotent; the next fetch opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _exchange(
        self, method: Method, url: httpx.URL, form: Mapping[str, str] | None, cap: int
    ) -> Answer:
        for _ in range(_MAX_REDIRECTS + 1):
            response = await self._send(method, url, form)
            try:
                target = response.next_request
                if target is None:
                    return await self._read(response, cap)
            finally:
                await response.aclose()
            there = address.origin(str(target.url))
            if there != address.origin(str(url)):
                raise SourceError(problems.redirect(self.clean(there), self.where))
            url = target.url
            if response.status_code == HTTPStatus.SEE_OTHER:
                method, form = "GET", None
        raise SourceError(problems.bad_answer("the server redirects in a circle", self.where))

    async def _send(
        self, method: Method, url: httpx.URL, form: Mapping[str, str] | None
    ) -> httpx.Response:
        client = self._open()
        try:
            return await client.send(client.build_request(method, url, data=form), stream=True)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            # a kept connection may be closed by the server in the moment of its reuse; all our
            # requests are questions, so asking once more does no harm
            return await client.send(client.build_request(method, url, data=form), stream=True)

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            try:
                self._client = self._new()
            except (ValueError, ImportError) as error:
                # what httpx raises for a proxy of an unknown kind, or for SOCKS
                raise SourceError(problems.of_proxy(self.where)) from error
        return self._client

    def _new(self) -> httpx.AsyncClient:
        secure = self._base.url.startswith("https:")
        return httpx.AsyncClient(
            headers=self._headers,
            # without https no certificate is ever checked, and none need be loaded
            verify=self._tls() if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS, pool=None),
            limits=httpx.Limits(
                max_connections=MAX_PARALLEL,
                max_keepalive_connections=MAX_PARALLEL,
                keepalive_expiry=KEEP_ALIVE_SECONDS,
            ),
        )

    async def _read(self, response: httpx.Response, cap: int) -> Answer:
        received = time.monotonic()
        content_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        failed = response.status_code >= HTTPStatus.BAD_REQUEST
        page = content_type == "text/html" and not failed
        body, complete = await _body(response, ERROR_CAP if failed or page else cap)
        if page:
            login = bool(_LOGIN_PAGE.search(body))
            raise SourceError(problems.web_page(login=login, where=self.where))
        if not complete and not failed:
            raise SourceError(problems.too_large(cap, self.where))
        return Answer(
            status=response.status_code,
            body=body,
            content_type=content_type,
            date=_http_date(response.headers.get("date", "")),
            received=received,
            retry_after=_retry_after(response.headers.get("retry-after", "")),
        )


def system_tls() -> ssl.SSLContext:
    """Return a TLS context that trusts what this system trusts."""
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


async def _body(response: httpx.Response, cap: int) -> tuple[bytes, bool]:
    """Return the unpacked body, at most ``cap`` bytes, and whether that was all of it.

    httpx would unpack without a bound: 100 KB of gzip can hold 100 MB.
    """
    encoding = response.headers.get("content-encoding", "").strip().lower()
    unpack = _Unpacker(cap) if encoding not in ("", "identity") else _Plain(cap)
    async for chunk in response.aiter_raw():
        if not unpack.take(chunk):
            return unpack.body(), False
    unpack.finish()
    return unpack.body(), True


class _Plain:
    """Collects a body up to a cap."""

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._body = bytearray()

    def take(self, chunk: bytes) -> bool:
        """Add a chunk; False when there is more than the cap allows."""
        room = self._cap - len(self._body)
        self._body += chunk[:room]
        return len(chunk) <= room

    def finish(self) -> None:
        """Check that the body is whole."""

    def body(self) -> bytes:
        """Return what was collected."""
        return bytes(self._body)


class _Unpacker(_Plain):
    """Collects a gzip or zlib body up to a cap of unpacked bytes."""

    def __init__(self, cap: int) -> None:
        super().__init__(cap)
        # 32: take gzip and zlib heads alike
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 32)

    @override
    def take(self, chunk: bytes) -> bool:
        """Unpack a chunk; False when there is more than the cap allows."""
        room = self._cap - len(self._body)
        return super().take(self._zlib.decompress(chunk, room + 1))

    @override
    def finish(self) -> None:
        """Check that the stream has come to its end.

        Raises:
            zlib.error: it has not.

        """
        if not self._zlib.eof:
            raise zlib.error("incomplete stream")


def _http_date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)


def _retry_after(text: str) -> float | None:
    """Return the seconds to wait; the header holds seconds or an HTTP date (RFC 9110, 10.2.3)."""
    if text.strip().isascii() and text.strip().isdigit():
        return float(text)
    date = _http_date(text)
    return None if date is None else max(0.0, (date - datetime.now(UTC)).total_seconds())
