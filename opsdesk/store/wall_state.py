"""What a wall remembers by itself: since when it runs, and how often it had to be started anew."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec.structs import replace

from opsdesk.runtime.files import sweep, write_own

log = logging.getLogger(__name__)

_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class WallState(msgspec.Struct, frozen=True, kw_only=True):
    """A run of the wall, and those before it that somebody had not ended."""

    #: when this run began
    started_at: _Moment
    #: whether it is over because somebody wanted it to be
    is_over: bool = False
    #: how often it came back after it had ended by itself: a crash, a kill, a power cut
    restarts: Annotated[int, msgspec.Meta(ge=0)] = 0
    #: when somebody last started it; restarts are counted from then on
    since: _Moment


def begin(path: Path, now: datetime) -> WallState:
    """Return the state of a run that begins, and write it down."""
    sweep(path)
    earlier = _load(path)
    if earlier is None or earlier.is_over:
        state = WallState(started_at=now, since=now)
    else:
        state = WallState(started_at=now, since=earlier.since, restarts=earlier.restarts + 1)
    _save(state, path)
    return state


def end(path: Path, state: WallState) -> None:
    """Write down that a run is over because somebody wanted it to be. Idempotent."""
    _save(replace(state, is_over=True), path)


def _load(path: Path) -> WallState | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=WallState)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        log.warning("%s: how the wall last ended is not known: %s", path, error)
        return None


def _save(state: WallState, path: Path) -> None:
    # A disk that is full is logged, no more: the wall shows what it has.
    try:
        write_own(path, msgspec.json.encode(state))
    except OSError as error:
        log.warning("%s: what the wall remembers cannot be kept: %s", path, error)
