"""A small HTTP service with a real fluxgate circuit breaker around a real HTTP dependency.

Its contract is in tests/support/breakers.py. It prints its address when it listens.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from fluxgate import CallNotPermittedError, CircuitBreaker
from fluxgate.listeners.prometheus import PrometheusListener
from fluxgate.permits import All
from fluxgate.retries import Cooldown
from fluxgate.trippers import FailureRate, MinRequests
from fluxgate.windows import CountWindow
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from typing_extensions import override


class DependencyError(Exception):
    """The dependency answered, but not well."""


class Service(ThreadingHTTPServer):
    """Holds the breaker, and whether its dependency is failing just now."""

    daemon_threads = True

    def __init__(self, name: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.failing = False
        self._one_call = threading.Lock()  # fluxgate's breaker is not thread-safe
        self._breaker = CircuitBreaker(
            window=CountWindow(4),
            tripper=MinRequests(4) & FailureRate(0.5),
            retry=Cooldown(0.2),
            permit=All(),
            listeners=[PrometheusListener(name=name)],
        )

    def call(self) -> int:
        """Ask the dependency through the breaker."""
        with self._one_call:
            try:
                self._breaker.call(self._ask_dependency)
            except CallNotPermittedError:
                return 503
            except DependencyError:
                return 502
            return 200

    def _ask_dependency(self) -> None:
        connection = HTTPConnection("127.0.0.1", self.server_port, timeout=5)
        try:
            connection.request("GET", "/dependency")
            status = connection.getresponse().status
        finally:
            connection.close()
        if status != 200:
            raise DependencyError(status)

    def set_failing(self, *, failing: bool) -> int:
        """Break or heal the dependency."""
        self.failing = failing
        return 204


class Handler(BaseHTTPRequestHandler):
    """Routes requests to the service."""

    server: Service

    def do_GET(self) -> None:
        """Answer for the dependency, or with the metrics."""
        if self.path == "/metrics":
            self._answer(200, generate_latest(), CONTENT_TYPE_LATEST)
        elif self.path == "/dependency":
            self._answer(500 if self.server.failing else 200)
        else:
            self._answer(404)

    def do_POST(self) -> None:
        """Call the dependency, break it or heal it."""
        routes: Mapping[str, Callable[[], int]] = {
            "/call": self.server.call,
            "/dependency/fail": lambda: self.server.set_failing(failing=True),
            "/dependency/heal": lambda: self.server.set_failing(failing=False),
        }
        route = routes.get(self.path)
        self._answer(404 if route is None else route())

    def _answer(self, status: int, body: bytes = b"", kind: str = "text/plain") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet: a failing dependency is the point."""


if __name__ == "__main__":
    service = Service(sys.argv[1])
    print(f"http://127.0.0.1:{service.server_port}", flush=True)
    service.serve_forever()
