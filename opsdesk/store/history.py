"""What this OpsDesk has seen itself, in SQLite: numbers in three grains, states as transitions.

=======  =======  ===================================================
raw      14 days  each change; what stays the same, every 10 minutes
10 min   90 days  least, mean, greatest, last
1 h      2 years  the same
states   2 years  when a state became another; when nobody watched
=======  =======  ===================================================

A disk that is full, or a file that is damaged, costs history and nothing else.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from opsdesk.catalogue.metrics import Catalogue
from opsdesk.insight.derive import OWN_SOURCE
from opsdesk.insight.freshness import freshness
from opsdesk.model.key import Key
from opsdesk.model.reading import BreakerState, Freshness, Reading
from opsdesk.model.series import SeriesData, SeriesRange
from opsdesk.model.snapshot import Snapshot
from opsdesk.store import history_queries
from opsdesk.store.history_file import HEARTBEAT, MINUTE, connect, thin_out

log = logging.getLogger(__name__)

T = TypeVar("T")

_THIN_OUT_EVERY = 10 * MINUTE
# SQLite takes so many names in one statement everywhere.
_AT_ONCE = 500


class _Last(msgspec.Struct, frozen=True):
    """What was last written of a number."""

    at: int
    value: float


class SqliteHistory:
    """The history of one profile. Any thread may call, one at a time; each call may block."""

    def __init__(self, path: Path, catalogue: Catalogue) -> None:
        self._path = path
        self._catalogue = catalogue
        self._connection: sqlite3.Connection | None = None
        self._is_off = False
        self._ids: dict[Key, int] = {}
        self._numbers: dict[int, _Last] = {}
        self._states: dict[int, BreakerState] = {}
        #: since when OpsDesk has watched, and until when; Unix time in seconds
        self._span = self._seen = 0
        self._thinned = 0

    def record(self, snapshot: Snapshot) -> None:
        """Keep the figures of a refresh that are new."""
        self._try(lambda connection: self._record(connection, snapshot))

    def series(self, wanted: SeriesRange) -> SeriesData:
        """Return what was recorded in a range; of a baseline, nothing."""
        if wanted.baseline:
            return SeriesData()
        found = self._try(lambda connection: self._series(connection, wanted))
        return SeriesData() if found is None else found

    def close(self) -> None:
        """Close the file. Idempotent; nothing is recorded after it."""
        self._is_off = True
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _try(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        """Do what may fail with the disk: it is logged once, and tried again the next time."""
        try:
            if self._connection is None and not self._is_off:
                self._connection = connect(self._path)
                self._is_off = self._connection is None
            return None if self._connection is None else work(self._connection)
        except (sqlite3.Error, OSError) as error:
            log.warning("%s: the history cannot be used now: %s", self._path, error)
            return None

    def _record(self, connection: sqlite3.Connection, snapshot: Snapshot) -> None:
        now = int(snapshot.at.timestamp())
        if now - self._seen > HEARTBEAT:
            # Nobody watched for a while: what is known now is written anew behind the gap.
            self._span, self._states, self._numbers = now, {}, {}
        self._seen = now
        with connection:
            self._learn(connection, snapshot.readings, insert=True)
            fresh = [r for r in snapshot.readings.values() if not self._is_stale(r, snapshot)]
            numbers = self._new_numbers(fresh, now)
            connection.executemany("insert or replace into raw values (?, ?, ?)", numbers)
            states = self._new_states(snapshot, {reading.key for reading in fresh}, now)
            connection.executemany("insert or replace into state values (?, ?, ?)", states)
            connection.execute("insert or replace into span values (?, ?)", (self._span, now))
        if now - self._thinned >= _THIN_OUT_EVERY:
            self._thinned = now
            thin_out(connection, now)

    def _new_numbers(self, fresh: Iterable[Reading], now: int) -> list[tuple[int, int, float]]:
        found = []
        for reading in fresh:
            number = reading.number
            if number is None:
                continue
            id_, at = self._ids[reading.key], int(reading.at.timestamp())
            last = self._numbers.get(id_)
            if last is None or at <= last.at:
                at = now  # fresh, so still true, though the figure itself is older
            if last is None or number != last.value or at - last.at >= HEARTBEAT:
                self._numbers[id_] = _Last(at, number)
                found.append((id_, at, number))
        return found

    def _new_states(
        self, snapshot: Snapshot, fresh: set[Key], now: int
    ) -> list[tuple[int, int, str]]:
        found = []
        for key, reading in snapshot.readings.items():
            if not isinstance(reading.value, BreakerState):
                continue
            id_ = self._ids[key]
            state = reading.value if key in fresh else BreakerState.UNKNOWN
            if self._states.get(id_) is not state:
                self._states[id_] = state
                found.append((id_, now, state.value))
        return found

    def _is_stale(self, reading: Reading, snapshot: Snapshot) -> bool:
        source = snapshot.source(reading.source)
        if source is None and reading.source == OWN_SOURCE:
            return False  # computed now, from what is fresh
        name = reading.key.metric
        metric = self._catalogue.get(name) or snapshot.metrics.get(name)
        return freshness(reading, metric, source, snapshot.at) is Freshness.STALE

    def _series(self, connection: sqlite3.Connection, wanted: SeriesRange) -> SeriesData:
        self._learn(connection, wanted.keys, insert=False)
        ids = {key: self._ids[key] for key in wanted.keys if key in self._ids}
        return history_queries.series(connection, ids, wanted)

    def _learn(self, connection: sqlite3.Connection, keys: Iterable[Key], *, insert: bool) -> None:
        """Learn the ids of keys; those that the file does not know yet are given one."""
        new = {str(key): key for key in keys if key not in self._ids}
        names = list(new)
        if insert:
            connection.executemany(
                "insert or ignore into key (text) values (?)", [(name,) for name in names]
            )
        for first in range(0, len(names), _AT_ONCE):
            some = names[first : first + _AT_ONCE]
            self._ids |= _ids(connection, some, new)


def _ids(
    connection: sqlite3.Connection, names: list[str], keys: Mapping[str, Key]
) -> dict[Key, int]:
    marks = ",".join("?" * len(names))
    statement = f"select text, id from key where text in ({marks})"  # noqa: S608 - marks alone
    return {keys[name]: id_ for name, id_ in connection.execute(statement, names)}
