"""What a start on the desktop was asked for."""

from __future__ import annotations

import msgspec

from opsdesk.demo.wanted import Demonstration
from opsdesk.model.wall import Wall
from opsdesk.sources.credentials import Credentials


class DesktopOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What ``opsdesk`` was asked for."""

    profile: str = "default"
    #: a source for this run alone, in the place of the profile's
    url: str = ""
    credentials: Credentials = Credentials()
    #: seconds between two refreshes; None: what the profile says
    interval: float | None = None
    #: this demo, though the profile has sources
    demo: Demonstration | None = None
    #: start in the tray
    hidden: bool = False
    #: start as a wall: no window, no tray, nothing that pops up
    walled: bool = False
    #: the only wall of this run; None: those of the profile
    wall: Wall | None = None
    #: as typed, for the instance that may run already
    arguments: tuple[str, ...] = ()
