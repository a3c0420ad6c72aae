"""What goes wrong with HTTP says what happened and what to do."""

from __future__ import annotations

import gzip
import inspect
import os
import socket
import ssl
import zlib
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import trustme
from support.exchanges import failure
from support.http_server import Connection, Handler, Request, answer, head, serving
from support.prometheus import free_port

from opsdesk.model.errors import ProblemKind
from opsdesk.sources import problems


def cut_off(_request: Request, connection: Connection) -> None:
    connection.send(head(200, {"Content-Length": "100"}) + b"half")


def not_http(_request: Request, connection: Connection) -> None:
    connection.send(b"SSH-2.0-OpenSSH_9.2\r\n")


def silent(_request: Request, _connection: Connection) -> None:
    """Close the connection without a word."""


PACKED = gzip.compress(os.urandom(4000))


@pytest.mark.parametrize(
    ("handler", "kind", "words"),
    [
        (cut_off, ProblemKind.BAD_ANSWER, "broke off"),
        (not_http, ProblemKind.BAD_ANSWER, "not HTTP"),
        (silent, ProblemKind.BAD_ANSWER, "broke off"),
        (answer(PACKED[:900], Content_Encoding="gzip"), ProblemKind.BAD_ANSWER, "compression"),
        (answer(b"plain", Content_Encoding="gzip"), ProblemKind.BAD_ANSWER, "compression"),
        (answer("<html>", content_type="text/html"), ProblemKind.BAD_ANSWER, "web page"),
        (
            answer("<form><input type=password>", content_type="text/html; charset=utf-8"),
            ProblemKind.CREDENTIALS,
            "login page",
        ),
        (answer("", 302, Location="/round"), ProblemKind.BAD_ANSWER, "circle"),
    ],
)
def test_a_broken_answer_says_what_is_wrong(
    handler: Handler, kind: ProblemKind, words: str
) -> None:
    with serving(handler) as server:
        problem = failure(server.url)
    assert problem.kind is kind
    assert words in problem.what
    assert problem.where == server.url
    assert problem.remedy


def test_nothing_listening() -> None:
    problem = failure(f"http://127.0.0.1:{free_port()}")
    assert problem.kind is ProblemKind.UNREACHABLE
    assert "nothing listens" in problem.what


def test_an_unknown_authority_is_named_as_the_reason() -> None:
    authority = trustme.CA()
    with serving(answer("{}"), tls_of(authority, "127.0.0.1")) as server:
        problem = failure(server.url)
    assert problem.kind is ProblemKind.CERTIFICATE
    assert "authority is not known" in problem.what


def test_an_expired_certificate_and_one_of_another_host_are_told_apart() -> None:
    authority = trustme.CA()
    past = datetime.now(UTC) - timedelta(days=1)

    def trusting() -> ssl.SSLContext:
        context = ssl.create_default_context()
        authority.configure_trust(context)
        return context

    expired = tls_of(authority, "127.0.0.1", until=past)
    for context, words in (
        (expired, "expired"),
        (tls_of(authority, "127.0.0.2"), "another address"),
        (tls_of(authority, "example.invalid"), "another"),
    ):
        with serving(answer("{}"), context) as server:
            problem = failure(server.url, tls=trusting)
        assert problem.kind is ProblemKind.CERTIFICATE
        assert words in problem.what


def test_https_to_a_server_without_tls_suggests_http() -> None:
    def as_prometheus(_request: Request, connection: Connection) -> None:
        connection.send(b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent no HTTP")

    for handler in (as_prometheus, silent):
        with serving(handler) as server:
            problem = failure(server.url.replace("http:", "https:"))
        assert "http://" in problem.remedy


@pytest.mark.parametrize(
    "said",
    [
        "Client sent an HTTP request to an HTTPS server.\n",
        "The plain HTTP request was sent to HTTPS port",
        "Reason: You're speaking plain HTTP to an SSL-enabled server port.",
    ],
)
def test_http_to_a_server_that_says_it_wants_tls(said: str) -> None:
    with serving(answer(said, 400)) as server:
        problem = failure(server.url)
    assert problem.kind is ProblemKind.NOT_FOUND
    assert problem.remedy == "Begin the address with https://."


def test_http_to_a_server_that_waits_for_tls_suggests_https() -> None:
    def alert(_request: Request, connection: Connection) -> None:
        connection.send(b"\x15\x03\x01\x00\x02\x02\x46")

    authority = trustme.CA()
    for handler, tls in (
        (silent, None),
        (alert, None),
        (answer("{}"), tls_of(authority, "127.0.0.1")),
    ):
        with serving(handler, tls) as server:
            problem = failure(server.url.replace("https:", "http:"))
        assert "https://" in problem.remedy
    with serving(cut_off) as server:
        assert "https://" not in failure(server.url).remedy


@pytest.mark.parametrize("status", [401, 408, 429, 500, 503])
def test_no_remedy_promises_what_one_refresh_does_not_do(status: int) -> None:
    assert "OpsDesk" not in problems.of_status(status, "http://a").remedy


def every(base: type[BaseException]) -> list[type[BaseException]]:
    return [base, *(found for child in base.__subclasses__() for found in every(child))]


#: raised where a response is used in the wrong order, or cookies are read: bugs of our own
OWN_BUGS = (httpx.StreamError, httpx.CookieConflict)


@pytest.mark.parametrize(
    "type_",
    [
        kind
        for _, kind in inspect.getmembers(httpx, inspect.isclass)
        if issubclass(kind, Exception) and not issubclass(kind, OWN_BUGS)
    ],
)
def test_every_error_of_httpx_is_mapped(type_: type[Exception]) -> None:
    assert issubclass(type_, problems.FAILURES)
    for kind in every(type_):
        error = kind.__new__(kind)
        problem = problems.of_error(error, "http://host")
        assert problem.what
        assert problem.remedy
        assert problem.where == "http://host"


def with_cause(*causes: OSError) -> httpx.ConnectError:
    error = httpx.ConnectError("All connection attempts failed")
    error.__cause__ = causes[0] if len(causes) == 1 else ExceptionGroup("several", causes)
    return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (with_cause(OSError(101, "unreachable")), ProblemKind.OFFLINE),
        (with_cause(OSError(113, "no route"), OSError(101, "unreachable")), ProblemKind.OFFLINE),
        (with_cause(OSError(113, "no route"), OSError(111, "no")), ProblemKind.UNREACHABLE),
        (with_cause(socket.gaierror(socket.EAI_AGAIN, "temporary")), ProblemKind.OFFLINE),
        (with_cause(socket.gaierror(socket.EAI_NONAME, "unknown")), ProblemKind.UNREACHABLE),
        (with_cause(ConnectionRefusedError(111, "refused")), ProblemKind.UNREACHABLE),
        (httpx.ConnectTimeout(""), ProblemKind.TIMEOUT),
        (httpx.ReadTimeout(""), ProblemKind.TIMEOUT),
        (ConnectionResetError(104, "reset"), ProblemKind.UNREACHABLE),
        (zlib.error("bad"), ProblemKind.BAD_ANSWER),
    ],
)
def test_only_this_machines_own_link_is_offline(error: Exception, kind: ProblemKind) -> None:
    assert problems.of_error(error, "http://host").kind is kind


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, ProblemKind.CREDENTIALS),
        (403, ProblemKind.CREDENTIALS),
        (404, ProblemKind.NOT_FOUND),
        (418, ProblemKind.BAD_ANSWER),
        (429, ProblemKind.RATE_LIMITED),
        (503, ProblemKind.SERVER),
        (599, ProblemKind.SERVER),
    ],
)
def test_a_status_has_a_kind(status: int, kind: ProblemKind) -> None:
    assert problems.of_status(status, "http://host").kind is kind


def tls_of(authority: trustme.CA, host: str, until: datetime | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host, not_after=until).configure_cert(context)
    return context
