"""When Python looks for garbage: objects that refer to each other, and to which nothing else does.

Nearly all goes by itself. A start makes half a million objects and no garbage, and to look for some
took a tenth of it; what an answer of 2,000 breakers makes was searched 35 times, 13 ms in all, and
now and then for 50 ms at one go, while the window stood still.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# So many new objects before it is looked again: by Python's own measure, 700.
_YOUNG_OBJECTS = 10_000


def put_off() -> None:
    """Look for none until :func:`look_from_now_on`, or to the end of a short program."""
    gc.disable()


def look_from_now_on() -> None:
    """Look for it, now and then, among what is made from now on: what is there stays."""
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS)
    gc.enable()


@contextmanager
def put_off_meanwhile() -> Iterator[None]:
    """Look for none while something is loaded that stays."""
    looks = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looks:
            gc.freeze()
            gc.enable()


def clear_away() -> None:
    """Look for it at once, among all that there is."""
    gc.unfreeze()
    gc.collect()
