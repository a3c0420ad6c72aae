"""A dialog of which there is one at a time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog


class SoleDialog(QObject):
    """Opens a dialog; while it is open, whoever asks again is led to it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._dialog: QDialog | None = None

    def open(self, make: Callable[[], QDialog]) -> None:
        """Show the dialog, made by ``make`` if there is none."""
        if self._dialog is None:
            self._dialog = make()
            self._dialog.finished.connect(self._let_go)
            self._dialog.open()
        self._dialog.activateWindow()

    def close(self) -> None:
        """Close it as if its user had turned it down. Idempotent."""
        if self._dialog is not None:
            self._dialog.reject()

    def _let_go(self) -> None:
        """Let it go, and with it the secret that was typed there."""
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None
