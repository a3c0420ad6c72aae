"""Watches a running OpsDesk from inside, on its window's thread."""

from __future__ import annotations

import statistics
import time

import msgspec
from bench.stage import PROGRAMS, PYTHON, Stage
from support.processes import end, eventually, running

#: seconds for which it is watched: half of it for stalls
WATCHED = 40.0


class Inside(msgspec.Struct):
    """What ``programs/inside.py`` writes, in seconds."""

    refreshes: list[float]
    cpu: list[float]
    worst_stall: float
    polls: list[float]
    slowest: list[float]


def watch(stage: Stage, arguments: list[str]) -> Inside:
    """Run OpsDesk with these arguments, and return what happened."""
    file = stage.desktop.folder / "inside.json"
    command = [PYTHON, PROGRAMS / "inside.py", file, *arguments]
    with running(command, env=stage.desktop.env) as process:
        eventually(lambda: stage.desktop.windows(process.pid), "the window")
        time.sleep(WATCHED)
        end(process)
    return msgspec.json.decode(file.read_bytes(), type=Inside)


def median_ms(seconds: list[float]) -> float:
    """Return the median in milliseconds, NaN of none: no budget is kept by that."""
    return statistics.median(seconds) * 1000 if seconds else float("nan")
