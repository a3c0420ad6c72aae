"""``opsdesk snapshot``: one refresh into a file."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from opsdesk.catalogue.language import tr
from opsdesk.cli.options import (
    ONE_OF,
    TOKEN_VARIABLE,
    checked_headers,
    credentials,
    simulated_option,
    url_option,
)
from opsdesk.cli.status import Exit

# With this and what starting and writing take, a snapshot never lasts longer than 30 s.
_LONGEST, _USUAL = 27.0, 20.0


@click.command(
    help=tr(
        "Write a snapshot to a file: one refresh, no display.\n\n"
        "Exit status: 0 done, 2 wrong use, 3 the source cannot be reached or used."
    )
)
@url_option
@click.option(
    "--kind",
    type=click.Choice(["auto", "prometheus", "opsdesk"]),
    default="auto",
    show_default=True,
    help=tr("What kind of server it is."),
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["csv", "json"]),
    required=True,
    help=tr("Format of the file."),
)
@click.option("--output", required=True, metavar=tr("FILE"), help=tr("'-' for standard output."))
@click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    help=tr(
        "Holds a bearer token, or with --user a password; or set {variable}.",
        variable=TOKEN_VARIABLE,
    ),
)
@click.option(
    "--user", default="", metavar=tr("NAME"), help=tr("Sign in with a name and a password.")
)
@click.option(
    "--header",
    "headers",
    multiple=True,
    callback=checked_headers,
    metavar=tr("'NAME: VALUE'"),
    help=tr("Sent with each request, such as a tenant's id; no secrets."),
)
@simulated_option
@click.option(
    "--timeout",
    type=click.FloatRange(1, _LONGEST),
    default=_USUAL,
    show_default=True,
    metavar=tr("SECONDS"),
    help=tr("Give up after so long."),
)
def snapshot(  # noqa: PLR0913 - one parameter an option
    *,
    url: str,
    kind: str,
    format_: str,
    output: str,
    token_file: Path | None,
    user: str,
    headers: dict[str, str],
    simulated: bool,
    timeout: float,
) -> int:
    """Write a snapshot to a file: one refresh, no display."""
    if bool(url) is simulated:
        raise click.UsageError(
            tr(ONE_OF) if url else tr("Name a server with --url, or use --simulated.")
        )
    # Libraries that log would put more than one line on standard error.
    logging.getLogger().addHandler(logging.NullHandler())
    from opsdesk.app import once  # noqa: PLC0415 - a window needs nothing of it

    taken = once.take_snapshot(
        once.SnapshotOrder(
            url=url,
            kind=kind,
            format=format_,
            output=output,
            timeout=timeout,
            credentials=credentials(user, token_file),
            headers=headers,
            simulated=simulated,
        )
    )
    if not taken.readings:
        source = taken.sources[0]
        words = tr("{source}: answers, but has no metric that is known.", source=source.where)
        click.echo(f"opsdesk: {words}", err=True)
    return Exit.DONE
