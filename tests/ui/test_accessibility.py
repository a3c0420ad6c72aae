"""What a screen reader is told, asked through the accessibility interface, and what keys reach."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QPushButton, QTableView, QWidget
from pytestqt.qtbot import QtBot
from support import dashboard

from opsdesk.catalogue import metrics, pages
from opsdesk.model.page import Place
from opsdesk.ui.window import MainWindow

PAGES = [page for page in pages.load(metrics.load()) if Place.WINDOW in page.places]


@pytest.fixture(autouse=True)
def shown(window: MainWindow) -> None:
    """Show the whole dashboard."""
    window.show_board(dashboard.whole(), dashboard.NOW)


TOLD = Qt.ItemDataRole.AccessibleTextRole


def name(widget: QWidget) -> str:
    found = QAccessible.queryAccessibleInterface(widget)
    assert found is not None, widget
    return found.text(QAccessible.Text.Name)


@pytest.mark.parametrize("position", range(len(PAGES)), ids=[page.id for page in PAGES])
def test_every_card_tells_its_title_and_what_it_shows(window: MainWindow, position: int) -> None:
    window.show_page(position)
    for panel in window.page.panels:
        told = name(panel)
        assert told.startswith(panel.panel.title), told
        assert len(told) > len(panel.panel.title) + 4, told


@pytest.mark.parametrize("position", range(len(PAGES)), ids=[page.id for page in PAGES])
def test_whatever_the_tab_key_reaches_has_a_name(window: MainWindow, position: int) -> None:
    window.show_page(position)
    reached = list(tab_order(window))
    assert len(reached) > 3
    for widget in reached:
        assert name(widget).strip(), f"{widget!r} in {widget.parentWidget()!r}"


def test_every_card_of_a_page_is_reached_by_the_tab_key(window: MainWindow) -> None:
    window.show_page(0)
    reached = set(tab_order(window))
    assert set(window.page.panels) <= reached


def test_every_button_has_a_name(window: MainWindow) -> None:
    for button in window.findChildren(QPushButton):
        if button.isVisible():
            assert name(button), button


def test_a_row_of_the_table_tells_its_cells(window: MainWindow) -> None:
    window.show_page([page.id for page in PAGES].index("reliability"))
    table = window.page.findChild(QTableView)
    assert table is not None
    told = [table.model().index(0, column).data(TOLD) for column in range(2)]
    assert "OPEN" in told[0]
    assert "Carbon Data" in told[1]


def test_ctrl_and_a_number_open_a_page(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitActive(window):
        window.activateWindow()
    for position in reversed(range(len(PAGES))):
        key = Qt.Key(Qt.Key.Key_1 + position)
        qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        assert window.page.page.id == PAGES[position].id


def tab_order(window: MainWindow) -> Iterator[QWidget]:
    """Yield what the Tab key reaches, in its order, once round."""
    first = widget = window
    while (widget := widget.nextInFocusChain()) is not first:
        takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if takes and widget.isVisible() and widget.isEnabled():
            yield widget


def test_focus_can_be_seen(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitActive(window):
        window.activateWindow()
    card = window.page.panels[0]
    before = card.grab().toImage()
    card.setFocus()
    qtbot.waitUntil(card.hasFocus)
    assert card.grab().toImage() != before
