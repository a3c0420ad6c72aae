"""The type: Inter where it is installed, else the platform's own; figures always tabular."""

from __future__ import annotations

import sys
from functools import lru_cache

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QRawFont

from opsdesk.ui.theme import Ground

#: from this size on the display cut of Inter is used (LOOK.md section 3)
_DISPLAY_FROM_PX = 24
BODY_PX = 13


# A step from one weight of a font to the next, which is taken below this size.
_STEP, _SMALL_BELOW_PX = 100, 20


class _Figures:
    """Whether every glyph is its font's first for its character: for the whole process."""

    plain = False


def use_plain_figures() -> None:
    """Take every glyph as it is.

    Qt's PDF writer does not know what stands behind a glyph that a feature of the font has put in
    the place of another: tabular digits, and the dashes between them, could not be copied.
    """
    _Figures.plain = True


def drawn(weight: int, pixels: int = BODY_PX, *, dark: bool | None = None) -> int:
    """Return the weight to ask for, so that text looks as one of ``weight`` should.

    FreeType draws the outlines of OpenType fonts heavier at small sizes and Qt blends them with a
    gamma; both are right for dark text, and on a dark ground make 400 look like 500.
    """
    ground = Ground.thickens if dark is None else dark
    thickens = ground and pixels < _SMALL_BELOW_PX and _is_darkened()
    return weight - _STEP if thickens else weight


@lru_cache
def _is_darkened() -> bool:
    raw = QRawFont.fromFont(QFont(_families(is_display=False)))
    return sys.platform == "linux" and not raw.fontTable("CFF ").isEmpty()


def font(
    pixels: int = BODY_PX, weight: QFont.Weight = QFont.Weight.Normal, *, dark: bool | None = None
) -> QFont:
    """Return the interface's font at a size in pixels, with tabular figures; see :func:`drawn`."""
    found = QFont(QGuiApplication.font())
    if families := _families(is_display=pixels >= _DISPLAY_FROM_PX):
        found.setFamilies(families)
    found.setPixelSize(pixels)
    found.setWeight(QFont.Weight(drawn(weight, pixels, dark=dark)))
    if _Figures.plain:
        found.setFeature(QFont.Tag.fromString("calt"), 0)
    else:
        found.setFeature(QFont.Tag.fromString("tnum"), 1)
    return found


@lru_cache
def _families(*, is_display: bool) -> list[str]:
    # Asked for once: a painted row wants it many times, and to look takes a millisecond.
    wanted = ["Inter Display", "Inter"] if is_display else ["Inter"]
    return [family for family in wanted if QFontDatabase.hasFamily(family)]
