"""What stands beside figures: what they are about, held against, or why there are none. Pure."""

from __future__ import annotations

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board, subject
from opsdesk.insight.words import (
    listing,
    number_text,
    quantile_name,
    unit_symbol,
)
from opsdesk.model.metric import Direction, Metric
from opsdesk.model.reading import Reading


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


def comparison(metric: Metric | None) -> str:
    """Return what a value is to be held against: its target, or where it would be wrong."""
    if metric is None:
        return ""
    symbol = unit_symbol(metric)
    if metric.target is not None:
        target = number_text(metric.target, metric.unit)
        return tr("target {value}", value=f"{target} {symbol}".rstrip())
    if metric.degraded is None:
        return ""
    limit = f"{number_text(metric.degraded, metric.unit)} {symbol}".rstrip()
    if metric.direction is Direction.UP:
        return tr("normal above {limit}", limit=limit)
    return tr("normal below {limit}", limit=limit)


def row_name(reading: Reading, metric: Metric | None) -> str:
    """Return the name of a row: what the key is about, else the metric's title."""
    if quantile := reading.key.label("quantile"):
        return quantile_name(quantile)
    about = subject(reading.key)
    return about or (tr(metric.title) if metric is not None else reading.key.metric)
