"""``opsdesk``: opens on the desktop, or runs one of its commands."""

from __future__ import annotations

import click
from click.core import ParameterSource

from opsdesk import __version__
from opsdesk.catalogue.language import tr
from opsdesk.cli.demo import demo
from opsdesk.cli.options import hidden_option, interval_option, url_option
from opsdesk.cli.render import render
from opsdesk.cli.serve import serve
from opsdesk.cli.snapshot import snapshot
from opsdesk.cli.status import Exit
from opsdesk.cli.tell_wall import tell_wall
from opsdesk.cli.wall import wall
from opsdesk.cli.window import open_window


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
@interval_option
@hidden_option
@click.pass_context
def cli(
    context: click.Context,
    *,
    profile: str,
    url: str,
    interval: float | None,
    hidden: bool,
) -> int:
    """Open OpsDesk on the desktop, unless a command follows."""
    if context.invoked_subcommand is not None:
        # What stands before a command goes for it as well.
        context.default_map = {context.invoked_subcommand: _given(context)}
        return Exit.DONE
    return open_window(profile=profile, url=url, interval=interval, hidden=hidden)


def _given(context: click.Context) -> dict[str, object]:
    return {
        name: value
        for name, value in context.params.items()
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }


cli.add_command(demo)
cli.add_command(snapshot)
cli.add_command(render)
cli.add_command(serve)
cli.add_command(tell_wall)
cli.add_command(wall)
