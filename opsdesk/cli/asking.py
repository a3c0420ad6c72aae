"""What is asked in a terminal."""

from __future__ import annotations

import sys

import click

from opsdesk.catalogue.language import tr
from opsdesk.cli.lengths import inches, metres
from opsdesk.model.errors import ConfigError
from opsdesk.model.wall import Wall


def wall(diagonal: float) -> Wall:
    """Ask for what must be known of a display; ``diagonal`` is likely, in inches."""
    click.echo(tr("How large letters must be depends on these two; they are asked once."))
    return Wall(
        distance=click.prompt(
            tr("Distance from which the wall is read"), default="5 m", value_proc=metres
        ),
        diagonal=click.prompt(
            tr("Diagonal of the display"), default=f"{diagonal:.3g} in", value_proc=inches
        ),
    )


def secret(asking: str) -> str:
    """Return what is typed twice, unseen; where nobody types, the first line.

    Raises:
        ConfigError: nobody types, and there is no line.

    """
    if sys.stdin.isatty():
        typed: str = click.prompt(
            asking,
            default="",
            show_default=False,
            hide_input=True,
            confirmation_prompt=tr("Once more"),
        )
        return typed
    line = sys.stdin.readline()
    if not line:
        raise ConfigError(tr("standard input is empty. Give one line, or run in a terminal."))
    return line.rstrip("\r\n")
