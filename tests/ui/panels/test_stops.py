"""Rows are reached one by one, and told of one by one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QListWidget, QScrollArea, QWidget
from pytestqt.qtbot import QtBot
from support import boards, dashboard

from opsdesk.insight.details import title_of
from opsdesk.model.page import Panel, PanelKind
from opsdesk.ui.details import DetailsPopup
from opsdesk.ui.panels.base import PanelView
from opsdesk.ui.panels.kinds import view_of
from opsdesk.ui.theme import Look
from opsdesk.ui.window import MainWindow

#: pages, and how many of their cards have rows
PAGES = {
    "overview": 5,
    "reliability": 2,
    "performance": 3,
    "operations": 4,
    "value": 4,
    "outlook": 4,
    "sources": 3,
}


@pytest.fixture(autouse=True)
def shown(qtbot: QtBot, window: MainWindow) -> None:
    """Show the whole dashboard in the active window."""
    window.show_board(dashboard.whole(), dashboard.NOW)
    with qtbot.waitActive(window):
        window.activateWindow()


def opened(window: MainWindow, page: str) -> list[PanelView]:
    window.show_page([one.id for one in window.pages].index(page))
    return window.page.panels


def components(window: MainWindow) -> PanelView:
    return next(p for p in opened(window, "overview") if p.panel.kind is PanelKind.SCALE)


def told(widget: QWidget) -> list[str]:
    """Return the names of what a screen reader finds within a card."""
    card = QAccessible.queryAccessibleInterface(widget)
    assert card is not None
    children = [card.child(position) for position in range(card.childCount())]
    return [child.text(QAccessible.Text.Name) for child in children if child is not None]


def press(qtbot: QtBot, window: MainWindow, *keys: Qt.Key) -> str:
    """Press keys where the focus is; return the name of what has it then."""
    for key in keys:
        qtbot.keyClick(window.focusWidget(), key)
    return window.focusWidget().accessibleName()


def test_a_screen_reader_finds_rows_from_the_first_to_the_last(
    qtbot: QtBot, window: MainWindow
) -> None:
    card = components(window)
    card.setFocus()
    press(qtbot, window, Qt.Key.Key_Down)
    rows = [card.name_of(row) for row in card.rows]
    assert [name for name in told(card) if name in rows] == rows


def test_arrows_go_from_row_to_row_and_back_to_the_card(qtbot: QtBot, window: MainWindow) -> None:
    card = components(window)
    card.setFocus()
    assert "API Gateway" in press(qtbot, window, Qt.Key.Key_Down)
    assert "AI Services" in press(qtbot, window, Qt.Key.Key_Down)
    assert "Cache Layer" in press(qtbot, window, Qt.Key.Key_End)
    assert "Cache Layer" in press(qtbot, window, Qt.Key.Key_Down)
    assert "API Gateway" in press(qtbot, window, Qt.Key.Key_Home)
    press(qtbot, window, Qt.Key.Key_Up)
    assert window.focusWidget() is card
    assert "Cache Layer" in press(qtbot, window, Qt.Key.Key_Up)
    press(qtbot, window, Qt.Key.Key_Escape)
    assert window.focusWidget() is card


def test_the_tab_key_leaves_the_rows_for_the_next_card(qtbot: QtBot, window: MainWindow) -> None:
    card = components(window)
    following = window.page.panels[window.page.panels.index(card) + 1]
    card.setFocus()
    press(qtbot, window, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Tab)
    assert window.focusWidget() is following
    card.setFocus()
    press(qtbot, window, Qt.Key.Key_Down, Qt.Key.Key_Backtab)
    assert window.focusWidget() is card


def test_the_focused_row_is_raised_and_outlined(window: MainWindow, qtbot: QtBot) -> None:
    card = components(window)
    card.setFocus()
    press(qtbot, window, Qt.Key.Key_Down)
    image, box = card.grab().toImage(), card.boxes()[0]
    middle = card.canvas.mapTo(card, box.center().toPoint()).y()
    left = card.canvas.mapTo(card, box.topLeft().toPoint()).x() - 8
    row = [image.pixelColor(x, middle).name() for x in range(left, left + 6)]
    assert row[:2] == [window.look.color("accent").name()] * 2
    assert row[-1] == window.look.color("raised").name()
    window.look.choose("high_contrast")
    image = card.grab().toImage()
    row = [image.pixelColor(x, middle).name() for x in range(left, left + 6)]
    assert row[:3] == [window.look.color("accent").name()] * 3


def test_enter_tells_of_the_row_and_escape_comes_back_to_it(
    qtbot: QtBot, window: MainWindow
) -> None:
    card = components(window)
    card.setFocus()
    press(qtbot, window, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down)
    row = window.focusWidget()
    press(qtbot, window, Qt.Key.Key_Return)
    popup = window.findChild(DetailsPopup)
    assert popup is not None
    figures = popup.findChild(QListWidget)
    assert figures is not None
    reading = card.rows[2].reading
    assert reading is not None
    assert figures.currentItem().text() == title_of(reading, dashboard.whole())
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    assert window.focusWidget() is row


@pytest.mark.parametrize("page", PAGES)
def test_a_screen_reader_finds_each_row_with_its_age(
    qtbot: QtBot, window: MainWindow, page: str
) -> None:
    found = [panel for panel in opened(window, page) if panel.rows]
    assert len(found) == PAGES[page]
    for card in found:
        card.setFocus()
        press(qtbot, window, Qt.Key.Key_Down)
        names = told(card)
        for row in card.rows:
            name = next((name for name in names if name.startswith(row.said)), "")
            assert name, (row.said, names)
            assert row.reading is None or name.endswith(" old"), name


def test_rows_that_go_take_the_focus_back_to_the_card(qtbot: QtBot, window: MainWindow) -> None:
    card = components(window)
    card.setFocus()
    press(qtbot, window, Qt.Key.Key_End)
    window.show_board(boards.no_source(), boards.NOW)
    assert window.focusWidget() is card
    assert not any("Cache Layer" in name for name in told(card) if name)


def test_a_row_out_of_sight_is_scrolled_into_it(qtbot: QtBot, look: Look) -> None:
    panel = view_of(Panel(kind=PanelKind.PROVENANCE, title="T"), look)
    area = QScrollArea()
    qtbot.addWidget(area)
    area.setWidget(panel)
    panel.resize(800, 200)
    area.resize(900, 160)
    with qtbot.waitActive(area):
        area.show()
        area.activateWindow()
    panel.show_board(dashboard.whole(), dashboard.NOW)
    panel.setFocus()
    qtbot.keyClick(panel, Qt.Key.Key_End)
    row = area.focusWidget()
    assert panel.isAncestorOf(row)
    seen = area.viewport().rect()
    assert seen.contains(row.mapTo(area.viewport(), row.rect().center()))
    last = panel.boxes()[-1].center().toPoint()
    assert row.geometry().contains(panel.canvas.mapTo(panel, last))
