"""One bounded HTTP exchange, for every kind of source.

Whatever the server does, an exchange ends in an :class:`Answer` or a SourceError, never reads
more than its cap, never follows a redirect to another host, and shows no secret. It has no
deadline of its own beyond the time for one read: the engine puts one around each poll.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Literal

import msgspec

from opsdesk import __version__
from opsdesk.catalogue.language import tr
from opsdesk.model.errors import Problem, SourceError
from opsdesk.runtime.client import Tls, UnusableProxyError, httpx, new_client
from opsdesk.sources import address, body, problems
from opsdesk.sources.address import Address
from opsdesk.sources.body import Budget
from opsdesk.sources.credentials import Credentials, check_headers, cleaner, words
from opsdesk.wire.headers import http_date, retry_after, sendable_etag

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
_LIMITS = httpx.Limits(
    max_connections=MAX_PARALLEL + 1,  # one for a stream
    max_keepalive_connections=MAX_PARALLEL,
    keepalive_expiry=KEEP_ALIVE_SECONDS,
)
_MAX_REDIRECTS = 3
#: settings' values from this length on are hidden like secrets: longer than most tenants' names
_LIKE_A_KEY = 12
#: how Go, nginx and Apache say that they were asked without TLS
_TLS_WANTED = re.compile(
    rb"HTTP request (?:was sent )?to (?:an )?HTTPS|plain HTTP to an SSL", re.IGNORECASE
)
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
    #: of this very content; a later request may name it
    etag: str = ""

    @property
    def unchanged(self) -> bool:
        """Whether the content is that of the etag which the request named."""
        return self.status == HTTPStatus.NOT_MODIFIED

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
        tls: Tls | None = None,
        repeats: bool = True,
        heard: Callable[[], None] | None = None,
    ) -> None:
        """Prepare. ``repeats``: a request is a question, and may be sent again.

        ``heard`` is told of each answer that came whole.
        """
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
        self._tls = tls
        self._repeats = repeats
        self._heard = heard
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
        etag: str = "",
        cap: int = CAP,
        budget: Budget | None = None,
    ) -> Answer:
        """Exchange one request for one answer of at most ``cap`` unpacked bytes.

        ``budget`` is what this answer and others may have together, ``etag`` that of what is known.

        Raises:
            SourceError: no answer, too large, a redirect elsewhere, or a web page.

        """
        async with self._slots:
            if budget is not None and not budget.left:
                raise SourceError(problems.too_large_together(budget.size, self.where))
            try:
                known = {"If-None-Match": etag} if etag else {}
                response = await self._exchange(method, self._url(path, params), form, known)
                try:
                    answer = await self._read(response, cap, budget)
                finally:
                    await response.aclose()
            except problems.FAILURES as error:
                raise SourceError(problems.of_error(error, self.where)) from error
        if self._heard is not None:
            self._heard()
        return answer

    @asynccontextmanager
    async def stream(
        self, path: str, *, headers: Mapping[str, str], silence: float
    ) -> AsyncIterator[tuple[Answer, AsyncGenerator[bytes]]]:
        """Yield the head of an answer that has no end, and its unpacked body piece by piece.

        ``silence``: seconds that may pass between two pieces. Of a failure the body is in the
        answer. It takes the place of no other question.

        Raises:
            SourceError: as :meth:`fetch`; in the block as well, when the way to it is lost.

        """
        try:
            response = await self._exchange("GET", self._url(path), None, headers, silence)
            try:
                answer = _headed(response)
                if not answer.ok or answer.content_type == "text/html":
                    answer = await self._read(response, ERROR_CAP, None)
                yield answer, body.pieces(response)
            finally:
                await response.aclose()
        except problems.FAILURES as error:
            raise SourceError(problems.of_error(error, self.where)) from error

    async def close(self) -> None:
        """Give back the connections. Idempotent; the next fetch opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def _url(self, path: str, params: Pairs = ()) -> httpx.URL:
        return httpx.URL(self._base.join(path)).copy_merge_params([*self._params, *params])

    async def _exchange(
        self,
        method: Method,
        url: httpx.URL,
        form: Mapping[str, str] | None,
        headers: Mapping[str, str],
        silence: float = READ_SECONDS,
    ) -> httpx.Response:
        """Return the first response that is no redirect. The caller closes it."""
        for _ in range(_MAX_REDIRECTS + 1):
            response = await self._send(method, url, form, headers, silence)
            target = response.next_request
            if target is None:
                return response
            await response.aclose()
            there = address.origin(str(target.url))
            if there != address.origin(str(url)):
                raise SourceError(problems.redirect(self.clean(there), self.where))
            url = target.url
            if response.status_code == HTTPStatus.SEE_OTHER:
                method, form = "GET", None
        raise SourceError(problems.bad_answer(tr("the server redirects in a circle"), self.where))

    async def _send(
        self,
        method: Method,
        url: httpx.URL,
        form: Mapping[str, str] | None,
        headers: Mapping[str, str],
        silence: float,
    ) -> httpx.Response:
        client = self._open()
        limits = httpx.Timeout(silence, connect=CONNECT_SECONDS, pool=None)
        request = partial(
            client.build_request, method, url, data=form, headers=headers, timeout=limits
        )
        try:
            response = await client.send(request(), stream=True)
            if response.status_code != HTTPStatus.REQUEST_TIMEOUT or not self._repeats:
                return response
            await response.aclose()  # unread: its connection is closed with it
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            if not self._repeats:
                raise
        # A kept connection may be closed by the server in the moment of its reuse; some say 408.
        return await client.send(request(), stream=True)

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            try:
                self._client = new_client(self._base.url, self._headers, self._tls, limits=_LIMITS)
            except UnusableProxyError as error:
                raise SourceError(problems.of_proxy(self.where)) from error
        return self._client

    def _too_large(self, size: int, cap: int, budget: Budget | None) -> Problem:
        """Return why an answer was cut off, and give back what it took: it is not kept."""
        if budget is None:
            return problems.too_large(cap, self.where)
        spent = not budget.left
        budget.left += size
        if spent:
            return problems.too_large_together(budget.size, self.where)
        return problems.too_large(cap, self.where)

    async def _read(self, response: httpx.Response, cap: int, budget: Budget | None) -> Answer:
        answer = _headed(response)
        failed = response.status_code >= HTTPStatus.BAD_REQUEST
        page = answer.content_type == "text/html" and not failed
        if response.status_code == HTTPStatus.NOT_MODIFIED:
            text, complete = b"", True  # its head may still speak of the body that is left out
        elif failed or page:
            text, complete = await body.read(response, ERROR_CAP)
        else:
            text, complete = await body.read(response, cap, budget)
        if failed and _TLS_WANTED.search(text):
            raise SourceError(problems.tls_wanted(self.where))
        if page:
            login = bool(_LOGIN_PAGE.search(text))
            raise SourceError(problems.web_page(login=login, where=self.where))
        if not complete and not failed:
            raise SourceError(self._too_large(len(text), cap, budget))
        return msgspec.structs.replace(answer, body=text)


def _headed(response: httpx.Response) -> Answer:
    """Return an answer without its body, at the moment at which its head has come."""
    given = response.headers.get
    return Answer(
        status=response.status_code,
        body=b"",
        content_type=given("content-type", "").partition(";")[0].strip().lower(),
        date=http_date(given("date", "")),
        received=time.monotonic(),
        retry_after=retry_after(given("retry-after", "")),
        etag=sendable_etag(given("etag", "")),
    )
