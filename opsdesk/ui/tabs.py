"""The tabs: one a page, with a mark and a count where its content is critical."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QMoveEvent
from PySide6.QtWidgets import QFrame, QLabel, QTabBar
from typing_extensions import override

from opsdesk.catalogue.language import tr, trn
from opsdesk.model.page import Page
from opsdesk.ui.glyphs import Glyph
from opsdesk.ui.parts import row
from opsdesk.ui.theme import Look

# A tab has room on both sides of its name; a mark belongs to the name before it, so much nearer
# than the style puts it; where tabs are narrow, it is near by itself.
_TO_ITS_NAME, _NEARER, _NEARER_IF_NARROW = 5, 9, 2


class Tabs(QTabBar):
    """One tab a page; Ctrl and its number open it."""

    #: a mark came, went or counts another number: the tabs want another width
    marked = Signal()

    def __init__(self, pages: Sequence[Page], look: Look) -> None:
        super().__init__()
        self._pages, self._look = pages, look
        self._badges: dict[int, QLabel] = {}
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
        badge = self._badges.get(position)
        text = str(number) if number else ""
        if badge is None and not number:
            return
        if badge is None:
            badge = self._new_badge(position)
        if badge.text() != text:
            badge.setText(text)
            title = tr(self._pages[position].title)
            critical = trn(
                "{page}, {number} critical", "{page}, {number} critical", number, page=title
            )
            self.setAccessibleTabName(position, critical if number else title)
            holder = badge.parentWidget()
            side = QTabBar.ButtonPosition.RightSide
            self.setTabButton(position, side, holder if number else None)
            if holder is not None:
                holder.setVisible(bool(number))
            self.marked.emit()

    def _new_badge(self, position: int) -> QLabel:
        holder = _Beside(self)
        badge = QLabel("", holder)
        badge.setObjectName("badge")
        glyph = Glyph(self._look, 12)
        glyph.show_glyph("critical", "critical", "bg")
        line = row(glyph, badge, spacing=3)
        line.setContentsMargins(0, 0, _TO_ITS_NAME, 0)
        holder.setLayout(line)
        holder.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._badges[position] = badge
        return badge


class _Beside(QFrame):
    """Stands nearer to the name than the tab bar puts it."""

    _at = QPoint()

    @override
    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        if event.pos() != self._at:
            tabs = self.parentWidget()
            narrow = tabs is not None and tabs.property("narrow") == "true"
            self._at = event.pos() - QPoint(_NEARER_IF_NARROW if narrow else _NEARER, 0)
            self.move(self._at)
