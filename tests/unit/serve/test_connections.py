"""What a client may take up by connecting, as one meets it: the real server on loopback."""

from __future__ import annotations

import socket
from contextlib import ExitStack, suppress

import httpx
import pytest
from support.processes import eventually
from support.serving import Small, connected, serving
from support.walls import BEARER, SmallWalls, serving_walls

from opsdesk.serve import connections
from opsdesk.serve.wall import _BOUNDS

ASK = b"GET /v1/health HTTP/1.1\r\nHost: localhost\r\n"


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "PATIENCE", 0.2)


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize("sent", [b"", b"GET /v1/wa", ASK])
def test_who_does_not_ask_is_not_waited_for(sent: bytes) -> None:
    with serving_walls(SmallWalls()) as url, connected(url) as stream:
        stream.sendall(sent)
        assert stream.recv(1) == b""


@pytest.mark.usefixtures("_impatient")
def test_nor_who_asks_once_and_then_for_ever() -> None:
    with serving_walls(SmallWalls()) as url, connected(url) as stream:
        stream.sendall(ASK + b"\r\n" + ASK)
        found = stream.makefile("rb").read()
    assert found.startswith(b"HTTP/1.1 200 ")
    assert found.count(b"HTTP/1.1") == 1


@pytest.mark.usefixtures("_impatient")
def test_an_answer_that_lasts_longer_is_not_cut_off() -> None:
    with (
        serving(Small()) as url,
        httpx.Client(base_url=url) as client,
        client.stream("GET", "/v1/stream", headers={"Accept-Encoding": "identity"}) as following,
    ):
        pieces = following.iter_bytes()
        assert next(pieces)
        with connected(url) as silent:
            assert silent.recv(1) == b""  # so much time has passed
        size = client.get(
            "/v1/snapshot", headers={"Accept-Encoding": "identity"}
        ).num_bytes_downloaded
        event = b""
        while len(event) < size:
            event += next(pieces)


def test_however_many_connect_those_above_the_most_are_let_go() -> None:
    with serving_walls(SmallWalls()) as url, ExitStack() as held:
        streams = [held.enter_context(connected(url)) for _ in range(_BOUNDS.connections + 40)]
        for stream in streams[-10:]:
            with pytest.raises(ConnectionResetError):
                raise_or_end(stream)
        for stream, status in (
            (streams[0], b"200"),
            (streams[_BOUNDS.connections - 1], b"200"),
            (streams[_BOUNDS.connections], b"503"),
        ):
            stream.sendall(ASK + b"\r\n")
            assert stream.recv(64).split()[1] == status
        for stream in streams:
            stream.close()

        def served() -> bool:
            with suppress(httpx.TransportError):
                return httpx.get(f"{url}v1/wall", headers=BEARER).status_code == httpx.codes.OK
            return False

        assert eventually(served, "the connections to be given back")


def raise_or_end(stream: socket.socket) -> None:
    """Read until the other side has let go of a connection, one way or the other."""
    if stream.recv(1) == b"":
        raise ConnectionResetError
