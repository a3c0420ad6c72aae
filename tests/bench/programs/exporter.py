"""Exports many circuit breakers in fluxgate's form; one opens and one closes at every scrape.

Usage: ``exporter.py COUNT``. It prints its address when it listens.
"""

from __future__ import annotations

import itertools
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from typing_extensions import override

STATES = ("closed", "open", "half_open", "forced_open", "disabled", "metrics_only")
#: one breaker in this many is open
OPEN_ONE_IN = 100

count = int(sys.argv[1])
scrapes = itertools.count()


def exposition(turn: int) -> str:
    """Return the text of one scrape."""
    lines = ["# TYPE circuit_breaker_state gauge"]
    for number in range(count):
        now = "open" if (number - turn) % count < count // OPEN_ONE_IN else "closed"
        lines += (
            f'circuit_breaker_state{{circuit_name="breaker-{number:04}",state="{state}"}} '
            f"{int(state == now)}"
            for state in STATES
        )
    return "\n".join(lines) + "\n"


class Handler(BaseHTTPRequestHandler):
    """Answers everything with the exposition."""

    def do_GET(self) -> None:
        """Answer a scrape."""
        body = exposition(next(scrapes)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(f"http://127.0.0.1:{server.server_port}", flush=True)  # how the bench learns the port
server.serve_forever()
