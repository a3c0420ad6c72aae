"""A window that is a wall: it fills one display, and goes and comes with it. It draws nothing."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QScreen,
    QShortcut,
)
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.model.wall import WallCommand
from opsdesk.ui.wall.keys import KEYS, Asked

_WITHOUT_FOCUS = "_q_showWithoutActivating"


class WallWindow(QWidget):
    """Fills the display that it is placed on, above panels and without a pointer."""

    #: a WallCommand or an Asked, by a key
    asked = Signal(object)
    #: letters or a control character that was typed; while :meth:`take_text` is on, all of them
    typed = Signal(str)
    #: its user wants it to end, as by Alt+F4; who does not end it sees it again
    leave_wanted = Signal()
    #: its display has gone, and it is hidden until it is placed again
    lost = Signal()

    def __init__(self, application: QGuiApplication) -> None:
        super().__init__()
        self._screen: QScreen | None = None
        self._content: QWidget | None = None
        # Focus is taken when the wall is opened, and taken again by one that had it: somebody
        # works at another display, perhaps.
        self._wants_focus = True
        self.setWindowFlags(
            Qt.WindowType.Window
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.WindowStaysOnTopHint
        )
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.setWindowTitle(tr("OpsDesk wall"))
        self.setAccessibleName(tr("OpsDesk wall"))
        self._shortcuts = [self._bind(key, asked) for asked, keys in KEYS.items() for key in keys]
        application.screenRemoved.connect(self._screen_removed)

    @property
    def is_lit(self) -> bool:
        """Whether it is on a display."""
        return self._screen is not None

    def set_content(self, content: QWidget) -> None:
        """Show a widget all over the window. What was shown before is the caller's again."""
        if self._content is not None:
            self._content.setParent(None)
        self._content = content
        content.setParent(self)
        content.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content.setGeometry(self.rect())
        content.show()

    def place_on(self, screen: QScreen) -> None:
        """Fill a display. Where it does so already, nothing moves."""
        if screen != self._screen:
            self._leave_screen()
            self._screen = screen
            screen.geometryChanged.connect(self._fit)
        if self.isVisible():
            self._fit()
        else:
            self._appear(screen)

    def end(self) -> None:
        """Close for good. Idempotent."""
        self._leave_screen()
        self.close()

    def take_text(self, on: bool) -> None:
        """Take what is typed for text, and not for what the keys of a wall ask."""
        for shortcut in self._shortcuts:
            shortcut.setEnabled(not on)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text():
            self.typed.emit(event.text())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._content is not None:
            self._content.setGeometry(self.rect())

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.WindowStateChange and self.isMinimized() and self.is_lit:
            QTimer.singleShot(0, self, self._stand_up)  # not while the state changes

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        # Accepted in any case: Qt closes windows when a session ends or the application quits, in
        # the same way as a window manager does, and one that ignores it would block that.
        super().closeEvent(event)
        if self.is_lit:
            QTimer.singleShot(0, self, self._asked_to_close)

    def _stand_up(self) -> None:
        """Be there again after somebody has cleared the desktop."""
        self.setWindowState(Qt.WindowState.WindowFullScreen)

    def _asked_to_close(self) -> None:
        """Come back, unless somebody has ended it: so that nobody but its owner can."""
        self.leave_wanted.emit()
        if self._screen is not None:
            self.place_on(self._screen)

    def _appear(self, screen: QScreen) -> None:
        if self.windowHandle() is not None:
            # What WA_ShowWithoutActivating becomes; the attribute counts for a new window alone.
            self.windowHandle().setProperty(_WITHOUT_FOCUS, not self._wants_focus)
        self.setScreen(screen)
        self._fit()  # where no window manager does it
        # As showFullScreen, which always takes the focus.
        self.setWindowState(Qt.WindowState.WindowFullScreen)
        self.show()
        if self._wants_focus:
            self.activateWindow()

    def _fit(self) -> None:
        if self._screen is not None:
            self.setGeometry(self._screen.geometry())

    def _screen_removed(self, screen: QScreen) -> None:
        if screen == self._screen:
            self._leave_screen()  # now: Qt would move it to the first screen
            self.lost.emit()

    def _leave_screen(self) -> None:
        if self._screen is not None:
            self._screen.geometryChanged.disconnect(self._fit)
            self._screen = None
            self._wants_focus = self.isActiveWindow()
            self.hide()

    def _bind(self, key: str, asked: WallCommand | Asked) -> QShortcut:
        # A shortcut and not keyPressEvent: Qt finds letters on keyboards that have no Latin ones.
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(partial(self.asked.emit, asked))
        return shortcut
