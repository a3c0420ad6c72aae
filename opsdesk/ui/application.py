"""Opens OpsDesk on a desktop, and anew where everything is to be read anew."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from opsdesk.ui.instance import Instance
from opsdesk.ui.opening import Opening, opened

if TYPE_CHECKING:
    from opsdesk.ui.parts_wanted import Parts


def run(
    lock: Path, arguments: Sequence[str], opening: Opening, make_parts: Callable[[], Parts]
) -> int:
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
        frame = opened(opening)
        from opsdesk.ui.desktop import AGAIN, Desktop  # noqa: PLC0415 - once something is seen

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
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.unfreeze()
    gc.collect()
