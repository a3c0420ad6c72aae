"""The walls' API within the process of the walls: on a thread, with what hinders it said."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue

import httpx
import pytest
from support.walls import BEARER, TOKEN, SmallWalls
from typing_extensions import override

from opsdesk.app import wall_remote
from opsdesk.app.wall_remote import WallRemote
from opsdesk.model.wall import Remote, WallStatus
from opsdesk.store import logs
from opsdesk.store.logs import Redactor
from opsdesk.store.profile import places
from opsdesk.store.secrets import WALL_REMOTE, Secrets, variable

ANY_PORT = Remote(enabled=True, port=0)
_WAITS = 10.0  # seconds for what another thread says

Words = SimpleQueue[str]


@pytest.fixture
def secrets() -> Secrets:
    found = Secrets("test", places("test").secrets)
    found.set(WALL_REMOTE, TOKEN)
    return found


@contextmanager
def remote(
    wanted: Remote,
    secrets: Secrets,
    walls: SmallWalls | None = None,
    redactor: Redactor | None = None,
) -> Iterator[tuple[WallRemote, Words]]:
    """Run one while the block runs; yield it with what it says."""
    words: Words = SimpleQueue()
    made = WallRemote(wanted, walls or SmallWalls(), secrets, redactor or Redactor(), words.put)
    made.start()
    try:
        yield made, words
    finally:
        made.stop()


def served(made: WallRemote, words: Words) -> str:
    """Return the address at which it serves, as soon as nothing hinders it."""
    assert words.get(timeout=_WAITS) == ""
    assert made.url.startswith("http://127.0.0.1:")
    return made.url


def test_where_it_is_wanted_the_walls_do_what_is_asked(secrets: Secrets) -> None:
    walls = SmallWalls()
    with remote(ANY_PORT, secrets, walls) as (made, words):
        url = served(made, words)
        assert httpx.post(f"{url}v1/wall/next").status_code == httpx.codes.UNAUTHORIZED
        assert httpx.post(f"{url}v1/wall/next", headers=BEARER).status_code == httpx.codes.ACCEPTED
    assert walls.status().walls[0].slide == "reliability"
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_where_it_is_not_wanted_no_token_is_read(secrets: Secrets) -> None:
    (places("test").secrets / WALL_REMOTE).chmod(0o644)  # whoever reads it has to say something
    with remote(Remote(), secrets) as (made, words):
        assert made.url == ""
    assert words.empty()


class TestWhatHindersIt:
    def test_no_token(self) -> None:
        nobodys = Secrets("test", places("test").secrets)
        with remote(ANY_PORT, nobodys) as (_, words):
            said = words.get(timeout=_WAITS)
        assert said.endswith("Set one with: opsdesk wall --set-token")

    def test_a_token_that_cannot_be_sent(
        self, secrets: Secrets, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(variable(WALL_REMOTE), "two\nlines")
        with remote(ANY_PORT, secrets) as (_, words):
            said = words.get(timeout=_WAITS)
        assert "cannot be sent" in said
        assert "two" not in said

    def test_a_token_that_others_can_read(self, secrets: Secrets) -> None:
        (places("test").secrets / WALL_REMOTE).chmod(0o644)
        with remote(ANY_PORT, secrets) as (_, words):
            assert "others can read this secret" in words.get(timeout=_WAITS)

    def test_a_host_that_is_none(self, secrets: Secrets) -> None:
        host = "x" * 70
        with remote(Remote(enabled=True, host=host, port=0), secrets) as (_, words):
            said = words.get(timeout=_WAITS)
        assert said.startswith(f"{host}, port 0: cannot be served on: ")
        assert "[wall_remote]" in said

    def test_two_on_one_port_until_the_first_has_gone(
        self, secrets: Secrets, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(wall_remote, "_AGAIN", 0.05)
        with remote(ANY_PORT, secrets) as (first, first_words):
            url = served(first, first_words)
            port = int(url.rstrip("/").rpartition(":")[2])
            with remote(Remote(enabled=True, port=port), secrets) as (second, words):
                assert f"port {port}: cannot be served on: " in words.get(timeout=_WAITS)
                first.stop()
                assert served(second, words) == url
                assert words.empty()  # however often it was tried, it was said once
                answer = httpx.get(f"{url}v1/wall", headers=BEARER)
                assert answer.status_code == httpx.codes.OK


class BlockedWalls(SmallWalls):
    """Break their word, and block until they are let go."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.free = threading.Event(), threading.Event()

    @override
    def status(self) -> WallStatus:
        self.asked.set()
        self.free.wait(_WAITS)
        return super().status()


class TestStopping:
    def test_before_the_start_and_twice(self, secrets: Secrets) -> None:
        words: Words = SimpleQueue()
        made = WallRemote(ANY_PORT, SmallWalls(), secrets, Redactor(), words.put)
        made.stop()
        made.start()
        made.stop()
        made.stop()
        assert words.empty()

    def test_at_once(self, secrets: Secrets) -> None:
        for _ in range(20):
            with remote(ANY_PORT, secrets):
                pass

    def test_while_a_connection_is_kept(self, secrets: Secrets) -> None:
        with httpx.Client(headers=BEARER) as client:
            with remote(ANY_PORT, secrets) as (made, words):
                url = served(made, words)
                client.get(f"{url}v1/wall")
            with pytest.raises(httpx.TransportError):
                client.get(f"{url}v1/wall")

    def test_while_a_request_is_half_sent(self, secrets: Secrets) -> None:
        with remote(ANY_PORT, secrets) as (made, words):
            port = int(served(made, words).rstrip("/").rpartition(":")[2])
            half = socket.create_connection(("127.0.0.1", port))
            half.sendall(b"POST /v1/wall/next HTTP/1.1\r\nHost:")
        with half, suppress(ConnectionResetError):
            assert half.recv(1) == b""

    def test_from_many_threads(self, secrets: Secrets) -> None:
        with remote(ANY_PORT, secrets) as (made, words):
            served(made, words)
            threads = [threading.Thread(target=made.stop) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

    def test_by_one_that_is_controlled_and_so_on_its_own_thread(self, secrets: Secrets) -> None:
        class Ending(SmallWalls):
            stop: Callable[[], None]

            @override
            def tell(self, *_of: object) -> None:
                self.stop()

        walls = Ending()
        with remote(ANY_PORT, secrets, walls) as (made, words):
            walls.stop = made.stop
            answer = httpx.post(f"{served(made, words)}v1/wall/reload", headers=BEARER)
        assert answer.status_code == httpx.codes.ACCEPTED

    def test_though_the_walls_hang(
        self, secrets: Secrets, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(wall_remote, "_ENDS", 0.1)
        walls = BlockedWalls()
        with remote(ANY_PORT, secrets, walls) as (made, words):
            url = served(made, words)
            asking = threading.Thread(target=ask, args=(url,))
            asking.start()
            assert walls.asked.wait(_WAITS)
            made.stop()
            assert not walls.free.is_set()
            assert "did not end in time" in caplog.text
            walls.free.set()
            asking.join()


def ask(url: str) -> None:
    httpx.get(f"{url}v1/health")


def test_the_token_is_in_no_log(secrets: Secrets, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("log") / "wall.log"
    redactor = Redactor()
    handler = logs.to_file(file, redactor)
    try:
        with remote(ANY_PORT, secrets, redactor=redactor) as (made, words):
            url = served(made, words)
            httpx.post(f"{url}v1/wall/next?wall=main", headers=BEARER)
            httpx.post(f"{url}v1/wall/next?wall={TOKEN}", headers=BEARER)
            logging.getLogger("test").warning("the token is %s", TOKEN)
    finally:
        logs.stop(handler)
    text = file.read_text("utf-8")
    assert "next, asked by 127.0.0.1: wall 'main'" in text
    assert TOKEN not in text
