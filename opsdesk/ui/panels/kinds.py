"""The widget of each kind of panel. A kind is loaded when a page first has one: many are slow."""

from __future__ import annotations

from importlib import import_module

from opsdesk.model.page import Panel, PanelKind
from opsdesk.ui.panels.base import PanelView
from opsdesk.ui.theme import Look


def view_of(panel: Panel, look: Look) -> PanelView:
    """Return the widget for a panel: class ``FigurePanel`` of module ``figure`` for ``figure``."""
    module = import_module(f"opsdesk.ui.panels.{panel.kind}")
    view: type[PanelView] = getattr(module, class_name(panel.kind))
    return view(panel, look)


def class_name(kind: PanelKind) -> str:
    """Return the name of the class that shows a kind of panel."""
    return "".join(word.capitalize() for word in kind.split("_")) + "Panel"
