"""What the tray's menu says of incidents: for desktops that show no more than a menu."""

from __future__ import annotations

from datetime import datetime

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from opsdesk.catalogue.language import tr, trn
from opsdesk.engine.commands import Acknowledge, Snooze
from opsdesk.insight.board import Board
from opsdesk.insight.incident_list import Entry, running
from opsdesk.insight.snoozing import choices
from opsdesk.insight.words import utc_now
from opsdesk.ui.addresses import open_address

#: so many incidents have a menu of their own
SHOWN = 10


class _Show(msgspec.Struct, frozen=True):
    incident: str


class _Runbook(msgspec.Struct, frozen=True):
    address: str


class _SnoozeFor(msgspec.Struct, frozen=True):
    #: which of the choices
    position: int
    incidents: tuple[str, ...]


class IncidentMenus(QObject):
    """The submenus 'Incidents' and 'Snooze'. They are made anew when they would say something else.

    Their moments are worked out when they are chosen: a menu on D-Bus does not say that it is seen.
    """

    #: a Command of the engine
    command_wanted = Signal(object)
    #: id of an incident to show in the window
    incident_wanted = Signal(str)

    def __init__(self, menu: QMenu, parent: QObject) -> None:
        super().__init__(parent)
        self._board: Board | None = None
        self._face: object = None
        self._incidents = menu.addMenu(tr("Incidents"))
        self._snooze = menu.addMenu(tr("Snooze all"))
        self._incidents.setEnabled(False)

    def show_board(self, board: Board, now: datetime) -> None:
        """Offer what is open."""
        found = running(board, now, SHOWN)
        rest = sum(incident.runs for incident in board.snapshot.incidents) - len(found)
        until = board.snapshot.desk.snoozed_until
        snoozed = until is not None and until > now
        titles = tuple(choice.title for choice in choices(now))
        said = tuple((e.id, e.name, e.acknowledged, e.snoozed, e.incident.runbook) for e in found)
        face = (said, rest, snoozed, titles)
        if face == self._face:
            return
        self._face = face
        self._fill_incidents(found, rest, titles)
        self._fill(self._snooze, (), titles, snoozed=snoozed)

    def _fill_incidents(self, found: tuple[Entry, ...], rest: int, titles: tuple[str, ...]) -> None:
        self._incidents.clear()
        self._incidents.setEnabled(bool(found))
        for entry in found:
            title = f"{entry.name}   {entry.word}".replace("&", "&&")
            menu = self._incidents.addMenu(title)
            self._add(menu, tr("Show"), _Show(entry.id))
            words = tr("Take back") if entry.acknowledged else tr("Acknowledge")
            self._add(menu, words, Acknowledge((entry.id,), not entry.acknowledged))
            if entry.incident.runbook:
                self._add(menu, tr("Runbook"), _Runbook(entry.incident.runbook))
            snooze = menu.addMenu(tr("Snooze"))
            self._fill(snooze, (entry.id,), titles, snoozed=entry.snoozed)
        if rest:
            more = trn("and {number} more", "and {number} more", rest)
            self._add(self._incidents, more, _Show(""))

    def _fill(
        self, menu: QMenu, ids: tuple[str, ...], titles: tuple[str, ...], *, snoozed: bool
    ) -> None:
        menu.clear()
        for position, title in enumerate(titles):
            self._add(menu, title, _SnoozeFor(position, ids))
        if snoozed:
            self._add(menu, tr("End the snooze"), Snooze(None, ids))

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
            case _SnoozeFor(position=position, incidents=incidents):
                until = choices(utc_now())[position].until
                self.command_wanted.emit(Snooze(until, incidents))
            case command:
                self.command_wanted.emit(command)
