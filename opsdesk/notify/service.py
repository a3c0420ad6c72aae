"""What a way to a desktop's notification service must do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from msgspec.structs import replace

from opsdesk.catalogue.language import mark
from opsdesk.model.protocols import Notice, NoticeAction

APP_NAME = "OpsDesk"
DESKTOP_ENTRY = "opsdesk"

# Characters.
_MOST_TITLE, _MOST_BODY = 300, 2_000

#: what a person did at a notice, and the desktop's leave to raise a window for it ('' without)
OnAction = Callable[[Notice, NoticeAction, str], None]

#: what stands on the buttons
LABELS = {
    NoticeAction.SHOW: mark("Show"),
    NoticeAction.ACKNOWLEDGE: mark("Acknowledge"),
    NoticeAction.SNOOZE: mark("Snooze 1 h"),
    NoticeAction.RUNBOOK: mark("Runbook"),
}


class ServiceMissingError(Exception):
    """A service of the desktop is not there, or refuses."""


class Service(Protocol):
    """A way to the desktop's notification service."""

    async def resume(self) -> None:
        """Take up what an earlier run has left standing.

        Raises:
            ServiceMissingError: the service does not answer.

        """

    async def show(self, notice: Notice, *, sound: bool) -> bool:
        """Show a notice in the place of an earlier one with its id.

        Tells whether the service plays the sound, where one is wanted.

        Raises:
            ServiceMissingError: it cannot be shown now.

        """

    async def withdraw(self, notice_id: str) -> None:
        """Take a notice away; one that is gone already is no error.

        Raises:
            ServiceMissingError: the service does not answer.

        """

    async def describe(self) -> str:
        """Return the name of the service, and what it cannot do, for people.

        Raises:
            ServiceMissingError: the service does not answer.

        """

    async def close(self) -> None:
        """Give back the connection. Idempotent."""


def readable(notice: Notice) -> Notice:
    """Return a notice whose texts any service can show: names come from servers, and hold anything.

    D-Bus refuses a NUL, and what is no Unicode; no screen has room for a megabyte.
    """
    title, body = _readable(notice.title, _MOST_TITLE), _readable(notice.body, _MOST_BODY)
    if (title, body) == (notice.title, notice.body):
        return notice
    return replace(notice, title=title, body=body)


def _readable(text: str, most: int) -> str:
    plain = text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
    return plain if len(plain) <= most else f"{plain[:most]}…"


def buttons(notice: Notice) -> tuple[NoticeAction, ...]:
    """Return what stands at a notice beside the click on it, which shows."""
    return tuple(
        action
        for action in notice.actions
        if action is not NoticeAction.SHOW
        and (action is not NoticeAction.RUNBOOK or notice.runbook)
    )
