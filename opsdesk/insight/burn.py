"""How fast an error budget is used up: the rule of several windows. Pure.

Google's Site Reliability Workbook, chapter 5, 'Multiwindow, Multi-Burn-Rate Alerts': a long window
shows that much is lost, a short one that it still goes on.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from opsdesk.model.metric import Direction, Metric
from opsdesk.model.series import Line
from opsdesk.model.snapshot import Severity

_MINUTE, _HOUR, _DAY = 60.0, 3_600.0, 86_400.0
#: an objective is promised for so many seconds
PERIOD = 30 * _DAY
#: requests; of fewer, one that fails is a catastrophe on paper alone
LEAST_TRAFFIC = 100
#: share of a window that must have been seen
_SEEN = 0.5


class Rule(msgspec.Struct, frozen=True):
    """A budget burns when both windows (seconds) are at ``factor`` or above."""

    factor: float
    long: float
    short: float
    severity: Severity


RULES = (
    Rule(14.4, _HOUR, 5 * _MINUTE, Severity.CRITICAL),
    Rule(6.0, 6 * _HOUR, 30 * _MINUTE, Severity.CRITICAL),
    Rule(1.0, 3 * _DAY, 6 * _HOUR, Severity.DEGRADED),
)
#: up to this window a line of short steps is needed
FINE = 6 * _HOUR
COARSE = 3 * _DAY


class Burn(msgspec.Struct, frozen=True):
    """A rule that holds, and the factor in its long window: 1 uses up the budget in the period."""

    rule: Rule
    factor: float

    @property
    def lasts(self) -> float:
        """Seconds in which a whole budget is used up at this rate."""
        return PERIOD / self.factor


def burning(metric: Metric, fine: Line, coarse: Line, now: float) -> Burn | None:
    """Return the gravest rule that holds; None where none does.

    Args:
        metric: with its objective; its figure is the share of what fails in percent, or with
            direction up, of what goes well.
        fine: the last six hours in short steps.
        coarse: the last three days.
        now: Unix time in seconds.

    """
    for rule in RULES:
        long = factor(metric, fine if rule.long <= FINE else coarse, rule.long, now)
        short = factor(metric, fine, rule.short, now)
        if long is not None and short is not None and min(long, short) >= rule.factor:
            return Burn(rule, long)
    return None


def factor(metric: Metric, line: Line, window: float, now: float) -> float | None:
    """Return how many times too fast a budget was used; None where too little is known."""
    if metric.objective is None:
        return None
    at = [i for i, time in enumerate(line.times) if now - window < time <= now]
    known = [value for i in at if (value := line.values[i]) is not None]
    between = step(line)
    if not known or not between or len(known) < _SEEN * window / between:
        return None
    return failing(metric, known) / (100 - metric.objective)


def step(line: Line) -> float:
    """Return the seconds between two points of a line; 0 where nothing tells them."""
    return line.times[1] - line.times[0] if len(line.times) > 1 else 0.0


def failing(metric: Metric, percents: Sequence[float]) -> float:
    """Return the mean share of what fails, in percent."""
    mean = sum(percents) / len(percents)
    return 100 - mean if metric.direction is Direction.UP else mean
