"""The file of the history: its tables, how it is opened, and how it is thinned out."""

from __future__ import annotations

import logging
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

log = logging.getLogger(__name__)

#: version of the tables; a file of a later one is not touched
VERSION = 1

MINUTE, HOUR, DAY = 60, 3_600, 86_400
#: seconds after which what has not changed is written down again: longer is a gap
HEARTBEAT = 10 * MINUTE
RAW_KEPT, TEN_KEPT, HOUR_KEPT = 14 * DAY, 90 * DAY, 730 * DAY

_GRAIN = """
create table if not exists {name} (
  key integer not null, at integer not null, low real not null, mean real not null,
  high real not null, last real not null, primary key (key, at)
) without rowid;
"""
_TABLES = f"""
create table if not exists key (id integer primary key, text text not null unique);
create table if not exists raw (
  key integer not null, at integer not null, value real not null, primary key (key, at)
) without rowid;
{_GRAIN.format(name="ten")}
{_GRAIN.format(name="hour")}
create table if not exists state (
  key integer not null, at integer not null, state text not null, primary key (key, at)
) without rowid;
create table if not exists span (start integer primary key, finish integer not null);
create table if not exists rolled (grain text primary key, until integer not null);
"""

# One grain out of the one below it. A bucket's row stands at its end: what was known by then.
_ROLL_TEN = """
insert or replace into ten
select key, bucket, low, mean, high, (select value from raw where key = b.key and at = newest)
from (
  select key, (at / 600 + 1) * 600 as bucket,
    min(value) as low, avg(value) as mean, max(value) as high, max(at) as newest
  from raw where at >= :since and at < :until group by 1, 2
) as b
"""
_ROLL_HOUR = """
insert or replace into hour
select key, bucket, low, mean, high, (select last from ten where key = b.key and at = newest)
from (
  select key, ((at - 1) / 3600 + 1) * 3600 as bucket,
    min(low) as low, avg(mean) as mean, max(high) as high, max(at) as newest
  from ten where at > :since and at <= :until group by 1, 2
) as b
"""


def connect(path: Path) -> sqlite3.Connection | None:
    """Open the file, made anew where there is none; None for one of a later OpsDesk.

    A damaged file is set aside under a dated name.

    Raises:
        sqlite3.Error, OSError: it can be neither opened nor made.

    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _open(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise  # locked, full, not permitted: the file itself is well
        aside = path.with_name(f"{path.stem}.damaged-{datetime.now(UTC):%Y-%m-%d-%H%M%S}.sqlite")
        path.replace(aside)
        log.warning("%s: the history was damaged (%s); it is kept as %s", path, error, aside.name)
        return _open(path)


def _open(path: Path) -> sqlite3.Connection | None:
    # Each call comes from a worker of its own, one at a time.
    connection = sqlite3.connect(path, timeout=5, check_same_thread=False)
    try:
        (version,) = connection.execute("pragma user_version").fetchone()
        if version > VERSION:
            log.warning("%s: written by a later OpsDesk; nothing is recorded or shown", path)
            connection.close()
            return None
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
        connection.executescript(_TABLES)
        connection.execute(f"pragma user_version = {VERSION}")
    except BaseException:
        connection.close()
        raise
    path.chmod(0o600)  # names of breakers and servers are the owner's business
    return connection


def thin_out(connection: sqlite3.Connection, now: int) -> None:
    """Roll up whole buckets and forget what is too old. ``now`` is Unix time in seconds."""
    with connection:
        _roll(connection, "ten", _ROLL_TEN, now // 600 * 600)
        _roll(connection, "hour", _ROLL_HOUR, now // HOUR * HOUR)
        for table, kept in (("raw", RAW_KEPT), ("ten", TEN_KEPT), ("hour", HOUR_KEPT)):
            connection.execute(f"delete from {table} where at < ?", (now - kept,))  # noqa: S608 - ours
        connection.execute("delete from span where finish < ?", (now - HOUR_KEPT,))
        # The last state before what is kept still says how things were at its beginning.
        connection.execute(
            "delete from state where at < :old and at < "
            "(select max(at) from state as newer where newer.key = state.key and newer.at < :old)",
            {"old": now - HOUR_KEPT},
        )


def rolled_until(connection: sqlite3.Connection, grain: str) -> int:
    """Return up to when a grain has been made, Unix time in seconds; 0 for never."""
    row = connection.execute("select until from rolled where grain = ?", (grain,)).fetchone()
    return 0 if row is None else int(row[0])


def _roll(connection: sqlite3.Connection, grain: str, statement: str, until: int) -> None:
    since = rolled_until(connection, grain)
    if until > since:
        connection.execute(statement, {"since": since, "until": until})
        connection.execute("insert or replace into rolled values (?, ?)", (grain, until))
