"""What all blocks of a slide can do, and what they have in common."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QPointF, QRectF

from opsdesk.insight.slides.blocks import Figure
from opsdesk.insight.verdict import State
from opsdesk.insight.words import NOTHING
from opsdesk.ui import glyphs
from opsdesk.ui.glyphs import STATE_FILES
from opsdesk.ui.theme import STATE_GLYPH, STATE_TEXT
from opsdesk.ui.wall.text import write_base
from opsdesk.ui.wall.type import Sizes
from opsdesk.ui.writing import Writer

#: the height of a figure with what is free around it, in sizes of its letters
FIGURE = 1.35
#: the same of a large one, whose digits fill it: they have no descenders
BIG = 1.05
#: between a glyph and what it stands for, in sizes of text
APART = 0.55
_RULE_ALPHA = 0.55
# Letters in shares of the height of their box: digits have no descenders and may be larger than it,
# a comma has a little one, some letters have long ones.
_DIGITS, _COMMAS, _DESCENDERS = 1.12, 0.95, 0.8


class Drawing(Protocol):
    """Draws one block. Lengths are in pixels."""

    @property
    def narrowest(self) -> float:
        """The width below which it cannot be read."""

    @property
    def natural(self) -> float:
        """The width from which on nothing of it is cut."""

    def least(self, width: float) -> float:
        """Return the height below which it cannot be read."""

    def most(self, width: float) -> float:
        """Return the height beyond which more does not help."""

    def draw(self, writer: Writer, box: QRectF) -> None:
        """Draw into a box, never beyond it: where that is too small, what matters most."""


def rule(writer: Writer, box: QRectF) -> None:
    """Draw a line between two things, thin as it may be."""
    ink = writer.look.color("edge")
    ink.setAlphaF(_RULE_ALPHA)
    writer.painter.fillRect(box, ink)


def paint_glyph(writer: Writer, box: QRectF, state: State, ink: str = "", on: str = "bg") -> None:
    """Draw the shape of a state."""
    paint_shape(writer, box, STATE_FILES[state], ink or STATE_GLYPH[state], on)


def paint_shape(writer: Writer, box: QRectF, name: str, ink: str, on: str = "bg") -> None:
    """Draw a shape by its name, in a colour on another."""
    look = writer.look
    glyphs.paint(writer.painter, name, box, look.color(ink), look.color(on))


def square(left: float, middle: float, side: float) -> QRectF:
    """Return the place of a glyph."""
    return QRectF(left, middle - side / 2, side, side)


def head_of(box: QRectF, sizes: Sizes) -> QRectF:
    """Return the line at the top of a box."""
    return QRectF(box.topLeft(), box.topRight() + QPointF(0, sizes.leading))


def without_title(box: QRectF, title: str, sizes: Sizes, below: float) -> QRectF:
    """Return what a title leaves of a box; all of it where there is none, or no room for it."""
    if not title or box.height() < sizes.leading + below:
        return box
    return box.adjusted(0, sizes.leading, 0, 0)


def write_title(writer: Writer, box: QRectF, title: str, sizes: Sizes, below: float) -> QRectF:
    """Write a title if there is room for it and for so much below; return the rest of the box."""
    rest = without_title(box, title, sizes, below)
    if rest.top() > box.top():
        write_base(writer, head_of(box, sizes), title, sizes.plain("text2"))
    return rest


def largest(text: str, height: float) -> float:
    """Return how large a text may be so that it stays within a box of this height."""
    if not set(text).isdisjoint("gjpqyQJ"):
        return _DESCENDERS * height
    return (_COMMAS if set(text) & {",", ";"} else _DIGITS) * height


def ink_of(figure: Figure) -> str:
    """Return the colour that a figure is written in."""
    if figure.stale or figure.value == NOTHING:
        return "text3"
    return STATE_TEXT[figure.state] if figure.state is not None else "text1"
