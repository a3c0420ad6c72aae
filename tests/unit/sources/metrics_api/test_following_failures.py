"""Following servers of the metrics API that do everything wrong."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
import time

import pytest
from support.http_server import Connection, Handler, Request, answer, head, serving
from support.metrics_api import NOW, TOKEN
from support.streams import (
    LIFE,
    PATIENCE,
    Follower,
    api,
    document,
    event,
    polled_and_followed,
    streamed,
    using,
)

from opsdesk.model.errors import Problem, ProblemKind, SourceError
from opsdesk.sources.credentials import Credentials
from opsdesk.sources.metrics_api import following


def failure(handler: Handler, **more: object) -> Problem:
    with pytest.raises(SourceError) as caught, serving(handler) as server:
        using(server.url, Follower.follow, **more)
    return caught.value.problem


def test_a_stream_that_ends_is_lost() -> None:
    given = {"Content-Type": "text/event-stream"}

    def brief(_request: Request, connection: Connection) -> None:
        connection.send(head(200, given) + LIFE)

    assert failure(api(brief)).what == "the stream has ended"


@pytest.mark.parametrize("status", [404, 405, 501])
def test_an_older_server_without_a_stream_is_left_alone_for_long(status: int) -> None:
    assert failure(api(answer("", status))).retry_after == 600.0


def test_who_is_refused_learns_why() -> None:
    fault = json.dumps({"error": {"kind": "server", "what": "too many", "remedy": "Poll."}})
    full = failure(api(answer(fault, 503, Retry_After="7")))
    assert (full.kind, full.retry_after, full.remedy) == (ProblemKind.SERVER, 7.0, "Poll.")
    assert full.what == "the server answered 503 Service Unavailable: too many"
    assert failure(api(answer("", 401))).kind is ProblemKind.CREDENTIALS


def test_what_is_no_stream_is_told() -> None:
    assert failure(api(answer(document(0.2)))).what == "this is no stream of events"
    page = failure(api(answer("<html>", content_type="text/html")))
    assert page.kind is ProblemKind.BAD_ANSWER


def test_another_host_is_not_followed_and_learns_nothing() -> None:
    with serving(streamed(event(0.2))) as other:
        away = answer("", 307, Location=f"{other.url}/v1/stream")
        problem = failure(api(away), credentials=Credentials(token=TOKEN))
    assert problem.kind is ProblemKind.REDIRECT
    assert other.requests == []


@pytest.mark.parametrize(
    "garbage", [b"event: snapshot\ndata: {\n\n", b"event: snapshot\ndata: \xff\n\n"]
)
def test_an_event_that_is_no_snapshot_ends_it(garbage: bytes) -> None:
    problem = failure(api(streamed(garbage)))
    assert problem.kind is ProblemKind.BAD_ANSWER
    assert problem.where.endswith("/v1/stream")


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("endless", [b"x" * 1000, b"data: " + b"x" * 1000, b"data: y\n" * 100])
def test_what_has_no_end_is_given_up(
    monkeypatch: pytest.MonkeyPatch, endless: bytes, packed: bool
) -> None:
    monkeypatch.setattr(following, "_CAP", 10_000)
    content = b"event: snapshot\n" + endless * 1_000
    if packed:
        stream = streamed(gzip.compress(content), Content_Encoding="gzip")
    else:
        stream = streamed(content)
    assert failure(api(stream)).kind is ProblemKind.TOO_LARGE


def dripping(drop: bytes) -> Handler:
    def handle(_request: Request, connection: Connection) -> None:
        connection.send(head(200, {"Content-Type": "text/event-stream"}))
        while connection.send(drop) and not connection.stopping.wait(0.02):
            pass

    return handle


@pytest.mark.parametrize(
    "silent", [streamed(), dripping(b"x"), dripping(b"data: x\n"), dripping(b"unknown: x\n")]
)
def test_who_drips_or_keeps_silent_is_lost(
    monkeypatch: pytest.MonkeyPatch, silent: Handler
) -> None:
    monkeypatch.setattr(following, "SILENCE", 0.3)
    assert failure(api(silent)).kind is ProblemKind.TIMEOUT


def test_a_catalogue_that_drips_does_not_hold_it_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "DEADLINE", 0.2)
    pages = api(streamed(event(0.2).replace(b"errors.rate", b"own.rate")))
    drip = dripping(b" ")

    def handle(request: Request, connection: Connection) -> None:
        (drip if request.path == "/v1/catalogue" else pages)(request, connection)

    problem = failure(handle)
    assert problem.kind is ProblemKind.TIMEOUT
    assert problem.where.endswith("/v1/stream")


def test_signs_of_life_keep_it_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "SILENCE", 0.3)
    told, _ = polled_and_followed(api(dripping(LIFE)), 30)
    assert told == [None] * 30


def test_a_flood_of_comments_leaves_the_loop_to_others() -> None:
    bomb = gzip.compress(b":\n" * (4 << 20))

    async def work(follower: Follower) -> int:
        task = asyncio.create_task(follower.follow())
        turns, end = 0, time.monotonic() + 0.5
        while time.monotonic() < end:
            await asyncio.sleep(0)
            turns += 1
        task.cancel()
        await asyncio.wait([task])
        return turns

    with serving(api(streamed(bomb, Content_Encoding="gzip"))) as server:
        assert using(server.url, work) > 10


def test_it_can_be_cancelled_at_any_moment_and_closes_its_connection() -> None:
    gone = threading.Event()

    def until_gone(_request: Request, connection: Connection) -> None:
        connection.send(head(200, {"Content-Type": "text/event-stream"}) + LIFE)
        if connection.stream.recv(1) == b"":
            gone.set()

    polled_and_followed(api(until_gone), 1)
    assert gone.wait(PATIENCE)


def test_it_takes_the_place_of_no_poll() -> None:
    async def work(follower: Follower) -> list[object]:
        task = asyncio.create_task(follower.follow())
        await follower.has(1)
        await asyncio.gather(*(follower.source.poll(NOW) for _ in range(6)))
        task.cancel()
        await asyncio.wait([task])
        return follower.told

    with serving(api(streamed(event(0.2)))) as server:
        assert using(server.url, work) == [0.2]
