"""Measures what is kept and what is written: a year of history, and the report."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measure import MIB, medians
from bench.stage import OPSDESK, Stage
from bench.table import Row
from support.processes import first_line, running

from opsdesk.app.rendering import Contents, render
from opsdesk.catalogue import metrics, pages
from opsdesk.engine.poll import collect
from opsdesk.engine.series import reader_of
from opsdesk.insight import questions
from opsdesk.insight.board import arrange
from opsdesk.insight.words import utc_now
from opsdesk.model.key import key
from opsdesk.model.series import SeriesRange
from opsdesk.sources.metrics_api import MetricsApiSource
from opsdesk.store import history_queries
from opsdesk.store.history_file import DAY, HOUR, HOUR_KEPT, RAW_KEPT, TEN_KEPT, connect
from opsdesk.wire.document import Order

SERIES, MINUTE, TEN = 100, 60, 600
_YEAR = 365 * DAY
_NOW = 1_800_000_000 // HOUR * HOUR
#: seconds of the ranges that charts have
RANGES = (DAY, 7 * DAY, 30 * DAY, 56 * DAY, _YEAR)
POINTS = 240


def rows(_stage: Stage) -> Iterator[Row]:
    """Measure both; neither needs a desktop."""
    size, slowest = _history()
    yield Row("history of a year, 100 series, one a minute", size / MIB, 250, "MiB")
    yield Row("any range of a chart out of it", slowest * 1000, 50, "ms")
    (took,) = medians(_report)
    yield Row("PDF of all pages", took, 1, "s")


def _report() -> float:
    """Return the seconds that the demo's report takes in the process that renders it."""
    with running([*OPSDESK, "serve", "--demo", "--port", "0"]) as server:
        address = first_line(server).removeprefix("serving ")
        contents = asyncio.run(_contents(address))
    begin = time.perf_counter()
    (written,) = render(Order(format="pdf"), contents)
    took = time.perf_counter() - begin
    assert written.content.startswith(b"%PDF-")
    return took


async def _contents(address: str) -> Contents:
    """Return all that a report of the demo shows."""
    catalogue = metrics.load()
    source = MetricsApiSource("demo", "Demo", address, catalogue)
    snapshot = await collect([source], catalogue, 60.0)
    asked = questions.of_pages(pages.load(catalogue), arrange(snapshot, catalogue))
    frames = await reader_of([source], snapshot, catalogue).frames(asked)
    await source.close()
    return Contents(snapshot=snapshot, catalogue=catalogue, frames=frames, now=utc_now())


def _history() -> tuple[float, float]:
    """Return the size of a year of history in bytes, and the slowest range of it in seconds.

    100 series, one figure a minute, as the thinning out would leave them after a year.
    """
    with TemporaryDirectory(prefix="opsdesk-history-") as folder:
        path = Path(folder, "history.sqlite")
        connection = connect(path)
        assert connection is not None
        keys = [key("bench", {"series": str(number)}) for number in range(SERIES)]
        with connection:
            names = ((number, str(one)) for number, one in enumerate(keys))
            connection.executemany("insert into key values (?, ?)", names)
            connection.executemany("insert into raw values (?, ?, ?)", _raw())
            for table, kept, step in (("ten", TEN_KEPT, TEN), ("hour", _YEAR, HOUR)):
                assert kept <= HOUR_KEPT
                statement = f"insert into {table} values (?, ?, ?, ?, ?, ?)"  # noqa: S608 - ours
                connection.executemany(statement, _grain(kept, step))
                connection.execute("insert into rolled values (?, ?)", (table, _NOW))
            connection.execute("insert into span values (?, ?)", (_NOW - _YEAR, _NOW))
        connection.execute("pragma wal_checkpoint(truncate)")
        slowest = 0.0
        for length in RANGES:
            wanted = SeriesRange(
                keys=(keys[7],), start=_NOW - length, end=_NOW, step=length / POINTS
            )
            begin = time.perf_counter()
            history_queries.series(connection, {keys[7]: 7}, wanted)
            slowest = max(slowest, time.perf_counter() - begin)
        connection.close()
        return path.stat().st_size, slowest


def _raw() -> Iterator[tuple[int, int, float]]:
    values = random.Random(1)
    for number in range(SERIES):
        for at in range(_NOW - RAW_KEPT, _NOW, MINUTE):
            yield number, at, values.random()


def _grain(kept: int, step: int) -> Iterator[tuple[int, int, float, float, float, float]]:
    values = random.Random(2)
    for number in range(SERIES):
        for at in range(_NOW - kept, _NOW + 1, step):
            low, mean, high = sorted(values.random() for _ in range(3))
            yield number, at, low, mean, high, mean
