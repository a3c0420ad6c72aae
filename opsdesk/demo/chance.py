"""Chance that is the same each time: a function of the seed, of what it is for, and of time.

Times are seconds since the demo began, by its own clock; the past is below zero.
"""

from __future__ import annotations

from hashlib import blake2b
from math import floor
from random import Random

#: for so long after its beginning the demo stands still: all that starts slowly sees it exact
STILL = 20.0
#: and within so long before and after, figures leave the values at which they began
_RAMP = 300.0
# What rises slowly leaves them so many times as slowly: a fall within a day looks like news.
_GENTLY = 8.0
# Periods of a sway in seconds, and their shares: what one sees in an hour, a day, a month.
_PERIODS = ((900.0, 0.4), (10_800.0, 0.35), (100_000.0, 0.25))
_BITS = (1 << 64) - 1
_HALF = float(1 << 63)


def random(seed: int, *about: str) -> Random:
    """Return the chance of one thing."""
    return Random(f"{seed}/{'/'.join(about)}")  # noqa: S311 - a life, not a secret


def number(seed: int, about: str) -> int:
    """Return the number of one thing, for :func:`sway`."""
    return int.from_bytes(blake2b(f"{seed}/{about}".encode(), digest_size=8).digest())


def sway(thing: int, at: float, *, quiet: float = 0.0) -> float:
    """Return where a thing sways at a time, -1..1: smooth, and 0 when the demo begins.

    It is still as well in the ``quiet`` seconds before.
    """
    strength = _strength(at, quiet, _RAMP)
    return strength * _waves(thing, at) if strength else 0.0


def rise(thing: int, at: float, pace: float) -> float:
    """Return how high a thing has risen at a time, 0..1: smooth, and 0 when the demo begins.

    ``pace``: how many times as slow it is as what sways.
    """
    return _strength(at, 0.0, _RAMP * pace * _GENTLY) * (1.0 + _waves(thing, at / pace)) / 2.0


def _strength(at: float, quiet: float, ramp: float) -> float:
    return min(1.0, max(0.0, at - STILL, -at - quiet) / ramp)


def _waves(thing: int, at: float) -> float:
    return sum(
        share * _wave(thing + place, at / period) for place, (period, share) in enumerate(_PERIODS)
    )


def _wave(thing: int, at: float) -> float:
    """Return a smooth curve through chance values at whole numbers."""
    left = floor(at)
    part = at - left
    eased = part * part * (3.0 - 2.0 * part)
    return _drawn(thing, left) * (1.0 - eased) + _drawn(thing, left + 1) * eased


def _drawn(thing: int, place: int) -> float:
    """Return a number from -1 to 1 (splitmix64 by Steele, Lea and Flood, 2014)."""
    z = (thing + place * 0x9E3779B97F4A7C15) & _BITS
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _BITS
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _BITS
    return (z ^ (z >> 31)) / _HALF - 1.0
