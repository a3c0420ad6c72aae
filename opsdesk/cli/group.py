"""``opsdesk``: opens on the desktop, or runs one of its commands."""

from __future__ import annotations

import gc
import os
import sys

import click

from opsdesk import __version__
from opsdesk.catalogue.language import tr
from opsdesk.cli.options import ONE_OF, credentials, simulated_option, url_option
from opsdesk.cli.render import render
from opsdesk.cli.serve import serve
from opsdesk.cli.snapshot import snapshot
from opsdesk.cli.status import Exit
from opsdesk.model.errors import ConfigError


def has_display() -> bool:
    """Tell whether a window can be opened here."""
    if sys.platform in ("win32", "darwin") or "QT_QPA_PLATFORM" in os.environ:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@click.group(
    invoke_without_command=True,
    help=tr(
        "Show what is up and which circuit breakers are open.\n\n"
        "Without a command, OpsDesk opens on the desktop."
    ),
)
@click.version_option(__version__, prog_name="opsdesk", message="%(prog)s %(version)s")
@click.option(
    "--profile",
    default="default",
    metavar=tr("NAME"),
    help=tr("Profile whose sources and settings are used."),
)
@url_option
@click.option(
    "--interval",
    type=click.FloatRange(1, 86_400),
    metavar=tr("SECONDS"),
    help=tr("Seconds between two refreshes."),
)
@simulated_option
@click.option("--hidden", is_flag=True, help=tr("Start in the tray, with the window closed."))
@click.pass_context
def cli(  # noqa: PLR0913 - one parameter an option
    context: click.Context,
    *,
    profile: str,
    url: str,
    interval: float | None,
    simulated: bool,
    hidden: bool,
) -> int:
    """Open OpsDesk on the desktop, unless a command follows."""
    if context.invoked_subcommand is not None:
        return Exit.DONE
    if url and simulated:
        raise click.UsageError(tr(ONE_OF))
    if not has_display():
        raise ConfigError(
            tr(
                "there is no display to open a window on. Set DISPLAY or WAYLAND_DISPLAY, "
                "or write a file with: opsdesk snapshot --help"
            )
        )
    # A start makes half a million objects and no garbage; ui/desktop.py turns it on again.
    gc.disable()
    from opsdesk.app import desktop  # noqa: PLC0415 - a snapshot needs nothing of it

    return desktop.run_desktop(
        desktop.DesktopOptions(
            profile=profile,
            url=url,
            credentials=credentials("", None),
            interval=interval,
            simulated=simulated,
            hidden=hidden,
            arguments=tuple(sys.argv[1:]),
        )
    )


cli.add_command(snapshot)
cli.add_command(render)
cli.add_command(serve)
