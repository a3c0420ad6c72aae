"""Connects and disconnects sources: the dialog, what is kept, and what could not be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from opsdesk.catalogue.language import tr
from opsdesk.engine.commands import Command
from opsdesk.model.errors import OpsDeskError
from opsdesk.ui.parts_wanted import Parts
from opsdesk.ui.sole import SoleDialog

if TYPE_CHECKING:
    from opsdesk.ui.connect import NewSource

#: reason of the banner about what could not be done
SOURCES = "sources"


class Connecting(QObject):
    """What the desktop does about its sources. The dialog is made when it is wanted."""

    #: the engine is to be made anew
    restart_wanted = Signal()
    #: reason and text of what must not be overlooked
    noticed = Signal(str, str)

    def __init__(self, parts: Parts, send: Callable[[Command], None], parent: QObject) -> None:
        super().__init__(parent)
        self._parts, self._send = parts, send
        self._dialog = SoleDialog(self)

    def ask(self, parent: QWidget, address: str = "") -> None:
        """Open the dialog that asks for a source, with an address where one is known."""
        from opsdesk.ui.connect import ConnectDialog

        def new() -> ConnectDialog:
            dialog = ConnectDialog(parent, address)
            dialog.accepted_source.connect(self.connect_source)
            return dialog

        self._dialog.open(new)

    def stop(self) -> None:
        """Let go of what was opened. Idempotent."""
        self._dialog.close()

    def connect_source(self, source: NewSource) -> None:
        """Keep a source and connect it."""
        try:
            if self._parts.connect(source, self._send):
                self.restart_wanted.emit()
        except (OSError, OpsDeskError) as error:
            words = tr("{source} is not connected: {error}", source=source.title, error=error)
            self.noticed.emit(SOURCES, words)

    def disconnect_source(self, source_id: str) -> None:
        """Take a source, by its id, out of the profile."""
        try:
            self._parts.disconnect(source_id, self._send)
        except (OSError, OpsDeskError) as error:
            words = tr("The source stays connected: {error}", error=error)
            self.noticed.emit(SOURCES, words)
