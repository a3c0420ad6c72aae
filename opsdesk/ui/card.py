"""The card that every panel stands in: title, scope, provenance and age."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QSizePolicy, QToolTip, QVBoxLayout, QWidget
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.captions import scope_of
from opsdesk.insight.details import details, title_of
from opsdesk.insight.freshness import age_seconds
from opsdesk.insight.gist import Gist, gist
from opsdesk.insight.terms import origin_word
from opsdesk.insight.words import MIDDLE_DOT, age_text, utc_now
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading
from opsdesk.ui.glyphs import Glyph
from opsdesk.ui.painted import painting
from opsdesk.ui.parts import Elided, Steady, held, label, row, set_property, set_text, tip_of
from opsdesk.ui.theme import Look
from opsdesk.ui.writing import BOLD

#: height of its head on paper, with the rule below
PAPER_HEAD = 25
# Between the words in a head, on paper.
_BETWEEN = 8.0
# A style sheet's dashes are dots at one pixel.
_DASHES = (5, 3)


class Card(QFrame):
    """A frame with a head; the panel puts its widgets into ``body``.

    Hover tells all that is known of a figure; Enter, or a double click, opens it to be read.
    """

    #: open what is known of its figures, at the one that was chosen
    details_wanted = Signal()
    #: something to be done: a Command of the engine
    command_wanted = Signal(object)
    #: it wants to know other things of the past than before
    past_wanted = Signal()
    #: something to be said in passing
    told = Signal(str)
    #: it needs another height than before
    height_changed = Signal()

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._panel = panel
        self._look = look
        self._scope = Elided("scope")
        self._clock = Glyph(look, 13)
        self._clock.show_glyph("stale", "stale")
        self._age = Steady("age", filled=not look.paper)
        # It may be as wide as in the size that it had before it was styled.
        self._age.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(*((0, 0, 0, 0) if look.paper else (20, 14, 20, 16)))
        self.body.setSpacing(0)
        self.head = head = row(label("title", tr(panel.title)), self._scope, self._clock, self._age)
        head.setStretch(1, 1)
        if look.paper:
            head.setContentsMargins(0, 0, 0, 6)
            holder = held(head)
            holder.setObjectName("head")
            holder.setFixedHeight(PAPER_HEAD)
            holder.setVisible(bool(panel.title))
            self.body.addWidget(holder)
        else:
            self.body.addLayout(head)
        #: what the card shows, and the board that it is of
        self.shown: tuple[Reading, ...] = ()
        self.board: Board | None = None
        #: the figure that was chosen of several
        self.chosen: Reading | None = None
        #: the one that says how old the card is
        self.oldest: Reading | None = None
        self._origins = ""
        self._is_stale = False
        self._clock.hide()

    def put_beside_scope(self, widget: QWidget) -> None:
        """Give a widget the room that the scope leaves."""
        self._scope.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.head.insertWidget(2, widget, 1)
        self.head.setStretch(1, 0)

    def show_head(
        self, board: Board, readings: Sequence[Reading], now: datetime, scope: str = ""
    ) -> bool:
        """Show scope, provenance and age of what the card shows; return whether it is stale."""
        fresh = [reading for reading in readings if not board.is_stale(reading, now)]
        stale = bool(readings) and not fresh
        self.show_origin(board, gist(fresh or readings), now, scope, stale=stale)
        self.shown = tuple(readings)
        return stale

    def show_origin(
        self,
        board: Board,
        found: Gist,
        now: datetime,
        scope: str = "",
        *,
        stale: bool,
    ) -> None:
        """Show scope, provenance and age of readings that are all fresh, or all ``stale``.

        A card is as old as the oldest of them: it does not look fresh for one figure that is.
        """
        self.board, self.shown, self.oldest = board, found.readings, found.oldest
        self._is_stale = stale
        set_text(self._scope, scope or scope_of(self._panel.scope, found.readings))
        self._origins = ", ".join(sorted(map(origin_word, found.origins)))
        set_property(self._age, "tone", "stale" if stale else "")
        set_property(self, "stale", "true" if stale else "false")
        self._clock.setVisible(stale)
        self.show_age(now)

    def show_age(self, now: datetime) -> None:
        """Show how old it is by now. Nothing else changes as time goes, until something turns."""
        text = ""
        if self.oldest is not None:
            age = age_text(age_seconds(self.oldest, now))
            fresh = f"{self._origins} {MIDDLE_DOT} {age}"
            text = tr("{age} old", age=age) if self._is_stale else fresh
        self._age.show_text(text)
        if self._look.paper:
            self._make_room(text)

    def _make_room(self, age: str) -> None:
        """Leave out provenance and age where their card's scope has no room beside them.

        A report says them once more at its end; what is stale says so nevertheless.
        """
        texts = (tr(self._panel.title), self._scope.text(), age)
        needed = sum(map(BOLD.width, texts)) + _BETWEEN * len(texts)
        fits = needed <= self.width() or not self._scope.text()
        self._age.setVisible(fits or self._is_stale)

    def reading_at(self, position: QPoint) -> Reading | None:
        """Return the figure at a place on the card; a kind with several rows overrides this."""
        del position
        return self.oldest if len(self.shown) != 1 else self.shown[0]

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            reading = self.reading_at(event.pos())
            if reading is not None and self.board is not None:
                QToolTip.showText(event.globalPos(), tip(reading, self.board), self)
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.tell_of(None)
        else:
            super().keyPressEvent(event)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.tell_of(self.reading_at(event.position().toPoint()))
        super().mouseDoubleClickEvent(event)

    def tell_of(self, reading: Reading | None) -> None:
        """Open what is known of the figures, at the one given."""
        self.chosen = reading
        self.details_wanted.emit()

    def take_focus(self) -> None:
        """Have the focus back, once what was told of has been read."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._is_stale and not self.hasFocus() and not self._look.paper:
            pen = QPen(self._look.color("edge"), 1)
            pen.setDashPattern(_DASHES)
            with painting(self, self._look) as writer:
                writer.painter.setPen(pen)
                frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
                writer.painter.drawRoundedRect(frame, 6, 6)

    def describe(self, text: str) -> None:
        """Say to assistive technology what the card shows."""
        self.setAccessibleName(f"{tr(self._panel.title)}: {text}. {self._age.text()}")


def tip(reading: Reading, board: Board) -> str:
    """Return what is known of a figure as a tool tip."""
    found = details(reading, board, utc_now())
    lines = [f"{detail.caption}: {detail.text}" for detail in found]
    return tip_of(title_of(reading, board), *lines)
