"""The native window: its place on the screen. What fills it may come later.

It loads next to nothing: how the window last looked is seen in it while the rest is loaded.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QImage, QPixmap
from PySide6.QtWidgets import QLabel, QMainWindow, QWidget
from typing_extensions import override

from opsdesk.store.remembered import Remembered

_WIDTH, _HEIGHT = 1440, 900
# What a title bar may take of the screen.
_FRAME = 40


class Frame(QMainWindow):
    """Holds what the window shows."""

    #: it was closed by its user
    closed = Signal()

    def __init__(self, left: Remembered) -> None:
        """Come back as the window was left, where there still is a screen at that place."""
        super().__init__()
        self.setWindowTitle("OpsDesk")
        self.resize(QSize(_WIDTH, _HEIGHT).boundedTo(self._room()))
        if left.place is not None:
            place = QRect(*left.place)
            if any(
                screen.availableGeometry().contains(place.center())
                for screen in QGuiApplication.screens()
            ):
                self.setGeometry(place)
        if left.maximised:
            self.setWindowState(Qt.WindowState.WindowMaximized)

    def show_picture(self, image: QImage, words: str) -> None:
        """Show how it looked until it is filled; ``words``, its title, say so."""
        picture = QLabel(scaledContents=True)
        picture.setPixmap(QPixmap.fromImage(image))
        picture.setMinimumSize(1, 1)
        picture.setAccessibleName(words)
        self.setCentralWidget(picture)
        self.setWindowTitle(f"{words} \N{EM DASH} OpsDesk")
        self.show()

    def fill(self, content: QWidget) -> None:
        """Show ``content`` from now on, under its title; what was shown goes."""
        content.setMinimumSize(content.minimumSize().boundedTo(self._room()))
        self.setCentralWidget(content)
        # At once: by itself it would come a turn later, and leave the frame empty until then.
        if (layout := self.layout()) is not None:
            layout.activate()
        content.show()
        self.setWindowTitle(content.windowTitle())
        content.windowTitleChanged.connect(self.setWindowTitle)
        content.setFocus()

    def come_to_front(self) -> None:
        """Show the window, out of the tray or from behind others."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def left(self) -> Remembered:
        """Return where the window is left."""
        place = self.normalGeometry()
        return Remembered(
            place=(place.x(), place.y(), place.width(), place.height()),
            maximised=self.isMaximized(),
        )

    def _room(self) -> QSize:
        """Return what the screen leaves for a window."""
        return self.screen().availableSize() - QSize(0, _FRAME)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        # Accepted in any case: an ignored close can block the end of a session.
        super().closeEvent(event)
        self.closed.emit()
