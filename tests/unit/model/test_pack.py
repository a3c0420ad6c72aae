"""What a pack's query knows of itself."""

from __future__ import annotations

from opsdesk.model.pack import LastEvent
from opsdesk.model.reading import BreakerState


def test_the_events_that_close_a_breaker_are_those_that_mean_closed() -> None:
    query = LastEvent(
        metric="breaker.state",
        query="circuit",
        at="max(timestamp(circuit))",
        event="event",
        states={
            "open": BreakerState.OPEN,
            "close": BreakerState.CLOSED,
            "reset": BreakerState.CLOSED,
        },
    )
    assert query.closing == ("close", "reset")
