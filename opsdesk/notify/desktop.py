"""Notices as desktop notifications."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable

from opsdesk.catalogue.language import tr
from opsdesk.model.protocols import Notice
from opsdesk.notify.sample import sample
from opsdesk.notify.service import OnAction, Service, ServiceMissingError, readable
from opsdesk.notify.sound import Player, SoundError
from opsdesk.notify.standing import Standing

log = logging.getLogger(__name__)

# A daemon that is starting may take a while; nothing else waits for it.
_PATIENCE = 5.0


class DesktopNotifier:
    """Shows notices at this desktop. Lives on the engine's loop.

    Where the service is missing it says so once in the log; the next notice looks for it anew.
    """

    def __init__(
        self,
        connect: Callable[[], Service],
        *,
        sound: Callable[[], bool] = lambda: False,
        player: Player | None = None,
    ) -> None:
        """Prepare; the service is looked for when there is something to show.

        Args:
            connect: makes the way to the service, such as :func:`system_service`.
            sound: whether a sound is wanted now for what is alarming.
            player: plays it where the service does not.

        """
        self._connect = connect
        self._sound = sound
        self._player = player or Player()
        self._service: Service | None = None
        self._missing = False

    async def resume(self) -> None:
        """Listen to what an earlier run has left standing. Never raises for a failing service."""
        await self._ask(lambda service: service.resume())

    async def show(self, notice: Notice) -> bool:
        """Show, or replace; tell whether that was done. Never raises for a failing service."""
        if not await self._ask(lambda service: self._show(service, notice)):
            return False
        if self._missing:
            log.info("desktop notifications work again")
        self._missing = False
        return True

    async def _show(self, service: Service, notice: Notice) -> None:
        for earlier in notice.withdraws:
            await service.withdraw(earlier)
        sound = notice.alarming and self._sound()
        if not await service.show(readable(notice), sound=sound) and sound:
            self._player.begin()

    async def withdraw(self, notice_id: str) -> None:
        """Take a notice away. Never raises for a failing service."""
        await self._ask(lambda service: service.withdraw(notice_id))

    async def _ask(self, work: Callable[[Service], Awaitable[object]]) -> bool:
        """Have the service do something; tell whether it did, in bounded time."""
        self._service = self._service or self._connect()
        try:
            async with asyncio.timeout(_PATIENCE):
                await work(self._service)
        except (ServiceMissingError, TimeoutError) as error:
            await self._give_up(error)
            return False
        return True

    async def _give_up(self, error: Exception) -> None:
        if not self._missing:
            log.warning(
                "desktop notifications do not work now (%s); OpsDesk keeps trying", _why(error)
            )
        self._missing = True
        await self._leave()  # the next notice looks for it anew

    async def _leave(self) -> None:
        service, self._service = self._service, None
        if service is not None:
            await service.close()

    async def close(self) -> None:
        """Give back the connection; notices that stand keep standing."""
        await self._leave()
        await self._player.close()

    async def test(self) -> str:
        """Show a notice that says it is a test, and return what became of it."""
        service = self._connect()
        try:
            async with asyncio.timeout(_PATIENCE):
                await service.show(sample(), sound=False)
                return tr("Shown by {service}.", service=await service.describe())
        except (ServiceMissingError, TimeoutError) as error:
            return tr("No notification service on this desktop: {why}.", why=_why(error))
        finally:
            await service.close()

    async def test_sound(self) -> str:
        """Play the sound, and return who does."""
        service = self._connect()
        try:
            async with asyncio.timeout(_PATIENCE):
                if await service.show(sample(), sound=True):
                    name = await service.describe()
                    return tr("{service} plays the desktop's own sound.", service=name)
        except (ServiceMissingError, TimeoutError):
            pass  # without it, the sound is played all the same
        finally:
            await service.close()
        try:
            return tr("Played by {program}.", program=await self._player.play())
        except SoundError as error:
            return str(error)


def _why(error: Exception) -> str:
    return str(error) or "no answer"


def system_service(on_action: OnAction, standing: Standing | None = None) -> Service:
    """Return the way to this system's notification service.

    Args:
        on_action: takes what a person did at a notice, on the engine's thread.
        standing: what stands already, so that it is replaced and not shown once more.

    """
    # Imported here: each of them needs a library that the others lack or would load in vain.
    if sys.platform == "linux":
        from opsdesk.notify.freedesktop import FreedesktopService

        return FreedesktopService(on_action, standing)
    from opsdesk.notify.native import NativeService

    return NativeService(on_action)
