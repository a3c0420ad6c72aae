"""How every command ends: its exit status, and its one line."""

from __future__ import annotations

import sys
from enum import IntEnum


class Exit(IntEnum):
    """What the exit status means."""

    DONE = 0
    WRONG_USE = 2
    NO_DATA = 3


def complain(message: str) -> None:
    """Say in one line on standard error what went wrong."""
    sys.stderr.write(f"opsdesk: {one_line(message)}\n")


def fail(message: str, status: Exit) -> Exit:
    """Say what went wrong, and return the status to end with."""
    complain(message)
    return status


def one_line(text: str) -> str:
    """Return a text fit for a terminal: a server's words may hold line ends and control codes."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.split())
