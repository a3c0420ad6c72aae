"""Tells the person at the desk, beside the polling: a slow desktop delays no figure."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

from opsdesk.engine.poll import CLOSING
from opsdesk.model.protocols import Notice, Notifier

log = logging.getLogger(__name__)

#: seconds until what could not be shown is tried again
AGAIN = 60.0
#: so many notices wait at most for a desktop that shows none; the oldest give way
MOST_WAITING = 50


class Teller:
    """Keeps the latest notice of each id until it has been shown."""

    def __init__(self, notifier: Notifier | None, *, again: float = AGAIN) -> None:
        """Prepare; ``again`` is in seconds."""
        self._notifier = notifier
        self._again = again
        self._waiting: dict[str, Notice] = {}
        self._news = asyncio.Event()

    def tell(self, notices: Iterable[Notice]) -> None:
        """Show these as soon as it can be done."""
        for notice in notices:
            for earlier in notice.withdraws:
                self._waiting.pop(earlier, None)
            self._waiting[notice.id] = notice
            self._news.set()
        for oldest in list(self._waiting)[:-MOST_WAITING]:
            del self._waiting[oldest]

    def forget(self) -> None:
        """Leave aside what has not been shown: nobody wants to be told any more."""
        self._waiting.clear()

    async def keep_telling(self) -> None:
        """Show what there is to show, until cancelled."""
        while True:
            try:
                async with asyncio.timeout(self._again if self._waiting else None):
                    await self._news.wait()
            except TimeoutError:
                log.debug("trying again to show %d notices", len(self._waiting))
            self._news.clear()
            await self._show_all()

    async def _show_all(self) -> None:
        while self._waiting:
            notice = next(iter(self._waiting.values()))
            shown = self._notifier is None or await self._notifier.show(notice)
            # What came in meanwhile is later: it stays.
            if self._waiting.get(notice.id) is notice:
                del self._waiting[notice.id]
                if not shown:
                    self._waiting[notice.id] = notice  # at the end: it holds up no other
            if not shown:
                return

    async def close(self) -> None:
        """Let the notifier give back its connection, in bounded time."""
        if self._notifier is None:
            return
        try:
            async with asyncio.timeout(CLOSING):
                await self._notifier.close()
        except TimeoutError:
            log.info("the notification service did not close in time")
