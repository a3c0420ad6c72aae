"""The wall as data: which display shows which pages when, and what can be asked of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from opsdesk.model.desk import TimeOfDay

#: ids of the pages that a wall shows in turn where nothing else is said
PAGES = ("overview", "reliability", "performance", "operations", "outlook")
#: id of the slide that tells of OpsDesk itself; it may stand among the pages
DIAGNOSTICS = "diagnostics"

Metres = Annotated[float, msgspec.Meta(ge=0.3, le=100)]
Inches = Annotated[float, msgspec.Meta(ge=3, le=1_000)]
Dwell = Annotated[float, msgspec.Meta(ge=3, le=86_400)]
ThemeName = Literal["dark", "light", "high_contrast"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a wall shows at some time of the day instead of its usual pages."""

    #: by the local clock; a plan may pass midnight, and belongs to the day on which it begins
    start: TimeOfDay = msgspec.field(name="from")
    end: TimeOfDay = msgspec.field(name="to")
    #: on these days alone; none: on all
    days: tuple[Weekday, ...] = ()
    #: ids of pages in their order; none: the usual ones
    pages: tuple[str, ...] = ()
    #: seconds a page; None: as usual
    dwell: Dwell | None = None


class Wall(msgspec.Struct, frozen=True, kw_only=True):
    """One display full of pages: the table ``[[wall]]`` of the settings."""

    id: str = "main"
    #: which display, as ``opsdesk wall --displays`` names it; '' for the first
    display: str = ""
    #: ids of pages, in their order
    pages: tuple[str, ...] = PAGES
    #: seconds a page
    dwell: Dwell = 20.0
    #: metres from which it is read
    distance: Metres = 5.0
    #: inches from corner to corner; None: what the display says of itself, else 55
    diagonal: Inches | None = None
    theme: ThemeName = "dark"
    #: the first that holds now counts
    plan: tuple[Plan, ...] = ()


class Remote(msgspec.Struct, frozen=True, kw_only=True):
    """Control from another machine: the table ``[wall_remote]``; its token is in the keyring."""

    enabled: bool = False
    host: str = "127.0.0.1"
    #: 0: any that is free
    port: Annotated[int, msgspec.Meta(ge=0, le=65_535)] = 9751
    #: further names under which it may be asked, such as that of a proxy before it
    names: tuple[str, ...] = ()


class WallCommand(StrEnum):
    """What may be asked of a wall, by keyboard or from another machine."""

    NEXT = "next"
    PREVIOUS = "previous"
    HOLD = "hold"
    RELEASE = "release"
    #: all incidents that have taken the wall over
    ACKNOWLEDGE = "acknowledge"
    #: read settings and pages anew
    RELOAD = "reload"


class Showing(msgspec.Struct, frozen=True, kw_only=True):
    """What one wall shows now."""

    id: str
    #: the display that was asked for; '' for the first
    display: str = ""
    #: whether that display is there
    lit: bool = False
    #: id of the page, 'incidents', the id of an incident, or 'diagnostics'
    slide: str = ""
    held: bool = False


class WallStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How the walls of a process are: what the diagnostics slide, the log and the API tell."""

    walls: tuple[Showing, ...] = ()
    #: ids of the incidents that have taken over
    incidents: tuple[str, ...] = ()
    started_at: datetime | None = None
    #: how often it came back after it had ended without being asked to
    restarts: int = 0
    #: resident memory in MiB; None where the system does not tell
    memory: float | None = None
    threads: int = 0
    #: open files, pipes and sockets; None as above
    descriptors: int | None = None
    refreshes: int = 0
    last_refresh: datetime | None = None
    #: how often one slide has taken the place of another
    turns: int = 0
    #: what is wrong with a wall itself, in sentences: pages that there are not, and the like
    problems: tuple[str, ...] = ()
