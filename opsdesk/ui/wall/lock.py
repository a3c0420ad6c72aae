"""Leaving a locked wall: what is typed goes into a code. Nothing stands in the wall's way."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from opsdesk.insight.unlocking import Attempt, Phase, begin, line, take, wait

_TICK_MS = 1_000


class WallLock(QObject):
    """Asks for the code, and takes it. One for all walls: who may not leave one may leave none."""

    #: a line for the foot of the wall; '' for none any more
    said = Signal(str)
    #: whether keys are text for :meth:`take` now
    taking = Signal(bool)
    #: the code was right
    opened = Signal()

    def __init__(
        self,
        check: Callable[[str], bool],
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``check`` tells whether a code is right, at once: it is called on the window's thread."""
        super().__init__(parent)
        self._check, self._clock = check, clock
        self._attempt = Attempt()
        self._line = ""
        self._ticking = QTimer(self)
        self._ticking.setInterval(_TICK_MS)
        self._ticking.timeout.connect(self._time_passes)

    def ask(self) -> None:
        """Somebody wants to leave."""
        self._follow(begin(self._attempt, self._clock()))

    def take(self, text: str) -> None:
        """Something was typed."""
        self._follow(take(self._attempt, text, self._clock(), self._check))

    def stop(self) -> None:
        """Ask for nothing any more. Idempotent."""
        self._follow(Attempt(wrong=self._attempt.wrong, shut_until=self._attempt.shut_until))

    def _time_passes(self) -> None:
        self._follow(wait(self._attempt, self._clock()))

    def _follow(self, attempt: Attempt) -> None:
        asks = attempt.phase in (Phase.TYPING, Phase.PAUSING)
        self._attempt = attempt
        if asks != self._ticking.isActive():
            self._ticking.start() if asks else self._ticking.stop()
            self.taking.emit(asks)
        said = line(attempt, self._clock())
        if said != self._line:
            self._line = said
            self.said.emit(said)
        if attempt.phase is Phase.OPEN:
            self._attempt = Attempt()
            self.opened.emit()
