"""Where labels stand, so that they neither lie on each other nor on a line. Pure; in pixels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

#: between the middles of two labels, one below the other (LOOK.md section 6)
APART = 15.0

Point = tuple[float, float]


class Box(msgspec.Struct, frozen=True):
    """A rectangle; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float


def apart(wanted: Sequence[float], low: float, high: float, gap: float = APART) -> list[float]:
    """Return places near the wanted ones, in the same order, at least ``gap`` from each other.

    Labels that come too close move as a group around where they wanted to be. All stay between
    ``low`` and ``high`` as long as there is room; else they begin at ``low``.
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    groups: list[list[float]] = []
    for position in order:
        groups.append([wanted[position]])
        while len(groups) > 1 and _first(groups[-1], gap) < _last(groups[-2], gap) + gap:
            groups[-2:] = [groups[-2] + groups[-1]]
    places = [_first(group, gap) + n * gap for group in groups for n in range(len(group))]
    return _undo(order, _between(places, low, high, gap))


def _first(group: Sequence[float], gap: float) -> float:
    """Return where a group begins whose members miss what they wanted least on average."""
    return sum(want - n * gap for n, want in enumerate(group)) / len(group)


def _last(group: Sequence[float], gap: float) -> float:
    return _first(group, gap) + (len(group) - 1) * gap


def _between(places: Sequence[float], low: float, high: float, gap: float) -> list[float]:
    number = len(places)
    floored = [max(place, low + n * gap) for n, place in enumerate(places)]
    if number * gap - gap > high - low:
        return [low + n * gap for n in range(number)]
    return [min(place, high - (number - 1 - n) * gap) for n, place in enumerate(floored)]


def _undo(order: Sequence[int], places: Sequence[float]) -> list[float]:
    found = [0.0] * len(order)
    for position, place in zip(order, places, strict=True):
        found[position] = place
    return found


def free(candidates: Iterable[Box], lines: Sequence[Sequence[Point]]) -> Box | None:
    """Return the first box that no line runs through."""
    return next((box for box in candidates if not any(hit(box, line) for line in lines)), None)


def hit(box: Box, line: Sequence[Point]) -> bool:
    """Tell whether a line, its points ascending in x, runs through a box."""
    if len(line) == 1:
        return box.left <= line[0][0] <= box.right and box.top <= line[0][1] <= box.bottom
    return any(_crosses(box, a, b) for a, b in pairwise(line))


def _crosses(box: Box, a: Point, b: Point) -> bool:
    if b[0] < box.left or a[0] > box.right:
        return False
    ends = [_height(a, b, max(a[0], box.left)), _height(a, b, min(b[0], box.right))]
    if a[0] == b[0]:
        ends = [a[1], b[1]]
    return min(ends) <= box.bottom and max(ends) >= box.top


def _height(a: Point, b: Point, x: float) -> float:
    return a[1] + (b[1] - a[1]) * (x - a[0]) / (b[0] - a[0]) if b[0] > a[0] else a[1]
