"""What stands beside figures: what they are about, held against, or why there are none. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board, subject
from opsdesk.insight.words import (
    figure_text,
    interval_text,
    listing,
    metric_title,
    number_text,
    quantile_name,
    quantity_text,
    window_text,
)
from opsdesk.model.metric import Direction, Metric, Operation
from opsdesk.model.reading import Origin, Reading, Unit

_DAY = 86_400.0
#: hours that one person works in a week
_WORKED = 40.0
# One sample of a day that was missed is no gap.
_COMPLETE = 0.995
_WINDOW = "{window}"


def absence(board: Board) -> str:
    """Return the words that stand where there is no value."""
    if not board.sources:
        return tr("no source connected")
    if board.snapshot.paused:
        return tr("updates are paused")
    if all(source.last_success is None for source in board.sources.values()):
        failing = [source.title for source in board.sources.values() if source.problem is not None]
        if failing:
            return tr("{sources} not answering", sources=listing(failing))
        return tr("waiting for first answer")
    return tr("no source has it")


def scope_of(scope: str, readings: Sequence[Reading]) -> str:
    """Return the scope of a panel: '{window}' in it is what its readings cover, as they say.

    '' is that alone, where it is the same of all.
    """
    if scope:
        # without a window nothing is left of 'uptime, {window}' but what it is of
        return tr(scope).replace(_WINDOW, _covered(readings)).strip(", ")
    windows = {reading.window for reading in readings}
    return window_text(windows.pop()) if len(windows) == 1 and None not in windows else ""


def _covered(readings: Sequence[Reading]) -> str:
    """Return 'last 24 h' or 'last 15 s to 24 h', and what part of it is known; '' for neither."""
    windows = [reading.window for reading in readings if reading.window is not None]
    if not windows or len(windows) < len(readings):
        return ""
    least, most = interval_text(min(windows)), interval_text(max(windows))
    text = window_text(windows[0])
    if least != most:
        text = tr("last {shortest} to {longest}", shortest=least, longest=most)
    known = min((r.coverage for r in readings if r.coverage is not None), default=1.0)
    if known >= _COMPLETE:
        return text
    return tr(
        "{window}, \N{GREATER-THAN OR EQUAL TO} {share} % known",
        window=text,
        share=math.floor(100 * known),
    )


def comparison(metric: Metric | None) -> str:
    """Return what a value is to be held against: its target, or where it would be wrong."""
    if metric is None:
        return ""
    if metric.target is not None:
        return tr("target {value}", value=quantity_text(metric.target, metric))
    if metric.degraded is None:
        return ""
    limit = quantity_text(metric.degraded, metric)
    if metric.direction is Direction.UP:
        return tr("normal above {limit}", limit=limit)
    return tr("normal below {limit}", limit=limit)


def from_to(board: Board, reading: Reading, metric: Metric | None, now: datetime) -> str:
    """Say from where to where it went, for a figure that is itself a change."""
    if metric is None or metric.compute is None or metric.compute.op is not Operation.CHANGE:
        return ""
    ways = board.snapshot.computed.get(reading.key, ())
    inputs = [board.snapshot.readings.get(key) for way in ways[:1] for key in way.inputs[:1]]
    after = next((found for found in inputs if found is not None), None)
    before = board.baseline_of(after) if after is not None else None
    if after is None or before is None:
        return ""
    of = board.metric(after.key.metric)
    number = number_text(before.number or 0.0, of.unit if of is not None else None)
    return tr(
        "{before} \N{RIGHTWARDS ARROW} {after}", before=number, after=figure_text(after, of, now)
    )


def part_of(board: Board, reading: Reading, metric: Metric | None) -> str:
    """Return '131 of 142' for a share that is computed of counts: all, and those that are not."""
    compute = metric.compute if metric is not None else None
    if compute is None or compute.op is not Operation.REST or not _are_counts(board, compute.of):
        return ""
    for way in board.snapshot.computed.get(reading.key, ()):
        fits = way.agrees or reading.origin is Origin.DERIVED
        if fits and tuple(key.metric for key in way.inputs) == compute.of:
            known = [board.snapshot.readings[key].number or 0.0 for key in way.inputs]
            part, whole = (number_text(n, Unit.COUNT) for n in (known[0] - known[1], known[0]))
            return tr("{part} of {whole}", part=part, whole=whole)
    return ""


def _are_counts(board: Board, metrics: Sequence[str]) -> bool:
    return {board.catalogue[id_].unit for id_ in metrics} == {Unit.COUNT}


def rate(reading: Reading, metric: Metric | None) -> str:
    """Say how many of a count that is a day, where it covers several and there are enough.

    Of hours of work, how many weeks of one person they are.
    """
    number, window = reading.number, reading.window
    if metric is not None and metric.unit is Unit.HOURS_PER_WEEK and number is not None:
        weeks = number_text(round(number / _WORKED, 1), None)
        return tr("{number} weeks of {hours} h", number=weeks, hours=f"{_WORKED:g}")
    if metric is None or metric.unit is not Unit.COUNT or number is None or not window:
        return ""
    a_day = number * _DAY / window
    if window < 2 * _DAY or a_day < 1:
        return ""
    return tr("about {number} per day", number=number_text(round(a_day), Unit.COUNT))


def row_name(reading: Reading, metric: Metric | None) -> str:
    """Return the name of a row: what the key is about, else the metric's title."""
    if quantile := reading.key.label("quantile"):
        return quantile_name(quantile)
    about = subject(reading.key)
    return about or metric_title(metric, reading.key.metric)
