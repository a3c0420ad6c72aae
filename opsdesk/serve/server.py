"""An application on a port of this machine."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

import msgspec
import uvicorn
from starlette.types import ASGIApp
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.model.errors import ConfigError
from opsdesk.serve.connections import BoundedConnection
from opsdesk.serve.guard import Listening

#: seconds that answers under way may still take when the server is stopped
_GRACE = 1
#: seconds between two looks at the clock, which answers tell
_TICK = 1.0
#: of the loop, until what was accepted is a connection that can be closed
_TURNS = 3


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """How much of this process others may take up."""

    #: that are served at a time
    connections: int
    #: bytes of a request's first line and headers
    head: int


def _nothing() -> None:
    """Do nothing."""


class Server:
    """Serves one application.

    ``run`` once, or again where the port could not be had; ``stop`` from any thread, before it as
    well.
    """

    def __init__(
        self,
        app: ASGIApp,
        listening: Listening,
        *,
        bounds: Bounds,
        on_ending: Callable[[], None] = _nothing,
    ) -> None:
        """Prepare; nothing listens yet. ``on_ending`` is called when answers are to end."""
        self._listening = listening
        self._uvicorn = _Uvicorn(
            uvicorn.Config(
                app,
                http=BoundedConnection,
                ws="none",
                lifespan="off",
                loop="asyncio",
                log_config=None,
                # Else whoever sends nonsense writes our log full.
                log_level="error",
                access_log=False,
                server_header=False,
                proxy_headers=False,
                limit_concurrency=bounds.connections,
                timeout_graceful_shutdown=_GRACE,
                h11_max_incomplete_event_size=bounds.head,
            )
        )
        self._uvicorn.on_ending = on_ending

    def run(self, ready: Callable[[str], None]) -> None:
        """Serve until stopped, on the main thread also by SIGINT or SIGTERM.

        Args:
            ready: takes the address, such as 'http://127.0.0.1:9750/', once it is served.

        Raises:
            ConfigError: the port cannot be had.

        """
        with _bound(self._listening) as listener:
            self._uvicorn.on_started = lambda: ready(_address(self._listening.host, listener))
            self._uvicorn.run(sockets=[listener])

    def stop(self) -> None:
        """End the serving; answers under way have a second."""
        self._uvicorn.end()


class _Uvicorn(uvicorn.Server):
    """Tells when it serves and ends, and ends quietly on a signal: there is more to stop then."""

    on_started: Callable[[], None]
    on_ending: Callable[[], None]
    _loop: asyncio.AbstractEventLoop | None = None

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._woken = asyncio.Event()

    def end(self) -> None:
        """Serve no longer. From any thread, and before it has begun as well."""
        self.should_exit = True
        self._wake()

    def _wake(self) -> None:
        if self._loop is not None:
            with suppress(RuntimeError):  # it has ended
                self._loop.call_soon_threadsafe(self._woken.set)

    @override
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self._wake()

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self.on_started()

    @override
    async def main_loop(self) -> None:
        # uvicorn's own wakes ten times a second, for months.
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                async with asyncio.timeout(_TICK):
                    await self._woken.wait()

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.on_ending()
        # Before 3.12.1, asyncio forgets a connection that it accepts while it closes the server:
        # its client would wait for as long as this process lives.
        loop = asyncio.get_running_loop()
        for listener in sockets or ():
            with suppress(NotImplementedError):  # Windows
                loop.remove_reader(listener)
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        await super().shutdown(sockets)
        # Those that came while it was ending, and those that do not read their answer.
        for connection in self.server_state.connections:
            connection.transport.abort()
        await asyncio.sleep(0)  # their sockets are closed in the next turn

    @contextmanager
    @override
    def capture_signals(self) -> Iterator[None]:
        # uvicorn's own raises the signal again afterwards, which would end the process at once.
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {s: signal.signal(s, self.handle_exit) for s in uvicorn.server.HANDLED_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _bound(listening: Listening) -> socket.socket:
    host, port = listening.host, listening.port
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        made = socket.create_server(address, family=family, backlog=128)
        # Only where a socket says that it is TCP, asyncio sends the end of an answer at once.
        # Else it waits for 40 ms, until what came before has been confirmed.
        return socket.socket(family, made.type, socket.IPPROTO_TCP, made.detach())
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        what = tr(
            "{host}, port {port}: cannot be served on: {reason}.",
            host=host,
            port=port,
            reason=reason,
        )
        raise ConfigError(f"{what} {tr(listening.moving)}") from error


def _address(host: str, listener: socket.socket) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listener.getsockname()[1]}/"
