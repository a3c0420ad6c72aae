"""Keeps display and computer awake while a wall is shown, and lets go of them afterwards.

Whatever holds them is bound to a connection or a process that ends with ours: a wall that is
killed leaves no setting of the user's changed.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

log = logging.getLogger(__name__)

#: seconds until it is looked whether display and computer are still held
AGAIN = 30.0
# Seconds that letting go may take at the end.
_PATIENCE = 2.0


class Hold(Protocol):
    """One way to keep display and computer awake. Blocks: it has a thread to itself."""

    def keep(self) -> str:
        """Take hold, unless it holds already; return why it cannot, '' where it holds."""

    def let_go(self) -> None:
        """Give up what is held. Idempotent; nothing that goes wrong is raised."""


def holds() -> list[Hold]:
    """Return the ways that there are on this system."""
    if not sys.platform.startswith("linux"):
        from opsdesk.notify.awake_native import NativeHold

        return [NativeHold()]
    from opsdesk.notify.awake_session import SessionHold

    ways: list[Hold] = [SessionHold()]
    # A Wayland desktop's X server shows windows and switches no display off.
    if os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        from opsdesk.notify.awake_x import XServerHold

        ways.append(XServerHold())
    return ways


class Awake:
    """Keeps display and computer awake from ``begin`` to ``end``; neither of them waits."""

    def __init__(self, *, again: float = AGAIN, ways: Callable[[], Sequence[Hold]] = holds) -> None:
        """Prepare; ``again`` is in seconds."""
        self._again, self._ways = again, ways
        self._is_told = False
        self._over: threading.Event | None = None
        self._threads: list[threading.Thread] = []

    def begin(self) -> None:
        """Keep them awake from now on. Idempotent."""
        if self._over is None:
            self._over = over = threading.Event()
            thread = threading.Thread(
                target=self._keep, args=(over,), name="opsdesk-awake", daemon=True
            )
            self._threads = [*filter(threading.Thread.is_alive, self._threads), thread]
            thread.start()

    def end(self) -> None:
        """Let them rest. Idempotent."""
        if self._over is not None:
            self._over.set()
            self._over = None

    def close(self) -> None:
        """Let them rest, and wait a moment until that is done. Idempotent."""
        self.end()
        for thread in self._threads:
            thread.join(_PATIENCE)
        self._threads.clear()

    def _keep(self, over: threading.Event) -> None:
        ways = self._ways()
        while True:
            reasons = [way.keep() for way in ways]
            if all(reasons):
                self._tell(reasons)
            elif self._is_told:
                self._is_told = False
                log.info("display and computer are kept awake")
            if over.wait(self._again):
                break
        for way in ways:
            way.let_go()

    def _tell(self, reasons: Sequence[str]) -> None:
        if not self._is_told:
            self._is_told = True
            log.warning(
                "the display may go dark while a wall is shown: nothing here can be asked to stay "
                "awake (%s). Start OpsDesk within the desktop's session, or switch screen saver, "
                "standby and automatic suspend off in the system's settings.",
                "; ".join(reasons),
            )
