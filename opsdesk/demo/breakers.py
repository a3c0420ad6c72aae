"""Circuit breakers: state, failures and last reset at any time. Times are the demo's own."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor

from opsdesk.demo.figures import Breaker
from opsdesk.demo.outages import MINUTE, Spell, of_breaker
from opsdesk.model.key import key
from opsdesk.model.reading import BreakerState
from opsdesk.model.series import Change

# So many failures trip a breaker, tests and late answers add one in a while, and when calls pass
# again they are forgotten by and by: this way the document's counts follow from its resets.
_TRIPS_AT, _ONE_MORE_EACH, _HALF_FORGOTTEN_IN = 5, 3 * MINUTE, 18 * MINUTE
_MOST = 99.0


class LiveBreaker:
    """One breaker."""

    def __init__(self, breaker: Breaker, seed: int, *, is_first: bool) -> None:
        labels = {"breaker": breaker.name}
        self.name = breaker.name
        self.key = key("breaker.state", labels)
        self._outages = of_breaker(breaker, seed, is_first=is_first)

    def changes(self, start: float, at: float) -> list[Change]:
        """Return the changes after ``start`` up to a time, ascending."""
        spells = reversed(list(self._outages.since(start, at)))
        return [change for spell in spells for change in spell.changes if start < change.at <= at]

    def state(self, at: float) -> str:
        """Return the state."""
        spell = self._outages.last(at)
        if spell is None or spell.end <= at:
            return BreakerState.CLOSED
        return next(change.state for change in reversed(spell.changes) if change.at <= at)

    def failures(self, at: float) -> float:
        """Return how many failures are counted."""
        spell = self._outages.last(at)
        if spell is None:
            return 0.0
        lasted = min(at, spell.end) - spell.start
        counted = min(_MOST, float(_TRIPS_AT + floor(lasted / _ONE_MORE_EACH)))
        since = max(0.0, at - spell.end)
        return float(floor(counted * 0.5 ** (since / _HALF_FORGOTTEN_IN)))

    def last_reset(self, at: float) -> tuple[float | None, str]:
        """Return when it last closed, or None and why there is no such time."""
        spell = self._outages.last(at)
        if spell is None:
            return None, "N/A"
        return (spell.end, "") if spell.end <= at else (None, "Pending")

    def outages(self, start: float, at: float) -> Iterator[Spell]:
        """Yield what has begun up to a time and was not over at ``start``, the newest first."""
        return self._outages.since(start, at)
