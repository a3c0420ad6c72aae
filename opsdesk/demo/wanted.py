"""Which demo is wanted. Loads nothing of it."""

from __future__ import annotations

import msgspec

#: id of the demo as a source, its kind, and the profile that remembers how its window was left
DEMO = "demo"


class Demonstration(msgspec.Struct, frozen=True, kw_only=True):
    """Which of all simulated productions, and how fast it lives."""

    seed: int = 1
    #: seconds of its time a second of ours
    speed: float = 1.0
