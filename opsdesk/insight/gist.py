"""What a card says of many readings as one: how old they are, and how they came to be."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter

import msgspec

from opsdesk.model.reading import Origin, Reading


class Gist(msgspec.Struct, frozen=True):
    """Readings, and what is said of all of them. A card is as old as the oldest."""

    readings: tuple[Reading, ...]
    #: None where there is no reading
    oldest: Reading | None
    origins: frozenset[Origin]


def gist(readings: Iterable[Reading]) -> Gist:
    """Return what is to be said of readings."""
    found = tuple(readings)
    origins = frozenset(map(attrgetter("origin"), found))
    return Gist(found, min(found, key=attrgetter("at"), default=None), origins)
