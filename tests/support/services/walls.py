"""Walls in a process of their own: one for each display that is named, each of one colour.

Prints a JSON list for each thing that happens: the wall's number, or -1 for all, and what.
"""

from __future__ import annotations

import json
import signal
import sys
from functools import partial

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from opsdesk.ui.wall.displays import Displays
from opsdesk.ui.wall.window import WallWindow

COLOURS = ("#ff0000", "#00ff00", "#0000ff")


def say(number: int, *what: object) -> None:
    sys.stdout.write(json.dumps([number, *what]) + "\n")
    sys.stdout.flush()


class Watched(WallWindow):
    """Tells that it was minimised, however short that was."""

    minimised = Signal()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.WindowStateChange and self.isMinimized():
            self.minimised.emit()


def wall(application: QApplication, number: int) -> WallWindow:
    content = QWidget()
    content.setAutoFillBackground(True)
    content.setPalette(QPalette(QColor(COLOURS[number])))
    window = Watched(application)
    window.minimised.connect(partial(say, number, "minimised"))
    window.setWindowTitle(f"wall {number}")
    window.set_content(content)
    window.asked.connect(partial(say, number, "asked"))
    window.leave_wanted.connect(partial(say, number, "leave wanted"))
    window.lost.connect(partial(say, number, "lost"))
    return window


def main() -> None:
    application = QApplication(["walls"])
    application.setQuitOnLastWindowClosed(False)
    displays = Displays(application)
    wanted = sys.argv[1:]
    walls = [wall(application, number) for number in range(len(wanted))]

    def place() -> None:
        say(-1, "displays", {display.identity: display.diagonal for display in displays.all()})
        for window, screen in zip(walls, displays.screens_of(wanted), strict=True):
            if screen is not None:
                window.place_on(screen)

    displays.changed.connect(place)
    application.focusWindowChanged.connect(lambda window: say(-1, "focus", window is not None))
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    place()
    for window in walls:
        window.asked.connect(lambda asked: application.quit() if asked == "leave" else None)
    application.exec()
    say(-1, "ended")


if __name__ == "__main__":
    main()
