"""What several sources say, as one set of readings. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from opsdesk.model.key import Key
from opsdesk.model.reading import Reading

#: what nobody has reported for so long is forgotten
FORGOTTEN_AFTER = timedelta(hours=24)

Readings = Mapping[Key, Reading]


def keep(held: Readings, harvest: Iterable[Reading], now: datetime) -> Readings:
    """Return what is known of a source after ``harvest``.

    A reading that did not change stays the same object, so that comparing by identity tells what
    did. A key that the harvest lacks keeps its last reading, which ages by itself.
    """
    fresh = {reading.key: reading for reading in harvest}
    kept = {
        key: reading for key, reading in held.items() if key in fresh or _is_known(reading, now)
    }
    for key, reading in fresh.items():
        if kept.get(key) != reading:
            kept[key] = reading
    return kept


def merge(
    by_priority: Sequence[Readings], is_stale: Callable[[Reading], bool], now: datetime
) -> dict[Key, Reading]:
    """Return the union of all keys.

    Where several sources give a key, the first of them that is not stale; where all are stale,
    the first.
    """
    merged: dict[Key, Reading] = {}
    for readings in by_priority:
        for key, reading in readings.items():
            if not _is_known(reading, now):
                continue
            rival = merged.get(key)
            if rival is None or (is_stale(rival) and not is_stale(reading)):
                merged[key] = reading
    return merged


def _is_known(reading: Reading, now: datetime) -> bool:
    return now - reading.at < FORGOTTEN_AFTER
