"""Trips that came and went between two refreshes, where a source tells when one ended. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

import msgspec

from opsdesk.insight.derive import BREAKER_STATE
from opsdesk.model.key import Key
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.snapshot import Incident

LAST_RESET = "breaker.last_reset"
#: seconds by which times of a source are inexact at most where it does not say how often it looks
_INEXACT = 15.0
#: and at all, whatever it says
_MOST_INEXACT = 86_400.0


class Resets(msgspec.Struct, frozen=True):
    """When breakers last closed, as the refresh at ``looked_at`` had it."""

    looked_at: datetime
    #: by the key of the state
    at: Mapping[Key, datetime]


def resets(readings: Mapping[Key, Reading], now: datetime) -> Resets:
    """Return what a refresh says of when breakers last closed."""
    return Resets(
        now,
        {
            key.with_metric(BREAKER_STATE): reading.value
            for key, reading in readings.items()
            if key.metric == LAST_RESET and isinstance(reading.value, datetime)
        },
    )


def missed(
    before: Resets,
    after: Resets,
    states: Mapping[Key, BreakerState],
    incidents: Mapping[Key, Incident],
    cadence: Callable[[Key], float],
) -> Iterator[tuple[Key, datetime]]:
    """Yield which breakers have been open since the last refresh and are closed again, and when.

    Args:
        before: of the last refresh; what had closed then was found then.
        after: of this one.
        states: those that are known now.
        incidents: the newest of each breaker; whose end was seen tripped before our eyes.
        cadence: seconds between two samples of a breaker: so inexact its times are.

    """
    for key, at in after.at.items():
        inexact = timedelta(seconds=min(2 * (cadence(key) or _INEXACT), _MOST_INEXACT))
        earlier = before.at.get(key)
        if states.get(key) is not BreakerState.CLOSED or at <= before.looked_at - inexact:
            continue
        if earlier is not None and at <= earlier + inexact:
            continue
        known = incidents.get(key)
        if known is None or (known.closed_at is not None and known.closed_at < at - inexact):
            yield key, min(at, after.looked_at)
