"""Renders pages to PNG with no display: ``python -m opsdesk.ui.render --output FOLDER``."""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from opsdesk.catalogue import metrics, pages
from opsdesk.engine.poll import collect
from opsdesk.insight.board import Board, arrange
from opsdesk.model.page import Page
from opsdesk.sources.simulated import SimulatedSource
from opsdesk.ui.fonts import font
from opsdesk.ui.theme import CHOICES, Look, style_sheet
from opsdesk.ui.window import MainWindow

THEMES = tuple(choice for choice in CHOICES if choice != "system")
_INTERVAL = 60.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Render every page of a simulated production in every theme, and print the paths."""
    parser = argparse.ArgumentParser(description="Render every page to PNG, with no display.")
    parser.add_argument("--output", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--theme", choices=THEMES, action="append", help="default: each of them")
    parser.add_argument("--size", default="1440x900", metavar="WIDTHxHEIGHT")
    parser.add_argument("--scale", type=float, default=1.0, help="device pixels a pixel")
    options = parser.parse_args(arguments)
    width, height = (int(side) for side in options.size.split("x"))
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication(["opsdesk"])
    catalogue = metrics.load()
    snapshot = asyncio.run(collect([SimulatedSource()], catalogue, _INTERVAL))
    board = arrange(snapshot, catalogue)
    for theme in options.theme or THEMES:
        written = render(
            board,
            snapshot.at,
            pages.load(catalogue),
            options.output,
            theme=theme,
            size=QSize(width, height),
            scale=options.scale,
        )
        for path in written:
            print(path)  # noqa: T201 - what this command is for
    application.quit()


def render(  # noqa: PLR0913 - a picture is of a board, at a time, in a look, a size and a scale
    board: Board,
    now: datetime,
    shown: Sequence[Page],
    folder: Path,
    *,
    theme: str = "dark",
    size: QSize,
    scale: float = 1.0,
) -> list[Path]:
    """Write one PNG a page into ``folder`` and return their paths. Needs a QApplication."""
    application = QApplication.instance()
    look = Look(theme)
    if isinstance(application, QApplication):
        application.setFont(font())
        application.setStyleSheet(style_sheet(look.theme))
    window = MainWindow(shown, look)
    window.resize(size)
    window.show()
    folder.mkdir(parents=True, exist_ok=True)
    written = [
        _picture(window, position, board, now, scale, folder / f"{page.id}_{theme}.png")
        for position, page in enumerate(shown)
    ]
    window.close()
    window.deleteLater()
    return written


def _picture(  # noqa: PLR0913, PLR0917 - the same
    window: MainWindow, position: int, board: Board, now: datetime, scale: float, path: Path
) -> Path:
    window.show_page(position)
    for _ in range(2):  # the second time with the sizes that the first gave the layouts
        window.show_board(board, now)
        QApplication.processEvents()
    picture = QPixmap(window.size() * scale)
    picture.setDevicePixelRatio(scale)
    window.render(picture)
    if not picture.save(str(path)):
        raise OSError(f"{path} could not be written")
    return path


if __name__ == "__main__":
    main()
