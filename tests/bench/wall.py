"""Measures a wall on which nothing changes, and for how long its display is dark after a kill."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from bench import idle
from bench.measure import Command, medians
from bench.stage import OPSDESK, Stage
from bench.table import Row
from support.desktop import Desktop
from support.processes import eventually, running
from support.screen import Box

#: where nothing but a wall's ground is seen, and that ground: blue, green, red
EDGE, GROUND = Box(2, 450, 4, 4), b"\x1b\x18\x15"


def rows(stage: Stage) -> Iterator[Row]:
    """Measure both.

    The design gives no budget for the second: a second is what nobody takes for an outage.
    """
    wall = ["wall", "--dwell", "3600", "--diagonal", "55in", "--interval", "60"]
    shown = [*OPSDESK, *wall, "--url", stage.small.url, "--profile", "bench-wall"]
    used = idle.at_rest(stage, shown)
    yield Row("idle: a wall on which nothing changes", used, 0.2, "% of a core")
    (dark,) = medians(lambda: _dark(stage.desktop, [*shown, "--keep-running"]), runs=3)
    yield Row("a wall that is killed: dark for", dark, 1, "s")


def _dark(here: Desktop, command: Command) -> float:
    """Return for how many seconds a display shows no wall after the wall was killed."""
    with running(command, env=here.env) as keeper:
        children = Path(f"/proc/{keeper.pid}/task/{keeper.pid}/children")
        wall = eventually(lambda: children.read_text("ascii").split(), "the wall")[0]
        eventually(lambda: here.windows(int(wall)), "its window")
        lit = eventually(lambda: _lit(here), "what it shows")
        os.kill(int(wall), signal.SIGKILL)
        eventually(lambda: here.picture(EDGE).colours() != lit, "the wall to be gone")
        begin = time.perf_counter()
        while here.picture(EDGE).colours() != lit:
            time.sleep(0.002)  # nobody tells when a wall is seen again
        return time.perf_counter() - begin


def _lit(here: Desktop) -> set[bytes]:
    """Return the ground of a wall, once it is seen at the display's edge."""
    found = here.picture(EDGE).colours()
    return found if found == {GROUND} else set()
