"""Options that several commands share, and what their exit status means."""

from __future__ import annotations

import re

import click

from opsdesk.catalogue.language import tr
from opsdesk.cli.secret import TOKEN_VARIABLE
from opsdesk.sources import address
from opsdesk.sources.credentials import check_headers


def checked_address(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """Refuse an address that is none, or holds a password; the error repeats neither."""
    if "@" in value.partition("//")[2].partition("/")[0]:
        raise click.BadParameter(
            tr(
                "the address holds a user name or password, and others can read a command line. "
                "Use --user with --token-file, or set {variable}.",
                variable=TOKEN_VARIABLE,
            )
        )
    if value:
        address.parse(value)
    return value


def checked_headers(
    _context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    """Return the headers by name; refuse what is no header, and what is a secret."""
    found = {}
    for value in values:
        name, colon, content = value.partition(":")
        if not colon or not name.strip():
            raise click.BadParameter(tr("a header is written 'Name: value'."))
        if name.strip().lower() in ("authorization", "proxy-authorization", "cookie"):
            raise click.BadParameter(
                tr(
                    "{header} is a secret, and others can read a command line. "
                    "Use --token-file or the environment variable {variable}.",
                    header=name.strip(),
                    variable=TOKEN_VARIABLE,
                )
            )
        found[name.strip()] = content.strip()
    check_headers(found)
    return found


#: pixels of a picture: below, nothing fits; above, no screen is that large
_LEAST_PIXELS, _MOST_PIXELS = 320, 8_192
_SIZE = re.compile(r"([0-9]{1,5})[xX]([0-9]{1,5})")


def checked_size(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> tuple[int, int] | None:
    """Return width and height in pixels; refuse what is no size of a picture."""
    if value is None:
        return None
    found = _SIZE.fullmatch(value)
    width, height = map(int, found.groups()) if found else (0, 0)
    if not all(_LEAST_PIXELS <= pixels <= _MOST_PIXELS for pixels in (width, height)):
        raise click.BadParameter(
            tr(
                "a size is written 'WIDTHxHEIGHT', each from {least} to {most} pixels.",
                least=_LEAST_PIXELS,
                most=_MOST_PIXELS,
            )
        )
    return width, height


url_option = click.option(
    "--url",
    default="",
    metavar="URL",
    callback=checked_address,
    help=tr("A Prometheus-compatible server or another OpsDesk, such as http://localhost:9090."),
)
demo_option = click.option(
    "--demo", is_flag=True, help=tr("A simulated production; needs no server.")
)
seed_option = click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help=tr("Which demo it is.")
)
speed_option = click.option(
    "--speed",
    type=click.FloatRange(0.1, 1_000),
    default=1.0,
    show_default=True,
    help=tr("How many times as fast as ours the demo's clock runs."),
)
interval_option = click.option(
    "--interval",
    type=click.FloatRange(1, 86_400),
    metavar=tr("SECONDS"),
    help=tr("Seconds between two refreshes."),
)
hidden_option = click.option(
    "--hidden", is_flag=True, help=tr("Start in the tray, with the window closed.")
)
