"""Renders pages to PNG with no display: for a look at a layout, a machine without a screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from opsdesk.insight.board import Board
from opsdesk.model.page import Page
from opsdesk.ui.fonts import font
from opsdesk.ui.theme import Look, style_sheet
from opsdesk.ui.window import MainWindow


def render(  # noqa: PLR0913 - a picture is of a board, at a time, in a look, a size and a scale
    board: Board,
    now: datetime,
    pages: Sequence[Page],
    folder: Path,
    *,
    theme: str = "dark",
    size: QSize | None = None,
    scale: float = 1.0,
) -> list[Path]:
    """Write one PNG a page into ``folder`` and return their paths. Needs a QApplication."""
    application = QApplication.instance()
    look = Look(theme)
    if isinstance(application, QApplication):
        application.setFont(font())
        application.setStyleSheet(style_sheet(look.theme))
    window = MainWindow(pages, look)
    window.resize(size or QSize(1440, 900))
    window.show()
    written: list[Path] = []
    folder.mkdir(parents=True, exist_ok=True)
    for position, page in enumerate(pages):
        window.show_page(position)
        window.show_board(board, now)
        QApplication.processEvents()
        window.show_board(board, now)  # now that the layout has its sizes
        QApplication.processEvents()
        picture = QPixmap(window.size() * scale)
        picture.setDevicePixelRatio(scale)
        window.render(picture)
        path = folder / f"{page.id}_{theme}.png"
        picture.save(str(path))
        written.append(path)
    window.close()
    window.deleteLater()
    return written
