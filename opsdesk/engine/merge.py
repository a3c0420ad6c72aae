"""What several sources say, as one set of readings. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

import msgspec

from opsdesk.model.key import Key
from opsdesk.model.reading import Reading

#: what a source that does not answer once said is forgotten after so long
FORGOTTEN_AFTER = timedelta(hours=24)
#: what a source that answers no longer has is gone after so long: an outage that takes the thing
#: away with its figures is seen as stale, a deployment that renames it is not for a day
GONE_AFTER = timedelta(hours=1)

Readings = Mapping[Key, Reading]


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one source."""

    readings: Readings = MappingProxyType({})
    #: when the source last answered
    seen: datetime | None = None
    #: keys that its last answer lacked, and when an answer last held them
    missing: Mapping[Key, datetime] = MappingProxyType({})


def keep(held: Held, harvest: Iterable[Reading], now: datetime) -> Held:
    """Return what is known of a source after ``harvest``.

    A reading that did not change stays the same object, so that comparing by identity tells what
    did. A key that the harvest lacks keeps its last reading, which ages by itself, for an hour
    after it was last there: its own time would not do, for a figure reported monthly is always old.
    """
    fresh = {reading.key: reading for reading in harvest}
    missing = {
        key: seen
        for key in held.readings.keys() - fresh.keys()
        if now - (seen := held.missing.get(key, held.seen or now)) < GONE_AFTER
    }
    # Where a key stands among the others stays as well: nothing on screen changes places.
    kept = {k: r for k, r in held.readings.items() if k in fresh or k in missing}
    for key, reading in fresh.items():
        if kept.get(key) != reading:
            kept[key] = reading
    return Held(readings=kept, seen=now, missing=missing)


def merge(
    by_priority: Iterable[Held], is_stale: Callable[[Reading], bool], now: datetime
) -> dict[Key, Reading]:
    """Return the union of all keys.

    Where several sources give a key, the first of them that is not stale; where all are stale,
    the first. A source that has not answered for a day says nothing any more.
    """
    merged: dict[Key, Reading] = {}
    for held in by_priority:
        if held.seen is None or now - held.seen >= FORGOTTEN_AFTER:
            continue
        for key, reading in held.readings.items():
            rival = merged.setdefault(key, reading)
            if rival is not reading and is_stale(rival) and not is_stale(reading):
                merged[key] = reading
    return merged
