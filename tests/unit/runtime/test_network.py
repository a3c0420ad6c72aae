"""The connections under httpx, against real servers."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import trustme

from opsdesk.runtime import network
from opsdesk.runtime.client import httpx

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
MIB = 1 << 20
HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
PATIENCE = 10


@pytest.fixture(name="authority", scope="module")
def an_authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(name="server_side", scope="module")
def a_servers_context(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture(name="client_side", scope="module")
def a_clients_context(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(context)
    return context


@asynccontextmanager
async def serving(handle: Serve, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Serve while the block runs, and end with the last connection."""
    tasks = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.append(asyncio.current_task())
        try:
            await handle(reader, writer)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    async with server:
        host, port = server.sockets[0].getsockname()
        yield f"http{'s' if tls else ''}://{host}:{port}/"
    await asyncio.gather(*filter(None, tasks))


def run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(story, PATIENCE))


async def asked(reader: asyncio.StreamReader) -> bytes:
    """Return the head of the next request, nothing where none comes."""
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""


async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await asked(reader):
        writer.write(HELLO)


def test_a_connection_is_kept_for_the_next_question() -> None:
    opened = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.append(writer)
        await greet(reader, writer)

    async def story() -> None:
        async with serving(serve) as url, httpx.AsyncClient() as client:
            for _ in range(3):
                assert (await client.get(url)).text == "hello"

    run(story())
    assert len(opened) == 1


@pytest.mark.parametrize("last_words", [b"", b"HTTP/1.1 408 Request Timeout\r\n\r\n"])
def test_what_a_server_says_in_closing_answers_no_later_question(last_words: bytes) -> None:
    async def story() -> None:
        closed = asyncio.Event()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await asked(reader)
            writer.write(HELLO)
            await writer.drain()
            writer.write(last_words)
            writer.close()
            await writer.wait_closed()
            closed.set()

        async with serving(serve) as url, httpx.AsyncClient() as client:
            for _ in range(2):
                closed.clear()
                assert (await client.get(url)).text == "hello"
                await closed.wait()
                await asyncio.sleep(0)  # what has come is taken in this turn of the loop

    run(story())


@pytest.mark.parametrize("more", [b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong", b"junk"])
def test_what_a_server_says_beyond_its_answer_answers_no_later_question(more: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await asked(reader):
            writer.write(HELLO + more)

    async def story() -> None:
        async with serving(serve) as url, httpx.AsyncClient() as client:
            for _ in range(3):
                assert (await client.get(url)).text == "hello"

    run(story())


def test_who_reads_slowly_holds_little_and_gets_all() -> None:
    async def story() -> None:
        size = 64 * MIB
        sent = 0

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal sent
            await asked(reader)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
            while sent < size:
                writer.write(bytes(MIB))
                await writer.drain()
                sent += MIB

        async with (
            serving(serve) as url,
            httpx.AsyncClient() as client,
            client.stream("GET", url) as response,
        ):
            stalled = -1
            while sent != stalled:  # nobody tells when what the system keeps on the way is full
                stalled = sent
                await asyncio.sleep(0.05)
            assert sent < size / 2
            got = 0
            async for piece in response.aiter_bytes():
                got += len(piece)
        assert got == size

    run(story())


def test_a_server_that_takes_nothing_is_given_up() -> None:
    async def story() -> None:
        over = asyncio.Event()

        async def serve(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
            await over.wait()

        async with serving(serve) as url, httpx.AsyncClient(timeout=0.05) as client:
            with pytest.raises(httpx.WriteTimeout):
                await client.post(url, content=bytes(64 * MIB))
            with pytest.raises(httpx.ReadTimeout):
                await client.get(url)
            over.set()

    run(story())


def test_a_reset_is_an_error_that_says_so() -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)  # and leaves the rest: to close now is to reset
        writer.transport.abort()

    async def story() -> None:
        async with serving(reset) as url, httpx.AsyncClient() as client:
            with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError, httpx.WriteError)):
                await client.post(url, content=bytes(MIB))

    run(story())


def test_who_gives_up_waiting_leaves_the_connection_to_nobody() -> None:
    async def story() -> None:
        gone = asyncio.Event()

        async def serve(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
            await asked(reader)
            assert await reader.read() == b""
            gone.set()

        async with serving(serve) as url, httpx.AsyncClient() as client:
            asking = asyncio.create_task(client.get(url))
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(asking, 0.05)
            await gone.wait()

    run(story())


def test_of_several_addresses_one_that_answers_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with serving(greet) as url, httpx.AsyncClient(trust_env=False) as client:
            port = httpx.URL(url).port
            assert port is not None
            find = asyncio.get_running_loop().getaddrinfo

            async def both(_: str, port: int, **more: object) -> list[object]:
                kind = {name: more[name] for name in ("type", "proto", "flags")}
                hosts = "127.0.0.2", "127.0.0.1"  # nothing listens at the first
                return [found for host in hosts for found in await find(host, port, **kind)]

            monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", both)
            answer = await client.get(f"http://two.invalid:{port}/")
            assert answer.text == "hello"

    run(story())


def test_tls_is_spoken(server_side: ssl.SSLContext, client_side: ssl.SSLContext) -> None:
    async def story() -> None:
        async with serving(greet, server_side) as url:
            async with httpx.AsyncClient(verify=client_side) as client:
                for _ in range(2):
                    assert (await client.get(url)).text == "hello"
            async with httpx.AsyncClient(verify=ssl.create_default_context()) as client:
                with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                    await client.get(url)

    run(story())


def test_a_server_may_end_tls_by_ending_the_connection(
    server_side: ssl.SSLContext, client_side: ssl.SSLContext
) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asked(reader)
        writer.write(b"HTTP/1.0 200 OK\r\n\r\nuntil the end")
        await writer.drain()
        writer.transport.abort()  # without TLS's own farewell

    async def story() -> None:
        async with (
            serving(serve, server_side) as url,
            httpx.AsyncClient(verify=client_side) as client,
        ):
            assert (await client.get(url)).text == "until the end"

    run(story())


def test_tls_goes_through_a_proxy(server_side: ssl.SSLContext, client_side: ssl.SSLContext) -> None:
    asked_for = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, target, _ = (await asked(reader)).split(maxsplit=2)
        asked_for.append(target)
        host, port = target.decode().split(":")
        there_reader, there_writer = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")

        async def pass_on(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
            while data := await source.read(MIB):
                to.write(data)
            to.close()

        await asyncio.gather(pass_on(reader, there_writer), pass_on(there_reader, writer))

    async def story() -> None:
        async with (
            serving(greet, server_side) as url,
            serving(proxy) as through,
            httpx.AsyncClient(verify=client_side, proxy=through) as client,
        ):
            assert (await client.get(url)).text == "hello"
            assert asked_for == [httpx.URL(url).netloc]

    run(story())


def test_silence_in_the_handshake_is_given_up(client_side: ssl.SSLContext) -> None:
    async def story() -> None:
        over = asyncio.Event()

        async def serve(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
            await over.wait()

        async with (
            serving(serve) as url,
            httpx.AsyncClient(verify=client_side, timeout=0.05) as client,
        ):
            with pytest.raises(httpx.ConnectTimeout):
                await client.get(url.replace("http:", "https:"))
            over.set()

    run(story())


def test_what_httpcore_asks_of_a_connection() -> None:
    async def story() -> None:
        async with serving(greet) as url:
            port = httpx.URL(url).port
            assert port is not None
            connection = await network.Network().connect_tcp("127.0.0.1", port)
            assert connection.get_extra_info("server_addr") == ("127.0.0.1", port)
            assert connection.get_extra_info("ssl_object") is None
            assert not connection.get_extra_info("is_readable")
            await connection.aclose()
            assert connection.get_extra_info("is_readable")
            assert await connection.read(1) == b""

    run(story())
