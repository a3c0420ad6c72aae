"""What several groups measure with: medians, and processor time seen from outside."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

MIB = 1024 * 1024
#: seconds that a program is given to come to rest before it is measured: none tells when it has
SETTLE = 8.0

Command = Sequence[str | Path]


def medians(*measures: Callable[[], float], runs: int = 5) -> list[float]:
    """Return the median of some runs of each measure, taken in turns so that load hits all alike.

    The first run of each, which warms the caches of disk and bytecode, does not count.
    """
    rounds = [[measure() for measure in measures] for _ in range(runs + 1)]
    return [statistics.median(column) for column in zip(*rounds[1:], strict=True)]


def processor_use(pid: int, seconds: float) -> float:
    """Return the seconds of processor time that a process uses in a second, watched so long."""
    before, begin = _processor_time(pid), time.monotonic()
    time.sleep(seconds)
    return (_processor_time(pid) - before) / (time.monotonic() - begin)


def _processor_time(pid: int) -> float:
    """Return the seconds of processor time that a process has used; threads that ended count."""
    clock = (~pid << 3) | 2  # as clock_getcpuclockid(3) does, which Python has for threads alone
    return time.clock_gettime(clock)
