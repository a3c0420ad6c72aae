"""How the window was left: not settings, which people edit, but what it remembers by itself."""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec

from opsdesk.runtime.files import write_own

log = logging.getLogger(__name__)


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
        write_own(path, msgspec.json.encode(remembered))
    except OSError as error:
        log.warning("%s: how the window is left cannot be kept: %s", path, error)
