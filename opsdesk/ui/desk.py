"""What the person at this desk does about incidents, and how they want to be told."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Signal

from opsdesk.catalogue.language import mark, tr
from opsdesk.engine.commands import Command, DigestRead
from opsdesk.engine.wording import PAGE
from opsdesk.insight.board import Board
from opsdesk.insight.words import utc_now
from opsdesk.model.desk import Digest, Policy
from opsdesk.model.protocols import Notice, NoticeAction
from opsdesk.ui.banners import DIGEST
from opsdesk.ui.choices import unkept
from opsdesk.ui.parts_wanted import Parts
from opsdesk.ui.sole import SoleDialog
from opsdesk.ui.theme import Look

if TYPE_CHECKING:
    from opsdesk.ui.popover import Popover
    from opsdesk.ui.tray import Tray
    from opsdesk.ui.window import MainWindow

#: what is said of a way on which notices are passed on
TROUBLES = {
    "command": mark("The command for notices fails: {why}"),
    "webhook": mark("The webhook for notices fails: {why}"),
}
#: reason of the banner that what is said here cannot be kept
UNKEPT = "desk"


class DeskController(QObject):
    """Joins tray, popover, dialog and window with the engine. All but itself is made when wanted.

    In the tray, an OpsDesk that nobody looks at is a small one.
    """

    #: id of an incident to show in the window; '' for all of them
    incident_wanted = Signal(str)
    open_wanted = Signal()
    wall_wanted = Signal()
    refresh_wanted = Signal()
    pause_wanted = Signal(bool)
    #: a kind of file
    export_wanted = Signal(str)
    #: id of a page to show
    page_wanted = Signal(str)
    #: reason and text of what must not be overlooked; '' when it no longer holds
    noticed = Signal(str, str)
    #: the same reason in other words, where it is still shown
    corrected = Signal(str, str)
    #: the popover is about to be seen
    dressing = Signal()

    def __init__(
        self, parts: Parts, look: Look, send: Callable[[Command], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._parts, self._look, self._send = parts, look, send
        self._policy: Policy = parts.policy
        self._board: Board | None = None
        self._digest: Digest | None = None
        self._problem = ""
        self._window: MainWindow | None = None
        self._popover: Popover | None = None
        self._dialog = SoleDialog(self)

    def join_tray(self, tray: Tray) -> None:
        """Do what is wanted at the tray."""
        tray.popover_wanted.connect(self.show_popover)
        tray.command_wanted.connect(self.send)

    def join(self, window: MainWindow) -> None:
        """Do what is wanted in the window."""
        window.command_wanted.connect(self.send)
        window.banner.digest_read.connect(self.digest_read)
        window.header.notifications_wanted.connect(self._ask_policy)
        self._window = window

    def show_board(self, board: Board) -> None:
        """Show what is new wherever it is seen."""
        self._board = board
        desk, now = board.snapshot.desk, utc_now()
        # What was still open ends, while the digest waits to be read.
        told = self.noticed if desk.digest != self._digest else self.corrected
        self._digest = desk.digest
        told.emit(DIGEST, _line(desk.digest, board, now))
        if desk.problem != self._problem:
            self._problem = desk.problem
            self.noticed.emit(UNKEPT, desk.problem)
        if self._popover is not None and self._popover.isVisible():
            self._popover.show_board(board, now)

    def stop(self) -> None:
        """Let go of what was opened. Idempotent."""
        if self._popover is not None:
            self._popover.hide()
            self._popover.deleteLater()
            self._popover = None
        self._dialog.close()

    def act_on(self, notice: Notice, action: NoticeAction, token: str) -> None:
        """Do what somebody has chosen at a notification."""
        if action is NoticeAction.RUNBOOK:
            from opsdesk.ui.addresses import open_address

            open_address(notice.runbook)
            return
        if token:
            os.environ["XDG_ACTIVATION_TOKEN"] = token  # where Qt looks for it on Wayland
        if notice.page == PAGE and len(notice.incidents) == 1:
            self.incident_wanted.emit(notice.incidents[0])
        else:
            self.page_wanted.emit(notice.page)

    def troubled(self, channel: str, why: str) -> None:
        """Say why a way on which notices are passed on fails; '' when it works again."""
        self.noticed.emit(channel, tr(TROUBLES[channel], why=why) if why else "")

    def send(self, command: Command) -> None:
        """Have the engine do something."""
        self._send(command)

    def digest_read(self) -> None:
        """Put the digest away."""
        self.noticed.emit(DIGEST, "")
        self._send(DigestRead())

    def show_popover(self, icon: QRect) -> None:
        """Open the popover at the tray's icon, or close it."""
        from opsdesk.ui.popover import Popover

        if self._popover is None:
            self.dressing.emit()
            popover = self._popover = Popover(self._look)
            popover.command_wanted.connect(self.send)
            popover.incident_wanted.connect(self.incident_wanted)
            popover.open_wanted.connect(self.open_wanted)
            popover.wall_wanted.connect(self.wall_wanted)
            popover.refresh_wanted.connect(self.refresh_wanted)
            popover.pause_wanted.connect(self.pause_wanted)
            popover.export_wanted.connect(self.export_wanted)
        if self._popover.isVisible():
            self._popover.hide()
            return
        if self._board is not None:
            self._popover.show_board(self._board, utc_now())
        self._popover.open_at(icon)

    def show_incident(self, window: MainWindow, incident_id: str) -> None:
        """Show an incident in the window; where none is named, all of them."""
        from opsdesk.ui.panels.incident_list import IncidentListPanel

        window.show_page_of(PAGE)
        for panel in window.page.panels if incident_id else ():
            if isinstance(panel, IncidentListPanel):
                panel.open(incident_id)

    def _ask_policy(self) -> None:
        """Open the dialog in which one says when and how to be told."""
        from opsdesk.ui.notifications import NotificationsDialog

        def new() -> NotificationsDialog:
            dialog = NotificationsDialog(self._window, self._policy, self._parts.test_channel)
            dialog.accepted_policy.connect(self._keep_policy)
            dialog.token_given.connect(self._parts.keep_token)
            return dialog

        self._dialog.open(new)

    def _keep_policy(self, policy: Policy) -> None:
        self._policy = policy
        if words := unkept(partial(self._parts.remember_policy, policy)):
            self.noticed.emit("settings", words)


def _line(digest: Digest | None, board: Board, now: datetime) -> str:
    """Return what happened meanwhile in one line; '' where there is nothing to be said of it."""
    if digest is None:
        return ""
    from opsdesk.insight.digest import digest_line

    return digest_line(digest, board, now)
