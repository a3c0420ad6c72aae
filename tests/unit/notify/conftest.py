"""What tests of notices, and of who is there to read them, share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.buses import OnBus, on_bus
from support.desktop import Desktop, desktop


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    """Return a desktop with a notification daemon, on which notices are shown."""
    with desktop(tray=False) as here:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", here.env["DBUS_SESSION_BUS_ADDRESS"])
        yield here


@pytest.fixture
def on_session_bus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[OnBus]:
    """Return what does something while there is a session bus, and no system bus."""
    with on_bus("SESSION", tmp_path, monkeypatch) as run:
        yield run


@pytest.fixture
def on_system_bus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[OnBus]:
    """Return what does something while there is a system bus, and no session bus."""
    with on_bus("SYSTEM", tmp_path, monkeypatch) as run:
        yield run
