"""How large everything on a wall is: letters by the distance from which they are read."""

from __future__ import annotations

from functools import lru_cache

import msgspec
from msgspec.structs import replace
from PySide6.QtGui import QFont, QPainterPath

from opsdesk.insight.sight import Caps
from opsdesk.ui.writing import Type

# What the design gives for a display 1080 pixels high.
_DESIGNED_HEIGHT, _MARGIN, _RULE, _LINE = 1_080, 72, 2, 4
# A glyph is higher than the capitals beside it; capitals that are read from near are still not
# lower than such a share of the display: slides are made for few letters.
_GLYPH, _LEAST_CAP = 1.3, 0.026
_CAPITAL = "H"
_LINE_HEIGHT = 1.25
#: a figure that stands alone is larger than it must be
_BIG = 1.8
# Head and foot: how high they are, and must be, in sizes of figures; from such a share of the
# display's lesser side on they give way to the slide.
_EDGE, _EDGE_LEAST, _EDGE_SHARE = 2.25, 1.3, 0.2


class Sizes(msgspec.Struct, frozen=True, kw_only=True):
    """Lengths in pixels. Nothing that is read is written smaller than ``text``."""

    #: font sizes
    text: int
    primary: int
    big: int
    #: from the edges of the display
    margin: int
    #: between blocks
    rule: int
    #: of curves
    line: int
    #: size of a glyph
    glyph: int
    #: height of head and foot
    edge: float

    @property
    def leading(self) -> float:
        """The height of a line of text."""
        return self.text * _LINE_HEIGHT

    def plain(self, ink: str = "text1") -> Type:
        """Return how text is written."""
        return Type(self.text, ink)

    def strong(self, ink: str = "text1") -> Type:
        """Return how a word is written that matters among others."""
        return Type(self.text, ink, QFont.Weight.DemiBold)

    def figure(self, ink: str = "text1") -> Type:
        """Return how a figure is written."""
        return Type(self.primary, ink, QFont.Weight.DemiBold)

    def of(self, pixels: float, ink: str = "text1") -> Type:
        """Return a figure's type of at least that of all figures."""
        return Type(max(self.primary, int(pixels)), ink, QFont.Weight.DemiBold)

    def grown(self, by: float) -> Sizes:
        """Return larger letters and glyphs for the same display."""
        names = ("text", "primary", "big", "glyph")
        return replace(self, **{name: int(getattr(self, name) * by) for name in names})


def sizes(caps: Caps, side: int) -> Sizes:
    """Return the sizes for a display by its lesser side, and by how high capitals must be."""

    def scaled(length: int) -> int:
        return max(1, round(length * side / _DESIGNED_HEIGHT))

    by = max(1.0, _LEAST_CAP * side / caps.text)
    cap = round(by * caps.text)
    text = _pixels(cap, QFont.Weight.Normal)
    primary = _pixels(round(by * caps.primary), QFont.Weight.DemiBold)
    return Sizes(
        text=text,
        primary=primary,
        big=round(_BIG * primary),
        margin=scaled(_MARGIN),
        rule=scaled(_RULE),
        line=scaled(_LINE),
        glyph=round(_GLYPH * cap),
        edge=min(_EDGE * primary, max(_EDGE_LEAST * primary, _EDGE_SHARE * side)),
    )


@lru_cache(maxsize=32)
def _pixels(cap: int, weight: QFont.Weight) -> int:
    """Return the least font size whose capitals are so high, by the font's own outlines."""
    size = cap
    while cap_height(Type(size, "text1", weight)) < cap:
        size += 1
    return size


def cap_height(style: Type) -> float:
    """Return how high capitals are, in pixels: their outline, not what the font says of itself."""
    outline = QPainterPath()
    outline.addText(0, 0, style.font, _CAPITAL)
    return outline.boundingRect().height()
