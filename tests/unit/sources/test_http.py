"""The bounded exchange: what is sent, what is kept, what it never waits for."""

from __future__ import annotations

import asyncio
import gzip
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from support.exchanges import failure, fetch
from support.http_server import Connection, Request, answer, head, serving

from opsdesk.model.errors import ConfigError, ProblemKind
from opsdesk.sources import address, http
from opsdesk.sources.credentials import Credentials
from opsdesk.sources.http import Answer, HttpClient

SECRET = "s3cret-token"


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


@pytest.mark.parametrize(("times", "status"), [(1, 200), (9, 408)])
def test_a_server_that_gives_up_a_kept_connection_is_asked_once_more(
    times: int, status: int
) -> None:
    def tired(request: Request, connection: Connection) -> None:
        late = len(server.requests) <= times
        answer("late" if late else "{}", 408 if late else 200)(request, connection)

    async def ask(*, repeats: bool) -> int:
        client = HttpClient(address.parse(server.url), repeats=repeats)
        try:
            return (await client.fetch("GET", "x")).status
        finally:
            await client.close()

    with serving(tired) as server:
        assert asyncio.run(ask(repeats=True)) == status
    assert len(server.requests) == 2
    with serving(tired) as server:
        assert asyncio.run(ask(repeats=False)) == 408
    assert len(server.requests) == 1


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
    waiting: list[Request] = []
    together: list[int] = []

    def slow(request: Request, connection: Connection) -> None:
        waiting.append(request)
        together.append(len(waiting))
        connection.stopping.wait(0.05)
        waiting.pop()  # before the answer: its client may ask on before this thread goes on
        answer("{}")(request, connection)

    async def many(url: str) -> None:
        client = HttpClient(address.parse(url))
        await asyncio.gather(*(client.fetch("GET", "x") for _ in range(20)))
        await client.close()

    with serving(slow) as server:
        asyncio.run(many(server.url))
    assert len(server.requests) == 20
    assert 1 < max(together) <= http.MAX_PARALLEL


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


def test_retry_after_is_seconds_or_a_date() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    for text, low, high in (("120", 120, 120), (soon, 80, 91), ("soon", None, None)):
        with serving(answer("", 429, Retry_After=text)) as server:
            got = fetch(server.url).retry_after
        assert got is None if low is None else low <= (got or 0) <= high


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
