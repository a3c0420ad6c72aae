"""What several sources say, as one set of readings. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from types import MappingProxyType

import msgspec

from opsdesk.model.key import Key
from opsdesk.model.protocols import Harvest
from opsdesk.model.reading import Reading

#: what a source that does not answer once said is forgotten after so long
FORGOTTEN_AFTER = timedelta(hours=24)
#: what a source that answers no longer has, and does not say to have ended, is gone after so long:
#: an outage that takes the thing away with its figures is seen as stale, and not for a day
GONE_AFTER = timedelta(hours=1)

Readings = Mapping[Key, Reading]


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one source."""

    readings: Readings = MappingProxyType({})
    #: when the source last answered
    seen: datetime | None = None
    #: keys that its last answer lacked, and when an answer last held them
    missing: Mapping[Key, datetime] = MappingProxyType({})
    #: those of them that have ended there: once they would be stale, they are gone
    ended: AbstractSet[Key] = frozenset()


def keep(held: Held, harvest: Harvest, now: datetime) -> Held:
    """Return what is known of a source after ``harvest``.

    A reading that did not change stays the same object, so that comparing by identity tells what
    did. A key that the harvest lacks keeps its last reading, which ages by itself, for an hour
    after it was last there, for a day where it could not be asked: its own time would not do, for a
    figure reported monthly is always old.
    """
    fresh = {reading.key: reading for reading in harvest.readings}
    missing = {
        key: seen
        for key in held.readings.keys() - fresh.keys()
        if now - (seen := held.missing.get(key, held.seen or now)) < _patience(key, harvest)
    }
    ended = {key for key in missing if key in held.ended or _ends(held.readings[key], harvest, now)}
    # Where a key stands among the others stays as well: nothing on screen changes places.
    kept = {k: r for k, r in held.readings.items() if k in fresh or k in missing}
    for key, reading in fresh.items():
        if kept.get(key) != reading:
            kept[key] = reading
    return Held(readings=kept, seen=now, missing=missing, ended=ended)


def _patience(key: Key, harvest: Harvest) -> timedelta:
    return FORGOTTEN_AFTER if key.metric in harvest.unanswered else GONE_AFTER


def _ends(reading: Reading, harvest: Harvest, now: datetime) -> bool:
    """Tell whether what a harvest lacks has ended: younger, it would still be shown."""
    young = (now - reading.at).total_seconds() < harvest.lookback
    return young and reading.key.metric not in harvest.unanswered


def merge(
    by_priority: Iterable[Held], is_stale: Callable[[Reading], bool], now: datetime
) -> dict[Key, Reading]:
    """Return the union of all keys.

    Where several sources give a key, the first of them that is not stale; where all are stale,
    the first. A source that has not answered for a day says nothing any more, nor is there anything
    stale of what has ended.
    """
    merged: dict[Key, Reading] = {}
    for held in by_priority:
        if held.seen is None or now - held.seen >= FORGOTTEN_AFTER:
            continue
        for key, reading in held.readings.items():
            if key in held.ended and is_stale(reading):
                continue
            rival = merged.setdefault(key, reading)
            if rival is not reading and is_stale(rival) and not is_stale(reading):
                merged[key] = reading
    return merged
