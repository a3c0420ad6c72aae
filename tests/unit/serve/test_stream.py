"""The stream as those who follow it meet it: the real server on loopback."""

from __future__ import annotations

import socket
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import BinaryIO
from urllib.parse import urlsplit

import httpx
import pytest
from msgspec.structs import replace
from support.processes import eventually
from support.readings import NOW, by_key, failing, reading
from support.serving import SNAPSHOT, Small, serving
from typing_extensions import override

from opsdesk.model.snapshot import Snapshot
from opsdesk.serve import stream
from opsdesk.sources.metrics_api.event_stream import Comment, Event, EventStream
from opsdesk.wire import snapshot

TOKEN = "s3cret-token"
PLAIN = {"Accept-Encoding": "identity"}
_SOME = 8 << 10
SIZE = 6 << 20  # bytes: more than the connection, the system and the client hold together


class Reader:
    """Reads one stream."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self._events = EventStream(16 << 20)
        self._signs = self._read()

    def _read(self) -> Iterator[Event | Comment]:
        for chunk in self.answer.iter_bytes():
            yield from self._events.feed(chunk)

    def sign(self) -> Event | Comment | None:
        """Return the next event or comment; None at the end."""
        return next(self._signs, None)

    def event(self) -> Event:
        """Return the next event."""
        while not isinstance(sign := self.sign(), Event):
            assert sign is not None
        return sign

    def snapshot(self) -> Snapshot:
        """Return what the next event tells."""
        return snapshot.from_wire(snapshot.decode(self.event().data, "stream"))


@contextmanager
def following(url: str, **headers: str) -> Iterator[Reader]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with httpx.stream("GET", f"{url}v1/stream", headers=named, timeout=10.0) as answer:
        yield Reader(answer)


def changed(value: float) -> Snapshot:
    return replace(SNAPSHOT, readings=by_key(reading("errors.rate", value)))


@pytest.mark.parametrize("accepts", ["identity", "gzip"])
def test_it_begins_with_the_newest_snapshot_and_tells_of_each_that_follows(accepts: str) -> None:
    provider = Small()
    with serving(provider) as url, following(url, accept_encoding=accepts) as reader:
        assert reader.answer.status_code == HTTPStatus.OK
        assert reader.answer.headers["content-type"].startswith("text/event-stream")
        assert reader.answer.headers.get("content-encoding", "identity") == accepts
        assert reader.sign() == Comment()
        first = reader.event()
        assert (first.name, first.data) == ("snapshot", httpx.get(f"{url}v1/snapshot").content)
        for value in (0.5, 0.6, 0.7):
            provider.newest = changed(value)
            assert reader.snapshot() == changed(value)


def test_an_events_id_is_the_name_of_the_snapshots_content() -> None:
    with serving(Small()) as url, following(url) as reader:
        assert reader.event().id == httpx.get(f"{url}v1/snapshot").headers["etag"]


def test_before_the_first_snapshot_it_waits_for_it() -> None:
    class Beginning(Small):
        @override
        async def newer(self, seen: Snapshot | None) -> Snapshot:
            return await super().newer(seen or SNAPSHOT)

    provider = Beginning()
    with serving(provider) as url, following(url) as reader:
        assert reader.sign() == Comment()
        provider.newest = changed(0.5)
        assert reader.snapshot() == changed(0.5)


def test_who_has_the_newest_already_is_not_sent_it_again() -> None:
    provider = Small()
    with serving(provider) as url:
        etag = httpx.get(f"{url}v1/snapshot").headers["etag"]
        with following(url, last_event_id=etag) as reader:
            assert [reader.sign(), reader.sign()] == [Comment(), Comment()]
            provider.newest = changed(0.5)
            assert reader.snapshot() == changed(0.5)


def test_a_refresh_that_says_nothing_new_is_a_sign_of_life() -> None:
    provider = Small()
    with serving(provider) as url, following(url) as reader:
        reader.event()
        provider.newest = replace(SNAPSHOT, at=NOW + timedelta(minutes=1))
        assert reader.sign() == Comment()


def test_when_nothing_is_new_it_says_that_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT", 0.05)
    with serving(Small()) as url, following(url) as reader:
        reader.event()
        assert [reader.sign(), reader.sign()] == [Comment(), Comment()]


def test_a_part_packed_once_stands_anywhere_in_a_stream() -> None:
    parts = [stream.Part(f"data: {number}\n\n".encode() * 50) for number in range(3)]
    for order in ([0, 1, 2], [2, 2], [1]):
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        found = unpacker.decompress(stream.GZIP_HEAD)
        for index in order:
            found += unpacker.decompress(parts[index].packed)
        assert found == b"".join(parts[index].plain for index in order)


def test_however_many_follow_a_snapshot_is_written_and_packed_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[bytes] = []

    class Watched(stream.Part):
        def __init__(self, plain: bytes) -> None:
            made.append(plain)
            super().__init__(plain)

    monkeypatch.setattr(stream, "Part", Watched)
    provider = Small()
    with serving(provider) as url, ExitStack() as stack:
        readers = [stack.enter_context(following(url)) for _ in range(10)]
        for reader in readers:
            reader.event()
        provider.newest = changed(0.5)
        assert [reader.snapshot() for reader in readers] == [changed(0.5)] * 10
    assert len(made) == 2


def asked(url: str, client: socket.socket) -> None:
    """Ask for a stream and read nothing of it."""
    where = urlsplit(url)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect((where.hostname, where.port))
    client.sendall(f"GET /v1/stream HTTP/1.1\r\nHost: {where.hostname}\r\n\r\n".encode())


def large(number: int) -> Snapshot:
    """Return a snapshot that is larger than what is held between a server and its client."""
    note = f"{number}:" + "x" * SIZE
    return replace(SNAPSHOT, readings=by_key(replace(reading("errors.rate", 1.0), note=note)))


def test_who_reads_slowly_gets_the_newest_and_not_what_came_before_it() -> None:
    provider = Small(large(0))
    with serving(provider) as url, socket.socket() as client:
        asked(url, client)
        with client.makefile("rb") as lines:
            assert _first_note(lines) == b"0"
            for number in range(1, 20):
                provider.newest = large(number)
                httpx.get(f"{url}v1/health")  # the server has had the time to notice
            assert _first_note(lines) == b"19"


def _first_note(lines: BinaryIO) -> bytes:
    """Return what the next event begins with; the rest of it is left in the connection."""
    while not (line := lines.readline(_SOME)).startswith(b"data: "):
        assert line
    return line.partition(b'"note":"')[2].partition(b":")[0]


def test_who_does_not_read_is_left_and_keeps_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "_STUCK", 0.1)
    monkeypatch.setattr(stream, "_AT_THE_END", 0.1)
    monkeypatch.setattr(stream, "MOST", 1)
    with serving(Small(large(0))) as url, socket.socket() as client:
        asked(url, client)

        def other() -> bool:
            with following(url) as reader:
                return bool(reader.answer.status_code == HTTPStatus.OK)

        assert other() is False
        eventually(other, "the place of who does not read")


def test_there_are_so_many_places_and_who_leaves_makes_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stream, "MOST", 2)
    with serving(Small()) as url:
        with following(url) as one, following(url) as two:
            one.event()
            two.event()
            refused = httpx.get(f"{url}v1/stream")
            assert refused.status_code == HTTPStatus.SERVICE_UNAVAILABLE
            assert refused.headers["retry-after"] == "30"
            assert "too many desks" in refused.json()["error"]["what"]
            assert httpx.get(f"{url}v1/snapshot").status_code == HTTPStatus.OK

        def is_let_in() -> bool:
            with following(url) as reader:
                return bool(reader.answer.status_code == HTTPStatus.OK)

        eventually(is_let_in, "a place")


def test_it_is_guarded_like_everything_else() -> None:
    with serving(Small(), token=TOKEN) as url:
        assert httpx.get(f"{url}v1/stream").status_code == HTTPStatus.UNAUTHORIZED
        key = {"Authorization": f"Bearer {TOKEN}"}
        elsewhere = httpx.get(f"{url}v1/stream", headers=key | {"Host": "evil.example"})
        assert elsewhere.status_code == HTTPStatus.MISDIRECTED_REQUEST
        with following(url, **key) as reader:
            reader.event()


def test_head_tells_of_it_and_ends() -> None:
    with serving(Small()) as url:
        answer = httpx.head(f"{url}v1/stream")
    assert (answer.status_code, answer.content) == (HTTPStatus.OK, b"")
    assert answer.headers["content-type"].startswith("text/event-stream")


def test_it_ends_with_the_server_and_is_whole(caplog: pytest.LogCaptureFixture) -> None:
    with ExitStack() as stack:
        with serving(Small()) as url:
            readers = [stack.enter_context(following(url)) for _ in range(5)]
            for reader in readers:
                reader.event()
        # An answer that was cut off would raise here.
        assert [reader.sign() for reader in readers] == [None] * 5
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_it_ends_when_there_will_be_nothing_more() -> None:
    class Ending(Small):
        @override
        async def newer(self, seen: Snapshot | None) -> Snapshot:
            if seen is not None:
                raise failing()
            return await super().newer(seen)

    with serving(Ending()) as url, following(url) as reader:
        reader.event()
        assert reader.sign() is None


def test_a_bug_ends_it_and_is_told(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Small):
        @override
        async def newer(self, seen: Snapshot | None) -> Snapshot:
            raise ZeroDivisionError("the bug")

    with serving(Broken()) as url, following(url) as reader:
        assert reader.sign() == Comment()
        with pytest.raises(httpx.RemoteProtocolError):
            reader.sign()
    assert "the bug" in caplog.text
