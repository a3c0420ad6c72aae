"""Small services with a real circuit breaker, each on its own library and its own exporter.

The contract of both, on loopback:

- ``POST /call`` asks the dependency through the breaker: 200 answered, 502 failed, 503 refused;
- ``POST /dependency/fail`` and ``/dependency/heal`` break and heal the dependency;
- ``GET /metrics`` is what the library's exporter says.

A breaker opens after 4 calls of which half failed, and tries again 0.2 s later.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from support.needs import missing, need
from support.processes import eventually, first_line, running

SERVICES = Path(__file__).parent / "services"
ANSWERED, FAILED, REFUSED = 200, 502, 503


class BreakerService:
    """Drives one service as its users and its dependency would."""

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self.address = address

    def call(self) -> int:
        """Call through the breaker once."""
        return self._post("/call")

    def metrics(self) -> str:
        """Return what its exporter says."""
        return httpx.get(f"{self.address}/metrics", trust_env=False).text

    def trip(self) -> None:
        """Let the dependency fail and call it until the breaker refuses calls."""
        self._post("/dependency/fail")
        eventually(lambda: self.call() == REFUSED, f"{self.name} to open")

    def heal(self) -> None:
        """Let the dependency answer and call it until the breaker lets calls through again."""
        self._post("/dependency/heal")
        eventually(lambda: self.call() == ANSWERED, f"{self.name} to close")

    def _post(self, path: str) -> int:
        return httpx.post(f"{self.address}{path}", trust_env=False).status_code


@contextmanager
def fluxgate(name: str = "billing") -> Iterator[BreakerService]:
    """Run the Python service; its breaker is called ``name``."""
    command = [sys.executable, SERVICES / "fluxgate_service.py", name]
    with running(command) as process:
        yield BreakerService(name, first_line(process))


@contextmanager
def opossum(name: str = "inventory") -> Iterator[BreakerService]:
    """Run the Node service; its breaker is called ``name``."""
    if not (SERVICES / "opossum" / "node_modules").is_dir():
        missing("the packages of the Node service are not installed")
    with running([need("node"), SERVICES / "opossum" / "service.js", name]) as process:
        yield BreakerService(name, first_line(process))
