"""Long work of the window's thread, step by step: between two of them events are answered."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

# Not none: what the event loop does at once comes before whatever else has waited.
_TURN_MS = 1


class Turns(QObject):
    """Takes steps in their order, each in a turn of the event loop. One that fails ends none."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._steps: deque[Callable[[], object]] = deque()
        self._timer = QTimer(self, singleShot=True, interval=_TURN_MS)
        self._timer.timeout.connect(self._take)

    @property
    def are_left(self) -> bool:
        """Whether steps are yet to be taken, beside the one under way."""
        return bool(self._steps)

    def add(self, *steps: Callable[[], object]) -> None:
        """Take these too, after those that wait."""
        self._steps.extend(steps)
        if not self._timer.isActive():
            self._timer.start()

    def remove(self, step: Callable[[], object]) -> None:
        """Do not take this one, if it waits."""
        if step in self._steps:
            self._steps.remove(step)
            if not self._steps:
                self._timer.stop()

    def end(self) -> None:
        """Take none of those that wait."""
        self._steps.clear()
        self._timer.stop()

    def _take(self) -> None:
        step = self._steps.popleft()
        try:
            step()
        finally:
            if self._steps:
                self._timer.start()
