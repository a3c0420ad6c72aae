"""The keys of a wall as data: the window binds them, README.md names them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from opsdesk.model.wall import WallCommand


class Asked(StrEnum):
    """What somebody in front of a wall asks of it, and nobody from elsewhere."""

    #: this page, or to go on again
    HOLD_OR_GO_ON = "hold or go on"
    REFRESH = "refresh"
    DIAGNOSTICS = "diagnostics"
    LEAVE = "leave"


#: by their English names, as Qt knows them
KEYS: Mapping[WallCommand | Asked, tuple[str, ...]] = {
    WallCommand.NEXT: ("Right", "Space", "PgDown"),
    WallCommand.PREVIOUS: ("Left", "PgUp"),
    Asked.HOLD_OR_GO_ON: ("H",),
    WallCommand.ACKNOWLEDGE: ("A",),
    Asked.REFRESH: ("R",),
    Asked.DIAGNOSTICS: ("D",),
    Asked.LEAVE: ("Esc", "F11"),
}
