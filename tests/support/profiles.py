"""Desktops of a profile that nobody has used."""

from __future__ import annotations

import tomllib
from collections.abc import Callable

from opsdesk.app.household import DesktopOptions
from opsdesk.store.profile import Places
from opsdesk.ui.desktop import Desktop

SECRET = "t0p-s3cret"
#: opens a desktop, which ends with the test
Open = Callable[[DesktopOptions], Desktop]


def settings_of(where: Places) -> dict[str, object]:
    """Return what is written in the settings."""
    return tomllib.loads(where.settings.read_text("utf-8"))


def sentence(desktop: Desktop) -> str:
    """Return what the window's title says."""
    assert desktop.window is not None
    return desktop.window.windowTitle()
