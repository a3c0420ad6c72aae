"""How every command ends: its exit status, and its one line."""

from __future__ import annotations

from enum import IntEnum

import click


class Exit(IntEnum):
    """What the exit status means."""

    DONE = 0
    WRONG_USE = 2
    NO_DATA = 3


def complain(message: str) -> None:
    """Say in one line on standard error what went wrong."""
    click.echo(f"opsdesk: {one_line(message)}", err=True)


def one_line(text: str) -> str:
    """Return a text fit for a terminal: a server's words may hold line ends and control codes."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.split())
