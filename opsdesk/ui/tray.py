"""The tray: the state by shape and colour, a count, a tooltip, a menu."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.headline import system
from opsdesk.insight.knowing import Headline
from opsdesk.insight.snoozing import hush_text, is_snoozed
from opsdesk.insight.verdict import State
from opsdesk.insight.words import clock_text, utc_now
from opsdesk.ui import snooze_menu
from opsdesk.ui.exporting import choices
from opsdesk.ui.theme import Look
from opsdesk.ui.tray_mark import panel_is_dark, tray_icon

if TYPE_CHECKING:
    from opsdesk.ui.tray_menu import IncidentMenus

#: while no window shows time passing, the tray turns stale by itself; and a tray may come, or go,
#: which is rare
_TICK_MS, _RARE_TICK_MS = 5_000, 15_000


class Tray(QObject):
    """The icon and its menu. Emits what its user wants."""

    open_wanted = Signal()
    refresh_wanted = Signal()
    pause_wanted = Signal(bool)
    #: a kind of file
    export_wanted = Signal(str)
    quit_wanted = Signal()
    wall_wanted = Signal()
    #: where the icon is, as a QRect, which is empty where nobody knows
    popover_wanted = Signal(QRect)
    #: a Command of the engine
    command_wanted = Signal(object)
    #: id of an incident to show in the window
    incident_wanted = Signal(str)
    #: the tray appeared or went: whether there is one now
    available = Signal(bool)

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._board: Board | None = None
        self._was_there: bool | None = None
        self._is_gone = False
        #: what is shown: board, how much of it has turned stale, minute
        self._face: tuple[Board, int, float] | None = None
        self._shown: tuple[State, int, bool] | None = None
        self._menu = QMenu()
        self._headline = self._add("", self.open_wanted.emit)
        self._menu.addSeparator()
        self._incidents: IncidentMenus | None = None
        self._incident_menu = self._menu.addMenu(tr("Incidents"))
        self._incident_menu.setEnabled(False)
        self._snooze = self._menu.addMenu(tr("Snooze all"))
        self._offered: object = None
        self._menu.addSeparator()
        self._add(tr("Open OpsDesk"), self.open_wanted.emit)
        self._add(tr("Show the wall"), self.wall_wanted.emit)
        self._add(tr("Refresh now"), self.refresh_wanted.emit)
        self._pause = self._add(tr("Pause updates"), self._toggle_pause)
        exports = self._menu.addMenu(tr("Export"))
        for kind, title in choices().items():
            exports.addAction(title).setData(kind)
        exports.triggered.connect(self._export)
        self._menu.addSeparator()
        self._add(tr("Quit"), self.quit_wanted.emit)
        self._icon = QSystemTrayIcon(self)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._activated)
        look.changed.connect(self._redraw)
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self._time_passes)

    @property
    def is_there(self) -> bool:
        """Whether this desktop has a tray now."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def start(self) -> None:
        """Appear, now or as soon as this desktop has a tray."""
        if self._shown is None:
            self._show_state(State.NO_SOURCE, 0)
        self._icon.show()  # Qt embeds it by itself when a tray comes later
        self._clock.start()
        self._look_for_tray()

    def stop(self) -> None:
        """Go away for good. Idempotent."""
        if self._is_gone:
            return
        self._is_gone = True
        self._clock.stop()
        self._icon.hide()
        self._menu.deleteLater()

    def show_board(self, board: Board) -> None:
        """Show new data; what comes when the tray has gone is too late."""
        if not self._is_gone:
            self._board = board
            self.tick()

    def tick(self) -> None:
        """Show what is known as it is to be seen now."""
        if self._board is None:
            return
        now = utc_now()
        face = (self._board, self._board.turned(now), now.timestamp() // 60)
        if face == self._face:
            return
        self._face = face
        headline = system(self._board, now)
        incidents = [i for i in self._board.snapshot.incidents if i.runs]
        self._show_state(headline.state, len(incidents))
        self._show_words(headline, self._board, now)
        self._offer(self._board, now)

    def _offer(self, board: Board, now: datetime) -> None:
        """Let one do in the menu what can be done about what is open."""
        snoozed = is_snoozed(board.snapshot.desk, now)
        offered = (snoozed, snooze_menu.titles())
        if offered != self._offered:
            self._offered = offered
            snooze_menu.fill(self._snooze, self.command_wanted.emit, (), snoozed=snoozed)
        if self._incidents is None and any(one.runs for one in board.snapshot.incidents):
            # Not before it is wanted: in the tray, an OpsDesk with nothing to say is a small one.
            from opsdesk.ui.tray_menu import IncidentMenus

            self._incidents = IncidentMenus(self._incident_menu, self)
            self._incidents.command_wanted.connect(self.command_wanted)
            self._incidents.incident_wanted.connect(self.incident_wanted)
        if self._incidents is not None:
            self._incidents.show_board(board, now)

    def _show_words(self, headline: Headline, board: Board, now: datetime) -> None:
        newest = board.newest
        # A time, not an age: nobody looks at a tooltip each second.
        age = tr("no data")
        if newest is not None:
            age = tr("as of {time}", time=clock_text(newest, now))
        hushed = hush_text(board.snapshot.desk, now)
        parts = (f"OpsDesk \N{EN DASH} {headline.sentence}", headline.detail, age, hushed)
        tooltip = "\n".join(part for part in parts if part)
        if self._icon.toolTip() != tooltip:
            self._icon.setToolTip(tooltip)
        title = f"{headline.sentence}   ({age})".replace("&", "&&")
        if self._headline.text() != title:
            self._headline.setText(title)
        pause = tr("Resume updates") if board.snapshot.paused else tr("Pause updates")
        if self._pause.text() != pause:
            self._pause.setText(pause)

    def _show_state(self, state: State, number: int) -> None:
        dark = panel_is_dark()
        if self._shown != (state, number, dark):
            self._shown = (state, number, dark)
            self._icon.setIcon(tray_icon(state, number, dark=dark))

    def _redraw(self) -> None:
        if self._shown is not None:
            self._show_state(*self._shown[:2])

    def _add(self, title: str, slot: object) -> QAction:
        action = QAction(title, self)  # with a parent: a rebuilt menu must not lose it
        action.triggered.connect(slot)
        self._menu.addAction(action)
        return action

    def _export(self, action: QAction) -> None:
        self.export_wanted.emit(str(action.data()))

    def _toggle_pause(self) -> None:
        paused = self._board is not None and self._board.snapshot.paused
        self.pause_wanted.emit(not paused)

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        # A middle click does nothing: what is acknowledged by accident is overlooked.
        match reason:
            # On macOS a click opens the menu by itself.
            case QSystemTrayIcon.ActivationReason.Trigger if sys.platform != "darwin":
                self.popover_wanted.emit(self._icon.geometry())
            case QSystemTrayIcon.ActivationReason.DoubleClick:
                self.open_wanted.emit()

    def _time_passes(self) -> None:
        self._look_for_tray()
        self.tick()

    def _look_for_tray(self) -> None:
        there = self.is_there
        if there is not self._was_there:
            self._was_there = there
            self._clock.setInterval(_RARE_TICK_MS if there else _TICK_MS)
            if there:
                self._icon.show()
            self.available.emit(there)
