"""What is asked in a terminal."""

from __future__ import annotations

import sys

import click

from opsdesk.catalogue.language import tr
from opsdesk.cli.lengths import inches, metres
from opsdesk.insight.sight import DIAGONAL
from opsdesk.model.errors import ConfigError
from opsdesk.model.wall import Wall


def wall(told: float | None) -> Wall:
    """Ask for what must be known of a display; ``told`` are the inches that it says it has.

    Who leaves it at that trusts the display, also when it is another one some day.
    """
    click.echo(tr("How large letters must be depends on these two; they are asked once."))
    likely = f"{told or DIAGONAL:.3g} in"
    distance = click.prompt(
        tr("Distance from which the wall is read"), default="5 m", value_proc=metres
    )
    diagonal = click.prompt(tr("Diagonal of the display"), default=likely, value_proc=inches)
    trusts = told is not None and diagonal == inches(likely)
    return Wall(distance=distance, diagonal=None if trusts else diagonal)


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
