"""What a way to a desktop's notification service must do."""

from __future__ import annotations

from typing import Protocol

from opsdesk.model.protocols import Notice

APP_NAME = "OpsDesk"
DESKTOP_ENTRY = "opsdesk"


class ServiceMissingError(Exception):
    """The desktop's notification service is not there, or refuses."""


class Service(Protocol):
    """A way to the desktop's notification service."""

    async def show(self, notice: Notice) -> None:
        """Show a notice in the place of an earlier one with its id.

        Raises:
            ServiceMissingError: it cannot be shown now.

        """

    async def withdraw(self, notice_id: str) -> None:
        """Take a notice away; one that is gone already is no error.

        Raises:
            ServiceMissingError: the service does not answer.

        """

    async def close(self) -> None:
        """Give back the connection. Idempotent."""
