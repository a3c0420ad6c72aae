"""Measures what a gateway's stream is for: that desks know at once, however many they are."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial

import httpx
from bench.measure import SETTLE, medians, processor_use
from bench.stage import MANY, OPSDESK, PROGRAMS, PYTHON, TRIPS, Stage
from bench.table import Row
from support.processes import eventually, first_line, running

from opsdesk.wire import events

FOLLOWERS = 100  # desks that one gateway feeds
#: seconds for which a gateway is watched
WATCHED = 15.0


def rows(stage: Stage) -> Iterator[Row]:
    """Measure a gateway and those who follow it: how soon they know, and what a hundred cost."""
    with _gateway(stage.small.url, stage.desktop.env) as (_, url):
        options = ["--url", url, "--hidden", "--interval", "60", "--profile", "bench-stream"]
        with running([*OPSDESK, *options], env=stage.desktop.env):
            eventually(stage.desktop.tray_icons, "the tray icon")
            time.sleep(SETTLE)
            (took,) = medians(lambda: _snapshot_to_notice(stage, url), runs=TRIPS)
    yield Row("gateway snapshot to notification, streamed", took, 1, "s")
    with _gateway(stage.large.url, stage.desktop.env) as (pid, url):
        cpu = partial(_cpu_of_a_refresh, pid, url)
        many, one = medians(lambda: cpu(FOLLOWERS), lambda: cpu(1), runs=2)
    what = f"one refresh of a gateway, {MANY}, {FOLLOWERS} desks to one"
    yield Row(what, many * 1000, 1.5, "ms", one * 1000)


@contextmanager
def _gateway(url: str, env: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """Run ``opsdesk serve`` on a server with a refresh of 1 s; yield its pid and its address."""
    command = [*OPSDESK, "serve", "--url", url, "--interval", "1", "--port", "0"]
    with running(command, env=env) as process:
        address = first_line(process).partition(" ")[2]
        eventually(
            lambda: httpx.get(f"{address}v1/snapshot").status_code == httpx.codes.OK,
            "the gateway to have data",
        )
        yield process.pid, address


def _snapshot_to_notice(stage: Stage, gateway: str) -> float:
    """Return the seconds from the gateway's snapshot of a trip until the daemon is told.

    Both tell the time of this machine.
    """
    before = stage.told()
    stage.billing.trip()
    eventually(lambda: stage.told() > before, "the notification")
    at = time.time()
    trips = events.decode(httpx.get(f"{gateway}v1/events").content, gateway)
    took = at - max(event.at for event in trips)
    stage.billing.heal()
    eventually(lambda: stage.told() > before + 1, "its end")
    return took


def _cpu_of_a_refresh(pid: int, address: str, followers: int) -> float:
    """Return the seconds of processor time that a gateway uses for each second, as it refreshes.

    Args:
        pid: of the gateway.
        address: of the gateway.
        followers: how many streams it serves meanwhile.

    """
    with running([PYTHON, PROGRAMS / "readers.py", address, str(followers)]) as readers:
        assert first_line(readers) == str(followers)
        return processor_use(pid, WATCHED)
