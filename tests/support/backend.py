"""A backend of the metrics API that OpsDesk did not write: Node, and nothing but Node."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from support.needs import need
from support.processes import first_line, running

BACKEND = Path(__file__).parent / "services" / "backend.mjs"


class Backend:
    """Drives the backend as its users would."""

    def __init__(self, url: str) -> None:
        self.url = url

    def move(self, state: str) -> None:
        """Bring its breaker into a state."""
        address = f"{self.url}/test/breaker?state={state}"
        httpx.post(address, trust_env=False).raise_for_status()


@contextmanager
def backend(token: str = "", *, streams: bool = False) -> Iterator[Backend]:
    """Run it; it wants ``token``, if any, and streams, if it shall."""
    with running([need("node"), BACKEND, token, *["stream"] * streams]) as process:
        yield Backend(first_line(process))
