"""Following a server of the metrics API: real HTTP, and servers that do everything wrong."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from support.http_server import Connection, Handler, HttpServer, Request, answer, head, serving

from opsdesk.catalogue import metrics
from opsdesk.model.errors import Problem, ProblemKind, SourceError
from opsdesk.model.key import key
from opsdesk.model.protocols import Harvest
from opsdesk.sources.credentials import Credentials
from opsdesk.sources.metrics_api import MetricsApiSource, following

CATALOGUE = metrics.load()
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TOKEN = "t0ken-of-ours"  # noqa: S105 - made up, looked for in what is sent
PATIENCE = 10.0
RATE = key("errors.rate")
LIFE = b":\n\n"


def document(rate: float) -> str:
    figure = {"metric": "errors.rate", "value": rate, "at": "2026-03-01T11:59:30Z"}
    return json.dumps(
        {
            "schema": "opsdesk.snapshot/1",
            "generated_at": "2026-03-01T12:00:00Z",
            "readings": [figure],
        }
    )


def event(rate: float, id_: str = "") -> bytes:
    return f"id: {id_ or rate}\nevent: snapshot\ndata: {document(rate)}\n\n".encode()


def streamed(*parts: bytes, **headers: str) -> Handler:
    """Return a handler that sends these and then nothing, until the test or the client ends."""
    given = {"Content-Type": "text/event-stream"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}

    def handle(_request: Request, connection: Connection) -> None:
        for part in (head(200, given), *parts):
            connection.send(part)
        connection.stopping.wait(PATIENCE)

    return handle


def api(stream: Handler, poll: Handler | None = None) -> Handler:
    """Return a server that streams, and that is polled."""
    pages = {"/v1/stream": stream, "/v1/snapshot": poll or answer(document(0.1), ETag='"polled"')}

    def handle(request: Request, connection: Connection) -> None:
        pages.get(request.path, answer("", 404))(request, connection)

    return handle


class Desk:
    """Follows, and takes down what it is told: a rate, or None for a sign of life."""

    def __init__(self, source: MetricsApiSource) -> None:
        self.source = source
        self.harvests: list[Harvest | None] = []
        self._changed = asyncio.Event()

    @property
    def told(self) -> list[object]:
        """What was told so far."""
        return [harvest and harvest.readings[0].value for harvest in self.harvests]

    def tell(self, harvest: Harvest | None) -> None:
        self.harvests.append(harvest)
        self._changed.set()

    async def follow(self) -> None:
        await self.source.follow(NOW, self.tell)

    async def has(self, count: int) -> None:
        """Wait until so much was told."""
        async with asyncio.timeout(PATIENCE):
            while len(self.harvests) < count:
                self._changed.clear()
                await self._changed.wait()

    async def until(self, count: int) -> list[object]:
        """Follow until so much was told."""
        task = asyncio.create_task(self.follow())
        try:
            await self.has(count)
        finally:
            task.cancel()
            await asyncio.wait([task])
        return self.told


def using(url: str, work: Callable[[Desk], Awaitable[object]], **more: object) -> object:
    async def run() -> object:
        source = MetricsApiSource("far", "Far", url, CATALOGUE, **more)
        try:
            return await work(Desk(source))
        finally:
            await source.close()

    return asyncio.run(run())


def polled_and_followed(handler: Handler, count: int, **more: object) -> tuple[object, HttpServer]:
    async def work(desk: Desk) -> list[object]:
        await desk.source.poll(NOW)
        return await desk.until(count)

    with serving(handler) as server:
        return using(server.url, work, **more), server


def failure(handler: Handler, **more: object) -> Problem:
    with pytest.raises(SourceError) as caught, serving(handler) as server:
        using(server.url, Desk.follow, **more)
    return caught.value.problem


# ---- what is told


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

    async def work(desk: Desk) -> list[object]:
        await desk.until(1)
        return await desk.until(2)

    with serving(api(handle)) as server:
        assert using(server.url, work) == [0.2, 0.3]


def test_after_a_loss_it_goes_on_from_the_last_that_was_told() -> None:
    async def work(desk: Desk) -> None:
        await desk.until(1)
        await desk.until(2)

    with serving(api(streamed(event(0.2, "second")))) as server:
        using(server.url, work)
    ids = [r.headers.get("last-event-id") for r in server.requests if r.path == "/v1/stream"]
    assert ids == [None, "second"]


def test_a_poll_says_what_was_told_where_the_server_has_nothing_newer() -> None:
    def poll(request: Request, connection: Connection) -> None:
        assert request.headers["if-none-match"] == "second"
        answer("", 304)(request, connection)

    async def work(desk: Desk) -> object:
        await desk.until(1)
        return (await desk.source.poll(NOW)).readings[0].value

    with serving(api(streamed(event(0.2, "second")), poll)) as server:
        assert using(server.url, work) == 0.2


@pytest.mark.parametrize("other", [b"event: other\ndata: 1\n\n", b"data: no name\n\n"])
def test_what_is_no_snapshot_is_a_sign_of_life(other: bytes) -> None:
    told, _ = polled_and_followed(api(streamed(other)), 1)
    assert told == [None]


def test_an_id_that_no_header_can_carry_is_not_sent_back() -> None:
    async def work(desk: Desk) -> list[object]:
        await desk.until(1)
        return await desk.until(2)

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

    async def work(desk: Desk) -> list[object]:
        with pytest.raises(SourceError):
            await desk.follow()
        return desk.told

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

    async def work(desk: Desk) -> list[str]:
        await desk.until(1)
        return [metric.title for metric in desk.harvests[0].metrics]  # type: ignore[union-attr]

    with serving(handle) as server:
        assert using(server.url, work) == ["Rate"]


def test_a_poll_that_was_overtaken_says_what_the_stream_has_told() -> None:
    asked, go = threading.Event(), threading.Event()

    def slow(request: Request, connection: Connection) -> None:
        asked.set()
        go.wait(PATIENCE)
        answer(document(0.1), ETag='"old"')(request, connection)

    async def work(desk: Desk) -> object:
        polling = asyncio.create_task(desk.source.poll(NOW))
        await asyncio.to_thread(asked.wait, PATIENCE)
        assert await desk.until(1) == [0.2]
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

    async def work(desk: Desk) -> object:
        polling = asyncio.create_task(desk.source.poll(NOW))
        await asyncio.to_thread(asked.wait, PATIENCE)
        assert await desk.until(1) == [0.2]
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


# ---- what goes wrong


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

    async def work(desk: Desk) -> int:
        task = asyncio.create_task(desk.follow())
        turns, end = 0, time.monotonic() + 0.5
        while time.monotonic() < end:
            await asyncio.sleep(0)
            turns += 1
        task.cancel()
        await asyncio.wait([task])
        return turns

    with serving(api(streamed(bomb, Content_Encoding="gzip"))) as server:
        assert using(server.url, work) > 10  # type: ignore[operator]


def test_it_can_be_cancelled_at_any_moment_and_closes_its_connection() -> None:
    gone = threading.Event()

    def until_gone(_request: Request, connection: Connection) -> None:
        connection.send(head(200, {"Content-Type": "text/event-stream"}) + LIFE)
        if connection.stream.recv(1) == b"":
            gone.set()

    polled_and_followed(api(until_gone), 1)
    assert gone.wait(PATIENCE)


def test_it_takes_the_place_of_no_poll() -> None:
    async def work(desk: Desk) -> list[object]:
        task = asyncio.create_task(desk.follow())
        await desk.has(1)
        await asyncio.gather(*(desk.source.poll(NOW) for _ in range(6)))
        task.cancel()
        await asyncio.wait([task])
        return desk.told

    with serving(api(streamed(event(0.2)))) as server:
        assert using(server.url, work) == [0.2]
