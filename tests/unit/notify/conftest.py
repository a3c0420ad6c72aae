"""What tests of notices share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.desktop import Desktop, desktop


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    """Return a desktop with a notification daemon, on which notices are shown."""
    with desktop(tray=False) as here:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", here.env["DBUS_SESSION_BUS_ADDRESS"])
        yield here
