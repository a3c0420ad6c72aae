"""What the exit status of every command means."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What the exit status means."""

    DONE = 0
    WRONG_USE = 2
    NO_DATA = 3
