"""``opsdesk serve``: the metrics API over what this OpsDesk sees."""

from __future__ import annotations

from pathlib import Path

import click

from opsdesk.catalogue.language import tr
from opsdesk.cli.options import demo_option, interval_option, seed_option, speed_option, url_option
from opsdesk.cli.secret import TOKEN_VARIABLE, credentials
from opsdesk.cli.status import Exit
from opsdesk.demo.wanted import Demonstration

_PORT = 9750


@click.command(
    help=tr(
        "Serve what OpsDesk sees to other desks: the metrics API, version 1.\n\n"
        "Exit status: 0 stopped, 2 wrong use."
    )
)
@url_option
@click.option(
    "--profile",
    default="default",
    show_default=True,
    metavar=tr("NAME"),
    help=tr("Profile whose sources are served."),
)
@demo_option
@seed_option
@speed_option
@interval_option
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar=tr("ADDRESS"),
    help=tr("Address of this machine to serve on; beyond it, a token is needed."),
)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=_PORT,
    show_default=True,
    help=tr("Port to serve on; 0 for any."),
)
@click.option(
    "--host-name",
    "names",
    multiple=True,
    metavar=tr("NAME"),
    help=tr("A further name under which this server may be asked."),
)
@click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    help=tr(
        "Holds the token that requests must carry; or set {variable}.", variable=TOKEN_VARIABLE
    ),
)
@click.option("--until-stdin-closes", is_flag=True, hidden=True)
def serve(
    *,
    url: str,
    profile: str,
    demo: bool,
    seed: int,
    speed: float,
    interval: float | None,
    host: str,
    port: int,
    names: tuple[str, ...],
    token_file: Path | None,
    until_stdin_closes: bool,
) -> int:
    """Serve until stopped."""
    if url and demo:
        raise click.UsageError(tr("--url and --demo exclude each other: serve one of them."))
    # No other command needs a server.
    from opsdesk.app import serving
    from opsdesk.serve.guard import Listening

    keys = credentials("", token_file)
    keys.as_headers()  # a token that no header can carry would let nobody in
    serving.serve(
        serving.ServeOrder(
            demo=Demonstration(seed=seed, speed=speed) if demo else None,
            url=url,
            profile=profile,
            interval=interval,
            listening=Listening(host=host, port=port, token=keys.token, names=names),
            until_stdin_closes=until_stdin_closes,
        ),
        lambda where: click.echo(f"serving {where}"),
    )
    return Exit.DONE
