"""Addresses that people follow out of OpsDesk."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices


def open_address(address: str) -> bool:
    """Open a web page in the desktop's browser; tell whether that was tried.

    Nothing else is opened: an address may come from a server.
    """
    url = QUrl(address, QUrl.ParsingMode.StrictMode)
    if not url.isValid() or url.scheme() not in ("http", "https") or not url.host():
        return False
    return QDesktopServices.openUrl(url)
