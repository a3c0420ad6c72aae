"""Where a still picture stands in this minute, so that no pixel always shows the same. Pure."""

from __future__ import annotations

#: at 1080 lines; so far that every line of 4 px has been somewhere else
_REACH, _LINES = 4, 1080


def reach_of(height: int) -> int:
    """Return how far a picture is shifted at most, for a display that is so many pixels high."""
    return max(1, round(_REACH * height / _LINES))


def shift(minute: int, reach: int) -> tuple[int, int]:
    """Return by how many pixels a picture is off its place, to the right and down.

    It goes line by line through a square of ``2 * reach + 1`` pixels, there and back again: it
    stands everywhere equally often, and never moves by more than one pixel.

    Args:
        minute: since any moment.
        reach: in pixels to each side, at least 0.

    """
    side = 2 * reach + 1
    area = side * side
    place = minute % (2 * area)
    row, column = divmod(min(place, 2 * area - 1 - place), side)
    return (column if row % 2 == 0 else side - 1 - column) - reach, row - reach
