"""How large letters must be to be read from afar. Pure.

Source: the visual angle of a capital letter, 20 minutes of arc for what matters most and 16 for
all else (LOOK.md section 10).
"""

from __future__ import annotations

import math

import msgspec

_PRIMARY, _OTHER = 20.0, 16.0
#: inches from corner to corner where neither anybody nor the display tells
DIAGONAL = 55.0
_MM_AN_INCH, _MM_A_METRE = 25.4, 1_000.0


class Caps(msgspec.Struct, frozen=True):
    """Least heights of capital letters in pixels of the display: never smaller."""

    #: of primary figures
    primary: int
    #: of all else
    text: int


def caps(width: int, height: int, *, diagonal: float, distance: float) -> Caps:
    """Return how high capital letters must be, rounded up.

    Args:
        width: of the display, in its pixels.
        height: the same.
        diagonal: of the display, in inches.
        distance: from which it is read, in metres.

    """
    pitch = _MM_AN_INCH * diagonal / math.hypot(width, height)

    def pixels(minutes: float) -> int:
        half = math.radians(minutes / 60) / 2
        return math.ceil(2 * distance * _MM_A_METRE * math.tan(half) / pitch)

    return Caps(pixels(_PRIMARY), pixels(_OTHER))
