"""httpx, by which everything here speaks HTTP: without its command line, on asyncio alone.

Where Rich and Pygments are installed, as for developers and on some distributions, ``import httpx``
loads them with it: 34 ms and 7 MiB for what nobody runs here. It does without where they are not.
Under it, httpcore has a ``network_backend`` for each pool; httpx hands none on, for proxies least
of all, so the one that it would choose by itself is replaced, and its locks with it. And what a
server says beyond its answer would be taken for the answer to the next question: a connection on
which something is left is not used again.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from ipaddress import ip_address
from types import SimpleNamespace
from urllib.parse import urlsplit

import truststore

# As if they were not installed:
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]

import httpx  # noqa: E402 - after that
from httpcore import _synchronization  # noqa: E402 - after that
from httpcore._async.http11 import AsyncHTTP11Connection  # noqa: E402 - after that
from httpcore._backends import anyio as _chosen  # noqa: E402 - after that

from opsdesk.runtime.network import Network  # noqa: E402 - after that

__all__ = ["Tls", "UnusableProxyError", "httpx", "new_client"]

#: makes a TLS context
Tls = Callable[[], ssl.SSLContext]

_NO_LIMITS = httpx.Limits()

_chosen.AnyIOBackend = Network  # type: ignore[assignment, misc]
_synchronization.anyio = SimpleNamespace(  # type: ignore[assignment, attr-defined]
    Lock=asyncio.Lock,
    Event=asyncio.Event,
    # asyncio cancels what waits once, not whatever waits next: cleaning up needs no shield
    CancelScope=lambda *, shield: nullcontext(shield),
    # for a place in the pool; whoever asks has a deadline of its own around it
    fail_after=nullcontext,
)


def _has_ended(connection: AsyncHTTP11Connection) -> bool:
    left, _ = connection._h11_state.trailing_data  # noqa: SLF001 - no other way leads there
    return (connection.is_idle() and bool(left)) or _has_expired(connection)


_has_expired = AsyncHTTP11Connection.has_expired
AsyncHTTP11Connection.has_expired = _has_ended  # type: ignore[assignment, method-assign]


class UnusableProxyError(Exception):
    """What this machine says of its proxies is not understood."""


def new_client(
    url: str,
    headers: Mapping[str, str],
    tls: Tls | None = None,
    *,
    timeout: float | None = None,
    limits: httpx.Limits = _NO_LIMITS,
) -> httpx.AsyncClient:
    """Return a client for one server, which is reached as this machine reaches others.

    Args:
        url: of the server.
        headers: go with each request.
        tls: None trusts what this system trusts.
        timeout: seconds for each step, where a request does not say.
        limits: on its connections.

    Raises:
        UnusableProxyError: this machine's proxies are not understood.

    """
    secure = url.startswith("https:")
    try:
        return httpx.AsyncClient(
            headers=headers,
            # without https no certificate is ever checked, and none need be loaded
            verify=(tls or _system_tls)() if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            # a proxy would take this machine for itself
            trust_env=not _is_loopback(url),
            timeout=timeout,
            limits=limits,
        )
    except (ValueError, ImportError) as error:
        # what httpx raises for a proxy of an unknown kind, or for SOCKS
        raise UnusableProxyError from error


def _system_tls() -> ssl.SSLContext:
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
