"""What tests of the window share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support.boards import CATALOGUE
from support.browsers import Browser
from support.profiles import Open

from opsdesk.app.household import DesktopOptions, Household
from opsdesk.catalogue import pages
from opsdesk.store.logs import Redactor
from opsdesk.store.profile import Places, places
from opsdesk.ui.desktop import Desktop
from opsdesk.ui.dress import dress
from opsdesk.ui.instance import Instance
from opsdesk.ui.theme import Look
from opsdesk.ui.window import MainWindow


@pytest.fixture
def look(qapp: QApplication) -> Look:
    """Return the dark look, applied to the application."""
    found = Look("dark")
    dress(qapp, found)
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


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Return what opens addresses instead of the desktop's own browser."""
    found = Browser()
    for scheme in ("https", "file"):
        QDesktopServices.setUrlHandler(scheme, found, "open_address")
    yield found
    for scheme in ("https", "file"):
        QDesktopServices.unsetUrlHandler(scheme)


@pytest.fixture
def where() -> Places:
    """Return the places of a profile that nobody has used."""
    return places("test")


@pytest.fixture
def opened(qapp: QApplication, where: Places) -> Iterator[Open]:
    """Return a function that opens a desktop, which is closed after the test."""
    desktops: list[Desktop] = []

    def open_(options: DesktopOptions) -> Desktop:
        parts = Household(options, where, Redactor()).parts()
        desktop = Desktop(qapp, parts, Instance(where.lock))
        desktops.append(desktop)
        desktop.start()
        return desktop

    yield open_
    for desktop in desktops:
        desktop.stop()
        if desktop._windows.frame is not None:
            desktop._windows.frame.deleteLater()
        desktop.deleteLater()
