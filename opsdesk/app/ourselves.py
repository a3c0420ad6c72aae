"""How OpsDesk starts itself once more, for work in a process of its own."""

from __future__ import annotations

import sys


def command(*arguments: str) -> list[str]:
    """Return the command line that starts OpsDesk with some arguments."""
    # A frozen application is its own interpreter.
    start = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "opsdesk"]
    return [*start, *arguments]
