"""Panels that paint their rows themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QScrollArea, QSizePolicy
from typing_extensions import override

from opsdesk.insight.board import Board
from opsdesk.insight.captions import absence
from opsdesk.insight.verdict import State
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading
from opsdesk.ui import glyphs
from opsdesk.ui.card import PAPER_HEAD
from opsdesk.ui.chip import Chip
from opsdesk.ui.painted import Painted
from opsdesk.ui.panels.base import PanelView
from opsdesk.ui.theme import STATE_GLYPH, STATE_TEXT, Look
from opsdesk.ui.writing import Type, Writer

_OK = Type(12, "text2", QFont.Weight.Medium)
_STATE = Type(12, "text2", QFont.Weight.DemiBold)
#: what a card adds to its rows: its head and its margins, in pixels
FRAME = 62
# What a state takes beside its word: in a chip, and without one.
_CHIP, _PLAIN = 34, 20
# Height of the words where there is no row.
_NOTHING = 26.0


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What every painted row has. A kind adds what it draws."""

    #: what the row says, for those who do not see it
    said: str
    #: the figure that hover and Enter tell of
    reading: Reading | None = None


class Canvas(Painted):
    """A widget that lets its panel paint."""

    def __init__(self, look: Look, draw: Callable[[Writer], None]) -> None:
        super().__init__(look)
        self._draw = draw
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, self.minimumHeight())

    @override
    def draw(self, writer: Writer) -> None:
        self._draw(writer)


class _Scroll(QScrollArea):
    """Scrolls what has no room."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__()
        self._canvas = canvas
        self.setWidget(canvas)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(120, 24)

    @override
    def sizeHint(self) -> QSize:
        return self._canvas.sizeHint()


class PaintedPanel(PanelView):
    """Rows as data, where they stand, and how they are drawn: the last two a kind gives."""

    #: whether its rows may go on on another sheet of a report
    goes_on = False

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._told: tuple[Row, ...] = ()
        self._canvas = Canvas(look, self.draw)
        self._nothing = Chip(look)
        self._scroll = _Scroll(self._canvas)
        self.body.addSpacing(0 if look.paper else 6)
        self.body.addWidget(self._scroll, 1)
        self.body.addWidget(self._nothing, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addStretch(0)

    @property
    @override
    def rows(self) -> tuple[Row, ...]:
        """What is shown, as data."""
        return self._told

    @property
    @override
    def canvas(self) -> Canvas:
        """What the rows are painted into."""
        return self._canvas

    def draw(self, writer: Writer) -> None:
        """Paint the rows into the canvas."""
        raise NotImplementedError

    @override
    def boxes(self) -> list[QRectF]:
        """Return where each row stands in the canvas, in pixels."""
        raise NotImplementedError

    def least_height(self) -> float:
        """Return how high the canvas must be for its rows, in pixels."""
        raise NotImplementedError

    def show_rows(self, rows: Sequence[Row], board: Board) -> None:
        """Show rows, or why there are none; nothing is painted where they are the same."""
        found = tuple(rows)
        if self.goes_on and self.look.paper:
            found = found[self.part]
        if found != self.rows:
            self._told = found
            self.canvas.setMinimumHeight(round(self.least_height()))
            self._scroll.updateGeometry()
            self.canvas.update()
        self._scroll.setVisible(bool(found))
        self._nothing.setVisible(not found)
        self.describe("; ".join(row.said for row in found))
        if not found:
            self.say_nothing(State.NO_SOURCE, absence(board))

    def say_nothing(self, state: State, words: str) -> None:
        """Say why there is no row."""
        self._nothing.show_state(state, words, filled=False)
        self.describe(words)

    @override
    def paper_height(self, width: float) -> float:
        return PAPER_HEAD + (self.least_height() if self.rows else _NOTHING)

    @override
    def paper_rows(self) -> Sequence[float]:
        return [box.height() for box in self.boxes()] if self.goes_on else ()


def paint_state(
    writer: Writer, box: QRectF, state: State, word: str, *, filled: bool = False
) -> float:
    """Draw a state at the left of a box, as a chip where it is filled; return its width."""
    middle, left = box.center().y(), box.left()
    ink = "onfill" if filled else "text3" if state is State.STALE else STATE_TEXT[state]
    shape = "onfill" if filled else "text3" if state is State.STALE else STATE_GLYPH[state]
    style = msgspec.structs.replace(_STATE if state is not State.OK else _OK, ink=ink)
    around = _CHIP if filled else _PLAIN
    width = min(style.width(word), box.width() - around)
    if filled:
        writer.painter.setPen(Qt.PenStyle.NoPen)
        writer.painter.setBrush(writer.look.color(STATE_TEXT[state]))
        writer.painter.drawRoundedRect(QRectF(left, middle - 11, width + _CHIP, 22), 3, 3)
        left += 6
    paper = writer.look.color(STATE_TEXT[state] if filled else "surface")
    glyph = QRectF(left, middle - 7, 14, 14)
    name = glyphs.STATE_FILES[state]
    glyphs.paint(writer.painter, name, glyph, writer.look.color(shape), paper)
    writer.write(QRectF(left + 20, box.top(), width, box.height()), word, style)
    return width + around


def state_width(word: str, *, filled: bool) -> float:
    """Return how many pixels a state takes at most."""
    return _STATE.width(word) + (_CHIP if filled else _PLAIN)


def paint_rule(writer: Writer, x: float, y: float, width: float, ink: str = "hair") -> None:
    """Draw a horizontal line of one pixel: rows may be of any height, lines are sharp."""
    writer.painter.fillRect(QRectF(x, round(y), width, 1), writer.look.color(ink))
