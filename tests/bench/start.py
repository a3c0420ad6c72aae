"""Measures the start: to what is known, seen as it last looked, and to what lives."""

from __future__ import annotations

import mmap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench import inside
from bench.measure import Command, medians
from bench.stage import OPSDESK, PROGRAMS, PYTHON, Stage
from bench.table import Row
from support.desktop import Desktop
from support.processes import PATIENCE, end, eventually, first_line, running
from support.screen import BYTES_PER_LINE, COLOUR_BYTES, COLOURS, HEADER, SIZE, Box

#: across the screen of 1440 x 900: no frame, title bar, tray or pointer is there
LINE = Box(320, 300, 800, 1)


def rows(stage: Stage) -> Iterator[Row]:
    """Measure until the first paint, for how long that stops the window, and until all charts.

    The design has no budget for a window that nobody has closed yet, and so has no last look.
    """
    paint = partial(_first_paint, stage.desktop)
    name = _profile_with_a_past(stage)
    known = [*OPSDESK, "--profile", name]
    look = _state(stage, f"{name}@window.jpg")
    picture = look.read_bytes()

    def first() -> float:
        look.write_bytes(picture)
        return paint(known)

    def without() -> float:
        look.unlink()
        return paint(known)

    ours, window, reference = medians(first, without, lambda: paint(stage.reference("window")))
    yield Row("start to first paint, last known snapshot", ours, 1.5, "ms", reference)
    yield Row("start to first paint, last look not known", window, 2.5, "ms", reference)
    look.write_bytes(picture)
    stall = inside.watch(stage, ["--profile", name]).worst_stall * 1000
    yield Row("worst stall, start with its last look", stall, 50, "ms")
    with running([*OPSDESK, "serve", "--demo", "--port", "0"], env=stage.desktop.env) as server:
        name = stage.profile("bench-charts", first_line(server).removeprefix("serving "))
        ours, reference = medians(
            lambda: _all_charts(stage, name), lambda: paint(stage.reference("plot"))
        )
    yield Row("start to all charts of the first page drawn", ours, 1.25, "ms", reference)


def _profile_with_a_past(stage: Stage) -> str:
    """Return the name of a profile with a source, whose window has been open and was closed."""
    name = stage.profile("bench-start", stage.small.url, interval=60)
    with running([*OPSDESK, "--profile", name], env=stage.desktop.env) as process:
        eventually(_state(stage, f"{name}.json").exists, "the last known snapshot to be kept")
        end(process)
    return name


def _state(stage: Stage, name: str) -> Path:
    """Return where OpsDesk keeps a file of what it last knew."""
    return Path(stage.desktop.env["XDG_STATE_HOME"], "opsdesk", name)


def _first_paint(here: Desktop, command: Command) -> float:
    """Return the milliseconds from the start of a program until the screen shows its paint."""
    with _line_of_the_screen(here) as line:
        empty = line()
        begin = time.perf_counter()
        with running(command, env=here.env):
            while line() == empty:
                assert time.perf_counter() - begin < PATIENCE, f"{command} painted nothing"
                time.sleep(0.001)  # nobody tells when a program has painted
            took = time.perf_counter() - begin
        eventually(lambda: line() == empty, "the window to be gone")
    return took * 1000


@contextmanager
def _line_of_the_screen(here: Desktop) -> Iterator[Callable[[], bytes]]:
    """Yield what returns the pixels of :data:`LINE` as they are now."""
    path = here.folder / "Xvfb_screen0"
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as memory:
        words = HEADER.unpack_from(memory)
        pixels = words[SIZE] + words[COLOURS] * COLOUR_BYTES
        first = pixels + LINE.y * words[BYTES_PER_LINE] + LINE.x * 4
        yield lambda: memory[first : first + LINE.width * 4]


def _all_charts(stage: Stage, profile: str) -> float:
    """Return the milliseconds from the start of OpsDesk until it says that all charts are drawn.

    With nothing known: what is asked before the first poll may be answered with nothing.
    """
    for kept in (f"{profile}.json", f"{profile}@window.jpg"):
        _state(stage, kept).unlink(missing_ok=True)
    begin = time.perf_counter()
    command = [PYTHON, PROGRAMS / "charts.py", "--profile", profile]
    with running(command, env=stage.desktop.env) as process:
        first_line(process)
        return (time.perf_counter() - begin) * 1000
