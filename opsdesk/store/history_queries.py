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
from opsdesk.store.history_file import HEARTBEAT, HOUR, RAW_KEPT, TEN_KEPT, rolled_until

#: so many points a line has at most
MOST_POINTS = 11_000
_TEN = 600

# A value counts until the next one, or until so long after it as its grain allows.
_POINTS = """
select at, low, high, last from hour where key = :key and at > :since and at <= :hours
union all
select at, low, high, last from ten
where key = :key and at > :since and at > :hours and at <= :tens and at <= :until
union all
select at, value, value, value from raw
where key = :key and at > :since and at >= :tens and at <= :until
order by at
"""


class _Point(msgspec.Struct, frozen=True):
    at: int
    low: float
    high: float
    last: float


def series(
    connection: sqlite3.Connection, ids: Mapping[Key, int], wanted: SeriesRange
) -> SeriesData:
    """Return what was recorded of some keys, whose ids in the file are ``ids``."""
    spans = connection.execute("select start, finish from span order by start").fetchall()
    lines, strips = [], []
    for key, id_ in ids.items():
        line = _line(connection, key, id_, wanted)
        strip = _strip(connection, key, id_, wanted, spans)
        lines += [line] if line is not None else []
        strips += [strip] if strip is not None else []
    return SeriesData(lines=tuple(lines), strips=tuple(strips))


def _line(connection: sqlite3.Connection, key: Key, id_: int, wanted: SeriesRange) -> Line | None:
    step = max(1.0, wanted.step, (wanted.end - wanted.start) / MOST_POINTS)
    holds = max(step, 1.5 * (HEARTBEAT if step < HOUR else HOUR))
    points = _points(connection, id_, wanted, step, holds)
    if not points:
        return None
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
) -> list[_Point]:
    tens = rolled_until(connection, "ten") if step >= _TEN else wanted.end - RAW_KEPT
    hours = rolled_until(connection, "hour") if step >= HOUR else wanted.end - TEN_KEPT
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
    return [_Point(*row) for row in rows]


def _sampled(
    points: Sequence[_Point], times: Sequence[float], step: float, holds: float
) -> Iterator[_Point | None]:
    """Yield what was known at each time: the last value, with the extremes of the step."""
    position, last = 0, None
    for time in times:
        low, high = math.inf, -math.inf
        while position < len(points) and points[position].at <= time:
            last = points[position]
            if last.at > time - step:
                low, high = min(low, last.low), max(high, last.high)
            position += 1
        if last is None or time - last.at > holds:
            yield None
        else:
            yield _Point(last.at, min(low, last.last), max(high, last.last), last.last)


def _strip(
    connection: sqlite3.Connection,
    key: Key,
    id_: int,
    wanted: SeriesRange,
    spans: Sequence[tuple[int, int]],
) -> Strip | None:
    rows = connection.execute(
        "select at, state from state where key = ? and at <= ? order by at", (id_, wanted.end)
    ).fetchall()
    if not rows:
        return None
    changes = [Change(float(at), state) for at, state in rows]
    changes += [Change(at, BreakerState.UNKNOWN.value) for at in _blind(spans, wanted.end)]
    # Where OpsDesk stopped watching at the moment of a change, nothing is known from then on.
    changes.sort(key=lambda change: (change.at, change.state == BreakerState.UNKNOWN))
    return Strip(key=key, changes=tuple(_within(changes, wanted.start)))


def _blind(spans: Sequence[tuple[int, int]], end: float) -> Iterator[float]:
    """Yield the moments from which on OpsDesk did not watch."""
    for (_, finish), _ in pairwise(spans):
        yield float(finish)
    if spans and end - spans[-1][1] > HEARTBEAT:
        yield float(spans[-1][1])


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
