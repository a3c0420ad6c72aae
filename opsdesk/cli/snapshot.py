"""``opsdesk snapshot``: one refresh into a file."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click
from click.core import ParameterSource

from opsdesk.catalogue.language import tr, trn
from opsdesk.cli.options import checked_headers, checked_size, demo_option, url_option
from opsdesk.cli.secret import TOKEN_VARIABLE, credentials
from opsdesk.cli.status import Exit, complain
from opsdesk.demo.wanted import Demonstration
from opsdesk.model.wall import ThemeName

if TYPE_CHECKING:
    from opsdesk.model.snapshot import Snapshot

# With this and what starting and writing take, who does not answer is given up within 30 s.
_LONGEST, _USUAL = 27.0, 20.0
_OF_PICTURES = ("page", "theme", "size", "scale")


@click.command(
    help=tr(
        "Write a snapshot to a file: one refresh, no display.\n\n"
        "Exit status: 0 done, 2 wrong use, 3 no source can be reached or used."
    )
)
@demo_option
@url_option
@click.option(
    "--profile",
    default="",
    metavar=tr("NAME"),
    help=tr("Profile whose sources are asked."),
)
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
    type=click.Choice(["csv", "json", "pdf", "png"]),
    required=True,
    help=tr("Format of the file."),
)
@click.option(
    "--output",
    required=True,
    metavar=tr("FILE"),
    help=tr("'-' for standard output; a folder for pictures of all pages."),
)
@click.option(
    "--page",
    default="",
    metavar=tr("ID"),
    help=tr("Page that a picture shows, such as overview."),
)
@click.option(
    "--theme",
    type=click.Choice(get_args(ThemeName)),
    default="dark",
    show_default=True,
    help=tr("Theme of a picture."),
)
@click.option(
    "--size",
    default="1440x900",
    show_default=True,
    metavar=tr("WIDTHxHEIGHT"),
    callback=checked_size,
    help=tr("Size of a picture in pixels."),
)
@click.option(
    "--scale",
    type=click.FloatRange(1, 2),
    default=1.0,
    show_default=True,
    metavar=tr("FACTOR"),
    help=tr("So many times as many pixels, for the same in more detail."),
)
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
@click.option(
    "--timeout",
    type=click.FloatRange(1, _LONGEST),
    default=_USUAL,
    show_default=True,
    metavar=tr("SECONDS"),
    help=tr("Give up after so long without an answer."),
)
def snapshot(
    *,
    demo: bool,
    url: str,
    profile: str,
    kind: str,
    format_: str,
    output: str,
    page: str,
    theme: str,
    size: tuple[int, int],
    scale: float,
    token_file: Path | None,
    user: str,
    headers: dict[str, str],
    timeout: float,
) -> int:
    """Write a snapshot to a file: one refresh, no display."""
    if sum(map(bool, (demo, url, profile))) != 1:
        raise click.UsageError(
            tr("Say of what: name a server with --url, or a profile, or use --demo. Only one.")
        )
    _check_options(format_)
    # Libraries that log would put more than one line on standard error.
    logging.getLogger().addHandler(logging.NullHandler())
    from opsdesk.app import once
    from opsdesk.wire.document import Order

    width, height = size
    is_picture = format_ == "png"
    written = once.take_snapshot(
        once.SnapshotOrder(
            demo=Demonstration() if demo else None,
            url=url,
            profile=profile,
            kind=kind,
            output=output,
            look=Order(
                format=format_,
                page=page if is_picture else "",
                theme=theme if is_picture else "light",
                width=width,
                height=height,
                scale=scale,
            ),
            timeout=timeout,
            credentials=credentials(user, token_file),
            headers=headers,
        ),
        complain,
    )
    complain_of(written.snapshot)
    return Exit.DONE


def _check_options(format_: str) -> None:
    """Refuse what is said of a picture where none is written."""
    source = click.get_current_context().get_parameter_source
    given = [f"--{name}" for name in _OF_PICTURES if source(name) is ParameterSource.COMMANDLINE]
    if given and format_ != "png":
        raise click.UsageError(
            trn(
                "{options} goes with --format png alone.",
                "{options} go with --format png alone.",
                len(given),
                options=" and ".join(given),
            )
        )


def complain_of(taken: Snapshot) -> None:
    """Say which sources failed, wholly or in part, and that nothing they say is known."""
    for source in taken.sources:
        if source.problem is not None:
            complain(str(source.problem))
        elif source.partial:
            why = source.partial[0]
            complain(tr("{source}: answers in part: {why}", source=source.where, why=why))
    if not taken.readings:
        source = taken.sources[0]
        complain(tr("{source}: answers, but has no metric that is known.", source=source.where))
