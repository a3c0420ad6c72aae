"""Loads numpy and pyqtgraph when the first chart is to be drawn, beside the window's thread.

Importing them takes 45 ms of a processor, for which the window's thread would stand still. Nothing
of what is imported is garbage, and looking for some took 5 ms of it more (PySide6 6.11, pyqtgraph
0.14, numpy 2.4). What else they would do is left out by :mod:`opsdesk.ui.binding`.

It is safe, for nothing of Qt lives on that thread: the import defines classes and makes colours and
fonts, which are values. It makes no QObject; a test looks. The first is made with the first chart.

Charts that have waited are drawn each in a turn of the event loop, and painted before the next:
together they would hold up the window, and with a pause between, the last was 40 ms later.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from importlib import import_module
from threading import Thread

from PySide6.QtCore import QCoreApplication, QObject, Signal

from opsdesk.runtime import garbage
from opsdesk.ui.binding import load_pyqtgraph
from opsdesk.ui.turns import Turns


class Loading(QObject):
    """Says when charts can be drawn. Lives on the window's thread."""

    done = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._thread: Thread | None = None
        self._complete = False
        # Making and painting a chart takes 5 to 15 ms.
        self._turns = Turns(self)

    @property
    def is_done(self) -> bool:
        """Whether what draws charts can be imported without delay."""
        return self._complete

    def begin(self) -> None:
        """Load on a thread of its own, once; ``done`` follows."""
        if self._complete or self._thread is not None:
            return
        self._thread = Thread(target=self._load, name="opsdesk-charts", daemon=True)
        self._thread.start()
        application = QCoreApplication.instance()
        if application is not None:
            # A thread that is importing when Python ends brings it down.
            application.aboutToQuit.connect(self.wait)

    def queue(self, view: QObject, draw: Callable[[], None]) -> None:
        """Let a view draw once those before it have drawn, and what they drew could be painted."""
        self._turns.add(draw)
        view.destroyed.connect(partial(self._turns.remove, draw))

    def wait(self) -> None:
        """Return once all is loaded, on this thread if none has begun: for a process that draws."""
        if self._thread is None:
            self._load()
        else:
            self._thread.join()

    def _load(self) -> None:
        with garbage.put_off_meanwhile():
            import_module("numpy")
            load_pyqtgraph()
            import_module("opsdesk.ui.charts.drawing")
        self._complete = True
        self.done.emit()


@cache
def loading() -> Loading:
    """Return what loads the means to draw: one for the whole process."""
    return Loading()
