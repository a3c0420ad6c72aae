"""The command line; thin: it reads arguments, :mod:`opsdesk.app` does the work."""

from __future__ import annotations

import sys

from opsdesk.catalogue import language
from opsdesk.catalogue.language import tr
from opsdesk.cli.plain import plain
from opsdesk.cli.secret import TOKEN_VARIABLE
from opsdesk.cli.status import Exit, fail
from opsdesk.cli.window import open_window
from opsdesk.model.errors import ConfigError, ProblemKind, SourceError


def main() -> None:
    """Run the command line and leave with its exit status."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the command line; whatever goes wrong is one line on standard error."""
    language.choose()
    try:
        return _run(arguments)
    except ConfigError as error:
        return fail(str(error), Exit.WRONG_USE)
    except SourceError as error:
        return fail(_said(error), Exit.NO_DATA)
    except KeyboardInterrupt:
        return fail(tr("stopped"), Exit.WRONG_USE)


def _said(error: SourceError) -> str:
    """Return what a source failed with; a window asks for credentials, a command cannot."""
    if error.problem.kind is not ProblemKind.CREDENTIALS:
        return str(error)
    hint = tr("With --url they come from --token-file or {variable}.", variable=TOKEN_VARIABLE)
    return f"{error} {hint}"


def _run(arguments: list[str]) -> int:
    start = plain(arguments)
    if start is not None:
        return open_window(profile=start.profile, interval=None, hidden=start.hidden)
    # The texts of --help are made as the commands are loaded.
    from opsdesk.cli import group

    return group.run(arguments)
