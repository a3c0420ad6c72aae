"""What opens addresses, in the place of the desktop's own."""

from __future__ import annotations

from PySide6.QtCore import QObject, QUrl, Slot


class Browser(QObject):
    """Takes down what would open."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open_address(self, address: QUrl) -> None:
        """Open nothing."""
        self.opened.append(address.toString())
