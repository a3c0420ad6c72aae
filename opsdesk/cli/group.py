"""``opsdesk``: opens on the desktop, or runs one of its commands."""

from __future__ import annotations

from importlib import import_module

import click
from click.core import ParameterSource
from typing_extensions import override

from opsdesk import __version__
from opsdesk.catalogue.language import tr
from opsdesk.cli.options import hidden_option, interval_option, url_option
from opsdesk.cli.status import Exit, fail
from opsdesk.cli.window import open_window

#: the module and the name in it of each command
_COMMANDS = {
    "demo": ("opsdesk.cli.demo", "demo"),
    "render": ("opsdesk.cli.render", "render"),
    "serve": ("opsdesk.cli.serve", "serve"),
    "snapshot": ("opsdesk.cli.snapshot", "snapshot"),
    "tell-wall": ("opsdesk.cli.tell_wall", "tell_wall"),
    "wall": ("opsdesk.cli.wall", "wall"),
}


class _Group(click.Group):
    """Loads a command when it is wanted: a start on the desktop wants none, and is the sooner."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name]
        found: click.Command = getattr(import_module(module), name)
        return found


@click.group(
    cls=_Group,
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


def run(arguments: list[str]) -> int:
    """Run the command line; what is wrong with it is one line on standard error."""
    try:
        status = cli.main(arguments, prog_name="opsdesk", standalone_mode=False)
    except click.ClickException as error:
        return fail(error.format_message(), Exit.WRONG_USE)
    except click.Abort:
        return fail(tr("stopped"), Exit.WRONG_USE)
    return int(status) if isinstance(status, int) else Exit.DONE
