"""Notices to a real server on loopback that can do anything wrong."""

from __future__ import annotations

import asyncio
import json
import re
import ssl
import threading
from http import HTTPStatus

import pytest
import trustme
from support.http_server import Connection, Handler, Request, answer, head, serving

from opsdesk.model.errors import ConfigError
from opsdesk.model.protocols import Notice
from opsdesk.notify import forwarding
from opsdesk.notify.forwarding import ChannelError, ChannelForwarder
from opsdesk.notify.webhook import WebhookChannel, check

TOKEN = "s3cret-token"
NOTICE = Notice(id="carbon", title="Breaker open: Carbon Data", body="", severity=None)
NO_WAIT = (0.0, 0.0)


async def no_token() -> str:
    return ""


async def the_token() -> str:
    return TOKEN


def channel(url: str, **more: object) -> WebhookChannel:
    return WebhookChannel(lambda: url, more.pop("token", no_token), **more)


def send(url: str, **more: object) -> str:
    """Send a notice once and return what is said of that."""
    return asyncio.run(forwarding.test(channel(url, **more)))


def in_turn(*handlers: Handler) -> Handler:
    """Return a handler that answers by each of these, and then by the last."""
    left = list(handlers)

    def handle(request: Request, connection: Connection) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(request, connection)

    return handle


def told(url: str) -> list[str]:
    """Tell of a notice until it is told or given up; return the troubles."""
    troubles: list[str] = []

    async def run() -> None:
        forwarder = ChannelForwarder(
            channel(url), lambda _, said: troubles.append(said), delays=NO_WAIT
        )
        await forwarder._send(b"{}")
        await forwarder.close()
        await forwarder.close()

    asyncio.run(asyncio.wait_for(run(), 20))
    return troubles


def test_a_notice_is_posted_as_json_with_the_token() -> None:
    with serving(answer("", 204)) as server:
        said = send(f"{server.url}/hooks/1?room=ops", token=the_token)
    assert re.fullmatch(r"Answered 204 in [\d.]+ m?s\.", said)
    (request,) = server.requests
    assert (request.method, request.target) == ("POST", "/hooks/1?room=ops")
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.body)["schema"] == "opsdesk.notice/1"
    assert TOKEN not in request.body.decode()


def test_without_a_token_none_is_sent() -> None:
    with serving(answer("", 200)) as server:
        send(server.url)
    assert "authorization" not in server.requests[0].headers


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, "The server answered 404 Not Found."),
        (500, "The server answered 500 Internal Server Error."),
        (401, "The server answered 401 Unauthorized."),
    ],
)
def test_a_refusal_is_said(status: int, words: str) -> None:
    with serving(answer(f"you sent {TOKEN}", status)) as server:
        assert send(server.url, token=the_token) == words


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with (
        serving(answer("", 200)) as elsewhere,
        serving(answer("", status, location=elsewhere.url)) as server,
    ):
        assert "redirects" in send(server.url, token=the_token)
    assert elsewhere.requests == []
    assert len(server.requests) == 1


def test_what_may_pass_is_tried_again_and_its_end_is_told() -> None:
    handler = in_turn(answer("", 503), answer("", 429, retry_after="0"), answer("", 204))
    with serving(handler) as server:
        troubles = told(server.url)
    assert troubles == [
        "The server answered 503 Service Unavailable.",
        "The server answered 429 Too Many Requests.",
        "",
    ]
    assert len({request.body for request in server.requests}) == 1


def test_it_is_given_up_after_so_many_tries() -> None:
    with serving(answer("", 503)) as server:
        told(server.url)
    assert len(server.requests) == 1 + len(NO_WAIT)


def test_what_will_not_pass_is_not_tried_again() -> None:
    with serving(answer("", 404)) as server:
        told(server.url)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("120", 120, 120),
        ("Wed, 01 Jan 2120 00:00:00 GMT", 1e9, 1e10),
        ("Wed, 01 Jan 2120 00:00:00 -0000", 1e9, 1e10),
        ("Wed, 01 Jan 2020 00:00:00 GMT", 0, 0),
        ("soon", 0, 0),
        ("", 0, 0),
    ],
)
def test_how_long_a_server_asks_us_to_wait(header: str, least: float, most: float) -> None:
    async def post() -> ChannelError:
        way = channel(server.url)
        with pytest.raises(ChannelError) as raised:
            await way.send(b"{}")
        await way.close()
        return raised.value

    with serving(answer("", 429, retry_after=header)) as server:
        error = asyncio.run(post())
    assert error.again
    assert least <= error.after <= most


def test_the_wait_is_that_which_the_server_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        if seconds:  # not a turn of the loop
            waits.append(seconds)

    monkeypatch.setattr("opsdesk.notify.forwarding.asyncio.sleep", sleep)
    handler = in_turn(answer("", 503, retry_after="90"), answer("", 503, retry_after="999999"))
    with serving(handler) as server:
        told(server.url)
    assert waits == [90.0, 3_600.0]


def test_a_notice_arrives_by_itself() -> None:
    arrived = threading.Event()

    def arrive(request: Request, connection: Connection) -> None:
        answer("", 204)(request, connection)
        arrived.set()

    async def run() -> None:
        forwarder = ChannelForwarder(channel(server.url))
        task = asyncio.create_task(forwarder.keep_passing_on(lambda: asyncio.sleep(0)))
        forwarder.tell([NOTICE])
        assert await asyncio.to_thread(arrived.wait, 5)
        task.cancel()
        await asyncio.wait([task])
        await forwarder.close()

    with serving(arrive) as server:
        asyncio.run(run())
    assert json.loads(server.requests[0].body)["id"] == NOTICE.id


def test_a_server_that_never_answers_is_left_in_bounded_time() -> None:
    def hang(_request: Request, connection: Connection) -> None:
        connection.stopping.wait(5)

    with serving(hang) as server:
        assert send(server.url, patience=0.2) == "The server did not answer in time."


def test_an_endless_answer_is_not_read() -> None:
    went_on = threading.Event()

    def drip(_request: Request, connection: Connection) -> None:
        connection.send(head(200, {"Content-Type": "text/plain"}))
        while connection.send(b"x" * 65_536):
            pass
        went_on.set()

    with serving(drip) as server:
        assert send(server.url).startswith("Answered 200 in ")
        assert went_on.wait(5)


def test_a_server_that_is_not_there() -> None:
    said = send("http://127.0.0.1:1/hook/s3cret")
    assert said == "Nothing listens at the webhook's address, or its name is not known."


def test_a_server_that_breaks_off() -> None:
    def break_off(_request: Request, _connection: Connection) -> None:
        pass

    with serving(break_off) as server:
        assert send(server.url) == "The connection failed or broke."


def test_a_certificate_is_checked() -> None:
    authority, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)

    def trusting() -> ssl.SSLContext:
        context = ssl.create_default_context()
        authority.configure_trust(context)
        return context

    with serving(answer("", 204), tls) as server:
        assert send(server.url) == "The server's certificate is not trusted."
        assert send(server.url, tls=trusting).startswith("Answered 204")
        plain = server.url.replace("https", "http")
        assert send(plain) == "The connection failed or broke."
    with serving(answer("", 204)) as server:
        secure = server.url.replace("http", "https")
        assert send(secure) == "The server does not speak TLS, or broke off."


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example/1",
        "ftp://hooks.example/1",
        "https://",
        "https://[::1",
        "https://hooks.example:port/",
        "https://hooks.example/a b",
        "https://hooks.example/\nX: y",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="must begin with https://"):
        check(url)


@pytest.mark.parametrize("url", ["https://u:hunter2@h.example/", "https://hunter2@h.example/"])
def test_a_password_in_an_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ConfigError, match="holds a user name or password") as refused:
        check(url)
    assert "hunter2" not in str(refused.value)
    assert "holds a user name or password" in send(url)


def test_a_token_that_cannot_be_sent_is_refused_and_not_repeated() -> None:
    async def broken() -> str:
        return "hunter2\r\nX-Other: y"

    said = send("http://127.0.0.1:1/", token=broken)
    assert "another character that cannot be sent" in said
    assert "hunter2" not in said


def test_a_proxy_that_cannot_be_used_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "gopher://127.0.0.1:1")
    assert send("http://hooks.example/") == "This machine's proxy settings cannot be used."


def test_a_token_that_is_refused_is_fetched_anew() -> None:
    tokens = iter(["old", "new"])

    async def token() -> str:
        return next(tokens)

    async def run() -> None:
        way = channel(server.url, token=token)
        with pytest.raises(ChannelError, match="401"):
            await way.send(b"{}")
        for _ in range(2):
            await way.send(b"{}")
        await way.close()

    handler = in_turn(answer("", HTTPStatus.UNAUTHORIZED), answer("", 204))
    with serving(handler) as server:
        asyncio.run(run())
    sent = [request.headers["authorization"] for request in server.requests]
    assert sent == ["Bearer old", "Bearer new", "Bearer new"]


def test_another_address_takes_effect_at_once() -> None:
    async def run() -> None:
        urls = [first.url, second.url]
        way = WebhookChannel(lambda: urls[0], no_token)
        assert way.is_wanted
        await way.send(b"{}")
        del urls[0]
        await way.send(b"{}")
        await way.close()

    with serving(answer("", 204)) as first, serving(answer("", 204)) as second:
        asyncio.run(run())
    assert len(first.requests) == len(second.requests) == 1
