"""Work on a loop beside a D-Bus bus of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Protocol

import pytest
from support.desktop import session_bus


class OnBus(Protocol):
    """Does something on a loop, and is told the address of the bus."""

    def __call__(self, work: Callable[[str], Awaitable[None]], seconds: float = 100) -> None:
        """Do it within so many seconds."""


@contextmanager
def on_bus(
    kind: Literal["SESSION", "SYSTEM"], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OnBus]:
    """Run a bus of this kind, and none of the other."""
    with session_bus(folder) as address:
        monkeypatch.setenv(f"DBUS_{kind}_BUS_ADDRESS", address)

        def run(work: Callable[[str], Awaitable[None]], seconds: float = 100) -> None:
            asyncio.run(asyncio.wait_for(work(address), seconds))

        yield run
