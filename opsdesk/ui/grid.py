"""Lays panels out on twelve columns; below 1200 px on eight, with what ranks last at the end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import msgspec
from PySide6.QtCore import QRect
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from opsdesk.catalogue.pages import COLUMNS
from opsdesk.model.page import Panel
from opsdesk.ui.panels.base import PanelView

#: below this width there are eight columns
NARROW = 1200
NARROW_COLUMNS = 8
MARGIN, GAP = 24, 16
# A line of panels that takes the height left still needs this much.
_LEAST_HEIGHT = 200


class Place(msgspec.Struct, frozen=True):
    """Where a panel stands: its line, its first column, and how many it takes."""

    panel: int
    line: int
    column: int
    span: int


class PanelGrid(QWidget):
    """Places its panels itself: a layout of Qt's would let their content push the columns."""

    def __init__(self, panels: Sequence[PanelView]) -> None:
        super().__init__()
        self._panels = panels
        for panel in panels:
            panel.setParent(self)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        columns = COLUMNS if self.width() >= NARROW else NARROW_COLUMNS
        places = arrange([panel.panel for panel in self._panels], columns)
        heights = self._heights(places)
        self.setMinimumHeight(sum(heights) + GAP * len(heights))
        free = self.height() - self.minimumHeight()
        stretching = [p.line for p in places if self._panels[p.panel].panel.stretch]
        if stretching and free > 0:
            for line in set(stretching):
                heights[line] += free // len(set(stretching))
        tops = [0]
        for height in heights:
            tops.append(tops[-1] + height + GAP)
        width = (self.width() - 2 * MARGIN - GAP * (columns - 1)) / columns
        for place in places:
            left = MARGIN + place.column * (width + GAP)
            wide = place.span * (width + GAP) - GAP
            box = QRect(round(left), tops[place.line], round(left + wide) - round(left), 0)
            box.setHeight(heights[place.line])
            self._panels[place.panel].setGeometry(box)
        # Focus goes as people read, whatever order the panels were made in.
        for before, after in pairwise(places):
            QWidget.setTabOrder(self._panels[before.panel], self._panels[after.panel])

    def _heights(self, places: Sequence[Place]) -> list[int]:
        heights = [0] * (places[-1].line + 1 if places else 0)
        for place in places:
            least = self._panels[place.panel].panel.height or _LEAST_HEIGHT
            heights[place.line] = max(heights[place.line], least)
        return heights


def arrange(panels: Sequence[Panel], columns: int) -> list[Place]:
    """Return where each panel stands, in reading order; lines are filled from the left."""
    order = list(range(len(panels)))
    if columns < COLUMNS:
        order.sort(key=lambda position: panels[position].rank)
    places: list[Place] = []
    line = at = 0
    for position in order:
        span = span_of(panels[position].span, columns)
        if at + span > columns:
            line, at = line + 1, 0
        places.append(Place(position, line, at, span))
        at += span
    return places


def span_of(span: int, columns: int) -> int:
    """Return how many of ``columns`` a panel takes that takes ``span`` of twelve."""
    if columns == COLUMNS:
        return span
    return columns if span > COLUMNS // 2 else columns // 2
