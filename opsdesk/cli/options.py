"""Options that several commands share, and what their exit status means."""

from __future__ import annotations

import os
from enum import IntEnum
from pathlib import Path

import click

from opsdesk.model.errors import ConfigError
from opsdesk.sources import address
from opsdesk.sources.credentials import Credentials, check_headers

#: the environment variable that may hold a token, or with --user a password
TOKEN_VARIABLE = "OPSDESK_TOKEN"  # noqa: S105 - its name, not its value


class Exit(IntEnum):
    """What the exit status means."""

    DONE = 0
    WRONG_USE = 2
    NO_DATA = 3


def checked_address(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """Refuse an address that is none, or holds a password; the error repeats neither."""
    if "@" in value.partition("//")[2].partition("/")[0]:
        raise click.BadParameter(
            "the address holds a user name or password, and others can read a command line. "
            f"Use --user with --token-file, or set {TOKEN_VARIABLE}."
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
            raise click.BadParameter("a header is written 'Name: value'.")
        if name.strip().lower() in ("authorization", "proxy-authorization", "cookie"):
            raise click.BadParameter(
                f"{name.strip()} is a secret, and others can read a command line. "
                f"Use --token-file or the environment variable {TOKEN_VARIABLE}."
            )
        found[name.strip()] = content.strip()
    check_headers(found)
    return found


def credentials(user: str, token_file: Path | None) -> Credentials:
    """Return the secret from its file or the environment, as a token or as a user's password."""
    secret = os.environ.get(TOKEN_VARIABLE, "")
    if token_file is not None:
        try:
            secret = token_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            raise ConfigError(f"{token_file}: the secret cannot be read: {reason}.") from error
    if user and not secret:
        raise ConfigError(
            f"--user needs a password: name its file with --token-file or set {TOKEN_VARIABLE}."
        )
    return Credentials(user=user, password=secret) if user else Credentials(token=secret)


ONE_OF = "--url and --simulated exclude each other: name a server, or use a simulated one."

url_option = click.option(
    "--url",
    default="",
    metavar="URL",
    callback=checked_address,
    help="A Prometheus-compatible server, such as http://localhost:9090.",
)
simulated_option = click.option(
    "--simulated", is_flag=True, help="A small simulated production; needs no server."
)
