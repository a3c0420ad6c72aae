"""Measures what OpsDesk uses while nothing changes: a minute, with the refresh that is in it."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bench.measure import SETTLE, Command, processor_use
from bench.stage import Stage
from bench.table import Row
from support.processes import running

#: seconds for which it is watched: as long as from one refresh to the next
WATCHED = 60.0


def rows(stage: Stage) -> Iterator[Row]:
    """Measure the window, and the tray."""
    for what, more in (("window open", ()), ("in the tray", ("--hidden",))):
        command = stage.opsdesk(stage.small, *more, "--interval", "60", profile="bench-idle")
        used = at_rest(stage, command)
        yield Row(f"idle at a 60 s refresh, {what}", used, 0.2, "% of a core")


def at_rest(stage: Stage, command: Command) -> float:
    """Return how many percent of a core a program uses, once it has come to rest."""
    with running(command, env=stage.desktop.env) as process:
        time.sleep(SETTLE)
        return processor_use(process.pid, WATCHED) * 100
