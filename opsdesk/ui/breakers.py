"""How a breaker's state is shown, the same in cells, table, menu and tray."""

from __future__ import annotations

from datetime import datetime

from opsdesk.insight.board import Board, Breaker
from opsdesk.insight.verdict import State
from opsdesk.insight.words import MIDDLE_DOT, figure_text, value_text
from opsdesk.model.reading import BreakerState

STATES = {
    BreakerState.CLOSED: State.OK,
    BreakerState.HALF_OPEN: State.DEGRADED,
    BreakerState.OPEN: State.CRITICAL,
    BreakerState.FORCED_OPEN: State.CRITICAL,
    BreakerState.DISABLED: State.NO_SOURCE,
    BreakerState.UNKNOWN: State.NO_SOURCE,
}


def state_and_word(breaker: Breaker, now: datetime) -> tuple[State, str]:
    """Return the state to draw and its word; what is stale asserts nothing: 'was OPEN'."""
    word = breaker.state.value.upper()
    if now.timestamp() > breaker.stale_at:
        return State.STALE, f"was {word}" if breaker.state.is_open else f"was {word.lower()}"
    return STATES[breaker.state], word


def failures_text(breaker: Breaker, board: Board, now: datetime) -> str:
    """Return '12 failures', or '' where nobody counts them."""
    reading = breaker.failures
    if reading is None or not isinstance(reading.value, float):
        return ""
    number = figure_text(reading, board.metric(reading.key.metric), now)
    return f"{number} {'failure' if number == '1' else 'failures'}"


def summary(board: Board) -> str:
    """Return '6 closed, 1 open' over all breakers, or '' where there are none."""
    numbers: dict[BreakerState, int] = {}
    for breaker in board.breakers:
        numbers[breaker.state] = numbers.get(breaker.state, 0) + 1
    ordered = sorted(numbers.items(), key=lambda pair: -pair[1])
    return f" {MIDDLE_DOT} ".join(f"{number:,} {state}" for state, number in ordered)


def failures_count(breaker: Breaker, board: Board, now: datetime) -> str:
    """Return '12', or an en dash where nobody counts them."""
    return value_text(breaker.failures, board.metric("breaker.failures"), now)


def failures_number(breaker: Breaker) -> float:
    """Return the failures for sorting; -1 where nobody counts them."""
    value = breaker.failures.value if breaker.failures is not None else None
    return value if isinstance(value, float) else -1.0
