"""The first tenth of a second: how the window last looked is seen while the rest is loaded.

What makes the window is imported on a thread of its own meanwhile, so that what is seen already
lives: it can be moved, and closed. It is safe, for the import makes no QObject; a test looks.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Thread

from PySide6.QtCore import QEventLoop, QObject, Signal

from opsdesk.catalogue.language import tr
from opsdesk.insight.words import age_text, utc_now
from opsdesk.store.remembered import Remembered
from opsdesk.ui.frame import Frame
from opsdesk.ui.last_render import LastRender


class _Loading(QObject):
    done = Signal()

    def run(self, load: Callable[[], None]) -> None:
        with suppress(Exception):  # it fails again where it is needed, and is told of there
            load()
        self.done.emit()


def opened(picture: Path, left: Remembered, load: Callable[[], None]) -> Frame | None:
    """Show how the window last looked, and load the rest; None where no picture is to be had.

    Args:
        picture: the file of how it looked.
        left: how it was left.
        load: imports what makes the window.

    """
    found = LastRender(picture).load()
    if found is None:
        return None
    image, at = found
    frame = Frame(left)
    age = age_text((utc_now() - at).total_seconds())
    frame.show_picture(image, tr("Starting: as it was {age} ago", age=age))
    _load(load)
    return frame


def _load(load: Callable[[], None]) -> None:
    """Import on a thread while events are answered."""
    loading, loop = _Loading(), QEventLoop()
    loading.done.connect(loop.quit)
    thread = Thread(target=loading.run, args=(load,), name="opsdesk-opening", daemon=True)
    thread.start()
    loop.exec()
    thread.join()
