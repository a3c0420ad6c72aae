"""How breakers went: segments to draw, trips, time in state, flapping. Every function is pure.

Times are Unix time in seconds. Strips come from :mod:`opsdesk.model.series`.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from itertools import groupby, pairwise

import msgspec

from opsdesk.model.desk import Policy
from opsdesk.model.reading import BreakerState
from opsdesk.model.series import Change, Strip

_HOUR = 3_600.0
# Nagios' rule: so many transitions are looked at, the newest weighs most.
_LOOKED_AT, _OLDEST_WEIGHS, _NEWEST_WEIGHS = 20, 0.75, 1.25


class Height(IntEnum):
    """How high a state stands in a strip; where several share a pixel, the greatest is drawn."""

    NOTHING = 0  # no time of it was asked for
    LINE = 1  # calls go through
    GAP = 2  # nobody saw
    HALF = 3
    FULL = 4


_HEIGHTS: Mapping[str, Height] = {
    BreakerState.CLOSED: Height.LINE,
    BreakerState.DISABLED: Height.LINE,
    BreakerState.HALF_OPEN: Height.HALF,
    BreakerState.OPEN: Height.FULL,
    BreakerState.FORCED_OPEN: Height.FULL,
}


class Segment(msgspec.Struct, frozen=True):
    """A part of a strip, 0..1 of its width, that is drawn alike."""

    start: float
    end: float
    height: Height


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """What a strip shows: how a breaker went from ``start`` to ``end``, Unix time in seconds."""

    changes: tuple[Change, ...] = ()
    start: float = 0.0
    end: float = 0.0
    #: whether it is open now: its last opening is coloured
    open_now: bool = False


class Since(msgspec.Struct, frozen=True):
    """From when on a state has lasted: exactly, or for longer than anybody has looked."""

    at: float
    exact: bool


def height_of(state: str) -> Height:
    """Return how high a state stands; a word that is no breaker's is a gap."""
    return _HEIGHTS.get(state, Height.GAP)


def transitions(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return the changes at which the state became another; the first always stands."""
    return tuple(next(alike) for _, alike in groupby(changes, key=lambda change: change.state))


def continued(strip: Strip, state: str, at: float) -> Strip:
    """Return a strip with what has been seen since: ``state`` at ``at``."""
    last = strip.changes[-1] if strip.changes else None
    if last is not None and (last.state == state or last.at > at):
        return strip
    return msgspec.structs.replace(strip, changes=(*strip.changes, Change(at, state)))


def segments(
    changes: Sequence[Change], start: float, end: float, pixels: int
) -> tuple[Segment, ...]:
    """Return what to draw of the time from ``start`` to ``end`` on so many pixels.

    What is shorter than a pixel is drawn one pixel wide, so that no trip is lost; where several
    states share a pixel, the highest stands. Before the first change nobody saw.
    """
    if pixels < 1 or end <= start:
        return ()
    columns = [Height.NOTHING] * pixels
    for first, last, height in _spans(changes, start, end):
        left = min(pixels - 1, math.floor((first - start) / (end - start) * pixels))
        right = max(left + 1, math.floor((last - start) / (end - start) * pixels))
        for column in range(left, right):
            columns[column] = max(columns[column], height)
    return tuple(_joined(columns))


def _spans(
    changes: Sequence[Change], start: float, end: float
) -> Iterator[tuple[float, float, Height]]:
    """Yield from when to when which height stands, cut to the range."""
    known = (Change(-math.inf, BreakerState.UNKNOWN), *changes, Change(end, BreakerState.UNKNOWN))
    for change, following in pairwise(known):
        first, last = max(start, change.at), min(end, following.at)
        if first < last:
            yield first, last, height_of(change.state)


def _joined(columns: Sequence[Height]) -> Iterator[Segment]:
    left, number = 0, len(columns)
    for height, alike in groupby(columns):
        right = left + len(tuple(alike))
        yield Segment(left / number, right / number, height)
        left = right


def trips(changes: Sequence[Change]) -> int:
    """Return how often a breaker opened; what was first seen open did not open then."""
    return sum(
        height_of(after.state) is Height.FULL and height_of(before.state) in _WAS_NOT_OPEN
        for before, after in pairwise(changes)
    )


_WAS_NOT_OPEN = (Height.LINE, Height.HALF)


def since(changes: Sequence[Change], state: str) -> Since | None:
    """Return from when on ``state`` has lasted; None where the strip ends in another.

    The first of a strip stands where somebody began to look, and so does what follows a gap.
    """
    seen = transitions(changes)
    if not seen or seen[-1].state != state:
        return None
    exact = len(seen) > 1 and height_of(seen[-2].state) is not Height.GAP
    return Since(seen[-1].at, exact)


def flapping_score(changed: Sequence[bool]) -> float:
    """Return Nagios' score in percent of up to twenty states that did or did not change.

    The oldest comes first; what is missing did not change. Four that changed last score 24.21.
    """
    newest = changed[-_LOOKED_AT:]
    step = (_NEWEST_WEIGHS - _OLDEST_WEIGHS) / (_LOOKED_AT - 1)
    weights = (_NEWEST_WEIGHS - age * step for age in range(len(newest)))
    total = sum(w for w, did in zip(weights, reversed(newest), strict=True) if did)
    return 100 * total / _LOOKED_AT


def flapping(changes: Sequence[Change], now: float, policy: Policy) -> tuple[bool, float]:
    """Return whether a breaker flaps at ``now``, and its score in percent.

    Only between closed and not closed counts: half-open probes belong to one outage.
    """
    window = policy.flapping_hours * _HOUR
    turns = tuple(_turns(changes, now))
    moments = sorted({*turns, *(at + window for at in turns if at + window <= now)})
    coming, recent, flaps, score = deque(turns), deque[float](), False, 0.0
    for moment in moments:
        while coming and coming[0] <= moment:
            recent.append(coming.popleft())
        while recent and recent[0] + window <= moment:
            recent.popleft()
        score = flapping_score([True] * len(recent))
        flaps = score > policy.flapping_to if flaps else score >= policy.flapping_from
    return flaps, score


def _turns(changes: Sequence[Change], now: float) -> Iterator[float]:
    """Yield when a breaker went from closed to not closed or back, oldest first."""
    known = [c for c in changes if height_of(c.state) is not Height.GAP and c.at <= now]
    for before, after in pairwise(known):
        if (height_of(before.state) is Height.LINE) != (height_of(after.state) is Height.LINE):
            yield after.at
