"""Lists of incidents, and what one does with them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from support.boards import NOW
from support.incidents import usual

from opsdesk.model.page import Panel, PanelKind
from opsdesk.ui.panels.incident_list import IncidentListPanel
from opsdesk.ui.theme import Look


def usual_list(qtbot: QtBot, look: Look) -> IncidentListPanel:
    """Return a list that is shown, with incidents of every sort."""
    found = IncidentListPanel(Panel(kind=PanelKind.INCIDENT_LIST, title="Incidents"), look)
    qtbot.addWidget(found)
    found.resize(1392, 480)
    with qtbot.waitExposed(found):
        found.show()
    found.show_board(usual(), NOW)
    return found


def press(qtbot: QtBot, panel: IncidentListPanel, *keys: Qt.Key) -> None:
    """Press these keys on the list."""
    for one in keys:
        qtbot.keyClick(panel.view, one)


def button(panel: IncidentListPanel, text: str) -> QPushButton:
    """Return the button of this text."""
    return next(b for b in panel.findChildren(QPushButton) if b.text() == text)
