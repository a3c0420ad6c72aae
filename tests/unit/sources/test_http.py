"""The bounded exchange against servers that do everything wrong."""

from __future__ import annotations

import asyncio
import gzip
import inspect
import os
import socket
import ssl
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Literal, TypedDict, Unpack

import httpx
import pytest
import trustme
from support.http_server import Connection, Handler, Request, answer, head, serving
from support.prometheus import free_port

from opsdesk.model.errors import ConfigError, Problem, ProblemKind, SourceError
from opsdesk.sources import address, http, problems
from opsdesk.sources.body import Budget
from opsdesk.sources.credentials import Credentials
from opsdesk.sources.http import Answer, HttpClient

SECRET = "s3cret-token"  # noqa: S105 - made up, looked for in messages


def test_an_answer_is_unpacked_and_carries_the_servers_time() -> None:
    body = gzip.compress(b'{"a": 1}')
    handler = answer(
        body, Content_Encoding="gzip", Date="Mon, 23 Nov 2026 16:00:00 GMT", Retry_After="7"
    )
    with serving(handler) as server:
        got = fetch(server.url)
    assert got.body == b'{"a": 1}'
    assert got.date == datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert got.retry_after == 7
    assert server.requests[0].headers["accept-encoding"] == "gzip"
    assert server.requests[0].headers["user-agent"].startswith("opsdesk/")


def test_credentials_are_sent_and_never_shown() -> None:
    credentials = Credentials(user="ann", password=SECRET, headers={"X-Key": SECRET})
    with serving(answer("{}")) as server:
        fetch(server.url, credentials=credentials)
    sent = server.requests[0].headers
    assert sent["authorization"].startswith("Basic ")
    assert sent["x-key"] == SECRET
    assert SECRET not in repr(credentials)
    assert SECRET not in f"{credentials}"


def test_a_header_that_would_start_another_is_refused_without_its_value() -> None:
    with pytest.raises(ConfigError) as caught:
        Credentials(token=f"{SECRET}\r\nX-Evil: 1").as_headers()
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("text", ["http://ann:s3cret@host:9090", "https://ann:s3cret@host/x?y=1"])
def test_an_address_with_a_password_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ConfigError, match="keyring") as caught:
        address.parse(text)
    assert "s3cret" not in str(caught.value)
    assert "ann" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "localhost:9090", "ftp://host", "http://", "http://[::1"])
def test_what_is_no_address_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ConfigError, match="http://"):
        address.parse(text)


def test_where_shows_neither_query_nor_fragment() -> None:
    given = address.parse("https://Host:8443/a/b/?token=abc#frag")
    assert given.where == "https://host:8443/a/b"
    assert given.query == (("token", "abc"),)


def test_200_mb_are_not_read() -> None:
    def endless(_request: Request, connection: Connection) -> None:
        connection.send(head(200, {"Content-Length": str(200 << 20)}))
        while connection.send(bytes(1 << 16)):
            pass

    with serving(endless) as server:
        problem = failure(server.url, cap=http.CAP)
    assert problem.kind is ProblemKind.TOO_LARGE
    assert "16 MiB" in problem.what


def test_a_gzip_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(64 << 20))
    with serving(answer(bomb, Content_Encoding="gzip")) as server:
        before = resident()
        problem = failure(server.url, cap=1 << 20)
    assert problem.kind is ProblemKind.TOO_LARGE
    assert resident() - before < 16 << 20


def test_a_body_of_exactly_the_cap_is_read() -> None:
    for encoding, body in (("identity", bytes(1000)), ("gzip", gzip.compress(bytes(1000)))):
        with serving(answer(body, Content_Encoding=encoding)) as server:
            assert fetch(server.url, cap=1000).body == bytes(1000)
            assert failure(server.url, cap=999).kind is ProblemKind.TOO_LARGE


def test_answers_may_share_a_budget_and_one_that_is_not_kept_gives_its_part_back() -> None:
    async def share(url: str) -> int:
        client = HttpClient(address.parse(url))
        budget = Budget(2500)
        for _ in range(2):
            await client.fetch("GET", "x", budget=budget)
        for _ in range(2):
            with pytest.raises(SourceError, match="of one refresh are larger than 2 KiB together"):
                await client.fetch("GET", "x", budget=budget)
        with pytest.raises(SourceError, match="answer is larger than 0 KiB"):
            await client.fetch("GET", "x", budget=budget, cap=100)
        await client.close()
        return budget.left

    for encoding, body in (("identity", bytes(1000)), ("gzip", gzip.compress(bytes(1000)))):
        with serving(answer(body, Content_Encoding=encoding)) as server:
            assert asyncio.run(share(server.url)) == 500
            assert len(server.requests) == 5


def test_an_endless_drip_ends_by_the_callers_deadline_and_leaves_the_client_usable() -> None:
    def drip(request: Request, connection: Connection) -> None:
        if request.path == "/well":
            answer("{}")(request, connection)
            return
        connection.send(head(200, {"Content-Length": "1000000"}))
        while connection.send(b" "):
            connection.stopping.wait(0.02)

    async def try_it(url: str) -> Answer:
        client = HttpClient(address.parse(url))
        for _ in range(http.MAX_PARALLEL + 1):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await client.fetch("GET", "drip")
        try:
            return await client.fetch("GET", "well")
        finally:
            await client.close()

    with serving(drip) as server:
        assert asyncio.run(try_it(server.url)).ok


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


def test_a_redirect_to_another_host_is_not_followed_and_names_no_path() -> None:
    with serving(answer("{}")) as other:
        target = f"{other.url}/login?next=secret"
        with serving(answer("", 302, Location=target)) as server:
            problem = failure(server.url, credentials=Credentials(token=SECRET))
    assert other.requests == []
    assert problem.kind is ProblemKind.REDIRECT
    assert other.url in problem.what
    assert "secret" not in str(problem)


def test_a_redirect_within_the_server_keeps_method_form_and_credentials() -> None:
    def moved(request: Request, connection: Connection) -> None:
        if request.path == "/new/x":
            answer("{}")(request, connection)
        else:
            answer("", 307, Location="/new/x")(request, connection)

    with serving(moved) as server:
        fetch(
            server.url, method="POST", form={"query": "up"}, credentials=Credentials(token=SECRET)
        )
    last = server.requests[-1]
    assert (last.method, last.form) == ("POST", {"query": "up"})
    assert last.headers["authorization"] == f"Bearer {SECRET}"


def test_no_more_than_six_requests_are_open_at_once() -> None:
    def slow(request: Request, connection: Connection) -> None:
        connection.stopping.wait(0.05)
        answer("{}")(request, connection)

    async def many(url: str) -> None:
        client = HttpClient(address.parse(url))
        await asyncio.gather(*(client.fetch("GET", "x") for _ in range(20)))
        await client.close()

    with serving(slow) as server:
        asyncio.run(many(server.url))
    assert len(server.requests) == 20
    assert 1 < server.most_open <= http.MAX_PARALLEL


def test_nothing_listening() -> None:
    problem = failure(f"http://127.0.0.1:{free_port()}")
    assert problem.kind is ProblemKind.UNREACHABLE
    assert "nothing listens" in problem.what


def test_the_body_of_an_error_is_cut_not_refused() -> None:
    with serving(answer(bytes(1 << 20), 500)) as server:
        got = fetch(server.url)
    assert len(got.body) == http.ERROR_CAP


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


def test_a_proxy_that_cannot_be_used_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"weird://ann:{SECRET}@proxy.invalid:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    problem = failure("http://service.invalid")
    assert problem.kind is ProblemKind.UNREACHABLE
    assert SECRET not in str(problem)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_no_proxy_stands_between_this_machine_and_itself(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.invalid:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with serving(answer("{}")) as server:
        assert fetch(server.url.replace("127.0.0.1", host)).ok


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


def test_retry_after_is_seconds_or_a_date() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    for text, low, high in (("120", 120, 120), (soon, 80, 91), ("soon", None, None)):
        with serving(answer("", 429, Retry_After=text)) as server:
            got = fetch(server.url).retry_after
        assert got is None if low is None else low <= (got or 0) <= high


class Options(TypedDict, total=False):
    method: Literal["GET", "POST"]
    form: dict[str, str]
    cap: int
    credentials: Credentials
    tls: Callable[[], ssl.SSLContext]


async def exchange(url: str, options: Options) -> Answer:
    client = HttpClient(
        address.parse(url), credentials=options.get("credentials"), tls=options.get("tls")
    )
    try:
        return await client.fetch(
            options.get("method", "GET"),
            "x",
            form=options.get("form"),
            cap=options.get("cap", http.CAP),
        )
    finally:
        await client.close()


def fetch(url: str, **options: Unpack[Options]) -> Answer:
    return asyncio.run(exchange(url, options))


def failure(url: str, **options: Unpack[Options]) -> Problem:
    with pytest.raises(SourceError) as caught:
        fetch(url, **options)
    return caught.value.problem


def tls_of(authority: trustme.CA, host: str, until: datetime | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host, not_after=until).configure_cert(context)
    return context


def resident() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def test_what_is_known_already_need_not_be_sent_again() -> None:
    def tagged(request: Request, connection: Connection) -> None:
        if request.headers.get("if-none-match") == '"one"':
            # as some frameworks do: the head speaks of the body that it leaves out
            lines = {"ETag": '"one"', "Content-Encoding": "gzip", "Content-Length": "0"}
            connection.send(head(304, lines))
        else:
            answer("{}", ETag='"one"')(request, connection)

    async def twice(url: str) -> tuple[Answer, Answer]:
        client = HttpClient(address.parse(url))
        try:
            first = await client.fetch("GET", "x")
            return first, await client.fetch("GET", "x", etag=first.etag)
        finally:
            await client.close()

    with serving(tagged) as server:
        first, second = asyncio.run(twice(server.url))
    assert (first.ok, first.unchanged, first.etag) == (True, False, '"one"')
    assert (second.ok, second.unchanged, second.body) == (False, True, b"")
    assert "if-none-match" not in server.requests[0].headers


@pytest.mark.parametrize("etag", ["\u00e9", "x" * 201])
def test_an_etag_that_cannot_be_sent_back_is_none(etag: str) -> None:
    with serving(answer("{}", ETag=etag)) as server:
        assert fetch(server.url).etag == ""
