"""Turns the failures of HTTP into problems: what happened, where, what to do next.

The one place that knows the errors of httpx, ssl, zlib and the operating system.
"""

from __future__ import annotations

import errno
import socket
import ssl
import zlib
from collections.abc import Iterator
from http import HTTPStatus

from opsdesk.catalogue.language import mark, tr
from opsdesk.model.errors import Problem, ProblemKind
from opsdesk.runtime.client import httpx

#: what can come out of one exchange; anything else is a bug and propagates
FAILURES = (httpx.HTTPError, httpx.InvalidURL, OSError, zlib.error)

_CHECK_ADDRESS = mark("Check the address, and that the server runs and listens there.")
_CHECK_SERVER = mark(
    "Check that this is the address of the right server and no proxy cuts it short."
)
#: of a server that takes too long
OVERLOADED = mark("The server may be overloaded. If that stays, look at its log.")
_TRY_TLS = mark("If it expects TLS, begin the address with https://.")
_CHECK_LINK = mark("Check this machine's network connection or VPN.")

#: OpenSSL's verify codes (x509_vfy.h) in words
_CERTIFICATE_REASONS = {
    9: mark("it is not valid yet"),
    10: mark("it has expired"),
    18: mark("it is signed by itself"),
    19: mark("its authority is not known to this machine"),
    20: mark("its authority is not known to this machine"),
    21: mark("its authority is not known to this machine"),
    23: mark("it has been revoked"),
    62: mark("it is for another host"),
    64: mark("it is for another address"),
}
_Meaning = tuple[ProblemKind, str]
_STATUSES: dict[int, _Meaning] = {
    401: (ProblemKind.CREDENTIALS, mark("Enter credentials for the source, or renew them.")),
    403: (ProblemKind.CREDENTIALS, mark("Ask for read access for these credentials.")),
    404: (ProblemKind.NOT_FOUND, mark("Check the address and its path.")),
    407: (ProblemKind.CREDENTIALS, mark("Check the proxy settings of this machine.")),
    408: (ProblemKind.TIMEOUT, OVERLOADED),
    410: (ProblemKind.NOT_FOUND, mark("Check the address and its path.")),
    413: (ProblemKind.TOO_LARGE, mark("Narrow down what is asked for.")),
    429: (ProblemKind.RATE_LIMITED, mark("It is asked too often: wait, or refresh less often.")),
}
_OTHER_4XX = (
    ProblemKind.BAD_ANSWER,
    mark("Check that this is the address of the right kind of server."),
)
_OTHER_5XX = (
    ProblemKind.SERVER,
    mark("If that stays, look at the server's log."),
)

#: errors with one meaning, the more special first; the rest is the network's
_Errors = type[Exception] | tuple[type[Exception], ...]
_MEANINGS: tuple[tuple[_Errors, tuple[ProblemKind, str, str]], ...] = (
    (
        httpx.ProxyError,
        (
            ProblemKind.UNREACHABLE,
            mark("the proxy of this machine refused the connection"),
            mark("Check the proxy settings of this machine."),
        ),
    ),
    (
        (httpx.LocalProtocolError, httpx.UnsupportedProtocol, httpx.InvalidURL),
        (
            ProblemKind.NOT_FOUND,
            mark("the address, or that of a proxy, cannot be used"),
            mark("Check the address, the source's headers and this machine's proxy settings."),
        ),
    ),
    (
        (httpx.ProtocolError, httpx.TooManyRedirects, httpx.HTTPStatusError),
        (
            ProblemKind.BAD_ANSWER,
            mark("the answer broke off or is not HTTP"),
            _CHECK_SERVER,
        ),
    ),
    (
        (zlib.error, httpx.DecodingError),
        (
            ProblemKind.BAD_ANSWER,
            mark("the answer's compression is broken"),
            _CHECK_SERVER,
        ),
    ),
)
#: what OpenSSL calls an answer in plain text
_NO_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE")
_LINK_IS_DOWN = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN})


def of_error(error: BaseException, where: str) -> Problem:
    """Return what an error of :data:`FAILURES` means."""
    # first, for a handshake that is still waiting shows as an error of TLS in the chain
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return _of_timeout(error, where)
    roots = tuple(_chain(error))
    tls = next((root for root in roots if isinstance(root, ssl.SSLError)), None)
    if tls is not None:
        return _of_tls(tls, where)
    for types, (kind, what, remedy) in _MEANINGS:
        if isinstance(error, types):
            hint = _tls_hint(where) if _is_no_answer(error) else ""
            return Problem(kind=kind, what=tr(what), where=where, remedy=tr(remedy) + hint)
    return _of_network(roots, where)


def of_proxy(where: str) -> Problem:
    """Return the problem of a proxy setting that cannot be used; it may hold a password."""
    return Problem(
        kind=ProblemKind.UNREACHABLE,
        what=tr("this machine's proxy settings cannot be used"),
        where=where,
        remedy=tr("Correct HTTP_PROXY, HTTPS_PROXY or ALL_PROXY; http and https proxies will do."),
    )


def of_status(status: int, where: str, *, retry_after: float | None = None) -> Problem:
    """Return what an HTTP status from 400 on means."""
    kind, remedy = _status_meaning(status)
    return Problem(
        kind=kind,
        what=tr("the server answered {status}", status=f"{status} {_phrase(status)}".rstrip()),
        where=where,
        remedy=tr(remedy),
        retry_after=retry_after,
    )


def bad_answer(what: str, where: str, remedy: str = "") -> Problem:
    """Return the problem of an answer that is not what the protocol promises."""
    return Problem(
        kind=ProblemKind.BAD_ANSWER,
        what=what,
        where=where,
        remedy=remedy or tr(_CHECK_SERVER),
    )


def too_large(cap: int, where: str) -> Problem:
    """Return the problem of an answer over ``cap`` bytes, unpacked."""
    return Problem(
        kind=ProblemKind.TOO_LARGE,
        what=tr("the answer is larger than {size}; reading was stopped", size=_size(cap)),
        where=where,
        remedy=tr("Check that the address is that of the right server."),
    )


def too_large_together(size: int, where: str) -> Problem:
    """Return the problem of answers over ``size`` bytes together, unpacked."""
    return Problem(
        kind=ProblemKind.TOO_LARGE,
        what=tr(
            "the answers of one refresh are larger than {size} together; reading was stopped",
            size=_size(size),
        ),
        where=where,
        remedy=tr(
            "Connect a server with fewer series, or add a parameter to the source that limits "
            "it to one tenant or environment."
        ),
    )


def _size(size: int) -> str:
    return f"{size >> 20} MiB" if size >> 20 else f"{size >> 10} KiB"


def redirect(target: str, where: str) -> Problem:
    """Return the problem of a redirect to another place; ``target`` is scheme and host alone."""
    return Problem(
        kind=ProblemKind.REDIRECT,
        what=tr("the server redirects to {target}, which was not followed", target=target),
        where=where,
        remedy=tr(
            "If that is the right place, enter its address; if it is a login page, "
            "enter credentials for the source."
        ),
    )


def tls_wanted(where: str) -> Problem:
    """Return the problem of a server that says it was asked without TLS and wants it."""
    return Problem(
        kind=ProblemKind.NOT_FOUND,
        what=tr("the server speaks TLS alone"),
        where=where,
        remedy=tr("Begin the address with https://."),
    )


def web_page(*, login: bool, where: str) -> Problem:
    """Return the problem of an answer in HTML."""
    if login:
        return Problem(
            kind=ProblemKind.CREDENTIALS,
            what=tr("this is a web page, perhaps a login page"),
            where=where,
            remedy=tr("Enter credentials for the source, or the address behind the login."),
        )
    return bad_answer(
        tr("this is a web page, perhaps a login page, and no data"),
        where,
        tr("Check the address: it must be that of the data, not of a page to look at."),
    )


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _status_meaning(status: int) -> tuple[ProblemKind, str]:
    fallback = _OTHER_5XX if status >= HTTPStatus.INTERNAL_SERVER_ERROR else _OTHER_4XX
    return _STATUSES.get(status, fallback)


def _of_timeout(error: BaseException, where: str) -> Problem:
    connecting = isinstance(error, httpx.ConnectTimeout)
    if connecting:
        what = tr("no connection in time")
        remedy = f"{tr(_CHECK_ADDRESS)} {tr('A firewall may swallow it.')}"
    else:
        what = tr("the server did not answer in time")
        remedy = tr(OVERLOADED)
    return Problem(kind=ProblemKind.TIMEOUT, what=what, where=where, remedy=remedy)


def _of_tls(error: ssl.SSLError, where: str) -> Problem:
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = tr(_CERTIFICATE_REASONS.get(error.verify_code, "")) or error.verify_message
        return Problem(
            kind=ProblemKind.CERTIFICATE,
            what=tr(
                "the server's certificate is not trusted: {reason}",
                reason=reason or tr("no reason given"),
            ),
            where=where,
            remedy=tr(
                "Have the certificate corrected, or add its authority to this system's store."
            ),
        )
    # A connection that ends in the handshake: Python 3.11.2 gives it the second class.
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError) or error.reason in _NO_TLS:
        return bad_answer(
            tr("the server does not speak TLS, or broke off"),
            where,
            tr("Try the address with http://."),
        )
    reason = (error.reason or "TLS failed").replace("_", " ").lower()
    return Problem(
        kind=ProblemKind.CERTIFICATE,
        what=tr("no secure connection: {reason}", reason=reason),
        where=where,
        remedy=tr("Check the server's TLS settings, and whether it asks for a client certificate."),
    )


def _of_network(roots: tuple[BaseException, ...], where: str) -> Problem:
    leaves = [root for root in roots if isinstance(root, OSError) and root.errno is not None]
    names = [leaf for leaf in leaves if isinstance(leaf, socket.gaierror)]
    if any(leaf.errno == socket.EAI_AGAIN for leaf in names):
        return _offline(tr("names cannot be looked up at the moment"), where)
    if names:
        return Problem(
            kind=ProblemKind.UNREACHABLE,
            what=tr("the host's name is not known"),
            where=where,
            remedy=tr("Check the address for a slip, and whether it needs a VPN."),
        )
    if leaves and all(leaf.errno in _LINK_IS_DOWN for leaf in leaves):
        return _offline(tr("no way to the network"), where)
    broke = isinstance(roots[0], httpx.ReadError | httpx.WriteError)
    refused = any(leaf.errno == errno.ECONNREFUSED for leaf in leaves)
    return Problem(
        kind=ProblemKind.UNREACHABLE,
        what=tr("nothing listens there") if refused else tr("the connection failed or broke"),
        where=where,
        remedy=tr(_CHECK_ADDRESS) + (_tls_hint(where) if broke else ""),
    )


def _is_no_answer(error: BaseException) -> bool:
    """Tell whether not even the head of an answer came: a server that waits for TLS gives none."""
    return isinstance(error, httpx.RemoteProtocolError) and "body" not in str(error)


def _tls_hint(where: str) -> str:
    return f" {tr(_TRY_TLS)}" if where.startswith("http:") else ""


def _offline(what: str, where: str) -> Problem:
    return Problem(kind=ProblemKind.OFFLINE, what=what, where=where, remedy=tr(_CHECK_LINK))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and all that it came from: causes, contexts, members of groups."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        found = waiting.pop()
        if found is None or id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        waiting += [found.__cause__, found.__context__]
        if isinstance(found, BaseExceptionGroup):
            waiting += found.exceptions
