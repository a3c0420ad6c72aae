"""The file of the history: its tables, how it is opened, and how it is thinned out."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

log = logging.getLogger(__name__)

#: version of the tables; a file of a later one is not touched
VERSION = 1

MINUTE, HOUR, DAY = 60, 3_600, 86_400
#: seconds after which what has not changed is written down again: longer is a gap
HEARTBEAT = 10 * MINUTE
RAW_KEPT, TEN_KEPT, HOUR_KEPT = 14 * DAY, 90 * DAY, 730 * DAY
#: figures that are kept as long as that, 1.5 GiB a year; of more, each is kept for less
MOST_KEYS = 1_000

_GRAIN = """
create table if not exists {name} (
  key integer not null, at integer not null, low real not null, mean real not null,
  high real not null, last real not null, primary key (key, at)
) without rowid;
"""
# gap: from then on a number was not known; rolled: up to when a grain has been made out of the one
# below it; gone: up to when it has been thinned out.
_TABLES = f"""
create table if not exists key (id integer primary key, text text not null unique);
create table if not exists raw (
  key integer not null, at integer not null, value real not null, primary key (key, at)
) without rowid;
{_GRAIN.format(name="ten")}
{_GRAIN.format(name="hour")}
create table if not exists gap (
  key integer not null, at integer not null, primary key (key, at)
) without rowid;
create table if not exists state (
  key integer not null, at integer not null, state text not null, primary key (key, at)
) without rowid;
create table if not exists span (start integer primary key, finish integer not null);
create table if not exists rolled (grain text primary key, until integer not null);
create table if not exists gone (grain text primary key, until integer not null);
"""

# One grain out of the one below it. A bucket's row stands at its end: what was known by then.
# Key by key, here and below: the time alone would be looked for in all that there is.
_ROLL_TEN = """
insert or replace into ten
select id, bucket, low, mean, high, (select value from raw where key = b.id and at = newest)
from (
  select id, (at / 600 + 1) * 600 as bucket,
    min(value) as low, avg(value) as mean, max(value) as high, max(at) as newest
  from key cross join raw on raw.key = id and at >= :since and at < :until group by 1, 2
) as b
"""
_ROLL_HOUR = """
insert or replace into hour
select id, bucket, low, mean, high, (select last from ten where key = b.id and at = newest)
from (
  select id, ((at - 1) / 3600 + 1) * 3600 as bucket,
    min(low) as low, avg(mean) as mean, max(high) as high, max(at) as newest
  from key cross join ten on ten.key = id and at > :since and at <= :until group by 1, 2
) as b
"""
# The last state before what is kept still says how things were at its beginning.
_THIN_STATES = """
delete from state where key in (select id from key) and at < :old and at < (
  select max(at) from state as newer where newer.key = state.key and newer.at < :old
)
"""
_FORGET_KEYS = """
delete from key where not exists (select 1 from raw where key = id)
  and not exists (select 1 from ten where key = id)
  and not exists (select 1 from hour where key = id)
  and not exists (select 1 from state where key = id and at >= :old)
"""
_FORGET_STATES = "delete from state where key not in (select id from key)"


def connect(path: Path) -> sqlite3.Connection | None:
    """Open the file, made anew where there is none; None for one of a later OpsDesk.

    A damaged file is set aside.

    Raises:
        sqlite3.Error, OSError: it can be neither opened nor made.

    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _open(path)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        set_aside(path, error)
        return _open(path)


def is_damage(error: Exception) -> bool:
    """Tell whether it is the file itself that is not well: not its disk, its lock or its rights."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without what SQLite adds to a code
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def set_aside(path: Path, error: Exception) -> None:
    """Keep a damaged file, which nobody may have open, under a dated name.

    Raises:
        OSError: it cannot be renamed.

    """
    aside = path.with_name(f"{path.stem}.damaged-{datetime.now(UTC):%Y-%m-%d-%H%M%S}.sqlite")
    path.replace(aside)
    with suppress(FileNotFoundError):
        # What was written last; it must not be taken for a part of the new file.
        path.with_name(f"{path.name}-wal").replace(aside.with_name(f"{aside.name}-wal"))
    log.warning("%s: the history was damaged (%s); it is kept as %s", path, error, aside.name)


def _open(path: Path) -> sqlite3.Connection | None:
    # Names of breakers and servers are the owner's business. SQLite gives the files that it makes
    # beside this one the same permissions.
    path.touch(0o600)
    path.chmod(0o600)
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
        # KiB: SQLite's own 2 MiB fill up over weeks, and the system keeps the file at hand anyway.
        connection.execute("pragma cache_size = -256")
        connection.executescript(_TABLES)
        connection.execute(f"pragma user_version = {VERSION}")
    except BaseException:
        connection.close()
        raise
    return connection


def wind_back(connection: sqlite3.Connection, now: int) -> None:
    """Have everything from ``now`` on made and thinned out anew: an earlier clock was ahead.

    ``now`` is Unix time in seconds.
    """
    hour = now // HOUR * HOUR
    connection.execute("update rolled set until = min(until, ?)", (hour,))
    connection.execute("update gone set until = min(until, ?)", (hour,))


def take_back(connection: sqlite3.Connection, since: int, now: int) -> None:
    """Take back what the run that began at ``since`` has written of times after ``now``.

    What earlier runs wrote stays: it may be the present clock that is wrong. Both are Unix time in
    seconds.
    """
    for table in ("raw", "gap", "state"):
        connection.execute(
            f"delete from {table} where key in (select id from key) and at > ?",  # noqa: S608 - ours
            (max(since - 1, now),),
        )
    connection.execute("delete from span where start >= ? and start > ?", (since, now))


def thin_out(connection: sqlite3.Connection, now: int) -> bool:
    """Roll up whole buckets and forget what is too old. ``now`` is Unix time in seconds.

    Tells whether whole keys were forgotten: their ids may be given to others.
    """
    with connection:
        # What a source samples seldom arrives late.
        late = now - HEARTBEAT
        _roll(connection, "ten", _ROLL_TEN, late // 600 * 600)
        _roll(connection, "hour", _ROLL_HOUR, late // HOUR * HOUR)
        (keys,) = connection.execute("select count(*) from key").fetchone()
        share = min(1.0, MOST_KEYS / max(keys, 1))
        for grain, kept in (("raw", RAW_KEPT), ("ten", TEN_KEPT), ("hour", HOUR_KEPT)):
            _thin(connection, grain, now - int(kept * share))
        old = {"old": now - HOUR_KEPT}
        connection.execute("delete from gap where key in (select id from key) and at < :old", old)
        connection.execute("delete from span where finish < :old", old)
        connection.execute(_THIN_STATES, old)
        forgets = connection.execute(_FORGET_KEYS, old).rowcount > 0
        if forgets:
            connection.execute(_FORGET_STATES)
    return forgets


def _thin(connection: sqlite3.Connection, grain: str, until: int) -> None:
    connection.execute(
        f"delete from {grain} where key in (select id from key) and at < ?",  # noqa: S608 - ours
        (until,),
    )
    connection.execute("insert or replace into gone values (?, ?)", (grain, until))


def rolled_until(connection: sqlite3.Connection, grain: str) -> int:
    """Return up to when a grain has been made, Unix time in seconds; 0 for never."""
    return _until(connection, "rolled", grain)


def gone_until(connection: sqlite3.Connection, grain: str) -> int:
    """Return up to when a grain has been thinned out, Unix time in seconds; 0 for never."""
    return _until(connection, "gone", grain)


def _until(connection: sqlite3.Connection, table: str, grain: str) -> int:
    statement = f"select until from {table} where grain = ?"  # noqa: S608 - ours
    row = connection.execute(statement, (grain,)).fetchone()
    return 0 if row is None else int(row[0])


def _roll(connection: sqlite3.Connection, grain: str, statement: str, until: int) -> None:
    since = rolled_until(connection, grain)
    if until > since:
        connection.execute(statement, {"since": since, "until": until})
        connection.execute("insert or replace into rolled values (?, ?)", (grain, until))
