"""Measures from the moment at which Prometheus knows of a trip until the daemon is told."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bench.measure import SETTLE, medians
from bench.stage import TRIPS, Stage
from bench.table import Row
from support.processes import eventually, running


def rows(stage: Stage) -> Iterator[Row]:
    """Measure it with a refresh of a second."""
    command = stage.opsdesk(stage.small, "--hidden", "--interval", "1", profile="bench-notice")
    with running(command, env=stage.desktop.env):
        eventually(stage.desktop.tray_icons, "the tray icon")
        time.sleep(SETTLE)
        (took,) = medians(lambda: _trip_to_notice(stage), runs=TRIPS)
    yield Row("breaker trip to notification, refresh of 1 s", took, 1.5, "s")


def _trip_to_notice(stage: Stage) -> float:
    state = 'circuit_breaker_state{circuit_name="billing",state="%s"} == 1'
    before = stage.told()
    stage.billing.trip()
    stage.small.wait_for(state % "open")
    begin = time.perf_counter()
    eventually(lambda: stage.told() > before, "the notification")
    took = time.perf_counter() - begin
    stage.billing.heal()
    stage.small.wait_for(state % "closed")
    eventually(lambda: stage.told() > before + 1, "its end")
    return took
