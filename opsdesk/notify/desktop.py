"""Notices as desktop notifications."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable

from opsdesk.model.protocols import Notice
from opsdesk.notify.service import Service, ServiceMissingError

log = logging.getLogger(__name__)

# A daemon that is starting may take a while; nothing else waits for it.
_PATIENCE = 5.0


class DesktopNotifier:
    """Shows notices at this desktop. Lives on the engine's loop.

    Where the service is missing it says so once in the log; the next notice looks for it anew.
    """

    def __init__(
        self,
        on_activated: Callable[[str], None],
        connect: Callable[[Callable[[str], None]], Service] | None = None,
    ) -> None:
        """Prepare; the service is looked for when there is something to show.

        Args:
            on_activated: takes the page of a notice that was clicked, on the engine's thread.
            connect: makes the way to the service; None takes the one of this system.

        """
        self._on_activated = on_activated
        self._connect = connect or system_service
        self._service: Service | None = None
        self._missing = False

    async def show(self, notice: Notice) -> bool:
        """Show, or replace; tell whether that was done. Never raises for a failing service."""
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._show(notice)
        except (ServiceMissingError, TimeoutError) as error:
            await self._give_up(error)
            return False
        if self._missing:
            log.info("desktop notifications work again")
        self._missing = False
        return True

    async def _show(self, notice: Notice) -> None:
        if self._service is None:
            self._service = self._connect(self._on_activated)
        for earlier in notice.withdraws:
            await self._service.withdraw(earlier)
        await self._service.show(notice)

    async def withdraw(self, notice_id: str) -> None:
        """Take a notice away. Never raises for a failing service."""
        if self._service is None:
            return
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._service.withdraw(notice_id)
        except (ServiceMissingError, TimeoutError) as error:
            await self._give_up(error)

    async def _give_up(self, error: Exception) -> None:
        if not self._missing:
            reason = str(error) or "no answer"
            log.warning("desktop notifications do not work now (%s); OpsDesk keeps trying", reason)
        self._missing = True
        await self.close()  # the next notice looks for it anew

    async def close(self) -> None:
        """Give back the connection; notices that stand keep standing."""
        service, self._service = self._service, None
        if service is not None:
            await service.close()


def system_service(on_activated: Callable[[str], None]) -> Service:
    """Return the way to this system's notification service."""
    # Imported here: each of them needs a library that the others lack or would load in vain.
    if sys.platform == "linux":
        from opsdesk.notify.freedesktop import FreedesktopService  # noqa: PLC0415 - see above

        return FreedesktopService(on_activated)
    from opsdesk.notify.native import NativeService  # noqa: PLC0415 - see above

    return NativeService(on_activated)
