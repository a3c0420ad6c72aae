"""What each kind of panel is on a wall: the same figures as in the window, in fewer words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from opsdesk.insight.slides import figures, rows, sentences
from opsdesk.insight.slides.blocks import Block
from opsdesk.insight.slides.panels import Seen
from opsdesk.model.page import Panel, PanelKind

_MAKERS: Mapping[PanelKind, Callable[[Panel, Seen], Block]] = {
    PanelKind.HERO: figures.hero,
    PanelKind.FIGURE: figures.single,
    PanelKind.FIGURES: figures.several,
    PanelKind.TREND: figures.trend,
    PanelKind.FORECAST: figures.forecast,
    PanelKind.SCALE: rows.components,
    PanelKind.ROWS: rows.each,
    PanelKind.WATERFALL: rows.each,
    PanelKind.RECORD: rows.each,
    PanelKind.CHANGES: rows.changes,
    PanelKind.BARS: rows.keyed,
    PanelKind.SPANS: rows.greatest_first,
    PanelKind.PATHS: rows.greatest_first,
    PanelKind.RUNBOOKS: rows.greatest_first,
    PanelKind.BREAKER_CELLS: rows.breakers,
    PanelKind.BREAKER_TABLE: rows.breakers,
    PanelKind.TIMELINE: rows.breakers,
    PanelKind.INCIDENTS: rows.incidents,
    PanelKind.INCIDENT_LIST: rows.incidents,
    PanelKind.SOURCES: rows.sources,
    PanelKind.RISKS: sentences.risks,
    PanelKind.LIST: sentences.texts,
}


def is_readable(panel: Panel) -> bool:
    """Tell whether anything of a panel can be read from afar."""
    return panel.kind in _MAKERS


def block_of(panel: Panel, seen: Seen) -> Block:
    """Return what a panel is on a wall; it must be one that is readable."""
    return _MAKERS[panel.kind](panel, seen)
