"""The notification services of macOS and Windows, through desktop-notifier.

They know no update in place: an earlier notice is taken away before the new one is shown.
"""

from __future__ import annotations

from collections.abc import Callable

from desktop_notifier import DesktopNotifier as Library
from desktop_notifier import Urgency

from opsdesk.model.protocols import Notice
from opsdesk.model.snapshot import Severity
from opsdesk.notify.service import APP_NAME


class NativeService:
    """desktop-notifier, which logs by itself what goes wrong."""

    def __init__(self, on_activated: Callable[[str], None], library: Library | None = None) -> None:
        self._on_activated = on_activated
        self._library = library or Library(app_name=APP_NAME, app_icon=None)
        #: notice id to the library's name for it
        self._shown: dict[str, str] = {}

    async def show(self, notice: Notice) -> None:
        """Show a notice after taking away an earlier one with its id."""
        await self.withdraw(notice.id)
        self._shown[notice.id] = await self._library.send(
            notice.title,
            notice.body,
            urgency=Urgency.Critical if notice.severity is Severity.CRITICAL else Urgency.Normal,
            on_clicked=lambda: self._on_activated(notice.page),
        )

    async def withdraw(self, notice_id: str) -> None:
        """Take a notice away, if it still stands."""
        known = self._shown.pop(notice_id, None)
        if known is not None and known in await self._library.get_current_notifications():
            await self._library.clear(known)

    async def close(self) -> None:
        """Nothing to give back: the library keeps no connection of its own."""
