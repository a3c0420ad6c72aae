"""The command line; thin: it reads arguments, :mod:`opsdesk.app` does the work."""

from __future__ import annotations

import sys

import click

from opsdesk.catalogue import language
from opsdesk.catalogue.language import tr
from opsdesk.cli.status import Exit, complain
from opsdesk.model.errors import ConfigError, SourceError


def main() -> None:
    """Run the command line and leave with its exit status."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the command line; whatever goes wrong is one line on standard error."""
    language.choose()
    # The texts of --help are made as the commands are loaded.
    from opsdesk.cli.group import cli  # noqa: PLC0415 - see above

    try:
        status = cli.main(arguments, prog_name="opsdesk", standalone_mode=False)
    except click.ClickException as error:
        return _fail(error.format_message(), Exit.WRONG_USE)
    except click.Abort:
        return _fail(tr("stopped"), Exit.WRONG_USE)
    except ConfigError as error:
        return _fail(str(error), Exit.WRONG_USE)
    except SourceError as error:
        return _fail(str(error), Exit.NO_DATA)
    return int(status) if isinstance(status, int) else Exit.DONE


def _fail(message: str, status: Exit) -> Exit:
    complain(message)
    return status
