"""The walls' API as those who control them meet it: the real server on loopback."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator, Mapping
from urllib.parse import quote

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from support.readings import NOW
from support.serving import connected
from support.walls import BEARER, SLIDES, TOKEN, WALLS, SmallWalls, serving_walls
from typing_extensions import override

from opsdesk.model.errors import ConfigError
from opsdesk.model.wall import Remote, WallCommand, WallStatus
from opsdesk.serve.wall import wall_server
from opsdesk.wire import health, openapi, wall

MEGABYTE = 1 << 20


@pytest.fixture
def walls() -> SmallWalls:
    return SmallWalls()


@pytest.fixture
def client(walls: SmallWalls) -> Iterator[httpx.Client]:
    with (
        serving_walls(walls, names=("wall.example",)) as url,
        httpx.Client(base_url=url, headers=BEARER) as client,
    ):
        yield client


def shown(answer: httpx.Response) -> WallStatus:
    return wall.from_wire(wall.decode(answer.content, wall.WireWalls, "server"))


def slides(walls: SmallWalls) -> list[str]:
    return [one.slide for one in walls.status().walls]


def holds(walls: SmallWalls) -> list[bool]:
    return [one.held for one in walls.status().walls]


def test_what_the_walls_show_is_told(client: httpx.Client) -> None:
    answer = client.get("/v1/wall")
    assert answer.status_code == httpx.codes.OK
    assert shown(answer) == WALLS


class TestCommands:
    def test_turning(self, client: httpx.Client, walls: SmallWalls) -> None:
        answer = client.post("/v1/wall/next")
        assert (answer.status_code, answer.json()) == (
            httpx.codes.ACCEPTED,
            {"schema": wall.SCHEMA, "command": "next", "wall": ""},
        )
        assert slides(walls) == ["reliability", "reliability"]
        client.post("/v1/wall/previous?wall=hall")
        assert slides(walls) == ["reliability", "overview"]

    def test_holding_and_letting_go(self, client: httpx.Client, walls: SmallWalls) -> None:
        client.post("/v1/wall/hold", params={"wall": "main"})
        assert holds(walls) == [True, False]
        client.post("/v1/wall/release")
        assert holds(walls) == [False, False]

    def test_acknowledging(self, client: httpx.Client, walls: SmallWalls) -> None:
        client.post("/v1/wall/acknowledge")
        assert walls.status().incidents == ()

    def test_reading_the_settings_anew(self, client: httpx.Client, walls: SmallWalls) -> None:
        client.post("/v1/wall/reload")
        assert walls.loads == 2

    def test_an_empty_name_is_every_wall(self, client: httpx.Client, walls: SmallWalls) -> None:
        assert client.post("/v1/wall/hold?wall=").status_code == httpx.codes.ACCEPTED
        assert holds(walls) == [True, True]


@pytest.mark.parametrize(
    ("request_", "status", "says"),
    [
        ("POST /v1/wall/next?wall=attic", 404, "there is no wall 'attic'"),
        ("POST /v1/wall/explode", 404, "POST /v1/wall/explode: not found"),
        ("POST /v1/wall/NEXT", 404, "not found"),
        ("POST /v1/wall/next/", 404, "not found"),
        ("POST /v1/wall/next?wall=main&wall=hall", 400, "'wall' is given twice"),
        ("POST /v1/wall/next?Wall=main", 400, "'Wall' is not known"),
        ("GET /v1/wall/next", 405, "method not allowed"),
        ("HEAD /v1/wall/next", 405, ""),
        ("PUT /v1/wall/next", 405, "method not allowed"),
        ("OPTIONS /v1/wall/next", 405, "method not allowed"),
        ("POST /v1/wall", 405, "method not allowed"),
        ("GET /v1/snapshot", 404, "not found"),
        ("GET /v1/stream", 404, "not found"),
    ],
)
def test_what_there_is_not_is_refused_and_changes_nothing(
    client: httpx.Client, walls: SmallWalls, request_: str, status: int, says: str
) -> None:
    answer = client.request(*request_.split())
    assert answer.status_code == status
    if says:
        fault = msgspec.json.decode(answer.content, type=health.WireFailure).error
        assert says in fault.what
        assert fault.kind
        assert fault.remedy
    assert (walls.status(), walls.loads) == (WALLS, 1)


class TestWhoMayAsk:
    @pytest.mark.parametrize("header", [None, "", "Bearer wrong", f"Basic {TOKEN}", f"{TOKEN}"])
    def test_without_the_token_nobody(
        self, client: httpx.Client, walls: SmallWalls, header: str | None
    ) -> None:
        client.headers.pop("Authorization")
        headers = {} if header is None else {"Authorization": header}
        for command in WallCommand:
            answer = client.post(f"/v1/wall/{command}", headers=headers)
            assert (answer.status_code, answer.json()["error"]["kind"]) == (401, "credentials")
        for path in ("/v1/wall", "/openapi.json", "/v1/other"):
            assert client.get(path, headers=headers).status_code == httpx.codes.UNAUTHORIZED
        assert (walls.status(), walls.loads) == (WALLS, 1)

    @pytest.mark.parametrize(
        "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
    )
    def test_no_page_in_a_browser(self, client: httpx.Client, walls: SmallWalls, kind: str) -> None:
        # What a page of any site may send without asking first, cookies and all.
        client.headers.pop("Authorization")
        headers = {"Content-Type": kind, "Origin": "https://evil.example", "Cookie": f"t={TOKEN}"}
        answer = client.post("/v1/wall/next", headers=headers, content=b"token=" + TOKEN.encode())
        assert answer.status_code == httpx.codes.UNAUTHORIZED
        assert slides(walls) == ["overview", "overview"]

    def test_no_page_may_read_or_ask_first(self, client: httpx.Client) -> None:
        ask = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
        for answer in (
            client.get("/v1/wall", headers=ask),
            client.options("/v1/wall/next", headers=ask),
        ):
            assert not [name for name in answer.headers if name.startswith("access-control")]

    def test_the_token_is_no_parameter(self, client: httpx.Client) -> None:
        client.headers.pop("Authorization")
        for name in ("token", "access_token", "authorization"):
            answer = client.post("/v1/wall/next", params={name: TOKEN})
            assert answer.status_code == httpx.codes.UNAUTHORIZED

    @pytest.mark.parametrize(
        ("host", "status"),
        [
            ("wall.example", 202),
            ("localhost:9751", 202),
            ("evil.example", 421),
            ("127.0.0.1.evil.example", 421),
            ("[::1]nonsense", 202),  # an address of ours, however it goes on
            ("[", 421),
            ("wall.example/@evil", 421),
        ],
    )
    def test_who_names_another_server(
        self, client: httpx.Client, walls: SmallWalls, host: str, status: int
    ) -> None:
        answer = client.post("/v1/wall/next", headers={"Host": host})
        assert answer.status_code == status
        turned = status == httpx.codes.ACCEPTED
        assert slides(walls)[0] == ("reliability" if turned else "overview")
        if not turned:
            assert "'names' in [wall_remote]" in answer.json()["error"]["remedy"]

    def test_a_host_of_no_form_is_told_what_is_not_there(self, client: httpx.Client) -> None:
        answer = client.get("/v1/other", headers={"Host": "[::1]nonsense"})
        assert answer.status_code == httpx.codes.NOT_FOUND


def test_it_says_what_it_is_to_everybody(client: httpx.Client) -> None:
    client.headers.pop("Authorization")
    assert client.get("/v1/health").json() == {
        "schema": health.SCHEMA,
        "snapshot": "",
        "wall": wall.SCHEMA,
        "title": "",
        "generated_at": NOW.isoformat().replace("+00:00", "Z"),
    }


def test_its_description_is_that_of_all(client: httpx.Client) -> None:
    assert client.get("/openapi.json").content == msgspec.json.encode(openapi.document())


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_without_a_token_there_is_no_server(host: str) -> None:
    with pytest.raises(ConfigError, match="opsdesk wall --set-token"):
        wall_server(SmallWalls(), Remote(enabled=True, host=host, port=0), "")


def test_a_port_that_is_taken_names_the_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        remote = Remote(enabled=True, port=taken.getsockname()[1])
        with pytest.raises(ConfigError, match=r"cannot be served on.*\[wall_remote\]"):
            wall_server(SmallWalls(), remote, TOKEN).run(print)


def head(line: str, headers: Mapping[str, object]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{line} HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n".encode()


def send_for_ever(stream: socket.socket) -> None:
    while True:
        stream.sendall(bytes(MEGABYTE))


class TestHostileSizes:
    @pytest.mark.parametrize(("headers", "status"), [(BEARER, b"202"), ({}, b"401")])
    def test_a_body_is_neither_waited_for_nor_read(
        self, walls: SmallWalls, headers: Mapping[str, str], status: bytes
    ) -> None:
        with serving_walls(walls) as url:
            with connected(url) as stream:
                length = {"Content-Length": 10 * MEGABYTE}
                stream.sendall(head("POST /v1/wall/next", length | headers))
                assert stream.recv(64 * 1024).split()[1] == status
                with pytest.raises((ConnectionResetError, BrokenPipeError)):
                    send_for_ever(stream)
            assert httpx.get(f"{url}v1/wall", headers=BEARER).status_code == httpx.codes.OK

    def test_who_sends_all_of_a_large_body_is_answered(self, client: httpx.Client) -> None:
        answer = client.post("/v1/wall/next", content=bytes(10 * MEGABYTE))
        assert answer.status_code == httpx.codes.ACCEPTED

    def test_a_head_without_an_end_is_refused(self, walls: SmallWalls) -> None:
        with serving_walls(walls) as url, connected(url) as stream:
            stream.sendall(head("GET /v1/wall", {"X-Long": "x" * 20_000})[:-2])
            assert stream.recv(64 * 1024).split()[1] == b"400"


def test_many_who_ask_at_once_are_answered_or_told_to_come_later(walls: SmallWalls) -> None:
    async def ask(url: str) -> list[int]:
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(trust_env=False, headers=BEARER, limits=limits) as client:

            async def one() -> int:
                try:
                    return (await client.post(f"{url}v1/wall/next")).status_code
                except httpx.TransportError:  # not even told
                    return 0

            return await asyncio.gather(*(one() for _ in range(200)))

    with serving_walls(walls) as url:
        codes = asyncio.run(ask(url))
        turned = codes.count(httpx.codes.ACCEPTED)
        assert set(codes) <= {0, httpx.codes.ACCEPTED, httpx.codes.SERVICE_UNAVAILABLE}
        assert turned
        assert set(slides(walls)) == {SLIDES[turned % len(SLIDES)]}


class BrokenWalls(SmallWalls):
    """Have a bug."""

    @override
    def status(self) -> WallStatus:
        raise ZeroDivisionError("the secret of the bug")


def test_a_bug_is_told_without_its_words() -> None:
    with serving_walls(BrokenWalls()) as url:
        answer = httpx.get(f"{url}v1/wall", headers=BEARER)
    assert (answer.status_code, answer.json()["error"]["kind"]) == (500, "server")
    assert "secret" not in answer.text


_ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
_ANY_BYTES = st.binary(max_size=40)
_ONE_LINE = _ANY_BYTES.map(lambda b: b.replace(b"\r", b"").replace(b"\n", b""))


def test_whatever_is_asked_is_an_answer_or_the_askers_fault(client: httpx.Client) -> None:
    @given(
        method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD"]),
        path=st.just("/v1/wall/next") | _ANY_TEXT.map(lambda text: f"/v1/{quote(text)}"),
        wall=st.none() | _ANY_TEXT,
        body=st.binary(max_size=200),
    )
    def ask(method: str, path: str, wall: str | None, body: bytes) -> None:
        params = {} if wall is None else {"wall": wall}
        answer = client.request(method, path, params=params, content=body)
        assert answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR

    ask()


def test_whatever_bytes_come_are_their_senders_fault(walls: SmallWalls) -> None:
    @given(
        line=st.binary(max_size=80) | _ONE_LINE.map(lambda b: b"POST /v1/wall/next?" + b),
        headers=st.lists(_ANY_BYTES, max_size=4),
    )
    def send(line: bytes, headers: list[bytes]) -> None:
        with connected(url) as stream:
            lines = (line + b" HTTP/1.1", b"Host: localhost", *headers, b"", b"")
            stream.sendall(b"\r\n".join(lines))
            stream.shutdown(socket.SHUT_WR)
            answer = stream.makefile("rb").read()
        assert not answer or answer.startswith(b"HTTP/1.1 4")
        assert walls.status() == WALLS

    with serving_walls(walls) as url:
        send()


def test_who_refreshes_is_told_by_the_newest_value(client: httpx.Client) -> None:
    client.post("/v1/wall/hold")
    told = shown(client.get("/v1/wall"))
    assert told == replace(WALLS, walls=tuple(replace(one, held=True) for one in WALLS.walls))
