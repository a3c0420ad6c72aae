"""Measures programs from outside, so that OpsDesk and a reference are measured alike."""

from __future__ import annotations

import mmap
import re
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from support.desktop import Desktop
from support.processes import PATIENCE, eventually, first_line, running
from support.screen import BYTES_PER_LINE, COLOUR_BYTES, COLOURS, HEADER, SIZE, Box

MIB = 1024 * 1024
#: seconds that a program is given to come to rest before its memory counts
SETTLE = 8.0
#: across the screen of 1440 x 900: no frame, title bar, tray or pointer is there
LINE = Box(320, 300, 800, 1)

Command = Sequence[str | Path]


def medians(*measures: Callable[[], float], runs: int = 5) -> list[float]:
    """Return the median of some runs of each measure, taken in turns so that load hits all alike.

    The first run of each, which warms the caches of disk and bytecode, does not count.
    """
    rounds = [[measure() for measure in measures] for _ in range(runs + 1)]
    return [statistics.median(column) for column in zip(*rounds[1:], strict=True)]


def first_paint(here: Desktop, command: Command) -> float:
    """Return the seconds from the start of a program until the screen shows what it painted."""
    with _line_of_the_screen(here) as line:
        empty = line()
        start = time.perf_counter()
        with running(command, env=here.env):
            while line() == empty:
                assert time.perf_counter() - start < PATIENCE, f"{command} painted nothing"
                time.sleep(0.001)  # nobody tells when a program has painted
            took = time.perf_counter() - start
        eventually(lambda: line() == empty, "the window to be gone")
    return took


def first_words(here: Desktop, command: Command) -> float:
    """Return the seconds from the start of a program until it prints a line."""
    start = time.perf_counter()
    with running(command, env=here.env) as process:
        first_line(process)
        return time.perf_counter() - start


def resident(env: Mapping[str, str], command: Command, is_up: Callable[[int], object]) -> float:
    """Return the resident memory in bytes of a program that has come to rest.

    Args:
        env: environment of the program
        command: the program
        is_up: tells by its process id whether it shows what it is to show

    """
    with running(command, env=env) as process:
        eventually(lambda: is_up(process.pid), "the program to be up")
        time.sleep(SETTLE)
        status = Path(f"/proc/{process.pid}/status").read_text("ascii", "replace")
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024


def cpu(pid: int, *, main_thread: bool = False) -> float:
    """Return the seconds of processor time that a process, or its first thread, has used."""
    tasks = [str(pid)] if main_thread else [t.name for t in Path(f"/proc/{pid}/task").iterdir()]
    files = (Path(f"/proc/{pid}/task/{task}/schedstat") for task in tasks)
    return sum(int(file.read_text("ascii").split()[0]) for file in files) / 1e9


@contextmanager
def _line_of_the_screen(here: Desktop) -> Iterator[Callable[[], bytes]]:
    """Yield what returns the pixels of :data:`LINE` as they are now."""
    path = here.folder / "Xvfb_screen0"
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as memory:
        words = HEADER.unpack_from(memory)
        pixels = words[SIZE] + words[COLOURS] * COLOUR_BYTES
        start = pixels + LINE.y * words[BYTES_PER_LINE] + LINE.x * 4
        yield lambda: memory[start : start + LINE.width * 4]
