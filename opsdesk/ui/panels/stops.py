"""The rows of a card as stops of the arrow keys, and as children for assistive technology.

Rows are painted: a screen reader would not know of them, and focus could not rest on them. So each
has a widget of its own in its place, with nothing to be seen. They are made when they are first
wanted, at an arrow key or where assistive technology listens.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractScrollArea, QLabel, QScrollArea, QWidget
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.freshness import age_seconds
from opsdesk.insight.verdict import State, state_word
from opsdesk.insight.words import age_text, utc_now
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading
from opsdesk.ui.card import Card
from opsdesk.ui.panels.ring import Ring
from opsdesk.ui.theme import Look

# Further rows are scrolled to by mouse, and told of by Enter.
_MOST = 500
# So far what is drawn around a row keeps off its words.
_BESIDE, _ABOVE = 8, 1
# What may lie over the rows of what scrolls, at its top and at its bottom.
_HEAD = 27

_STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_PageDown: 10,
    Qt.Key.Key_PageUp: -10,
    Qt.Key.Key_Home: -_MOST,
    Qt.Key.Key_End: _MOST,
}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Told(Protocol):
    """What every row has, however it is drawn."""

    @property
    def said(self) -> str:
        """What the row says, for those who do not see it."""

    @property
    def reading(self) -> Reading | None:
        """The figure that it is about."""


class Stepped(Card):
    """A card through whose rows arrow keys step; a kind with rows tells which there are."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        # No object of its own: it would hold the card as the card holds it, until Python looks.
        self._stops: list[_Stop] = []
        self._ring: tuple[Ring, Ring] | None = None
        self._awake = self._watches = False

    @property
    def rows(self) -> Sequence[Told]:
        """What arrow keys step through and hover tells of."""
        return ()

    @property
    def canvas(self) -> QWidget:
        """What the rows stand in."""
        return self

    def boxes(self) -> Sequence[QRectF]:
        """Return where each row stands in the canvas, in pixels."""
        return ()

    def name_of(self, row: Told) -> str:
        """Return what a screen reader says of a row: what is written there, and how old it is."""
        reading, now = row.reading, utc_now()
        if reading is None:
            return row.said
        parts = [row.said, tr("{age} old", age=age_text(age_seconds(reading, now)))]
        stale = state_word(State.STALE)
        if self.board is not None and self.board.is_stale(reading, now) and stale not in row.said:
            parts.insert(1, stale)
        return ", ".join(parts)

    @override
    def describe(self, text: str) -> None:
        super().describe(text)
        if self._awake or QAccessible.isActive():
            self._show_stops()

    @override
    def reading_at(self, position: QPoint) -> Reading | None:
        inside = self.canvas.mapFrom(self, position).toPointF()
        under = (
            row.reading
            for row, box in zip(self.rows, self.boxes(), strict=True)
            if box.contains(inside)
        )
        return next(under, None) or super().reading_at(position)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()), 0)
        if not step or not _is_plain(event) or not self.rows:
            super().keyPressEvent(event)
            return
        self._go(-1 if step > 0 or step == -_MOST else len(self.rows), step)

    @override
    def take_focus(self) -> None:
        """Have the focus back, at the row that was told of."""
        pairs = zip(self._stops, self.rows, strict=False)
        chosen = self.chosen
        found = (stop for stop, row in pairs if chosen is not None and row.reading == chosen)
        stop = next(found, None)
        if stop is not None:
            stop.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().take_focus()

    def _show_stops(self) -> None:
        """Follow what the card shows by now."""
        rows = self.rows[:_MOST]
        if len(self._stops) < len(rows):
            while len(self._stops) < len(rows):
                self._stops.append(self._new_stop(len(self._stops)))
            # Below all else, and read from the first to the last.
            for stop in reversed(self._stops):
                stop.lower()
        for stop in self._stops[len(rows) :]:
            if stop.hasFocus():
                self.setFocus(Qt.FocusReason.OtherFocusReason)
            stop.setAccessibleName("")
            stop.hide()
            stop.deleteLater()
        del self._stops[len(rows) :]
        for stop, row in zip(self._stops, rows, strict=True):
            stop.setAccessibleName(self.name_of(row))
        self._place_stops()

    def _new_stop(self, position: int) -> _Stop:
        stop = _Stop(self, position)
        stop.pressed.connect(self._pressed)
        stop.focused.connect(self._focused)
        stop.left.connect(self._left)
        stop.show()
        return stop

    def _pressed(self, position: int, key: int) -> None:
        if Qt.Key(key) in _ENTER:
            self.tell_of(self.rows[position].reading)
        elif Qt.Key(key) is Qt.Key.Key_Escape:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._go(position, _STEPS[Qt.Key(key)])

    def _go(self, position: int, step: int) -> None:
        """Go so many rows on; up from the first one, back to the card."""
        if not self._awake:
            self._awake = True
            self._show_stops()
        if position == 0 and step == -1:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._stops:
            aim = max(0, min(len(self._stops) - 1, position + step))
            self._stops[aim].setFocus(Qt.FocusReason.OtherFocusReason)

    def _focused(self, position: int) -> None:
        rows = self.rows
        if position < len(rows):
            self._stops[position].setAccessibleName(self.name_of(rows[position]))
        if self._ring is None:
            self._ring = (Ring(self, self._look), Ring(self, self._look, over=True))
        self._reveal(position)
        self._place_stops()

    def _left(self) -> None:
        for ring in self._ring or ():
            ring.hide()

    def _place_stops(self) -> None:
        """Put each stop where its row is, and what is drawn around the focused one."""
        canvas = self.canvas
        shift = canvas.mapTo(self, QPoint(0, 0)) if canvas is not self else QPoint()
        for stop, box in zip(self._stops, self.boxes(), strict=False):
            place = box.toAlignedRect().translated(shift)
            if place != stop.geometry():
                stop.setGeometry(place)
            if stop.hasFocus():
                self._draw_around(place)

    def _draw_around(self, place: QRect) -> None:
        room = self.rect().adjusted(2, 2, -2, -2)
        around = place.adjusted(-_BESIDE, -_ABOVE, _BESIDE, _ABOVE).intersected(room)
        for ring in self._ring or ():
            ring.setGeometry(around)
            ring.show()

    def _reveal(self, position: int) -> None:
        """Scroll the row into sight, in the card and in the page."""
        boxes = self.boxes()
        if position >= len(boxes):
            return
        box, area = boxes[position].toAlignedRect(), _scrolling(self.canvas, self)
        if area is not None and not self._watches:
            self._watches = True
            area.verticalScrollBar().valueChanged.connect(self._place_stops)
        if isinstance(area, QScrollArea):
            area.ensureVisible(0, box.center().y(), 0, box.height() // 2 + 1)
        elif area is not None:
            room = area.viewport().height() - _HEAD
            beyond = max(0, box.bottom() - room) + min(0, box.top() - _HEAD)
            area.verticalScrollBar().setValue(area.verticalScrollBar().value() + beyond)
        self._place_stops()
        page = _scrolling(self, self.window())
        if isinstance(page, QScrollArea):
            page.ensureWidgetVisible(self._stops[position], 0, 8)


class _Stop(QLabel):
    """A place for focus to rest."""

    #: its position, and the key
    pressed = Signal(int, int)
    focused = Signal(int)
    left = Signal()

    def __init__(self, card: QWidget, position: int) -> None:
        super().__init__(card)
        self._position = position
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        known = key in _STEPS or key in _ENTER or key is Qt.Key.Key_Escape
        if known and _is_plain(event):
            self.pressed.emit(self._position, event.key())
        else:
            super().keyPressEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(self._position)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    @override
    def focusNextPrevChild(self, next: bool) -> bool:
        # The Tab key goes from card to card, in the order in which they are read.
        card = self.parentWidget()
        if card is not None:
            card.setFocus(Qt.FocusReason.OtherFocusReason)
        return super().focusNextPrevChild(next) if next else True


def _is_plain(event: QKeyEvent) -> bool:
    return not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier


def _scrolling(widget: QWidget, within: QWidget) -> QAbstractScrollArea | None:
    """Return what scrolls a widget, the nearest one around it."""
    around: QWidget | None = widget
    while around is not None and around is not within:
        around = around.parentWidget()
        if isinstance(around, QAbstractScrollArea):
            return around
    return None
