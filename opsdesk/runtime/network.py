"""TCP and TLS for httpx, by asyncio itself.

httpx speaks through httpcore, which on asyncio speaks through AnyIO. That adds 20 ms to a start,
1.4 MiB to what is resident, and a cancel scope, a timer and two turns of the loop to each read and
write; what it is for, other kinds of event loops, nobody has here. httpcore asks for a network
backend and takes any (https://www.encode.io/httpcore/network-backends/); this is one on asyncio's
transports. Its errors are httpcore's, with what happened as their cause.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any, cast

import httpcore
from typing_extensions import override

#: bytes that may wait to be read before the other side is made to wait, and until it goes on
FULL, ROOM = 256 << 10, 64 << 10
#: seconds until a host's next address is tried beside the one that does not answer (RFC 8305)
NEXT_ADDRESS = 0.25
#: what httpcore asks for, by asyncio's names
_EXTRA = {"client_addr": "sockname", "server_addr": "peername"}


class Connection(asyncio.Protocol, httpcore.AsyncNetworkStream):
    """A connection: what has come and waits to be read, and whether more may be sent."""

    def __init__(self) -> None:
        """Prepare; asyncio hands over the transport."""
        self._received = bytearray()
        self._is_over = False  # nothing more will come
        self._is_paused = False
        self._reason: Exception | None = None
        self._arrival: asyncio.Future[None] | None = None
        self._may_write = asyncio.Event()
        self._may_write.set()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport."""
        self._transport = cast("asyncio.Transport", transport)

    @override
    def data_received(self, data: bytes) -> None:
        """Keep what came until it is read."""
        self._received += data
        if len(self._received) > FULL and not self._is_paused:
            self._is_paused = True
            self._transport.pause_reading()
        self._wake()

    @override
    def eof_received(self) -> None:
        """Know that nothing more will come."""
        self._is_over = True
        self._wake()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        """Know that the connection is gone, and why."""
        # Some servers end TLS by ending the connection; HTTP knows by itself whether all has come.
        self._reason = None if isinstance(exc, ssl.SSLEOFError) else exc
        self._is_over = True
        self._may_write.set()
        self._wake()

    @override
    def pause_writing(self) -> None:
        """Let who writes wait."""
        self._may_write.clear()

    @override
    def resume_writing(self) -> None:
        """Let who writes go on."""
        self._may_write.set()

    @override
    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what has come, at least a byte, or nothing at the end."""
        if not self._received and not self._is_over:
            self._arrival = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(timeout):
                    await self._arrival
            except TimeoutError as error:
                raise httpcore.ReadTimeout(str(error)) from error
            finally:
                self._arrival = None
        if self._reason is not None and not self._received:
            raise httpcore.ReadError(str(self._reason)) from self._reason
        data = bytes(self._received[:max_bytes])
        del self._received[:max_bytes]
        if self._is_paused and len(self._received) < ROOM:
            self._is_paused = False
            self._transport.resume_reading()
        return data

    @override
    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send, and wait while the other side does not take it."""
        if not self._transport.is_closing():
            self._transport.write(buffer)
            try:
                async with asyncio.timeout(timeout):
                    await self._may_write.wait()
            except TimeoutError as error:
                raise httpcore.WriteTimeout(str(error)) from error
        if self._transport.is_closing():
            raise httpcore.WriteError(str(self._reason or "closed")) from self._reason

    @override
    async def aclose(self) -> None:
        """End the connection, and return when it has ended."""
        self._transport.abort()
        await asyncio.sleep(0)

    @override
    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> Connection:
        """Go on by TLS."""
        try:
            async with asyncio.timeout(timeout):
                await self._shake_hands(ssl_context, server_hostname)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        return self

    @override
    def get_extra_info(self, info: str) -> Any:
        """Return what is known of the connection, None where nothing is."""
        if info == "is_readable":
            return bool(self._received) or self._is_over
        return self._transport.get_extra_info(_EXTRA.get(info, info))

    async def _shake_hands(self, context: ssl.SSLContext, host: str | None) -> None:
        start = asyncio.get_running_loop().start_tls
        try:
            secure = await start(self._transport, self, context, server_hostname=host)
            if secure is None:  # what typeshed knows of a transport that is closed already
                raise ConnectionResetError
        except ConnectionError as error:
            # what a socket of its own would say
            what = "the connection ended in the handshake"
            raise ssl.SSLEOFError(ssl.SSL_ERROR_EOF, what) from error
        self._transport = secure

    def _wake(self) -> None:
        if self._arrival is not None and not self._arrival.done():
            self._arrival.set_result(None)


class Network(httpcore.AsyncNetworkBackend):
    """Makes connections."""

    @override
    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> Connection:
        """Connect to a host by the first of its addresses that answers."""
        loop = asyncio.get_running_loop()
        local = (local_address, 0) if local_address is not None else None
        # Of several addresses that are tried beside each other one may be lost that connects in the
        # moment in which all are given up: where there is but one, there is no race.
        delay = None if _is_address(host) else NEXT_ADDRESS
        try:
            async with asyncio.timeout(timeout):
                transport, connection = await loop.create_connection(
                    Connection, host, port, local_addr=local, happy_eyeballs_delay=delay
                )
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        for option in socket_options or ():
            transport.get_extra_info("socket").setsockopt(*option)
        return connection

    @override
    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
