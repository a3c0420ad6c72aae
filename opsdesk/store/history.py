"""What this OpsDesk has seen itself, in SQLite: numbers in three grains, states as transitions.

=======  =======  ===================================================
raw      14 days  each change; what stays the same, every 10 minutes
10 min   90 days  least, mean, greatest, last
1 h      2 years  the same
states   2 years  when a state became another; when nobody watched
=======  =======  ===================================================

Of more than a thousand figures each is kept for less: the file stays below some 2 GiB. A disk that
is full, or a file that is damaged, costs history and nothing else.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from opsdesk.catalogue.metrics import Catalogue
from opsdesk.insight.derive import OWN_SOURCE
from opsdesk.insight.freshness import staleness
from opsdesk.model.key import Key
from opsdesk.model.reading import BreakerState
from opsdesk.model.series import SeriesData, SeriesRange
from opsdesk.model.snapshot import Snapshot
from opsdesk.store import history_queries
from opsdesk.store.history_file import (
    HEARTBEAT,
    MINUTE,
    connect,
    is_damage,
    set_aside,
    take_back,
    thin_out,
    wind_back,
)

log = logging.getLogger(__name__)

T = TypeVar("T")

_THIN_OUT_EVERY = 10 * MINUTE
# SQLite takes so many names in one statement everywhere.
_AT_ONCE = 500


class _Number(msgspec.Struct, frozen=True):
    """A number, and the Unix time in seconds at which it was true."""

    at: int
    value: float


class _Known(msgspec.Struct, frozen=True):
    """What is recorded of a snapshot: numbers that are fresh, and all states."""

    numbers: dict[Key, _Number]
    states: dict[Key, BreakerState]


class SqliteHistory:
    """The history of one profile. Any thread may call, one at a time; each call may block."""

    def __init__(self, path: Path, catalogue: Catalogue) -> None:
        self._path = path
        self._catalogue = catalogue
        self._connection: sqlite3.Connection | None = None
        self._is_off = False
        #: why it could not be used the last time; '' where it could
        self._failure = ""
        # What is known of the file, to ask it less.
        self._ids: dict[Key, int] = {}
        self._numbers: dict[int, _Number] = {}
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
        self._let_go()

    def _try(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        """Do what may fail with the disk: it is logged once, and tried again the next time."""
        if self._is_off:
            return None
        try:
            if self._connection is None:
                self._connection = connect(self._path)
                self._is_off = self._connection is None
            found = None if self._connection is None else work(self._connection)
        except (sqlite3.Error, OSError) as error:
            self._fail(error)
            return None
        self._failure = ""
        return found

    def _fail(self, error: Exception) -> None:
        if str(error) != self._failure:
            log.warning("%s: the history cannot be used now: %s", self._path, error)
        self._failure = str(error)
        # What was written may have been taken back, and the ids with it.
        self._let_go()
        if is_damage(error):
            try:
                set_aside(self._path, error)
            except OSError as failure:
                log.warning("%s: it could not be set aside: %s", self._path, failure)

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        self._forget()
        if connection is not None:
            connection.close()

    def _forget(self) -> None:
        self._ids, self._numbers, self._states = {}, {}, {}

    def _record(self, connection: sqlite3.Connection, snapshot: Snapshot) -> None:
        now = int(snapshot.at.timestamp())
        with connection:
            self._begin(connection, now)
            known = self._known(snapshot)
            self._record_numbers(connection, known.numbers, now)
            self._record_states(connection, known.states, now)
            connection.execute("insert or replace into span values (?, ?)", (self._span, now))
        self._seen = now
        if abs(now - self._thinned) >= _THIN_OUT_EVERY:
            self._thinned = now
            if thin_out(connection, now):
                self._forget()
            # Of what comes and goes, more and more would be known by heart.
            self._ids = {key: id_ for key, id_ in self._ids.items() if key in snapshot.readings}

    def _begin(self, connection: sqlite3.Connection, now: int) -> None:
        """Write all anew that is known now, where nobody watched, or the clock has been set back.

        So it stands behind the gap.
        """
        if 0 <= now - self._seen <= HEARTBEAT:
            return
        if now < self._seen:
            take_back(connection, self._span, now)
        wind_back(connection, now)
        self._span, self._states, self._numbers = now, {}, {}

    def _record_numbers(
        self, connection: sqlite3.Connection, numbers: Mapping[Key, _Number], now: int
    ) -> None:
        self._learn(connection, numbers, insert=True)
        known = {self._ids[key]: number for key, number in numbers.items()}
        unknown = self._numbers.keys() - known.keys()
        for id_ in unknown:
            del self._numbers[id_]
        connection.executemany(
            "insert or replace into gap values (?, ?)", [(id_, now) for id_ in unknown]
        )
        connection.executemany(
            "insert or replace into raw values (?, ?, ?)", self._new_numbers(known, now)
        )

    def _new_numbers(
        self, known: Mapping[int, _Number], now: int
    ) -> Iterator[tuple[int, int, float]]:
        for id_, number in known.items():
            last, at = self._numbers.get(id_), number.at
            if last is None or not last.at < at <= now:
                at = now  # fresh, so still true, though the figure itself is older
            if last is None or number.value != last.value or at - last.at >= HEARTBEAT:
                self._numbers[id_] = _Number(at, number.value)
                yield id_, at, number.value

    def _record_states(
        self, connection: sqlite3.Connection, states: Mapping[Key, BreakerState], now: int
    ) -> None:
        self._learn(connection, states, insert=True)
        known = {self._ids[key]: state for key, state in states.items()}
        new = {id_: state for id_, state in known.items() if self._states.get(id_) is not state}
        # A breaker that is no longer there is not known either.
        new |= dict.fromkeys(self._states.keys() - known.keys(), BreakerState.UNKNOWN)
        self._states = known
        connection.executemany(
            "insert or replace into state values (?, ?, ?)",
            [(id_, now, state.value) for id_, state in new.items()],
        )

    def _known(self, snapshot: Snapshot) -> _Known:
        found = _Known({}, {})
        sources = {source.id: source for source in snapshot.sources}
        catalogue = {**snapshot.metrics, **self._catalogue}
        is_stale = staleness(catalogue, sources, snapshot.at)
        for key, reading in snapshot.readings.items():
            # What is computed here is computed now, from what is fresh.
            ours = reading.source == OWN_SOURCE and OWN_SOURCE not in sources
            if isinstance(reading.value, BreakerState):
                lost = not ours and is_stale(reading)
                found.states[key] = BreakerState.UNKNOWN if lost else reading.value
            elif (number := reading.number) is not None and (ours or not is_stale(reading)):
                found.numbers[key] = _Number(int(reading.at.timestamp()), number)
        return found

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
