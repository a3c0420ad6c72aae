"""Tells the person at the desk, beside the polling: a slow desktop delays no figure."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from itertools import chain

from msgspec.structs import replace

from opsdesk.engine.poll import CLOSING
from opsdesk.model.protocols import Notice, Notifier

log = logging.getLogger(__name__)

#: seconds until what could not be shown is tried again
AGAIN = 60.0
#: so many notices wait at most for a desktop that shows none; the oldest give way
MOST_WAITING = 50


class Teller:
    """Keeps the latest notice of each id until it has been shown."""

    def __init__(
        self,
        notifier: Notifier | None,
        *,
        again: float = AGAIN,
        done: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Prepare.

        Args:
            notifier: shows notices; None where nothing does.
            again: seconds until what could not be shown is tried again.
            done: called after each notice that was shown, before the next is.

        """
        self._notifier = notifier
        self._again = again
        self._done = done
        self._waiting: dict[str, Notice] = {}
        #: ids of notices to be taken away
        self._unwanted: dict[str, None] = {}
        self._news = asyncio.Event()
        self._is_mute = False

    @property
    def waiting(self) -> tuple[Notice, ...]:
        """What has not been shown yet."""
        return tuple(self._waiting.values())

    def tell(self, notices: Iterable[Notice], withdrawn: Iterable[str] = ()) -> None:
        """Show these as soon as it can be done, and take those of these ids away."""
        if self._notifier is None:
            return
        for id_ in withdrawn:
            self._unwanted |= dict.fromkeys((id_, *self._give_up(id_)))
            self._news.set()
        for notice in notices:
            taken = [self._give_up(id_) for id_ in (notice.id, *notice.withdraws)]
            withdraws = dict.fromkeys(chain(notice.withdraws, *taken))
            withdraws.pop(notice.id, None)
            self._unwanted.pop(notice.id, None)
            self._waiting[notice.id] = replace(notice, withdraws=tuple(withdraws))
            self._news.set()
        for oldest in list(self._waiting)[:-MOST_WAITING]:
            self._unwanted |= dict.fromkeys(self._give_up(oldest))

    def mute(self, *, on: bool) -> None:
        """Show nothing while ``on``; what is to be shown waits, and its latest word is told."""
        self._is_mute = on
        self._news.set()

    def _give_up(self, id_: str) -> tuple[str, ...]:
        """Let a notice wait no longer; return what it would have taken away."""
        notice = self._waiting.pop(id_, None)
        return () if notice is None else notice.withdraws

    async def keep_telling(self) -> None:
        """Show what there is to show, until cancelled; return where nothing can be shown."""
        if self._notifier is not None:
            await self._notifier.resume()
        while self._notifier is not None:
            try:
                async with asyncio.timeout(self._again if self._waiting else None):
                    await self._news.wait()
            except TimeoutError:
                log.debug("trying again to show %d notices", len(self._waiting))
            self._news.clear()
            await self._withdraw_all(self._notifier)
            await self._show_all(self._notifier)

    async def _withdraw_all(self, notifier: Notifier) -> None:
        while self._unwanted:
            id_ = next(iter(self._unwanted))
            del self._unwanted[id_]
            await notifier.withdraw(id_)

    async def _show_all(self, notifier: Notifier) -> None:
        while self._waiting and not self._is_mute:
            notice = next(iter(self._waiting.values()))
            shown = await notifier.show(notice)
            # What came in meanwhile is later: it stays.
            if self._waiting.get(notice.id) is notice:
                del self._waiting[notice.id]
                if not shown:
                    self._waiting[notice.id] = notice  # at the end: it holds up no other
            if not shown:
                return
            if self._done is not None:
                await self._done()

    async def close(self, withdrawn: Iterable[str] = ()) -> None:
        """Take these away, and let the notifier give back its connection; in bounded time."""
        if self._notifier is None:
            return
        try:
            async with asyncio.timeout(CLOSING):
                for id_ in withdrawn:
                    await self._notifier.withdraw(id_)
                await self._notifier.close()
        except TimeoutError:
            log.info("the notification service did not close in time")
