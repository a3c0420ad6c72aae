"""What the tray's menu says of incidents: for desktops that show no more than a menu."""

from __future__ import annotations

from datetime import datetime

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from opsdesk.catalogue.language import tr, trn
from opsdesk.engine.commands import Acknowledge
from opsdesk.insight.board import Board
from opsdesk.insight.incident_list import Entry, running
from opsdesk.ui import snooze_menu
from opsdesk.ui.addresses import open_address

#: so many incidents have a menu of their own
SHOWN = 10


class _Show(msgspec.Struct, frozen=True):
    incident: str


class _Runbook(msgspec.Struct, frozen=True):
    address: str


class IncidentMenus(QObject):
    """The submenu 'Incidents', one for each. It is made anew when it would say something else."""

    #: a Command of the engine
    command_wanted = Signal(object)
    #: id of an incident to show in the window
    incident_wanted = Signal(str)

    def __init__(self, menu: QMenu, parent: QObject) -> None:
        super().__init__(parent)
        self._face: object = None
        self._menu = menu

    def show_board(self, board: Board, now: datetime) -> None:
        """Offer what is open."""
        found = running(board, now, SHOWN)
        rest = sum(incident.runs for incident in board.snapshot.incidents) - len(found)
        said = tuple((e.id, e.name, e.acknowledged, e.snoozed, e.incident.runbook) for e in found)
        face = (said, rest, snooze_menu.titles())
        if face != self._face:
            self._face = face
            self._fill(found, rest)

    def _fill(self, found: tuple[Entry, ...], rest: int) -> None:
        self._menu.clear()
        self._menu.setEnabled(bool(found))
        for entry in found:
            menu = self._menu.addMenu(f"{entry.name}   {entry.word}".replace("&", "&&"))
            self._add(menu, tr("Show"), _Show(entry.id))
            words = tr("Unacknowledge") if entry.acknowledged else tr("Acknowledge")
            self._add(menu, words, Acknowledge((entry.id,), not entry.acknowledged))
            if entry.incident.runbook:
                self._add(menu, tr("Runbook"), _Runbook(entry.incident.runbook))
            snooze = menu.addMenu(tr("Snooze"))
            send = self.command_wanted.emit
            snooze_menu.fill(snooze, send, (entry.id,), snoozed=entry.snoozed)
        if rest:
            more = trn("and {number} more", "and {number} more", rest)
            self._add(self._menu, more, _Show(""))

    def _add(self, menu: QMenu, title: str, what: object) -> None:
        action = QAction(title, menu)  # with a parent: a rebuilt menu must not lose it
        action.setData(what)
        action.triggered.connect(self._chosen)
        menu.addAction(action)

    def _chosen(self) -> None:
        action = self.sender()
        match action.data() if isinstance(action, QAction) else None:
            case _Show(incident=incident):
                self.incident_wanted.emit(incident)
            case _Runbook(address=address):
                open_address(address)
            case command:
                self.command_wanted.emit(command)
