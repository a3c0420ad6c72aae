"""A page as data: what stands where. Tabs, slides and sheets come from the same files."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class PanelKind(StrEnum):
    """How a panel shows its metrics. A class is written for a new kind, never for new content."""

    HERO = "hero"  # the first metric large, with the state of the system
    FIGURE = "figure"  # the first metric, the others small below it
    SCALE = "scale"  # each key of the first metric as a dot on a scale
    ROWS = "rows"  # each key of every metric as a line, with its comparison
    FIGURES = "figures"  # each metric as a figure, side by side
    TREND = "trend"  # the first metric as a figure, all of its keys as lines over time
    BARS = "bars"  # each key of the first metric as a bar
    SPANS = "spans"  # each key of the first metric as a part of a whole, one after the other
    PATHS = "paths"  # each key as a bar, with its way through the system; a mark for the second
    RUNBOOKS = "runbooks"  # runs as bars, success as dots; the third metric is the mean of all
    WATERFALL = "waterfall"  # savings, their total, costs, their total, net, return: six metrics
    CHANGES = "changes"  # each metric before and after, where before is 100
    RISKS = "risks"  # each metric as a warning, with a picture of it
    FINDINGS = "findings"  # where figures contradict one another
    LIST = "list"  # each key of the first metric as a line of text, numbered
    FORECAST = "forecast"  # the expected value of the first metric, a forecast of the second, or
    # where nothing gives that, of the one ``beside``
    RECORD = "record"  # how well the forecasts of these metrics have done
    INCIDENTS = "incidents"  # what is open
    INCIDENT_LIST = "incident_list"  # the same, with what can be done about it
    TIMELINE = "timeline"  # what was open, when
    BREAKER_CELLS = "breaker_cells"
    BREAKER_TABLE = "breaker_table"
    SOURCES = "sources"
    PROVENANCE = "provenance"  # where each section comes from
    ABSENT = "absent"  # what nothing supplies


class Place(StrEnum):
    """Where a panel appears."""

    WINDOW = "window"
    WALL = "wall"
    REPORT = "report"


class HeadlineRule(StrEnum):
    """What the sentence at the top of a page is about."""

    SYSTEM = "system"
    BREAKERS = "breakers"
    INCIDENTS = "incidents"
    PERFORMANCE = "performance"
    OPERATIONS = "operations"
    VALUE = "value"
    OUTLOOK = "outlook"
    SOURCES = "sources"
    FIGURES = "figures"  # of the page's own: what is beyond its threshold, for users' pages


class Panel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A card on a page."""

    kind: PanelKind
    title: str
    metrics: tuple[str, ...] = ()
    #: short names of its figures, where the metrics' titles are long: one each, or none
    names: tuple[str, ...] = ()
    #: only keys of which no label is another, such as ``{quantile = "0.95"}``
    labels: dict[str, str] = {}
    #: scope beside the title; '{window}' in it is what the figures cover, '' takes that alone
    scope: str = ""
    #: seconds of the past that are drawn; 0: none
    window: float = 0.0
    #: seconds between two points; 0: as many points as are worth drawing
    step: float = 0.0
    #: name of the baseline that is drawn and compared with; '' for the first that there is
    baseline: str = ""
    #: draw the usual range
    usual: bool = False
    #: further metrics, small, at the foot
    beside: tuple[str, ...] = ()
    #: columns of twelve
    span: int = 4
    #: least height in pixels
    height: int = 0
    #: stands below the panel before it, in its columns, instead of beside it
    stacked: bool = False
    #: takes what height the page has left
    stretch: bool = False
    #: at most so many rows in a report; 0 for as many as its kind shows on paper
    rows: int = 0
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
    #: ids of metrics that no catalogue here holds: an OpsDesk that is followed describes them
    described_by_sources: tuple[str, ...] = ()
    places: tuple[Place, ...] = (Place.WINDOW, Place.WALL, Place.REPORT)
    panel: tuple[Panel, ...] = ()
    #: what stands on the wall instead of those panels: fewer, for they are read from afar
    wall: tuple[Panel, ...] = ()
