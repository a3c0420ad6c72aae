"""How figures went: the question, and the answer as columns of times and values.

A snapshot holds no series; a chart asks for its own. Times are Unix time in seconds, UTC.
"""

from __future__ import annotations

import msgspec

from opsdesk.model.errors import Problem
from opsdesk.model.key import Key


class SeriesRange(msgspec.Struct, frozen=True, kw_only=True):
    """What a source or the history is asked for: an absolute range."""

    keys: tuple[Key, ...]
    start: float
    end: float
    #: seconds between two points
    step: float
    #: name of a baseline whose series is meant; '' for what was measured in the range itself.
    #: A baseline's period is laid over the range: its first point stands at ``start``
    baseline: str = ""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of one key: at each time the last of its step; None where nothing was known."""

    key: Key
    times: tuple[float, ...]
    values: tuple[float | None, ...]
    #: least and greatest of each step, where a step holds more than one sample; else empty
    lows: tuple[float | None, ...] = ()
    highs: tuple[float | None, ...] = ()


class Change(msgspec.Struct, frozen=True):
    """From ``at`` on the state was ``state``: a breaker's word, or 'unknown' where nobody saw."""

    at: float
    state: str


class Strip(msgspec.Struct, frozen=True, kw_only=True):
    """The states of one key, ascending in time; the first stands at the range's start or later."""

    key: Key
    changes: tuple[Change, ...]


class SeriesData(msgspec.Struct, frozen=True, kw_only=True):
    """What one source has of a range: a key of which it knows nothing is left out."""

    lines: tuple[Line, ...] = ()
    strips: tuple[Strip, ...] = ()


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A transition: at a moment (Unix time in seconds) a state became another."""

    key: Key
    at: float
    before: str
    state: str


class SeriesQuery(msgspec.Struct, frozen=True, cache_hash=True, kw_only=True):
    """What a chart wants of the engine: the last ``window`` seconds up to now."""

    keys: tuple[Key, ...]
    window: float
    step: float
    #: Unix time up to which it looks, where that is not now; 0: now
    until: float = 0.0
    baseline: str = ""
    #: also the usual range of each line (see :class:`Usual`)
    usual: bool = False
    #: seconds ahead for which each line is forecast; 0: not
    horizon: float = 0.0


class Usual(msgspec.Struct, frozen=True, kw_only=True):
    """Between ``low`` and ``high`` a figure was most of the time in the four weeks before."""

    key: Key
    low: float
    high: float


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """Where a line is going: the median of the likely, and a band that holds 80 % of it."""

    key: Key
    #: 'naive', 'seasonal naive', 'damped Holt', 'Theta', 'median'; '' with too little history
    method: str
    times: tuple[float, ...] = ()
    values: tuple[float, ...] = ()
    lows: tuple[float, ...] = ()
    highs: tuple[float, ...] = ()
    #: mean miss of the method as a share of that of naive2, over past forecasts; below 1 is better
    skill: float | None = None
    #: how many past forecasts the record rests on
    trials: int = 0
    #: Unix time at which there will be enough history, where there is too little
    enough_at: float | None = None


class SeriesFrame(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a :class:`SeriesQuery`."""

    query: SeriesQuery
    start: float
    end: float
    lines: tuple[Line, ...] = ()
    strips: tuple[Strip, ...] = ()
    usual: tuple[Usual, ...] = ()
    forecasts: tuple[Forecast, ...] = ()
    #: why there is less than was asked for; None where all went well
    problem: Problem | None = None

    def line(self, key: Key) -> Line | None:
        """Return the line of a key."""
        return next((line for line in self.lines if line.key == key), None)

    def strip(self, key: Key) -> Strip | None:
        """Return the strip of a key."""
        return next((strip for strip in self.strips if strip.key == key), None)
