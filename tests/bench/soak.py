"""Measures what is held after many refreshes more than before: by the window, by a wall."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from bench.measure import MIB
from bench.stage import PROGRAMS, PYTHON, Stage
from bench.table import Row
from support.processes import running


def rows(stage: Stage) -> Iterator[Row]:
    """Measure what ``programs/soak.py`` has written when it is done."""
    for screen in ("window", "wall"):
        file = stage.desktop.folder / "soak.json"
        command = [PYTHON, PROGRAMS / "soak.py", file, screen]
        with running(command, env=stage.desktop.env) as process:
            process.wait()
        grown = msgspec.json.decode(file.read_bytes(), type=dict[str, int])
        yield Row(f"20,000 refreshes, {screen}: memory", grown["memory"] / MIB, 1, "MiB")
        yield Row(f"20,000 refreshes, {screen}: threads", grown["threads"], 0, "more")
        yield Row(f"20,000 refreshes, {screen}: descriptors", grown["descriptors"], 0, "more")
