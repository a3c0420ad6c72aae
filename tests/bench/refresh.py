"""Measures refreshes: on the window's thread, in all, and against the server's own time."""

from __future__ import annotations

from collections.abc import Iterator

from bench import inside
from bench.inside import median_ms
from bench.stage import MANY, Stage
from bench.table import Row


def rows(stage: Stage) -> Iterator[Row]:
    """Measure those of the demo, and those of many breakers."""
    demo = inside.watch(stage, ["demo", "--interval", "1"])
    many = inside.watch(
        stage, stage.arguments(stage.large, "--interval", "1", profile="bench-many")
    )
    yield Row("one refresh, window's thread, demo", median_ms(demo.refreshes), 8, "ms")
    yield Row(f"one refresh, window's thread, {MANY}", median_ms(many.refreshes), 16, "ms")
    yield Row("worst stall, demo", demo.worst_stall * 1000, 50, "ms")
    yield Row(f"worst stall, {MANY} breakers", many.worst_stall * 1000, 50, "ms")
    what = f"a refresh from Prometheus, {MANY}, to its slowest query"
    yield Row(what, median_ms(many.polls), 1.3, "ms", median_ms(many.slowest))
    yield Row(f"one refresh, all CPU, {MANY}", median_ms(many.cpu), 70, "ms")
