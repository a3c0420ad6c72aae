"""The type: Inter where it is installed, else the platform's own; figures always tabular."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

#: from this size on the display cut of Inter is used (LOOK.md section 3)
_DISPLAY_FROM_PX = 24
BODY_PX = 13


class _Figures:
    """Whether all digits are of one width: for the whole process, as its font is."""

    tabular = True


def use_plain_figures() -> None:
    """Take the digits as they are: Qt's PDF writer cannot name tabular ones, and copies none."""
    _Figures.tabular = False


def font(pixels: int = BODY_PX, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the interface's font at a size in pixels, with tabular figures."""
    found = QFont(QGuiApplication.font())
    families = _families(pixels)
    if families:
        found.setFamilies(families)
    found.setPixelSize(pixels)
    found.setWeight(weight)
    if _Figures.tabular:
        found.setFeature(QFont.Tag.fromString("tnum"), 1)
    return found


def _families(pixels: int) -> list[str]:
    installed = QFontDatabase.families()
    wanted = ["Inter Display", "Inter"] if pixels >= _DISPLAY_FROM_PX else ["Inter"]
    return [family for family in wanted if family in installed]
