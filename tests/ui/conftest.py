"""What tests of the window share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support.boards import CATALOGUE

from opsdesk.catalogue import pages
from opsdesk.ui.fonts import font
from opsdesk.ui.theme import Look, style_sheet
from opsdesk.ui.window import MainWindow


@pytest.fixture
def look(qapp: QApplication) -> Look:
    """Return the dark look, applied to the application."""
    found = Look("dark")
    qapp.setFont(font())
    qapp.setStyleSheet(style_sheet(found.theme))
    return found


@pytest.fixture
def window(qtbot: QtBot, look: Look) -> Iterator[MainWindow]:
    """Return the window with the shipped pages, shown."""
    found = MainWindow(pages.load(CATALOGUE), look)
    qtbot.addWidget(found)
    found.resize(1440, 900)  # the screen off screen is smaller
    with qtbot.waitExposed(found):
        found.show()
    yield found
    found.close()
