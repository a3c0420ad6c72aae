"""Reference: the least that a resident tray icon with a poller can be."""

from __future__ import annotations

import sys
import threading

# With Rich, which developers have and an installed program has not, httpx loads a command line.
sys.modules["httpx._main"] = None

import httpx  # noqa: E402 - after that
from PySide6.QtGui import QColor, QIcon, QPixmap  # noqa: E402 - after that
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon  # noqa: E402 - after that

app = QApplication(sys.argv)
app.setQuitOnLastWindowClosed(False)
pixmap = QPixmap(22, 22)
pixmap.fill(QColor("#2e7d32"))
icon = QSystemTrayIcon(QIcon(pixmap))
menu = QMenu()
menu.addAction("Quit", app.quit)
icon.setContextMenu(menu)
icon.show()


def poll() -> None:
    """Ask once, as a poller would, and keep the client."""
    with httpx.Client(trust_env=False) as client:
        client.get(sys.argv[1])
        threading.Event().wait()


threading.Thread(target=poll, daemon=True).start()
sys.exit(app.exec())
