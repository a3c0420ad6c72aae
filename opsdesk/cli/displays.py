"""The displays on which a wall could hang."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from opsdesk.catalogue.language import tr
from opsdesk.cli.status import Exit, complain
from opsdesk.cli.window import has_display
from opsdesk.model.errors import ConfigError

if TYPE_CHECKING:
    from opsdesk.insight.displays import Display


def need_display() -> None:
    """Go on where a window can be shown.

    Raises:
        ConfigError: there is no display.

    """
    if not has_display():
        raise ConfigError(
            tr(
                "there is no display for a wall. Set DISPLAY or WAYLAND_DISPLAY, or look at its "
                "slides with: opsdesk wall --preview 1920x1080 --output FOLDER"
            )
        )


def list_displays() -> int:
    """Say which displays there are."""
    need_display()
    from opsdesk.app import walls

    found = walls.displays()
    for display in found:
        click.echo(line_of(display))
    if not found:
        complain(tr("there is no display now."))
    return Exit.DONE


def line_of(display: Display) -> str:
    """Return a display by the name that settings call it, with what is known of its size."""
    size = (
        tr("{inches} inches", inches=f"{display.diagonal:.3g}")
        if display.diagonal is not None
        else tr("it does not tell its true size: give --diagonal")
    )
    pixels = tr("{width} x {height} pixels", width=display.width, height=display.height)
    where = [] if display.connector == display.identity else [display.connector]
    return f"{display.identity}: {', '.join([*where, pixels, size])}"
