"""Writes on a wall: as large as there is room, and never smaller than can be read from afar."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

import msgspec
from PySide6.QtCore import QPointF, QRectF, Qt

from opsdesk.ui.wall.type import Sizes
from opsdesk.ui.writing import Type, Writer

# Between a value and its unit, in sizes of the unit.
_UNIT_GAP = 0.28
# What has been measured is not cut because of rounding.
_GRACE = 0.5
_END, _MIDDLE = Qt.TextElideMode.ElideRight, Qt.TextElideMode.ElideMiddle
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
# A sign stays with its number.
_BREAK = re.compile(r" (?!%)")


class Valued(Protocol):
    """A figure or a line: what it says, its unit, and what stands where that has no room."""

    @property
    def value(self) -> str:
        """What it says."""

    @property
    def unit(self) -> str:
        """Its unit."""

    @property
    def short(self) -> str:
        """What stands where the value has no room; '' for words, which may be cut."""


class Amount(msgspec.Struct, frozen=True):
    """A value and its unit in the types in which they have room."""

    text: str
    style: Type
    unit: str
    small: Type

    @property
    def width(self) -> float:
        """How wide both are, in pixels."""
        return self.style.width(self.text) + aside(self.unit, self.small)


def aside(unit: str, small: Type) -> float:
    """Return the width of a unit and of what parts it from its value, in pixels."""
    return small.pixels * _UNIT_GAP + small.width(unit) if unit else 0.0


def least_width(of: Valued, sizes: Sizes) -> float:
    """Return the width that a value takes with its unit where it has least room, in pixels."""
    return sizes.strong().width(of.value) + aside(of.unit, sizes.plain())


def usual_width(of: Valued, sizes: Sizes) -> float:
    """Return the width of a value of the least size of figures, with its unit, in pixels."""
    return sizes.figure().width(of.value) + aside(of.unit, sizes.plain())


def fitted(of: Valued, sizes: Sizes, width: float, most: float, ink: str) -> Amount:
    """Return a value in the largest type in which it has room, up to ``most`` pixels.

    Where it has none as a figure, it is written as text is; where it has none then either, its
    unit is left out, and at last it is told in short. A number is never cut: what were left would
    be another number.
    """
    small, style = sizes.plain("text2"), sizes.of(most, ink)
    wide, taken = style.width(of.value), aside(of.unit, small)
    if wide + taken > width and wide:
        style = sizes.of(style.pixels * (width - taken) / wide, ink)
    shapes = (
        Amount(of.value, style, of.unit, small),
        Amount(of.value, sizes.strong(ink), of.unit, small),
        Amount(of.value, sizes.figure(ink), "", small),
        Amount(of.value, sizes.strong(ink), "", small),
        Amount(of.short, sizes.strong(ink), of.unit, small),
        Amount(of.short, sizes.strong(ink), "", small),
    )
    found = next((a for a in shapes if a.text and a.width <= width + _GRACE), None)
    if found is not None:
        return found
    words = sizes.strong(ink)
    return Amount("" if of.short else cut(of.value, words, width), words, "", small)


def paint(writer: Writer, left: float, base: float, amount: Amount) -> None:
    """Write a value and its unit on a base line."""
    put(writer, left, base, amount.text, amount.style)
    unit = left + amount.style.width(amount.text) + amount.small.pixels * _UNIT_GAP
    put(writer, unit, base, amount.unit, amount.small)


def put(writer: Writer, left: float, base: float, text: str, style: Type) -> None:
    """Write a text on a base line."""
    if text:
        writer.painter.setFont(style.font)
        writer.painter.setPen(writer.look.color(style.ink))
        writer.painter.drawText(QPointF(left, base), text)


def write_base(writer: Writer, box: QRectF, text: str, style: Type, *, name: bool = False) -> float:
    """Write a text with its capitals in the middle of a box; return its width.

    Where it does not fit, its end is left out, of a name its middle; all of it in a box that is
    lower than its capitals.
    """
    if style.metrics.capHeight() > box.height() + _GRACE:
        return 0.0
    shown = cut(text, style, box.width(), name=name)
    put(writer, box.left(), base_of(box, style), shown, style)
    return style.width(shown)


def base_of(box: QRectF, style: Type) -> float:
    """Return the base line on which capitals stand in the middle of a box."""
    return box.center().y() + style.metrics.capHeight() / 2


def cut(text: str, style: Type, width: float, *, name: bool = False) -> str:
    """Return as much of a text as fits; '' where that is nothing but dots."""
    side, shown, room = _MIDDLE if name else _END, text, width
    while style.width(shown) > width + _GRACE:
        if room <= 0 or shown == _ELLIPSIS:
            return ""
        # Qt measures what it cuts less exactly than what it writes.
        shown = style.metrics.elidedText(text, side, room)
        room -= style.pixels / 4
    return shown


def wrapped(text: str, style: Type, width: float) -> list[str]:
    """Return a text in as many lines as a width asks for; a word may be wider than that."""
    lines: list[str] = []
    for word in _BREAK.split(text):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and style.width(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def at_most(lines: Sequence[str], number: int) -> list[str]:
    """Return so many lines of a text; what is left over stands in the last, where it is cut."""
    return [*lines[: number - 1], " ".join(lines[number - 1 :])] if number > 0 else []
