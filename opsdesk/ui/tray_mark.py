"""The mark of a state in the tray, in every size; ``dev.py marks`` draws its pictures."""

from __future__ import annotations

import os

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPixmap

from opsdesk.catalogue import resources
from opsdesk.insight.verdict import State

SIZES = (16, 22, 32, 64)
#: states whose marks have room for a number
_NUMBERED = (State.DEGRADED, State.CRITICAL)
_MIDDLE = 128  # of a lightness from 0 to 255


def panel_is_dark() -> bool:
    """Tell whether the desktop's panel is dark, as far as a desktop lets one know."""
    if "GNOME" in os.environ.get("XDG_CURRENT_DESKTOP", "").upper():
        return True  # its top bar is black in light mode too
    scheme = QGuiApplication.styleHints().colorScheme()
    if scheme is Qt.ColorScheme.Unknown:
        return QGuiApplication.palette().window().color().lightness() < _MIDDLE
    return scheme is Qt.ColorScheme.Dark


def tray_icon(state: State, number: int, *, dark: bool) -> QIcon:
    """Draw the mark of a state in every size; ``number`` of what is wrong is cut out of it."""
    found = QIcon()
    for size in SIZES:
        found.addPixmap(_mark(state, number, size, dark=dark))
    return found


def _mark(state: State, number: int, size: int, *, dark: bool) -> QPixmap:
    # What has no source is drawn as stale: the tray knows six shapes, and it is not known either.
    name = State.STALE if state is State.NO_SOURCE else state
    counts = number > 0 and state in _NUMBERED
    mark = f"{name.value}-solid" if counts else name.value
    pixmap = QPixmap()
    panel = "dark" if dark else "light"
    pixmap.loadFromData(resources.read_bytes(f"icons/tray/{panel}_{mark}_{size}.png"), "PNG")
    if counts:
        # Not before it is wanted: in the tray, an OpsDesk with nothing to say is a small one.
        from opsdesk.ui.tray_number import cut_number

        cut_number(pixmap, state, number)
    return pixmap
