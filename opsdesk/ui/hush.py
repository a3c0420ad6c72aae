"""Says in the header why nothing pops up, and ends it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton

from opsdesk.catalogue.language import tr
from opsdesk.engine.commands import Snooze
from opsdesk.insight.snoozing import hush_text, is_snoozed
from opsdesk.insight.words import clock_text
from opsdesk.model.desk import Desk
from opsdesk.ui.glyphs import icon
from opsdesk.ui.theme import Look


class HushButton(QPushButton):
    """'Snoozed until 14:30', with a menu that ends it; hidden while things are told."""

    #: a Command of the engine
    command_wanted = Signal(object)
    #: its user wants to see when and how things are told
    settings_wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setObjectName("hush")
        self._whole = self._short = ""
        menu = QMenu(self)
        self._end = menu.addAction(tr("End the snooze"))
        self._end.triggered.connect(self._end_snooze)
        menu.addAction(tr("Notifications\N{HORIZONTAL ELLIPSIS}")).triggered.connect(
            self.settings_wanted
        )
        self.setMenu(menu)
        look.changed.connect(self._recolour)
        self._recolour()
        self.hide()

    def show_desk(self, desk: Desk, now: datetime) -> None:
        """Say why nothing is told at ``now``."""
        self._whole = hush_text(desk, now)
        until, snoozed = desk.snoozed_until, is_snoozed(desk, now)
        self._short = clock_text(until, now) if until is not None and snoozed else tr("Quiet")
        self._end.setVisible(snoozed)
        self.setToolTip(tr("{what}: nothing pops up", what=self._whole))
        self.setAccessibleName(self._whole)
        self.setVisible(bool(self._whole))

    def fit(self, words: int) -> None:
        """Say it whole where there is room for two ``words``, with one when it ends, or nothing."""
        text = ("", self._short, self._whole)[words]
        if self.text() != text:
            self.setText(text)

    def _recolour(self) -> None:
        ink, paper = self._look.color("accent"), self._look.color("bg")
        self.setIcon(icon("hushed", 14, ink, paper))

    def _end_snooze(self) -> None:
        self.command_wanted.emit(Snooze(None))
