"""When to ask again: pure functions of clocks and failures."""

from __future__ import annotations

import math
import time

import msgspec

#: the first wait after a failure in seconds; it doubles with every further one
FIRST_RETRY = 5.0
#: no source is left alone for longer than so many intervals: who comes back is seen soon
_RETRY_INTERVALS = 3.0
#: but for these seconds at least and at most, unless its interval is longer
_SHORT_RETRY = 10.0
LONGEST_RETRY = 60.0
#: a server may ask for at most this many seconds of silence
LONGEST_RETRY_AFTER = 600.0
#: clocks that drift apart by more seconds than this between two looks: the machine slept
SLEPT_AT_LEAST = 5.0

# 5 s doubled this often is past any interval; a further power of two only overflows.
_MOST_DOUBLINGS = 30


def next_due(due: float, now: float, interval: float) -> float:
    """Return the time of the next refresh after one that was due at ``due`` and is done at ``now``.

    It stays on the grid that ``due`` began, so that refreshes do not drift; what a slow refresh
    missed is left out. All in seconds of one monotonic clock.
    """
    steps = math.floor(max(0.0, now - due) / interval) + 1
    # Rounding may land on the present moment itself.
    return max(due + steps * interval, math.nextafter(now, math.inf))


def longest_retry(interval: float) -> float:
    """Return the most seconds between two tries of a source that fails."""
    some = max(_SHORT_RETRY, _RETRY_INTERVALS * interval)
    return max(interval, min(LONGEST_RETRY, some))


def retry_delay(
    failures: int, interval: float, chance: float, retry_after: float | None = None
) -> float:
    """Return the seconds to wait after the ``failures``-th failure in a row.

    Args:
        failures: 1 for the first; tries that a person asked for do not count.
        interval: seconds between two refreshes while all is well.
        chance: 0..1, drawn by the caller; spreads many desks over half of the wait.
        retry_after: what the server asked for in seconds; it is never asked earlier than that.

    """
    doubled: float = FIRST_RETRY * 2.0 ** min(failures - 1, _MOST_DOUBLINGS)
    delay = min(longest_retry(interval), doubled) * (0.5 + 0.5 * chance)
    return max(delay, silence(retry_after))


def silence(retry_after: float | None) -> float:
    """Return the seconds for which a server that asked for ``retry_after`` is left alone."""
    if retry_after is None or not retry_after > 0:  # NaN is no wish either
        return 0.0
    return min(retry_after, LONGEST_RETRY_AFTER)


def due_with_interval(due: float, now: float, interval: float, failures: int) -> float:
    """Return when to ask, now that the interval is another.

    A source that fails keeps what was found for it, so that no change of mind asks a tired server
    at once; only a wait that a longer interval made long is cut to what this one allows.
    """
    return min(due, now + (longest_retry(interval) if failures else interval))


class Clocks(msgspec.Struct, frozen=True, kw_only=True):
    """What the machine's clocks show at one moment, in seconds."""

    wall: float
    monotonic: float
    #: runs on while the machine sleeps; None where the system has no such clock
    boottime: float | None = None


def read_clocks() -> Clocks:
    """Read every clock that tells of sleep."""
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    return Clocks(
        wall=time.time(),
        monotonic=time.monotonic(),
        boottime=None if boottime is None else time.clock_gettime(boottime),
    )


def has_slept(before: Clocks, after: Clocks) -> bool:
    """Tell whether the machine slept between two looks at its clocks.

    The wall clock and Linux' BOOTTIME run on in sleep, MONOTONIC does not. On Windows MONOTONIC
    runs on too: there every timer is simply due on waking. A wall clock set forward looks the
    same, and one refresh too many does no harm.
    """
    awake = after.monotonic - before.monotonic
    passed = [after.wall - before.wall]
    if before.boottime is not None and after.boottime is not None:
        passed.append(after.boottime - before.boottime)
    return any(seconds - awake > SLEPT_AT_LEAST for seconds in passed)
