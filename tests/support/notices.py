"""Notices, and a notifier that shows them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from support.desktop import Desktop, NotificationEvent
from support.processes import eventually

from opsdesk.model.protocols import Notice, NoticeAction
from opsdesk.model.snapshot import Severity
from opsdesk.notify.desktop import DesktopNotifier
from opsdesk.notify.freedesktop import FreedesktopService
from opsdesk.notify.standing import Standing

OPENED = Notice(
    id="carbon",
    title="Breaker open: Carbon Data",
    body="12 failures, 6 others closed",
    severity=Severity.CRITICAL,
    page="reliability",
    incidents=("carbon@10:00",),
    actions=(NoticeAction.ACKNOWLEDGE, NoticeAction.SNOOZE, NoticeAction.RUNBOOK),
    runbook="https://runbooks.example/carbon",
    alarming=True,
)
ENDED = Notice(
    id="carbon", title="Breaker closed: Carbon Data", body="closed after 22 min", severity=None
)
ANOTHER = Notice(id="another", title="Breaker closed: Weather", body="", severity=None)


def tell(*notices: Notice, memory: Path | None = None) -> None:
    """Show notices and go, as an OpsDesk does that is killed."""

    async def show(notifier: DesktopNotifier) -> None:
        for notice in notices:
            await notifier.show(notice)

    notifying(show, memory)


def notifying(
    work: Callable[[DesktopNotifier], Awaitable[None]], memory: Path | None = None
) -> None:
    """Do something with a notifier on a loop."""

    async def run() -> None:
        notifier = DesktopNotifier(partial(FreedesktopService, print, Standing(memory)))
        try:
            await work(notifier)
        finally:
            await notifier.close()
            await notifier.close()

    asyncio.run(run())


def notified(screen: Desktop, number: int) -> list[NotificationEvent]:
    """Wait until the daemon has answered so many calls."""

    def those() -> list[NotificationEvent]:
        found = [event for event in screen.notifications() if event.event == "notify"]
        return found if len(found) >= number else []

    return eventually(those, f"{number} notifications")
