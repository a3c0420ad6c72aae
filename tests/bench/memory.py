"""Measures memory in the tray and with the window open."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.measure import MIB, SETTLE, Command
from bench.stage import OPSDESK, Stage
from bench.table import Row
from support.processes import eventually, running


def rows(stage: Stage) -> Iterator[Row]:
    """Measure OpsDesk and, each time, the least that there can be."""

    def rss(command: Command, is_up: Callable[[int], object]) -> float:
        # The first run compiles its modules, and keeps memory that an installed program never has.
        return [_resident(stage, command, is_up) for _ in range(2)][-1] / MIB

    def tray(_pid: int) -> bool:  # there is one application at a time
        return bool(stage.desktop.tray_icons())

    # As a log-in starts it: what is asked stands in the profile, and is asked once, as by the
    # reference, until the memory is taken.
    profile = stage.profile("bench-hidden", stage.small.url, interval=60)
    hidden = [*OPSDESK, "--profile", profile, "--hidden"]
    ours, reference = rss(hidden, tray), rss(stage.reference("tray"), tray)
    yield Row("resident in the tray, window never opened", ours, 1.15, "MiB", reference)
    # The demo has a past for every chart; its own process is not counted.
    opened = [*OPSDESK, "--interval", "5", "--profile", "bench-open", "demo"]
    windows = stage.desktop.windows
    ours, reference = rss(opened, windows), rss(stage.reference("plot"), windows)
    yield Row("window open, a day on every chart", ours, 1.35, "MiB", reference)


def _resident(stage: Stage, command: Command, is_up: Callable[[int], object]) -> float:
    """Return the resident memory in bytes of a program that has come to rest.

    Args:
        stage: where it runs
        command: the program
        is_up: tells by its process id whether it shows what it is to show

    """
    with running(command, env=stage.desktop.env) as process:
        eventually(lambda: is_up(process.pid), "the program to be up")
        time.sleep(SETTLE)
        status = Path(f"/proc/{process.pid}/status").read_text("ascii", "replace")
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024
