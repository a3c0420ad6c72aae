"""The words of the trade, in the reader's language: states, origins, months."""

from __future__ import annotations

from opsdesk.catalogue.language import mark, tr
from opsdesk.model.reading import BreakerState, Origin

_BREAKERS = {
    BreakerState.CLOSED: mark("closed"),
    BreakerState.HALF_OPEN: mark("half-open"),
    BreakerState.OPEN: mark("open"),
    BreakerState.FORCED_OPEN: mark("forced-open"),
    BreakerState.DISABLED: mark("disabled"),
    BreakerState.UNKNOWN: mark("unknown"),
}
_ORIGINS = {
    Origin.MEASURED: mark("measured"),
    Origin.DERIVED: mark("derived"),
    Origin.REPORTED: mark("reported"),
    Origin.FORECAST: mark("forecast"),
    Origin.OBSERVED: mark("observed"),
}
_MONTHS = (
    mark("Jan"),
    mark("Feb"),
    mark("Mar"),
    mark("Apr"),
    mark("May"),
    mark("Jun"),
    mark("Jul"),
    mark("Aug"),
    mark("Sep"),
    mark("Oct"),
    mark("Nov"),
    mark("Dec"),
)


def breaker_word(state: BreakerState) -> str:
    """Return a breaker's state as it stands within a sentence: 'half-open'."""
    return tr(_BREAKERS[state])


def origin_word(origin: Origin) -> str:
    """Return how a figure came to be: 'measured'."""
    return tr(_ORIGINS[origin])


def month_name(month: int) -> str:
    """Return the short name of a month, 1 to 12."""
    return tr(_MONTHS[month - 1])
