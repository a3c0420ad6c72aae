"""The tabs: one a page, with a mark and a count where its content is critical."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPaintEvent
from PySide6.QtWidgets import QStyle, QStyleOptionTab, QTabBar
from typing_extensions import override

from opsdesk.catalogue.language import tr, trn
from opsdesk.model.page import Page
from opsdesk.ui import glyphs
from opsdesk.ui.painted import painting
from opsdesk.ui.theme import Look
from opsdesk.ui.writing import Type, Writer

_COUNT = Type(12, "critical", QFont.Weight.DemiBold)
# A mark beside the name: pixels before it, of its glyph, and between that and the count.
_BEFORE, _GLYPH, _APART = 6, 12, 3
# What the style keeps free beside.
_STYLES = 4


class Tabs(QTabBar):
    """One tab a page; Ctrl and its number open it."""

    #: a mark came, went or counts another number: the tabs want another width
    marked = Signal()

    def __init__(self, pages: Sequence[Page], look: Look) -> None:
        super().__init__()
        self._pages, self._look = pages, look
        #: how much is critical, by position
        self._critical: dict[int, int] = {}
        #: nobody knows how things are now: no tab is marked
        self.blind = False
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(True)  # the last resort, in a long language on a small window
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setAccessibleName(tr("Pages"))
        for position, page in enumerate(pages):
            title = tr(page.title)
            self.addTab(title)
            tip = tr("{page} (Ctrl+{number})", page=title, number=position + 1)
            self.setTabToolTip(position, tip)

    def show_badge(self, position: int, number: int) -> None:
        """Mark a tab whose content is critical with the glyph and a count; 0 takes it away."""
        number = 0 if self.blind else number
        if number == self._critical.get(position, 0):
            return
        self._critical[position] = number
        title = tr(self._pages[position].title)
        critical = trn("{page}, {number} critical", "{page}, {number} critical", number, page=title)
        self.setAccessibleTabName(position, critical if number else title)
        self.setTabText(position, title)  # it asks how wide each tab is to be
        self.marked.emit()

    @override
    def tabSizeHint(self, index: int) -> QSize:
        width = self._mark_width(index)
        return super().tabSizeHint(index) + QSize(width + _STYLES if width else 0, 0)

    @override
    def initStyleOption(self, option: QStyleOptionTab, tabIndex: int) -> None:
        super().initStyleOption(option, tabIndex)
        # What the style leaves free at the right of the name.
        option.rightButtonSize = QSize(self._mark_width(tabIndex), _GLYPH)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with painting(self, self._look) as writer:
            for position, number in self._critical.items():
                if number:
                    self._paint_mark(writer, position, str(number))

    def _paint_mark(self, writer: Writer, position: int, count: str) -> None:
        option = QStyleOptionTab()
        self.initStyleOption(option, position)
        name = self.style().subElementRect(QStyle.SubElement.SE_TabBarTabText, option, self)
        box = QRectF(self.tabRect(position))
        box.setLeft(name.right() + _BEFORE)
        glyph = QRectF(box.left(), box.center().y() - _GLYPH / 2, _GLYPH, _GLYPH)
        inks = self._look.color("critical"), self._look.color("bg")
        glyphs.paint(writer.painter, "critical", glyph, *inks)
        writer.write(box.adjusted(_GLYPH + _APART, 0, 0, 0), count, _COUNT)

    def _mark_width(self, position: int) -> int:
        number = self._critical.get(position, 0)
        return round(_BEFORE + _GLYPH + _APART + _COUNT.width(str(number))) if number else 0
