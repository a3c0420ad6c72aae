"""Reference: a window with one pyqtgraph plot, and httpx on a thread."""

from __future__ import annotations

import sys
import threading

# With Rich, which developers have and an installed program has not, httpx loads a command line.
sys.modules["httpx._main"] = None

import httpx  # noqa: E402 - after that
import pyqtgraph  # noqa: E402 - after that
from PySide6.QtWidgets import QApplication, QMainWindow  # noqa: E402 - after that

app = QApplication(sys.argv)
window = QMainWindow()
plot = pyqtgraph.PlotWidget()
plot.plot([float(minute % 60) for minute in range(1440)])
window.setCentralWidget(plot)
window.setWindowTitle("reference")
window.resize(1440, 900)
window.show()


def poll() -> None:
    """Ask once, as a poller would, and keep the client."""
    with httpx.Client(trust_env=False) as client:
        client.get(sys.argv[1])
        threading.Event().wait()


threading.Thread(target=poll, daemon=True).start()
sys.exit(app.exec())
