"""The metrics API on a port of this machine."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec
import uvicorn
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.model.errors import ConfigError
from opsdesk.model.protocols import Provider
from opsdesk.serve.application import application
from opsdesk.serve.guard import is_local, own_names

PORT = 9750
#: seconds that answers under way may still take when the server is stopped
_GRACE = 1
#: a desk holds two connections; one server may feed a few hundred
_MOST_CONNECTIONS = 1_000
#: bytes of a request's head: 500 keys stand in one address
_LONGEST_HEAD = 512 * 1024


class Listening(msgspec.Struct, frozen=True, kw_only=True):
    """Where a server listens, and to whom."""

    host: str = "127.0.0.1"
    #: 0: any that is free
    port: int = PORT
    #: that requests must carry; '' for none, which is for this machine alone
    token: str = ""
    #: further names under which it may be asked
    names: tuple[str, ...] = ()


class Server:
    """Serves one provider. ``run`` once; ``stop`` from any thread, before it as well."""

    def __init__(self, provider: Provider, listening: Listening, title: str = "") -> None:
        """Prepare; nothing listens yet.

        Raises:
            ConfigError: it would be open to others without a token.

        """
        if not listening.token and not is_local(listening.host):
            raise ConfigError(
                tr(
                    "{host}: whoever reaches this machine could read everything. Set a token with "
                    "--token-file or OPSDESK_TOKEN, or serve on 127.0.0.1.",
                    host=listening.host,
                )
            )
        self._listening = listening
        hosts = own_names(listening.host, listening.names)
        ending = asyncio.Event()
        app = application(provider, token=listening.token, hosts=hosts, title=title, ending=ending)
        self._uvicorn = _Uvicorn(
            uvicorn.Config(
                app,
                http="h11",
                ws="none",
                lifespan="off",
                loop="asyncio",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                limit_concurrency=_MOST_CONNECTIONS,
                timeout_graceful_shutdown=_GRACE,
                h11_max_incomplete_event_size=_LONGEST_HEAD,
            )
        )
        self._uvicorn.on_ending = ending.set

    def run(self, ready: Callable[[str], None]) -> None:
        """Serve until stopped, on the main thread also by SIGINT or SIGTERM.

        Args:
            ready: takes the address, such as 'http://127.0.0.1:9750/', once it is served.

        Raises:
            ConfigError: the port cannot be had.

        """
        with _bound(self._listening.host, self._listening.port) as listener:
            self._uvicorn.on_started = lambda: ready(_address(self._listening.host, listener))
            self._uvicorn.run(sockets=[listener])

    def stop(self) -> None:
        """End the serving; answers under way have a second."""
        self._uvicorn.should_exit = True


class _Uvicorn(uvicorn.Server):
    """Tells when it serves and ends, and ends quietly on a signal: there is more to stop then."""

    on_started: Callable[[], None]
    on_ending: Callable[[], None]

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.on_started()

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.on_ending()
        await super().shutdown(sockets)

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


def _bound(host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        made = socket.create_server(address, family=family, backlog=128)
        # Only where a socket says that it is TCP, asyncio sends the end of an answer at once.
        # Else it waits for 40 ms, until what came before has been confirmed.
        return socket.socket(family, made.type, socket.IPPROTO_TCP, made.detach())
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigError(
            tr(
                "{host}, port {port}: cannot be served on: {reason}. Take another with --host and "
                "--port.",
                host=host,
                port=port,
                reason=reason,
            )
        ) from error


def _address(host: str, listener: socket.socket) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listener.getsockname()[1]}/"
