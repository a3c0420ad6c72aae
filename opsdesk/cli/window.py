"""Opens the window, where there is a display."""

from __future__ import annotations

import os
import sys

from opsdesk.catalogue.language import tr
from opsdesk.cli.secret import credentials
from opsdesk.demo.wanted import Demonstration
from opsdesk.model.errors import ConfigError
from opsdesk.model.wall import Wall
from opsdesk.runtime import garbage


def has_display() -> bool:
    """Tell whether a window can be opened here."""
    if sys.platform in ("win32", "darwin") or "QT_QPA_PLATFORM" in os.environ:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_window(
    *,
    profile: str,
    interval: float | None,
    hidden: bool,
    url: str = "",
    demo: Demonstration | None = None,
    walled: bool = False,
    wall: Wall | None = None,
    arguments: tuple[str, ...] | None = None,
) -> int:
    """Open OpsDesk on the desktop, or as a wall, and return its exit status.

    Raises:
        ConfigError: there is no display, or something that it needs cannot be used.

    """
    if not has_display():
        raise ConfigError(
            tr(
                "there is no display to open a window on. Set DISPLAY or WAYLAND_DISPLAY, "
                "or write a file with: opsdesk snapshot --help"
            )
        )
    garbage.put_off()  # ui/desktop.py looks again
    # A snapshot needs nothing of it.
    from opsdesk.app.desktop import run_desktop
    from opsdesk.app.options import DesktopOptions

    return run_desktop(
        DesktopOptions(
            profile=profile,
            url=url,
            credentials=credentials("", None),
            interval=interval,
            demo=demo,
            hidden=hidden,
            walled=walled,
            wall=wall,
            arguments=tuple(sys.argv[1:]) if arguments is None else arguments,
        )
    )
