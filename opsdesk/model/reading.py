"""One figure as a source gave it, or as OpsDesk computed it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from math import isfinite

import msgspec

from opsdesk.model.key import Key


class Unit(StrEnum):
    """The closed list of units. A percent is 0..100 unless the catalogue gives another range."""

    PERCENT = "percent"
    PERCENT_CHANGE = "percent_change"
    PERCENT_CHANGE_PER_WEEK = "percent_change/week"
    MILLISECONDS = "ms"
    SECONDS = "s"
    MINUTES = "min"
    COUNT = "count"
    COUNT_PER_WEEK = "count/week"
    COUNT_PER_MONTH = "count/month"
    HOURS_PER_WEEK = "hours/week"
    THOUSAND_LINES_PER_HOUR = "thousand lines/hour"
    USD = "USD"
    USD_PER_WEEK = "USD/week"
    USD_PER_MONTH = "USD/month"
    SCORE_OF_10 = "score/10"
    STATE = "state"
    TEXT = "text"
    BOOL = "bool"
    TIME = "time"


class Qualifier(StrEnum):
    """How exact a value is: '' is exact."""

    EXACT = ""
    LESS = "<"
    GREATER = ">"
    AT_LEAST = ">="
    ABOUT = "~"


class Origin(StrEnum):
    """How a figure came to be."""

    MEASURED = "measured"
    DERIVED = "derived"
    REPORTED = "reported"
    FORECAST = "forecast"
    OBSERVED = "observed"


class Freshness(StrEnum):
    """How far a reading may be trusted now; see :mod:`opsdesk.insight.freshness`."""

    LIVE = "live"
    LATE = "late"
    STALE = "stale"
    MISSING = "missing"
    NO_SOURCE = "no source"


class BreakerState(StrEnum):
    """The states of a circuit breaker. Looked up by the thousand, so hashed as the word it is."""

    __hash__ = str.__hash__

    CLOSED = "closed"
    HALF_OPEN = "half-open"
    OPEN = "open"
    FORCED_OPEN = "forced-open"
    DISABLED = "disabled"
    UNKNOWN = "unknown"

    @property
    def is_open(self) -> bool:
        """Whether calls are refused."""
        return self in (BreakerState.OPEN, BreakerState.FORCED_OPEN)


Value = float | bool | str | datetime | None


class Reading(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A figure at a time. Times are UTC; a refresh that changes nothing reuses the same object.

    There are thousands, and none can be part of a circle: the garbage collector passes them by.
    """

    key: Key
    value: Value
    #: when the value was true, which is not when it was asked for
    at: datetime
    #: id of the source that gave it
    source: str
    origin: Origin = Origin.MEASURED
    qualifier: Qualifier = Qualifier.EXACT
    #: seconds that the value covers; None where it stands for an instant
    window: float | None = None
    #: how many samples it rests on
    samples: int | None = None
    #: share of its window for which there were samples, 0..1
    coverage: float | None = None
    #: seconds between two samples of it, where that is more than its source's own cadence
    cadence: float = 0.0
    #: by how many percent it has changed against a baseline, as the source itself reports it
    change: float | None = None
    note: str = ""

    @property
    def is_exact(self) -> bool:
        """Whether the value is just that, and not somewhere beyond or about it."""
        return self.qualifier is Qualifier.EXACT

    @property
    def number(self) -> float | None:
        """The value where one can reckon with it; None for a word, a time, NaN or infinity.

        A whole number counts: JSON and hand-written files give 12 for 12.0.
        """
        value = self.value
        if isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value):
            return float(value)
        return None
