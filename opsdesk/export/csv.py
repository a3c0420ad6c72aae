"""A snapshot as CSV: one row a reading."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby

from opsdesk.catalogue.metrics import Catalogue
from opsdesk.insight.board import Board, arrange
from opsdesk.insight.changes import baseline_of
from opsdesk.insight.freshness import age_seconds
from opsdesk.model.key import labels_text
from opsdesk.model.metric import Metric
from opsdesk.model.reading import Reading, Value
from opsdesk.model.snapshot import Snapshot
from opsdesk.wire.numbers import short
from opsdesk.wire.reading import time_text, unit_of, value_out
from opsdesk.wire.snapshot import in_order

COLUMNS = (
    "section",
    "metric",
    "title",
    "labels",
    "value",
    "qualifier",
    "unit",
    "window",
    "origin",
    "at",
    "age_seconds",
    "freshness",
    "source",
    "baseline",
    "baseline_value",
    "change_percent",
    "note",
)

# What makes a spreadsheet take a cell for a formula (OWASP, CSV injection), full-width forms too.
_FORMULA = tuple("=+-@\t\n\uff1d\uff0b\uff0d\uff20")
# Whole numbers up to here are exact in a float.
_EXACT = 2.0**53
_DAY = 86_400
_SIZES = ((_DAY, "d"), (3_600, "h"), (60, "m"))


def render(snapshot: Snapshot, catalogue: Catalogue, now: datetime) -> bytes:
    """Return a snapshot as CSV (RFC 4180 with line feeds) in UTF-8, in the catalogue's order.

    What is known of one thing stands together: state, failures and last reset of a breaker.
    """
    board = arrange(snapshot, catalogue)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_rows(board, now))
    return text.getvalue().encode()


def _rows(board: Board, now: datetime) -> Iterator[tuple[str, ...]]:
    readings = in_order(board.snapshot.readings.values(), board.catalogue)
    for kind, alike in groupby(readings, lambda reading: _kind(board.metric(reading.key.metric))):
        for reading in alike if kind is None else _by_thing(alike):
            yield _row(reading, board, now)


def _kind(metric: Metric | None) -> tuple[str, tuple[str, ...]] | None:
    """Return what metrics of the same things share, None where a metric is of no thing."""
    return (metric.section, metric.labels) if metric is not None and metric.labels else None


def _by_thing(readings: Iterable[Reading]) -> list[Reading]:
    found = list(readings)
    seen = {reading.key.labels: position for position, reading in enumerate(reversed(found))}
    return sorted(found, key=lambda reading: -seen[reading.key.labels])


def _row(reading: Reading, board: Board, now: datetime) -> tuple[str, ...]:
    metric = board.metric(reading.key.metric)
    baseline = baseline_of(reading.key, board.snapshot.baselines)
    earlier = None if baseline is None else baseline.readings[reading.key].value
    return (
        safe("" if metric is None else metric.section),
        safe(reading.key.metric),
        safe("" if metric is None else metric.title),
        safe(labels_text(reading.key.labels)),
        cell(reading.value),
        # Neither a formula nor a number: '<' and its like start none.
        reading.qualifier.value,
        unit_of(reading.value, metric) or "",
        window_text(reading.window),
        reading.origin.value,
        time_text(reading.at),
        number_text(round(age_seconds(reading, now), 1)),
        board.freshness(reading, now).value,
        safe(reading.source),
        safe("" if baseline is None else baseline.name),
        cell(earlier),
        cell(board.change_of(reading)),
        safe(reading.note),
    )


def cell(value: Value) -> str:
    """Return a value as a cell; a number stays one, a text is never a formula."""
    written = value_out(value)
    match written:
        case None:
            return ""
        case bool():
            return "yes" if written else "no"
        case float():
            return number_text(written)
    return safe(written)


def number_text(value: float) -> str:
    """Return a number with a point and the fewest digits: '98.5', '-60', '142'."""
    value = short(value)
    return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)


def safe(text: str) -> str:
    """Return a text that no spreadsheet runs: an apostrophe is put before what looks like code."""
    # A lone carriage return ends a line for some readers, and csv.writer does not quote it.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(_FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    # float() reads over white space; a spreadsheet may not.
    return text == text.strip()


def window_text(seconds: float | None) -> str:
    """Return a window as Prometheus writes one: '24h', '5m', '7d', '' for an instant."""
    if seconds is None:
        return ""
    for size, letter in _SIZES:
        # A single day is 24h by custom.
        if seconds % size == 0 and seconds >= (size if size < _DAY else 2 * _DAY):
            return f"{seconds / size:.0f}{letter}"
    return f"{number_text(seconds)}s"
