"""Runs a program for each notice, with the notice as JSON on its standard input."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from pathlib import Path

from opsdesk.catalogue.language import tr
from opsdesk.insight.words import duration_text, interval_text
from opsdesk.notify import program
from opsdesk.notify.forwarding import ChannelError

#: seconds until a program is ended
PATIENCE = 10.0


class CommandChannel:
    """A command line of the settings, run without a shell."""

    name = "command"

    def __init__(self, line: Callable[[], str], *, patience: float = PATIENCE) -> None:
        """Prepare; ``line`` is asked each time: its user may have written another."""
        self._line = line
        self._patience = patience

    @property
    def is_wanted(self) -> bool:
        """Whether there is a command."""
        return bool(self._line().strip())

    async def send(self, document: bytes) -> str:
        """Run the program to its end."""
        arguments = split(self._line())
        name = Path(arguments[0]).name
        try:
            # One line each, for a program that appends them to a file.
            ended = await program.run(arguments, document + b"\n", self._patience)
        except OSError as error:
            why = error.strerror or str(error)
            raise ChannelError(
                tr("{program} cannot be run: {why}.", program=name, why=why)
            ) from error
        if ended.status is None:
            raise ChannelError(
                tr(
                    "{program} did not end within {time} and was stopped.",
                    program=name,
                    time=interval_text(self._patience),
                )
            )
        if ended.status != 0:
            raise ChannelError(
                tr(
                    "{program} ended with status {status}: {words}",
                    program=name,
                    status=ended.status,
                    words=ended.words or tr("it said nothing"),
                )
            )
        return tr("{program} ran in {time}.", program=name, time=duration_text(ended.seconds))

    async def close(self) -> None:
        """Nothing is kept open."""


def split(line: str) -> list[str]:
    """Return a command line as program and arguments.

    Raises:
        ChannelError: it is none.

    """
    try:
        parts = shlex.split(line, posix=os.name == "posix")
    except ValueError as error:
        why = str(error)
        raise ChannelError(tr("The command cannot be read: {why}.", why=why)) from error
    if not parts:
        raise ChannelError(tr("There is no command."))
    # A backslash is part of a path on Windows, so quotes are left standing there.
    return parts if os.name == "posix" else [part.strip('"') for part in parts]
