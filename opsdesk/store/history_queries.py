"""Series out of the history's file."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import msgspec

from opsdesk.model.key import Key
from opsdesk.model.reading import BreakerState
from opsdesk.model.series import Change, Line, SeriesData, SeriesRange, Strip
from opsdesk.store.history_file import HEARTBEAT, HOUR, gone_until, rolled_until

#: so many points a line has at most
MOST_POINTS = 11_000
_TEN = 600

# A value counts until the next one, until it is told not to be known any more (a row of nulls), or
# until so long after it as its grain allows.
_POINTS = """
select at, low, high, last from hour where key = :key and at > :since and at <= :hours
union all
select at, low, high, last from ten
where key = :key and at > :since and at > :hours and at <= :tens and at <= :until
union all
select at, value, value, value from raw
where key = :key and at > :since and at >= :tens and at <= :until
union all
select at, null, null, null from gap where key = :key and at > :since and at <= :until
order by at
"""
# From the one that was in force at the start.
_STATES = """
select at, state from state where key = :key and at <= :end and at >= coalesce(
  (select max(at) from state as earlier where earlier.key = :key and earlier.at <= :start), 0
) order by at
"""


class _Point(msgspec.Struct, frozen=True):
    at: int
    low: float
    high: float
    last: float


class _Gap(msgspec.Struct, frozen=True):
    """From ``at`` on nothing is known."""

    at: int


def series(
    connection: sqlite3.Connection, ids: Mapping[Key, int], wanted: SeriesRange
) -> SeriesData:
    """Return what was recorded of some keys, whose ids in the file are ``ids``."""
    blind = _blind(connection, wanted)
    lines = (_line(connection, key, id_, wanted, blind) for key, id_ in ids.items())
    strips = (_strip(connection, key, id_, wanted, blind) for key, id_ in ids.items())
    return SeriesData(
        lines=tuple(line for line in lines if line is not None),
        strips=tuple(strip for strip in strips if strip is not None),
    )


def _line(
    connection: sqlite3.Connection, key: Key, id_: int, wanted: SeriesRange, blind: Sequence[int]
) -> Line | None:
    step = max(1.0, wanted.step, (wanted.end - wanted.start) / MOST_POINTS)
    holds = max(step, 1.5 * (HEARTBEAT if step < HOUR else HOUR))
    points = _points(connection, id_, wanted, step, holds)
    if not any(isinstance(point, _Point) for point in points):
        return None
    # What was known in the moment of the last look was known then, and no longer.
    points = sorted([*points, *(_Gap(at + 1) for at in blind)], key=lambda point: point.at)
    times = [wanted.start + step * n for n in range(int((wanted.end - wanted.start) / step) + 1)]
    if times[-1] < wanted.end:
        times.append(wanted.end)
    found = list(_sampled(points, times, step, holds))
    return Line(
        key=key,
        times=tuple(times),
        values=tuple(None if point is None else point.last for point in found),
        lows=tuple(None if point is None else point.low for point in found),
        highs=tuple(None if point is None else point.high for point in found),
    )


def _points(
    connection: sqlite3.Connection, id_: int, wanted: SeriesRange, step: float, holds: float
) -> list[_Point | _Gap]:
    tens = rolled_until(connection, "ten") if step >= _TEN else gone_until(connection, "raw")
    hours = rolled_until(connection, "hour") if step >= HOUR else gone_until(connection, "ten")
    rows = connection.execute(
        _POINTS,
        {
            "key": id_,
            "since": wanted.start - holds,
            "until": wanted.end,
            "tens": tens,
            "hours": min(hours, tens, wanted.end),
        },
    )
    return [_Gap(row[0]) if row[1] is None else _Point(*row) for row in rows]


def _sampled(
    points: Sequence[_Point | _Gap], times: Sequence[float], step: float, holds: float
) -> Iterator[_Point | None]:
    """Yield what was known at each time: the last value, with the extremes of the step."""
    position = 0
    last: _Point | None = None
    for time in times:
        low, high = math.inf, -math.inf
        while position < len(points) and points[position].at <= time:
            point = points[position]
            last = None if isinstance(point, _Gap) else point
            if last is not None and last.at > time - step:
                low, high = min(low, last.low), max(high, last.high)
            position += 1
        if last is None or time - last.at > holds:
            yield None
        else:
            yield _Point(last.at, min(low, last.last), max(high, last.last), last.last)


def _strip(
    connection: sqlite3.Connection, key: Key, id_: int, wanted: SeriesRange, blind: Sequence[int]
) -> Strip | None:
    rows = connection.execute(
        _STATES, {"key": id_, "start": wanted.start, "end": wanted.end}
    ).fetchall()
    if not rows:
        return None
    changes = [Change(float(at), state) for at, state in rows]
    changes += [Change(float(at), BreakerState.UNKNOWN.value) for at in blind]
    # Where OpsDesk stopped watching at the moment of a change, nothing is known from then on.
    changes.sort(key=lambda change: (change.at, change.state == BreakerState.UNKNOWN))
    return Strip(key=key, changes=tuple(_within(changes, wanted.start)))


def _blind(connection: sqlite3.Connection, wanted: SeriesRange) -> list[int]:
    """Return the moments from which on OpsDesk did not watch: in the range, and the last before."""
    spans = connection.execute("select start, finish from span order by start").fetchall()
    # Where a clock was set back, the next span may begin before this one ends.
    found = [finish for (_, finish), (start, _) in pairwise(spans) if start > finish]
    if spans and wanted.end - spans[-1][1] > HEARTBEAT:
        found.append(spans[-1][1])
    before = [at for at in found if at <= wanted.start]
    return [*before[-1:], *(at for at in found if wanted.start < at <= wanted.end)]


def _within(changes: Sequence[Change], start: float) -> Iterator[Change]:
    """Yield the changes after ``start``, and before them the state that it begins with."""
    before = [change for change in changes if change.at <= start]
    if before:
        yield Change(start, before[-1].state)
    state = before[-1].state if before else ""
    for change in changes:
        if change.at > start and change.state != state:
            state = change.state
            yield change
