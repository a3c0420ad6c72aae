"""How the window was left: not settings, which people edit, but what it remembers by itself."""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec

from opsdesk.runtime.files import write_whole

log = logging.getLogger(__name__)

_OWNER_ONLY = 0o600


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """Place and size in pixels, the open page, and whether updates were paused."""

    #: left, top, width, height; None: never shown
    place: tuple[int, int, int, int] | None = None
    maximised: bool = False
    #: id of the page that was open
    page: str = ""
    paused: bool = False


def load(path: Path) -> Remembered:
    """Return how the window was left; anew where nothing usable is known."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Remembered)
    except FileNotFoundError:
        return Remembered()
    except (OSError, msgspec.DecodeError) as error:
        log.warning("%s: how the window was left is not known: %s", path, error)
        return Remembered()


def save(remembered: Remembered, path: Path) -> None:
    """Write it down. A disk that is full is logged, no more."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, msgspec.json.encode(remembered), _OWNER_ONLY)
    except OSError as error:
        log.warning("%s: how the window is left cannot be kept: %s", path, error)
