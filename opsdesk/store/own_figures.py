"""OpsDesk's own figures: what a wall that hangs for months says of itself, and logs."""

from __future__ import annotations

import logging
import os
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from opsdesk.store.wall_state import WallState

log = logging.getLogger(__name__)

_PROC = Path("/proc/self")
_MIB = 1 << 20


class OwnFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What this process takes of the computer now."""

    #: resident, in MiB; None where the system does not tell without a library
    memory: float | None
    threads: int
    #: open files, pipes and sockets; None as above
    descriptors: int | None


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What a wall has done since it began."""

    refreshes: int = 0
    last_refresh: datetime | None = None
    #: how often one slide has taken the place of another, on all displays
    turns: int = 0


def own_figures() -> OwnFigures:
    """Return what this process takes of the computer now. Takes 0.1 ms."""
    if sys.platform.startswith("linux"):
        try:
            return _of_linux()
        except OSError as error:
            # No descriptor is free, perhaps: the wall shows what it has.
            log.warning("OpsDesk's own figures cannot be read: %s", error)
    # Elsewhere: the most that it ever took is known, which is another figure; and Python's threads.
    return OwnFigures(
        memory=None,
        threads=threading.active_count(),
        descriptors=_count(Path("/dev/fd")) - 1 if sys.platform == "darwin" else None,
    )


def _of_linux() -> OwnFigures:
    pages = int((_PROC / "statm").read_bytes().split()[1])
    return OwnFigures(
        memory=pages * os.sysconf("SC_PAGE_SIZE") / _MIB,
        threads=_count(_PROC / "task"),
        descriptors=_count(_PROC / "fd") - 1,  # the folder is open while it is listed
    )


def line(figures: OwnFigures, tally: Tally, state: WallState, now: datetime) -> str:
    """Return the line in the log; in one form, so that months of it can be searched and drawn.

    A figure that is not known is ``-``; times are ISO 8601 in UTC.
    """
    memory = "-" if figures.memory is None else f"{figures.memory:.1f}MiB"
    descriptors = "-" if figures.descriptors is None else str(figures.descriptors)
    return (
        f"wall: uptime={(now - state.started_at).total_seconds():.0f}s memory={memory} "
        f"threads={figures.threads} descriptors={descriptors} refreshes={tally.refreshes} "
        f"last_refresh={_moment(tally.last_refresh)} turns={tally.turns} "
        f"restarts={state.restarts} since={_moment(state.since)}"
    )


def _count(folder: Path) -> int:
    return sum(1 for _ in folder.iterdir())


def _moment(at: datetime | None) -> str:
    return "-" if at is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
