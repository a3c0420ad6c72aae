"""The type: Inter where it is installed, else the platform's own; figures always tabular."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

#: from this size on the display cut of Inter is used (LOOK.md section 3)
_DISPLAY_FROM_PX = 24
BODY_PX = 13


class _Figures:
    """Whether every glyph is its font's first for its character: for the whole process."""

    plain = False


def use_plain_figures() -> None:
    """Take every glyph as it is.

    Qt's PDF writer does not know what stands behind a glyph that a feature of the font has put in
    the place of another: tabular digits, and the dashes between them, could not be copied.
    """
    _Figures.plain = True


def font(pixels: int = BODY_PX, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the interface's font at a size in pixels, with tabular figures."""
    found = QFont(QGuiApplication.font())
    if families := _families(is_display=pixels >= _DISPLAY_FROM_PX):
        found.setFamilies(families)
    found.setPixelSize(pixels)
    found.setWeight(weight)
    if _Figures.plain:
        found.setFeature(QFont.Tag.fromString("calt"), 0)
    else:
        found.setFeature(QFont.Tag.fromString("tnum"), 1)
    return found


@lru_cache
def _families(*, is_display: bool) -> list[str]:
    installed = QFontDatabase.families()  # of hundreds: what a painted row asks for many times
    wanted = ["Inter Display", "Inter"] if is_display else ["Inter"]
    return [family for family in wanted if family in installed]
