"""The notification services of macOS and Windows, through desktop-notifier.

They know no update in place: an earlier notice is taken away before the new one is shown.
"""

from __future__ import annotations

import sys
from functools import partial

from desktop_notifier import DEFAULT_SOUND, Button, Urgency
from desktop_notifier import DesktopNotifier as Library

from opsdesk.catalogue.language import tr
from opsdesk.model.protocols import Notice, NoticeAction
from opsdesk.model.snapshot import Severity
from opsdesk.notify.service import APP_NAME, LABELS, OnAction, buttons

_NAMES = {"darwin": "macOS", "win32": "Windows"}
# These systems ask for no leave to raise a window.
_NO_TOKEN = ""


class NativeService:
    """desktop-notifier, which logs by itself what goes wrong."""

    def __init__(self, on_action: OnAction, library: Library | None = None) -> None:
        self._on_action = on_action
        self._library = library or Library(app_name=APP_NAME, app_icon=None)
        #: notice id to the library's name for it
        self._shown: dict[str, str] = {}

    async def resume(self) -> None:
        """Nothing to take up: the library hands on what is done at its own notifications alone."""

    async def show(self, notice: Notice, *, sound: bool) -> bool:
        """Show a notice after taking away an earlier one with its id."""
        await self.withdraw(notice.id)

        def act(action: NoticeAction) -> None:
            self._on_action(notice, action, _NO_TOKEN)

        self._shown[notice.id] = await self._library.send(
            notice.title,
            notice.body,
            urgency=Urgency.Critical if notice.severity is Severity.CRITICAL else Urgency.Normal,
            buttons=[Button(tr(LABELS[a]), partial(act, a)) for a in buttons(notice)],
            on_clicked=partial(act, NoticeAction.SHOW),
            sound=DEFAULT_SOUND if sound else None,
        )
        return True

    async def withdraw(self, notice_id: str) -> None:
        """Take a notice away, if it still stands."""
        known = self._shown.pop(notice_id, None)
        if known is not None and known in await self._library.get_current_notifications():
            await self._library.clear(known)

    async def describe(self) -> str:
        """Return the name of the system: it has one service."""
        return _NAMES.get(sys.platform, sys.platform)

    async def close(self) -> None:
        """Nothing to give back: the library keeps no connection of its own."""
