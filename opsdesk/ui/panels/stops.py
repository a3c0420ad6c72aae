"""The rows of a card as stops of the arrow keys, and as children for assistive technology.

Rows are painted: a screen reader would not know of them, and focus could not rest on them. So each
has a widget of its own in its place, with nothing to be seen. They are made when they are first
wanted, at an arrow key or where assistive technology listens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QFocusEvent, QKeyEvent, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QLabel, QScrollArea, QWidget
from typing_extensions import override

from opsdesk.model.reading import Reading
from opsdesk.ui.painted import Painted
from opsdesk.ui.theme import Look
from opsdesk.ui.writing import Writer

# Further rows are scrolled to by mouse, and told of by Enter.
_MOST = 500
# So far what is drawn around a row keeps off its words.
_BESIDE, _ABOVE = 8, 1
_OUTLINE, _STRONG_OUTLINE = 2.0, 3.0
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
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Told(Protocol):
    """What every row has, however it is drawn."""

    @property
    def said(self) -> str:
        """What the row says, for those who do not see it."""

    @property
    def reading(self) -> Reading | None:
        """The figure that it is about."""


class Rowed(Protocol):
    """A card with rows."""

    @property
    def rows(self) -> Sequence[Told]:
        """Return what is shown."""

    @property
    def canvas(self) -> QWidget:
        """Return what the rows stand in."""

    def boxes(self) -> Sequence[QRectF]:
        """Return where each row stands in the canvas."""

    def name_of(self, row: Told) -> str:
        """Return what a screen reader says of a row."""


class Stops:
    """The stops of one card, which hands its arrow keys over."""

    def __init__(self, card: QWidget, of: Rowed, look: Look, enter: Callable[[Told], None]) -> None:
        self._card, self._of, self._look, self._enter = card, of, look, enter
        self._stops: list[_Stop] = []
        self._awake = False
        self._ring: tuple[_Ring, _Ring] | None = None
        self._watched: QWidget | None = None

    def show(self) -> None:
        """Follow what the card shows by now, where anybody wants to know."""
        if not self._awake and not QAccessible.isActive():
            return
        rows = self._of.rows[:_MOST]
        while len(self._stops) < len(rows):
            self._stops.append(self._new(len(self._stops)))
        for stop in self._stops[len(rows) :]:
            if stop.hasFocus():
                self._card.setFocus(Qt.FocusReason.OtherFocusReason)
            stop.setAccessibleName("")
            stop.hide()
            stop.deleteLater()
        del self._stops[len(rows) :]
        for stop, row in zip(self._stops, rows, strict=True):
            stop.setAccessibleName(self._of.name_of(row))
        self._place()

    def key(self, event: QKeyEvent) -> bool:
        """Go to a row by an arrow key that the card got; return whether there is one."""
        step = _STEPS.get(Qt.Key(event.key()), 0)
        if not step or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        self._go(-1 if step > 0 or step == -_MOST else len(self._of.rows), step)
        return bool(self._stops)

    def focus(self, reading: Reading | None) -> bool:
        """Go to the row of a figure; return whether there is one."""
        found = (
            stop
            for stop, row in zip(self._stops, self._of.rows, strict=False)
            if reading is not None and row.reading == reading
        )
        stop = next(found, None)
        if stop is not None:
            stop.setFocus(Qt.FocusReason.OtherFocusReason)
        return stop is not None

    def _new(self, position: int) -> _Stop:
        stop = _Stop(self._card, position)
        stop.pressed.connect(self._pressed)
        stop.focused.connect(self._focused)
        stop.left.connect(self._left)
        stop.lower()
        stop.show()
        return stop

    def _pressed(self, position: int, key: int) -> None:
        if Qt.Key(key) in ENTER:
            self._enter(self._of.rows[position])
        elif Qt.Key(key) is Qt.Key.Key_Escape:
            self._card.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._go(position, _STEPS[Qt.Key(key)])

    def _go(self, position: int, step: int) -> None:
        """Go so many rows on; up from the first one, back to the card."""
        if not self._awake:
            self._awake = True
            self.show()
        if position == 0 and step == -1:
            self._card.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._stops:
            aim = max(0, min(len(self._stops) - 1, position + step))
            self._stops[aim].setFocus(Qt.FocusReason.OtherFocusReason)

    def _focused(self, position: int) -> None:
        rows = self._of.rows
        if position < len(rows):
            self._stops[position].setAccessibleName(self._of.name_of(rows[position]))
        self._reveal(position)
        if self._ring is None:
            self._ring = (_Ring(self._card, self._look), _Ring(self._card, self._look, over=True))
        self._watch()
        self._place()

    def _left(self) -> None:
        for ring in self._ring or ():
            ring.hide()

    def _place(self) -> None:
        """Put each stop where its row is, and what is drawn around the focused one."""
        canvas = self._of.canvas
        shift = canvas.mapTo(self._card, QPoint(0, 0)) if canvas is not self._card else QPoint()
        for stop, box in zip(self._stops, self._of.boxes(), strict=False):
            place = box.toAlignedRect().translated(shift)
            if place != stop.geometry():
                stop.setGeometry(place)
            if stop.hasFocus():
                self._draw_around(place)

    def _draw_around(self, place: QRect) -> None:
        room = self._card.rect().adjusted(2, 2, -2, -2)
        around = place.adjusted(-_BESIDE, -_ABOVE, _BESIDE, _ABOVE).intersected(room)
        for ring in self._ring or ():
            ring.setGeometry(around)
            ring.show()

    def _reveal(self, position: int) -> None:
        """Scroll the row into sight, in the card and in the page."""
        boxes = self._of.boxes()
        if position >= len(boxes):
            return
        box, area = boxes[position].toAlignedRect(), _scrolling(self._of.canvas, self._card)
        if isinstance(area, QScrollArea):
            area.ensureVisible(0, box.center().y(), 0, box.height() // 2 + 1)
        elif area is not None:
            room = area.viewport().height() - _HEAD
            beyond = max(0, box.bottom() - room) + min(0, box.top() - _HEAD)
            area.verticalScrollBar().setValue(area.verticalScrollBar().value() + beyond)
        self._place()
        page = _scrolling(self._card, self._card.window())
        if isinstance(page, QScrollArea):
            page.ensureWidgetVisible(self._stops[position], 0, 8)

    def _watch(self) -> None:
        """Follow what is scrolled meanwhile."""
        area = _scrolling(self._of.canvas, self._card)
        if area is not None and area is not self._watched:
            self._watched = area
            area.verticalScrollBar().valueChanged.connect(self._place)


class _Stop(QLabel):
    """A place for focus to rest."""

    #: its position, and the key
    pressed = Signal(int, int)
    focused = Signal(int)
    left = Signal()

    def __init__(self, card: QWidget, position: int) -> None:
        super().__init__(card)
        self._card, self._position = card, position
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and (key in _STEPS or key in ENTER or key is Qt.Key.Key_Escape):
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
        self._card.setFocus(Qt.FocusReason.OtherFocusReason)
        return super().focusNextPrevChild(next) if next else True


class _Ring(Painted):
    """Marks the focused row: raised below its words, outlined over them."""

    def __init__(self, card: QWidget, look: Look, *, over: bool = False) -> None:
        super().__init__(look)
        self._over = over
        self.setParent(card)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        if over:
            self.raise_()
        else:
            self.lower()

    @override
    def draw(self, writer: Writer) -> None:
        strong = self.look.name == "high_contrast"
        width = _STRONG_OUTLINE if strong else _OUTLINE
        frame = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        if self._over:
            writer.painter.setPen(QPen(self.look.color("accent"), width))
        else:
            writer.painter.setPen(Qt.PenStyle.NoPen)
            writer.painter.setBrush(self.look.color("raised"))
        writer.painter.drawRoundedRect(frame, 4, 4)


def _scrolling(widget: QWidget, within: QWidget) -> QAbstractScrollArea | None:
    """Return what scrolls a widget, the nearest one around it."""
    around: QWidget | None = widget
    while around is not None and around is not within:
        around = around.parentWidget()
        if isinstance(around, QAbstractScrollArea):
            return around
    return None
