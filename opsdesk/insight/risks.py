"""Risks that figures tell of, in words: 'Log volume grows 15 % per week'. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from math import log, log1p

from opsdesk.catalogue.language import tr, trn
from opsdesk.insight.board import Board, subject
from opsdesk.insight.telling import fresh
from opsdesk.insight.words import figure_text, listing, metric_title, number_text
from opsdesk.model.metric import Metric, Operation
from opsdesk.model.reading import Reading, Unit

GROWTH = "logs.volume_growth"
LOW_SUCCESS = "runbook.low_success"
FLAPPING = "breaker.flapping"
SUCCESS_OF_EACH, SUCCESS_OF_ALL = "runbook.run_success_rate", "runbook.success_rate"

# In fewer weeks the growth itself says so, in more nobody can know.
_SOON, _WEEKS_OF_A_YEAR = 1.5, 52.0

#: the metrics that are a risk when they are above zero
RISKS = (GROWTH, LOW_SUCCESS, FLAPPING)


def risks(board: Board, now: datetime) -> list[Reading]:
    """Return the figures that tell of a risk now, in the order of the catalogue."""
    return [
        reading for metric in RISKS for reading in fresh(board, metric, now) if is_risk(reading)
    ]


def is_risk(reading: Reading) -> bool:
    """Tell whether there is anything to attend to: nothing of it, or less of it, is no risk."""
    return reading.number is not None and reading.number > 0


def risk_text(reading: Reading, metric: Metric | None, now: datetime) -> str:
    """Return a risk in words, without a full stop; of a metric not known here, title and figure."""
    words = _WORDS.get(reading.key.metric)
    if words is not None and reading.number is not None:
        return words(reading.number)
    title = metric_title(metric, reading.key.metric)
    figure = figure_text(reading, metric, now)
    name = subject(reading.key)
    if name:
        return tr("{title} of {name}: {figure}", title=title, name=name, figure=figure)
    return tr("{title}: {figure}", title=title, figure=figure)


def disagreeing(number: int) -> str:
    """Say of how many figures something else is known as well: less sure ground, but no risk."""
    return trn("{number} figure disagrees", "{number} figures disagree", number)


def consequence(reading: Reading, board: Board) -> str:
    """Say what comes of a risk if it goes on, or whom it is about; '' where nobody can say."""
    weeks = doubles_in(reading)
    if weeks is not None:
        return trn("doubles in about {number} week", "doubles in about {number} weeks", weeks)
    limit = limit_of(reading, board)
    if limit is None:
        return ""
    names = _below(limit, board)
    return listing(names) if len(names) >= (reading.number or 0) else tr("names: no source")


def unnamed(board: Board) -> list[Metric]:
    """Return the metrics of which it is known how many things are too low, but not which."""
    found = ((board.metric(r.key.metric), r) for r in board.by_metric.get(LOW_SUCCESS, ()))
    limits = ((metric, reading, limit_of(reading, board)) for metric, reading in found)
    return [
        metric
        for metric, reading, limit in limits
        if metric is not None
        and limit is not None
        and len(_below(limit, board)) < (reading.number or 0)
    ]


def _below(limit: float, board: Board) -> list[str]:
    rates = board.by_metric.get(SUCCESS_OF_EACH, ())
    return [subject(rate.key) for rate in rates if (rate.number or 0.0) < limit]


def doubles_in(reading: Reading) -> int | None:
    """Return in how many weeks what grows will have doubled; None where that says nothing."""
    if reading.key.metric != GROWTH or reading.number is None or reading.number <= 0:
        return None
    growth = log1p(reading.number / 100)  # of the least numbers there are, zero
    weeks = log(2.0) / growth if growth else _WEEKS_OF_A_YEAR
    return round(weeks) if _SOON < weeks < _WEEKS_OF_A_YEAR else None


def limit_of(reading: Reading, board: Board) -> float | None:
    """Return the limit below which things are counted; None where nothing is."""
    metric = board.metric(reading.key.metric)
    if metric is None or metric.compute is None:
        return None
    return metric.compute.limit if metric.compute.op is Operation.COUNT_BELOW else None


def _growth(percent: float) -> str:
    growth = number_text(percent, Unit.PERCENT_CHANGE)
    return tr("Log volume grows {percent} % per week", percent=growth)


def _low_success(number: float) -> str:
    return trn(
        "{number} runbook below 80 % success",
        "{number} runbooks below 80 % success",
        round(number),
    )


def _flapping(number: float) -> str:
    return trn(
        "{number} circuit breaker flapping", "{number} circuit breakers flapping", round(number)
    )


_WORDS: Mapping[str, Callable[[float], str]] = {
    GROWTH: _growth,
    LOW_SUCCESS: _low_success,
    FLAPPING: _flapping,
}
