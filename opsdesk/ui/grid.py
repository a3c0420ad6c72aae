"""Lays panels out on twelve columns; below 1280 px on eight, with what ranks last at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby, pairwise

import msgspec
from PySide6.QtCore import QRect
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from opsdesk.catalogue.pages import COLUMNS
from opsdesk.model.page import Panel
from opsdesk.ui.panels.base import PanelView

#: below this width there are eight columns: three cards side by side would cut what they say
NARROW = 1280
# Below this one so would four.
_ROOM_FOR_FOUR = 1400
NARROW_COLUMNS = 8
MARGIN, GAP = 24, 16
# A line of panels that takes the height left still needs this much.
_LEAST_HEIGHT = 200


class Place(msgspec.Struct, frozen=True):
    """Where panels stand: their line, their first column, and how many they take."""

    #: positions; more than one stand below each other
    panels: tuple[int, ...]
    line: int
    column: int
    span: int


class PanelGrid(QWidget):
    """Places its panels itself: a layout of Qt's would let their content push the columns."""

    def __init__(self, panels: Sequence[PanelView], page: QWidget) -> None:
        """Take panels; ``page`` is what scrolls them."""
        super().__init__()
        self._panels, self._page = panels, page
        for panel in panels:
            panel.setParent(self)
            panel.height_changed.connect(self._place)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        # With the scroll bar, which stands in the margin beside cards. The page is given: to ask
        # for a parent that Qt has made costs 15 ms, in which PySide6 looks for its class.
        page = self._page.width()
        columns = COLUMNS if page >= NARROW else NARROW_COLUMNS
        panels = [panel.panel for panel in self._panels]
        places = arrange(panels if page >= _ROOM_FOR_FOUR else paired(panels), columns)
        width = (page - 2 * MARGIN - GAP * (columns - 1)) / columns
        heights = self._heights(places, width)
        self.setMinimumHeight(sum(heights) + GAP * len(heights))
        free = self.height() - self.minimumHeight()
        stretching = {p.line for p in places if self._panels[p.panels[0]].panel.stretch}
        for line in stretching if free > 0 else ():
            heights[line] += free // len(stretching)
        tops = [0]
        for height in heights:
            tops.append(tops[-1] + height + GAP)
        for place in places:
            left = MARGIN + place.column * (width + GAP)
            wide = place.span * (width + GAP) - GAP
            box = QRect(round(left), tops[place.line], round(left + wide) - round(left), 0)
            box.setHeight(heights[place.line])
            self._stack(place, box)
        # Focus goes as people read, whatever order the panels were made in.
        reading = [panel for place in places for panel in place.panels]
        for before, after in pairwise(reading):
            QWidget.setTabOrder(self._panels[before], self._panels[after])

    def _stack(self, place: Place, box: QRect) -> None:
        """Share a place out among its panels, by the heights that they want."""
        wanted = [self._wanted(panel, box.width()) for panel in place.panels]
        room = box.height() - GAP * (len(wanted) - 1)
        top = box.top()
        for position, panel in enumerate(place.panels):
            last = position == len(wanted) - 1
            height = box.bottom() + 1 - top if last else room * wanted[position] // sum(wanted)
            self._panels[panel].setGeometry(QRect(box.left(), top, box.width(), height))
            top += height + GAP

    def _wanted(self, panel: int, width: int) -> int:
        view = self._panels[panel]
        return max(view.panel.height or _LEAST_HEIGHT, view.needed_height(width))

    def _heights(self, places: Sequence[Place], width: float) -> list[int]:
        heights = [0] * (places[-1].line + 1 if places else 0)
        for place in places:
            wide = round(place.span * (width + GAP) - GAP)
            wanted = [self._wanted(panel, wide) for panel in place.panels]
            heights[place.line] = max(heights[place.line], sum(wanted) + GAP * (len(wanted) - 1))
        return heights


def arrange(panels: Sequence[Panel], columns: int) -> list[Place]:
    """Return where panels stand, in reading order; lines are filled from the left."""
    groups: list[list[int]] = []
    for position, panel in enumerate(panels):
        if panel.stacked and groups:
            groups[-1].append(position)
        else:
            groups.append([position])
    if columns < COLUMNS:
        groups.sort(key=lambda group: panels[group[0]].rank)
    places: list[Place] = []
    line = at = 0
    for group in groups:
        span = span_of(panels[group[0]].span, columns)
        if at + span > columns:
            line, at = line + 1, 0
        places.append(Place(tuple(group), line, at, span))
        at += span
    if columns == COLUMNS:
        return places
    # In a narrow window nothing stands beside an empty half.
    lines = Counter(place.line for place in places)
    return [
        place if lines[place.line] > 1 else msgspec.structs.replace(place, span=columns)
        for place in places
    ]


def paired(panels: Sequence[Panel]) -> list[Panel]:
    """Return panels of which four in a line stand two by two."""
    found: list[Panel] = []
    for span, run in groupby(panels, key=lambda panel: panel.span):
        alike = list(run)
        four = span * 4 == COLUMNS and len(alike) % 4 == 0
        found += [msgspec.structs.replace(p, span=span * 2) for p in alike] if four else alike
    return found


def span_of(span: int, columns: int) -> int:
    """Return how many of ``columns`` a panel takes that takes ``span`` of twelve."""
    if columns == COLUMNS:
        return span
    return columns if span > COLUMNS // 2 else columns // 2
