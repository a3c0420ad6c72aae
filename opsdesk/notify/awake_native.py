"""Keeps macOS and Windows awake, through wakepy."""

from __future__ import annotations

import logging
from contextlib import ExitStack

from wakepy import keep

log = logging.getLogger(__name__)


class NativeHold:
    """Holds the display by wakepy's mode for presentations. Belongs to one thread, as that does."""

    def __init__(self) -> None:
        self._held = ExitStack()
        self._is_held = False

    def keep(self) -> str:
        """Take hold, unless it holds already; return why it cannot."""
        if self._is_held:
            return ""
        mode = self._held.enter_context(keep.presenting(on_fail="pass"))
        self._is_held = mode.active
        return "" if mode.active else mode.result.get_failure_text(style="inline")

    def let_go(self) -> None:
        """Give it up. Idempotent."""
        self._is_held = False
        try:
            self._held.close()
        except RuntimeError as error:
            # It ends with this process.
            log.info("the system was not told that it may rest: %s", error)
