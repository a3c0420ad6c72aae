"""Posts each notice as JSON to an address."""

from __future__ import annotations

import asyncio
import re
import ssl
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from opsdesk import __version__
from opsdesk.catalogue.language import tr
from opsdesk.insight.words import duration_text
from opsdesk.model.errors import ConfigError, OpsDeskError
from opsdesk.notify.forwarding import ChannelError
from opsdesk.runtime.client import Tls, UnusableProxyError, httpx, new_client
from opsdesk.wire.headers import retry_after

#: seconds for one attempt, whatever the server does
PATIENCE = 10.0
# White space and control characters are no part of an address.
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f]")
#: answers to which another try may get a better one; so may those from 500 on
_PASSING = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


class WebhookChannel:
    """An address of the settings. Its path may be a secret as well: nothing shows it."""

    name = "webhook"

    def __init__(
        self,
        address: Callable[[], str],
        token: Callable[[], Awaitable[str]],
        *,
        patience: float = PATIENCE,
        tls: Tls | None = None,
    ) -> None:
        """Prepare.

        Args:
            address: asked each time: its user may have written another.
            token: fetches what is sent as ``Authorization: Bearer``; '' for nothing.
            patience: seconds for one attempt.
            tls: makes the TLS context; None trusts what this system trusts.

        """
        self._address = address
        self._token = token
        self._patience = patience
        self._tls = tls
        self._client: httpx.AsyncClient | None = None
        #: the address that the client is for
        self._url = ""

    @property
    def is_wanted(self) -> bool:
        """Whether there is an address."""
        return bool(self._address().strip())

    async def send(self, document: bytes) -> str:
        """Post once."""
        try:
            async with asyncio.timeout(self._patience):
                return await self._post(document)
        except TimeoutError as error:
            raise ChannelError(tr("The server did not answer in time."), again=True) from error
        except OpsDeskError as error:
            raise ChannelError(str(error)) from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            await self.close()
            raise ChannelError(_words(error), again=True) from error

    async def _post(self, document: bytes) -> str:
        url = self._address().strip()
        client = await self._open(url)
        began = time.monotonic()
        # Only the head is waited for: what the answer holds is of no interest, however long.
        async with client.stream("POST", url, content=document) as answer:
            took = duration_text(time.monotonic() - began)
            if answer.is_success:
                return tr("Answered {status} in {time}.", status=answer.status_code, time=took)
            status, headers = answer.status_code, answer.headers
        if status in _REFUSED:
            await self.close()  # the next attempt fetches the token anew
        raise _refusal(status, headers)

    async def _open(self, url: str) -> httpx.AsyncClient:
        if self._client is None or url != self._url:
            await self.close()
            check(url)
            try:
                self._client = self._new(url, await self._token())
            except UnusableProxyError as error:
                raise ChannelError(tr("This machine's proxy settings cannot be used.")) from error
            self._url = url
        return self._client

    def _new(self, url: str, token: str) -> httpx.AsyncClient:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"opsdesk/{__version__}",
            **_authorization(token),
        }
        return new_client(url, headers, self._tls, timeout=self._patience)

    async def close(self) -> None:
        """Give back the connection, and the token with it."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()


def check(url: str) -> None:
    """Check an address.

    Raises:
        ConfigError: it is none, or holds a user or password, which the message does not repeat.

    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    # from None everywhere: the library's messages repeat the address, password and all
    if not host or parts.scheme not in ("http", "https") or _FORBIDDEN.search(url):
        raise ConfigError(
            tr("The webhook's address must begin with https:// or http:// and name a host.")
        ) from None
    if "@" in parts.netloc:
        raise ConfigError(
            tr(
                "The webhook's address holds a user name or password. Take it out; a token can "
                "be entered beside it, and is kept in the keyring."
            )
        )


def _authorization(token: str) -> dict[str, str]:
    if not token:
        return {}
    if not (token.isascii() and token.isprintable()):
        raise ConfigError(
            tr(
                "The webhook's token holds a line end or another character that cannot be sent. "
                "Copy it again, without what surrounds it."
            )
        )
    return {"Authorization": f"Bearer {token}"}


def _refusal(status: int, headers: httpx.Headers) -> ChannelError:
    """Return why a server did not take a notice, and whether it may yet."""
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return ChannelError(
            tr("The server redirects, which is not followed: enter the address that it names.")
        )
    words = tr("The server answered {status}.", status=f"{status} {_phrase(status)}".rstrip())
    again = status in _PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return ChannelError(
        words, again=again, after=retry_after(headers.get("retry-after", "")) or 0.0
    )


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _words(error: Exception) -> str:
    """Return what went wrong, without the words of libraries: they repeat addresses."""
    if isinstance(error, httpx.TimeoutException):
        return tr("The server did not answer in time.")
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return tr("The server's certificate is not trusted.")
    if cause is not None:
        return tr("The server does not speak TLS, or broke off.")
    if isinstance(error, httpx.ConnectError):
        return tr("Nothing listens at the webhook's address, or its name is not known.")
    return tr("The connection failed or broke.")
