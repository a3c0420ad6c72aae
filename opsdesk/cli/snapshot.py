"""``opsdesk snapshot``: one refresh into a file."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from opsdesk.cli.options import (
    ONE_OF,
    TOKEN_VARIABLE,
    Exit,
    checked_headers,
    credentials,
    simulated_option,
    url_option,
)

# With this and what starting and writing take, a snapshot never lasts longer than 30 s.
_LONGEST, _USUAL = 27.0, 20.0


@click.command()
@url_option
@click.option(
    "--kind",
    type=click.Choice(["auto", "prometheus"]),
    default="auto",
    show_default=True,
    expose_value=False,  # there is one kind so far, and 'auto' finds it
    help="What kind of server it is.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["csv", "json"]),
    required=True,
    help="Format of the file.",
)
@click.option("--output", required=True, metavar="FILE", help="'-' for standard output.")
@click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    help=f"Holds a bearer token, or with --user a password; or set {TOKEN_VARIABLE}.",
)
@click.option("--user", default="", metavar="NAME", help="Sign in with a name and a password.")
@click.option(
    "--header",
    "headers",
    multiple=True,
    callback=checked_headers,
    metavar="'NAME: VALUE'",
    help="Sent with each request, such as a tenant's id; no secrets.",
)
@simulated_option
@click.option(
    "--timeout",
    type=click.FloatRange(1, _LONGEST),
    default=_USUAL,
    show_default=True,
    metavar="SECONDS",
    help="Give up after so long.",
)
def snapshot(  # noqa: PLR0913 - one parameter an option
    *,
    url: str,
    format_: str,
    output: str,
    token_file: Path | None,
    user: str,
    headers: dict[str, str],
    simulated: bool,
    timeout: float,
) -> int:
    """Write a snapshot to a file: one refresh, no display.

    Exit status: 0 done, 2 wrong use, 3 the source cannot be reached or used.
    """
    if bool(url) is simulated:
        raise click.UsageError(ONE_OF if url else "Name a server with --url, or use --simulated.")
    # Libraries that log would put more than one line on standard error.
    logging.getLogger().addHandler(logging.NullHandler())
    from opsdesk.app import once  # noqa: PLC0415 - a window needs nothing of it

    taken = once.take_snapshot(
        once.SnapshotOrder(
            url=url,
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
        click.echo(f"opsdesk: {source.where}: answers, but has no metric that is known.", err=True)
    return Exit.DONE
