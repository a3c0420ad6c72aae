"""Following a server of the metrics API: what is told as it streams, over real HTTP."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
from datetime import timedelta
from email.utils import format_datetime

import pytest
from support.http_server import Connection, Request, answer, head, serving
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

from opsdesk.model.errors import SourceError
from opsdesk.model.key import key
from opsdesk.sources.credentials import Credentials

RATE = key("errors.rate")


def test_snapshots_are_told_as_they_come_and_comments_are_signs_of_life() -> None:
    told, server = polled_and_followed(api(streamed(event(0.2))), 1)
    assert told == [0.2]
    (asked,) = [request for request in server.requests if request.path == "/v1/stream"]
    assert asked.headers["accept"] == "text/event-stream"
    assert asked.headers["last-event-id"] == '"polled"'


def test_ids_that_begin_anew_hide_no_news() -> None:
    """A server that counts them and was started again."""
    lives = iter([streamed(event(0.2, "1")), streamed(event(0.3, "1"))])

    def handle(request: Request, connection: Connection) -> None:
        next(lives)(request, connection)

    async def work(follower: Follower) -> list[object]:
        await follower.until(1)
        return await follower.until(2)

    with serving(api(handle)) as server:
        assert using(server.url, work) == [0.2, 0.3]


def test_after_a_loss_it_goes_on_from_the_last_that_was_told() -> None:
    async def work(follower: Follower) -> None:
        await follower.until(1)
        await follower.until(2)

    with serving(api(streamed(event(0.2, "second")))) as server:
        using(server.url, work)
    ids = [r.headers.get("last-event-id") for r in server.requests if r.path == "/v1/stream"]
    assert ids == [None, "second"]


def test_a_poll_says_what_was_told_where_the_server_has_nothing_newer() -> None:
    def poll(request: Request, connection: Connection) -> None:
        assert request.headers["if-none-match"] == "second"
        answer("", 304)(request, connection)

    async def work(follower: Follower) -> object:
        await follower.until(1)
        return (await follower.source.poll(NOW)).readings[0].value

    with serving(api(streamed(event(0.2, "second")), poll)) as server:
        assert using(server.url, work) == 0.2


@pytest.mark.parametrize("other", [b"event: other\ndata: 1\n\n", b"data: no name\n\n"])
def test_what_is_no_snapshot_is_a_sign_of_life(other: bytes) -> None:
    told, _ = polled_and_followed(api(streamed(other)), 1)
    assert told == [None]


def test_an_id_that_no_header_can_carry_is_not_sent_back() -> None:
    async def work(follower: Follower) -> list[object]:
        await follower.until(1)
        return await follower.until(2)

    with serving(api(streamed(event(0.2, "ü\x01")))) as server:
        assert using(server.url, work) == [0.2, 0.2]
    assert not any("last-event-id" in request.headers for request in server.requests)


def test_packed_events_are_told_before_the_stream_ends() -> None:
    packed = gzip.compress(event(0.2))[:-8]  # whose end has not come
    told, _ = polled_and_followed(api(streamed(packed, Content_Encoding="gzip")), 1)
    assert told == [0.2]


def test_of_many_at_once_the_newest_is_taken() -> None:
    flood = b"".join(event(number / 1000) for number in range(1, 501))
    told, _ = polled_and_followed(api(streamed(event(0.0), flood)), 2)
    assert told[-1] == 0.5
    assert len(told) <= 3


def test_the_last_word_before_the_end_is_told() -> None:
    """It may be that of the outage which takes the server along."""
    given = {"Content-Type": "text/event-stream"}

    def brief(_request: Request, connection: Connection) -> None:
        connection.send(head(200, given) + event(0.2))
        connection.stopping.wait(0.1)  # until the first was taken, and others must wait
        connection.send(event(0.9))

    async def work(follower: Follower) -> list[object]:
        with pytest.raises(SourceError):
            await follower.follow()
        return follower.told

    with serving(api(brief)) as server:
        assert using(server.url, work) == [0.2, 0.9]


def test_credentials_go_along() -> None:
    _, server = polled_and_followed(
        api(streamed(event(0.2))), 1, credentials=Credentials(token=TOKEN)
    )
    assert all(r.headers["authorization"] == f"Bearer {TOKEN}" for r in server.requests)


def test_metrics_that_are_new_are_looked_up() -> None:
    catalogue = json.dumps({"metrics": [{"id": "own.rate", "title": "Rate", "unit": "count"}]})
    pages = api(streamed(event(0.2).replace(b"errors.rate", b"own.rate")))

    def handle(request: Request, connection: Connection) -> None:
        is_catalogue = request.path == "/v1/catalogue"
        (answer(catalogue) if is_catalogue else pages)(request, connection)

    async def work(follower: Follower) -> list[str]:
        await follower.until(1)
        return [metric.title for metric in follower.harvests[0].metrics]

    with serving(handle) as server:
        assert using(server.url, work) == ["Rate"]


def test_a_poll_that_was_overtaken_says_what_the_stream_has_told() -> None:
    asked, go = threading.Event(), threading.Event()

    def slow(request: Request, connection: Connection) -> None:
        asked.set()
        go.wait(PATIENCE)
        answer(document(0.1), ETag='"old"')(request, connection)

    async def work(follower: Follower) -> object:
        polling = asyncio.create_task(follower.source.poll(NOW))
        await asyncio.to_thread(asked.wait, PATIENCE)
        assert await follower.until(1) == [0.2]
        go.set()
        return (await polling).readings[0].value

    with serving(api(streamed(event(0.2)), slow)) as server:
        assert using(server.url, work) == 0.2


def test_a_poll_whose_catalogue_takes_its_time_is_overtaken_as_well() -> None:
    asked, go = threading.Event(), threading.Event()
    own = document(0.1).replace("errors.rate", "own.rate")
    pages = api(streamed(event(0.2)), answer(own))

    def handle(request: Request, connection: Connection) -> None:
        if request.path == "/v1/catalogue" and not asked.is_set():
            asked.set()
            go.wait(PATIENCE)
        pages(request, connection)

    async def work(follower: Follower) -> object:
        polling = asyncio.create_task(follower.source.poll(NOW))
        await asyncio.to_thread(asked.wait, PATIENCE)
        assert await follower.until(1) == [0.2]
        go.set()
        return (await polling).readings[0].key

    with serving(handle) as server:
        assert using(server.url, work) == RATE


def test_while_the_servers_clock_has_been_set_a_poll_must_read_anew() -> None:
    later = format_datetime(NOW + timedelta(minutes=10), usegmt=True)
    right = format_datetime(NOW, usegmt=True)
    polls = answer(document(0.1), ETag='"polled"', Date=right)

    def wrong(_request: Request, connection: Connection) -> None:
        connection.send(head(200, {"Content-Type": "text/event-stream", "Date": later}))
        for _ in range(10):
            connection.send(LIFE)
            connection.stopping.wait(0.01)  # so that they come one by one
        connection.send(event(0.2))
        connection.stopping.wait(PATIENCE)

    told, _ = polled_and_followed(api(wrong, polls), 1)
    assert told == [0.2]
