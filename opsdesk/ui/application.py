"""Opens OpsDesk on a desktop, and anew where everything is to be read anew."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from opsdesk.runtime import garbage
from opsdesk.ui.instance import Instance

if TYPE_CHECKING:
    from opsdesk.ui.frame import Frame
    from opsdesk.ui.parts_wanted import Parts

# Seconds for which a thread that computes keeps others waiting. A page is painted in fifty parts,
# and each waits so long while a forecast is made or a module imported: by default, 5 ms.
_SWITCH_EVERY = 0.0003


def run(
    lock: Path,
    arguments: Sequence[str],
    show_first: Callable[[], Frame | None],
    make_parts: Callable[[], Parts],
) -> int:
    """Open OpsDesk on the desktop; return its exit status when its user has quit.

    Both functions are called once it is known that no other OpsDesk runs with this profile: the
    one to show how the window last looked, where that is known, the other to make the rest.
    """
    sys.setswitchinterval(_SWITCH_EVERY)
    application = QApplication(["opsdesk"])
    application.setApplicationName("opsdesk")
    application.setApplicationDisplayName("OpsDesk")
    QGuiApplication.setDesktopFileName("opsdesk")
    application.setQuitOnLastWindowClosed(False)
    QGuiApplication.setQuitLockEnabled(False)
    instance = Instance(lock)
    if not instance.claim(arguments):
        return 0
    try:
        frame = show_first()
        from opsdesk.ui.desktop import AGAIN, Desktop

        if frame is not None and not frame.isVisible():
            return 0  # its user has closed it
        status, walled = AGAIN, False
        while status == AGAIN:
            desktop = Desktop(application, make_parts(), instance, frame)
            frame = None
            desktop.start(walled=walled)
            try:
                status = application.exec()
            finally:
                walled = desktop.is_walled
                desktop.stop()
            desktop.deleteLater()
            del desktop
            _clear_away()
        return status
    finally:
        instance.release()


def _clear_away() -> None:
    """Let go of what is read anew: a wall may be told to do that each day, for years."""
    # PySide6 makes it when it is first named, with 190 constants: 1 ms of each start.
    from PySide6.QtCore import QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    garbage.clear_away()
