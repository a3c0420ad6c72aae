"""Opens OpsDesk on a desktop, and anew where everything is to be read anew."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from opsdesk.ui.desktop import AGAIN, Desktop
from opsdesk.ui.instance import Instance
from opsdesk.ui.parts_wanted import Parts


def run(lock: Path, arguments: Sequence[str], make_parts: Callable[[], Parts]) -> int:
    """Open OpsDesk on the desktop; return its exit status when its user has quit.

    ``make_parts`` is called once it is known that no other OpsDesk runs with this profile.
    """
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
        status, walled = AGAIN, False
        while status == AGAIN:
            desktop = Desktop(application, make_parts(), instance)
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
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.unfreeze()
    gc.collect()
