"""What every step of the set-up shares: saying, calling, failing."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class SetupError(Exception):
    """A step of the set-up failed; the message says which and what to do."""


def say(message: str) -> None:
    """Print one short line about what is being done."""
    print(f"dev.py: {message}", flush=True)


def call(command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> int:
    """Run a command in the root of the repository and return its exit code."""
    with subprocess.Popen(command, cwd=ROOT, env=env) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            # The command has heard Ctrl+C as well, and ends the servers that it runs.
            process.wait()
            raise


def must(command: Sequence[str | Path], remedy: str) -> None:
    """Run a command that has to succeed.

    Raises:
        SetupError: it did not; the message holds the command and ``remedy``.

    """
    if call(command) != 0:
        raise SetupError(f"failed: {' '.join(str(part) for part in command)}. {remedy}")
