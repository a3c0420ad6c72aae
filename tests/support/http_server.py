"""A small HTTP server on loopback whose handlers write the raw bytes: it can do anything wrong."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

JOIN_SECONDS = 5.0
TLS_HELLO = b"\x16"


@dataclass(frozen=True)
class Request:
    """What a client asked."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path without the query."""
        return urlsplit(self.target).path

    @property
    def form(self) -> dict[str, str]:
        """The parameters, from the body or the query."""
        text = self.body.decode() or urlsplit(self.target).query
        return {name: values[0] for name, values in parse_qs(text).items()}


@dataclass
class Connection:
    """Where a handler writes; ``stopping`` is set when the test is over."""

    stream: socket.socket
    stopping: threading.Event

    def send(self, data: bytes) -> bool:
        """Write; False once the client has gone or the test is over."""
        try:
            self.stream.sendall(data)
        except OSError:
            return False
        return not self.stopping.is_set()


Handler = Callable[[Request, Connection], None]


@dataclass
class HttpServer:
    """A server while it runs."""

    url: str
    requests: list[Request] = field(default_factory=list)


def answer(
    body: bytes | str,
    status: int = 200,
    *,
    content_type: str = "application/json",
    **headers: str,
) -> Handler:
    """Return a handler that always answers the same; ``retry_after="3"`` is a header."""
    payload = body.encode() if isinstance(body, str) else body
    lines = {"Content-Type": content_type, "Content-Length": str(len(payload))}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}

    def handle(_request: Request, connection: Connection) -> None:
        connection.send(head(status, lines) + payload)

    return handle


def head(status: int, headers: Mapping[str, str]) -> bytes:
    """Return the head of an answer. The connection ends with it."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name}: {value}" for name, value in {**headers, "Connection": "close"}.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def vector(*samples: tuple[Mapping[str, str], object], **more: object) -> str:
    """Return an answer of the Prometheus API: an instant vector."""
    result = [{"metric": labels, "value": [1.0, str(value)]} for labels, value in samples]
    return json.dumps(
        {"status": "success", "data": {"resultType": "vector", "result": result}, **more}
    )


@contextmanager
def serving(handler: Handler, tls: ssl.SSLContext | None = None) -> Iterator[HttpServer]:
    """Answer every request by ``handler`` while the block runs."""
    stopping = threading.Event()
    workers: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        scheme = "https" if tls else "http"
        server = HttpServer(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}")

        def serve(stream: socket.socket) -> None:
            with contextlib.suppress(OSError, ssl.SSLError), _secured(stream, tls) as secured:
                request = _read_request(secured)
                server.requests.append(request)
                handler(request, Connection(secured, stopping))

        def accept() -> None:
            while not stopping.is_set():
                try:
                    stream, _ = listener.accept()
                except OSError:
                    return
                stream.settimeout(JOIN_SECONDS)
                workers.append(threading.Thread(target=serve, args=(stream,)))
                workers[-1].start()

        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield server
        finally:
            stopping.set()
            listener.shutdown(socket.SHUT_RDWR)
            for thread in (accepting, *workers):
                thread.join(JOIN_SECONDS)


@contextmanager
def _secured(stream: socket.socket, tls: ssl.SSLContext | None) -> Iterator[socket.socket]:
    with stream:
        if tls is None:
            yield stream
        else:
            with tls.wrap_socket(stream, server_side=True) as secured:
                yield secured


def _read_request(stream: socket.socket) -> Request:
    if not isinstance(stream, ssl.SSLSocket) and stream.recv(1, socket.MSG_PEEK) == TLS_HELLO:
        # the handler decides what to say to it
        return Request("", "", {}, stream.recv(1 << 16))
    with stream.makefile("rb") as lines:
        first = lines.readline().decode("latin-1").split()
        if not first:
            raise ConnectionError("the client said nothing")
        headers: dict[str, str] = {}
        while (line := lines.readline().decode("latin-1").strip()) != "":
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = lines.read(int(headers.get("content-length", "0")))
    return Request(first[0], first[1], headers, body)
