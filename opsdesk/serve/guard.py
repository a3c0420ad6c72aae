"""Who may ask: a request must name this server, and carry its token."""

from __future__ import annotations

import hmac
import ipaddress
import socket
from collections.abc import Iterable
from http import HTTPStatus

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from opsdesk.catalogue.language import mark, tr
from opsdesk.serve.answers import failure

#: may be asked without a token: it tells no figure
OPEN_PATH = "/v1/health"

PORT = 9750
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


class Listening(msgspec.Struct, frozen=True, kw_only=True):
    """Where a server listens, and to whom."""

    host: str = "127.0.0.1"
    #: 0: any that is free
    port: int = PORT
    #: that requests must carry; '' for none, which is for this machine alone
    token: str = ""
    #: further names under which it may be asked
    names: tuple[str, ...] = ()
    #: what to do about a name that it does not go by, and a port that cannot be had
    naming: str = mark("Ask it by its address, or start it with --host-name NAME.")
    moving: str = mark("Take another with --host and --port.")


class Guard:
    """Lets those requests through that may ask.

    A page of a foreign site can send a browser here under a name of its own (DNS rebinding): so
    the name that a request was sent to must be one of ours. No answer allows another origin to
    read it.
    """

    def __init__(self, app: ASGIApp, *, listening: Listening) -> None:
        self._app = app
        self._token = listening.token.encode()
        self._hosts = own_names(listening.host, listening.names)
        self._naming = listening.naming

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        refusal = self._refusal(Request(scope)) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, request: Request) -> Response | None:
        if not is_ours(request.headers.get("host", ""), self._hosts):
            return failure(
                HTTPStatus.MISDIRECTED_REQUEST,
                "host",
                tr("this server does not go by the name that was asked for"),
                tr(self._naming),
            )
        if not self._token or request.scope["path"] == OPEN_PATH or self._knows(request):
            return None
        return failure(
            HTTPStatus.UNAUTHORIZED,
            "credentials",
            tr("the token is missing or wrong"),
            tr("Send the header 'Authorization: Bearer TOKEN'."),
            {"WWW-Authenticate": "Bearer"},
        )

    def _knows(self, request: Request) -> bool:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        # As bytes, and in the same time wherever they differ.
        is_same = hmac.compare_digest(token.strip().encode("latin-1"), self._token)
        return is_same and scheme.lower() == "bearer"


def own_names(host: str, names: Iterable[str]) -> frozenset[str]:
    """Return the names under which a server on ``host`` may be asked; '*' is any address."""
    found = {*_LOCAL_NAMES, host.lower(), *(name.lower() for name in names)}
    if is_every_address(host):
        found |= {"*", socket.gethostname().lower()}
    return frozenset(found)


def is_ours(host: str, names: frozenset[str]) -> bool:
    """Tell whether a Host header names one of ``names``; its port does not matter."""
    name = _without_port(host.strip().lower())
    # An address is no name: it cannot have been made to point here.
    return name in names or ("*" in names and _address(name) is not None)


def is_every_address(host: str) -> bool:
    """Tell whether a server on ``host`` listens on all addresses of this machine."""
    address = _address(host)
    return address is not None and address.is_unspecified


def is_local(host: str) -> bool:
    """Tell whether a server on ``host`` is reached from this machine alone."""
    address = _address(host)
    return host.lower() == "localhost" if address is None else address.is_loopback


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].removesuffix(".")


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
