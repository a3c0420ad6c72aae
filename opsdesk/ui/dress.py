"""What the application wears: its font, style sheet and icon, in the colours of a theme.

It takes 10 MiB, which an icon in the tray does without.
"""

from __future__ import annotations

from functools import partial
from string import Template

import msgspec
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from opsdesk.catalogue import resources
from opsdesk.ui.fonts import drawn, font
from opsdesk.ui.glyphs import icon
from opsdesk.ui.theme import Look, Theme

#: weights of letters, as the style sheet names them
_WEIGHTS = {"medium": 500, "semibold": 600}


def style_sheet(theme: Theme, *, paper: bool = False) -> str:
    """Return the application's style sheet in the colours of ``theme``; for paper, with less."""
    sheets = ("style.qss", "paper.qss") if paper else ("style.qss",)
    text = "\n".join(resources.read_text(f"themes/{sheet}") for sheet in sheets)
    weights = {name: drawn(size, dark=theme.thickens) for name, size in _WEIGHTS.items()}
    return Template(text).substitute(msgspec.structs.asdict(theme.tokens) | weights)


def dress(application: QApplication, look: Look) -> None:
    """Dress it for what is drawn now."""
    application.setFont(font())
    application.setStyleSheet(style_sheet(look.theme, paper=look.paper))


def keep_dressed(application: QApplication, look: Look) -> None:
    """Dress it, and its windows' icon, for as long as there is the look, which may change."""
    change = partial(_change, application, look)
    look.changed.connect(change)
    change()


def _change(application: QApplication, look: Look) -> None:
    dress(application, look)
    application.setWindowIcon(QIcon(icon("brand", 64, look.color("text1"), look.color("bg"))))
