"""A page as data: what stands where. Tabs, slides and sheets come from the same files."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class PanelKind(StrEnum):
    """How a panel shows its metrics. A class is written for a new kind, never for new content."""

    HERO = "hero"  # the first metric large, with the state of the system
    FIGURE = "figure"  # the first metric, the others small below it
    SCALE = "scale"  # each key of the first metric as a dot on a scale
    ROWS = "rows"  # each key of every metric as a line
    BREAKER_CELLS = "breaker_cells"
    BREAKER_TABLE = "breaker_table"
    SOURCES = "sources"


class Place(StrEnum):
    """Where a panel appears."""

    WINDOW = "window"
    WALL = "wall"
    REPORT = "report"


class HeadlineRule(StrEnum):
    """What the sentence at the top of a page is about."""

    SYSTEM = "system"
    BREAKERS = "breakers"


class Panel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A card on a page."""

    kind: PanelKind
    title: str
    metrics: tuple[str, ...] = ()
    #: only keys with these labels, such as ``{quantile = "0.95"}``
    labels: dict[str, str] = {}
    #: scope beside the title; '' takes the window of the figure itself
    scope: str = ""
    #: columns of twelve
    span: int = 4
    #: least height in pixels
    height: int = 0
    #: takes what height the page has left
    stretch: bool = False
    #: lowest stays longest where there is no room for all
    rank: int = 1
    places: tuple[Place, ...] = (Place.WINDOW, Place.WALL, Place.REPORT)


class Page(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A tab."""

    id: str
    title: str
    #: position among the tabs, ascending
    order: int
    headline: HeadlineRule
    panel: tuple[Panel, ...] = ()
