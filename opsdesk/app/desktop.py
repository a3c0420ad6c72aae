"""OpsDesk on a desktop: what the window's thread needs and no more, so that it is there soon."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from opsdesk.app.options import DesktopOptions
from opsdesk.store import logs, remembered
from opsdesk.store.profile import Places, places
from opsdesk.ui import application

if TYPE_CHECKING:
    from pathlib import Path

    from opsdesk.ui.frame import Frame
    from opsdesk.ui.parts_wanted import Parts

# Seconds by which the last known snapshot may be newer than the picture of the window: at the end
# it is written after it.
_SAME_END = 60.0


def run_desktop(options: DesktopOptions) -> int:
    """Open OpsDesk on the desktop and return its exit status when it has been quit.

    Raises:
        ConfigError: a data file, the profile's name or the address cannot be used.

    """
    where, redactor = places(options.profile), logs.Redactor()
    with ExitStack() as ending:
        handlers: list[logging.Handler] = []

        def make_parts() -> Parts:
            from opsdesk.app.household import Household

            # Not before it is known that no other OpsDesk runs: log and settings would be its own.
            if not handlers:
                handlers.append(logs.to_file(where.log, redactor))
                ending.callback(logs.stop, handlers[0])
            return Household(options, where, redactor).parts()

        show_first = partial(_show_first, options, where)
        return application.run(where.lock, options.arguments, show_first, make_parts)


def _show_first(options: DesktopOptions, where: Places) -> Frame | None:
    """Show how the window last looked, and load meanwhile; None where that is not known."""
    picture = _picture(options, where)
    if picture is None:
        return None
    from opsdesk.ui.opening import opened

    return opened(picture, remembered.load(where.window), _load)


def _load() -> None:
    """Import what makes the window."""
    for name in ("opsdesk.app.household", "opsdesk.ui.desktop", "opsdesk.ui.window"):
        import_module(name)


def _picture(options: DesktopOptions, where: Places) -> Path | None:
    """Return the file of how the window last looked, where this start opens it as it was then."""
    if options.hidden or options.walled or options.url or options.demo is not None:
        return None
    try:
        behind = where.last_known.stat().st_mtime - where.window_picture.stat().st_mtime
    except OSError:
        return None
    return where.window_picture if behind < _SAME_END else None
