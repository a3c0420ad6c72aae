"""Measures what a gateway's stream is for: that desks know at once, however many they are."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import measure
from support.processes import eventually, first_line, running

from opsdesk.wire import events

PYTHON = sys.executable
READERS = Path(__file__).parent / "readers.py"
#: seconds for which a gateway is watched
WATCHED = 15.0


@contextmanager
def gateway(url: str, env: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """Run ``opsdesk serve`` on a server with a refresh of 1 s; yield its pid and its address."""
    command = [PYTHON, "-m", "opsdesk", "serve", "--url", url, "--interval", "1", "--port", "0"]
    with running(command, env=env) as process:
        address = first_line(process).partition(" ")[2]
        eventually(
            lambda: httpx.get(f"{address}v1/snapshot").status_code == httpx.codes.OK,
            "the gateway to have data",
        )
        yield process.pid, address


def snapshot_to(told: Callable[[], object], gateway: str) -> float:
    """Return the seconds from the gateway's snapshot of a trip until ``told`` is true.

    Both tell the time of this machine.
    """
    eventually(told, "the notification")
    at = time.time()
    trips = events.decode(httpx.get(f"{gateway}v1/events").content, gateway)
    return at - max(event.at for event in trips)


def cpu_of_a_refresh(pid: int, address: str, followers: int) -> float:
    """Return the seconds of processor time that a gateway uses for each second, as it refreshes.

    Args:
        pid: of the gateway.
        address: of the gateway.
        followers: how many streams it serves meanwhile.

    """
    with running([PYTHON, READERS, address, str(followers)]) as readers:
        assert first_line(readers) == str(followers)
        before, begin = measure.cpu(pid), time.monotonic()
        time.sleep(WATCHED)
        return (measure.cpu(pid) - before) / (time.monotonic() - begin)
