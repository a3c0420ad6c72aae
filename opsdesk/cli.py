"""The command line; thin: it reads arguments, :mod:`opsdesk.app` does the work."""

from __future__ import annotations

import gc
import logging
import os
import sys
from enum import IntEnum
from pathlib import Path

import click

from opsdesk import __version__
from opsdesk.model.errors import ConfigError, SourceError
from opsdesk.sources import address
from opsdesk.sources.credentials import Credentials, check_headers

#: the environment variable that may hold a token, or with --user a password
TOKEN_VARIABLE = "OPSDESK_TOKEN"  # noqa: S105 - its name, not its value

# With this and what starting and writing take, a snapshot never lasts longer than 30 s.
_LONGEST, _USUAL = 27.0, 20.0


class Exit(IntEnum):
    """What the exit status means."""

    DONE = 0
    WRONG_USE = 2
    NO_DATA = 3


def main() -> None:
    """Run the command line and leave with its exit status."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the command line; whatever goes wrong is one line on standard error."""
    try:
        status = cli.main(arguments, prog_name="opsdesk", standalone_mode=False)
    except click.ClickException as error:
        return _fail(error.format_message(), Exit.WRONG_USE)
    except click.Abort:
        return _fail("stopped", Exit.WRONG_USE)
    except ConfigError as error:
        return _fail(str(error), Exit.WRONG_USE)
    except SourceError as error:
        return _fail(str(error), Exit.NO_DATA)
    return status if isinstance(status, int) else Exit.DONE


def _fail(message: str, status: Exit) -> Exit:
    # A server's own words may hold line ends and terminal codes.
    printable = "".join(c if c.isprintable() else " " for c in message)
    click.echo(f"opsdesk: {' '.join(printable.split())}", err=True)
    return status


def _address(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """Refuse an address that is none, or holds a password; the error repeats neither."""
    if "@" in value.partition("//")[2].partition("/")[0]:
        raise click.BadParameter(
            "the address holds a user name or password, and others can read a command line. "
            f"Use --user with --token-file, or set {TOKEN_VARIABLE}."
        )
    if value:
        address.parse(value)
    return value


def _header(
    _context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
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


def _credentials(user: str, token_file: Path | None) -> Credentials:
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


def has_display() -> bool:
    """Tell whether a window can be opened here."""
    if sys.platform in ("win32", "darwin") or "QT_QPA_PLATFORM" in os.environ:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


_ONE_OF = "--url and --simulated exclude each other: name a server, or use a simulated one."

_url = click.option(
    "--url",
    default="",
    metavar="URL",
    callback=_address,
    help="A Prometheus-compatible server, such as http://localhost:9090.",
)
_simulated = click.option(
    "--simulated", is_flag=True, help="A small simulated production; needs no server."
)


@click.group(invoke_without_command=True)
@click.version_option(__version__, prog_name="opsdesk", message="%(prog)s %(version)s")
@click.option(
    "--profile",
    default="default",
    metavar="NAME",
    help="Profile whose sources and settings are used.",
)
@_url
@click.option(
    "--interval",
    type=click.FloatRange(1, 86_400),
    metavar="SECONDS",
    help="Seconds between two refreshes.",
)
@_simulated
@click.option("--hidden", is_flag=True, help="Start in the tray, with the window closed.")
@click.pass_context
def cli(  # noqa: PLR0913 - one parameter an option
    context: click.Context,
    *,
    profile: str,
    url: str,
    interval: float | None,
    simulated: bool,
    hidden: bool,
) -> int:
    """Show what is up and which circuit breakers are open.

    Without a command, OpsDesk opens on the desktop.
    """
    if context.invoked_subcommand is not None:
        return Exit.DONE
    if url and simulated:
        raise click.UsageError(_ONE_OF)
    if not has_display():
        raise ConfigError(
            "there is no display to open a window on. Set DISPLAY or WAYLAND_DISPLAY, "
            "or write a file with: opsdesk snapshot --help"
        )
    # A start makes half a million objects and no garbage; ui/desktop.py turns it on again.
    gc.disable()
    from opsdesk.app import desktop  # noqa: PLC0415 - a snapshot needs nothing of it

    return desktop.run_desktop(
        desktop.DesktopOptions(
            profile=profile,
            url=url,
            credentials=_credentials("", None),
            interval=interval,
            simulated=simulated,
            hidden=hidden,
            arguments=tuple(sys.argv[1:]),
        )
    )


@cli.command()
@_url
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
    callback=_header,
    metavar="'NAME: VALUE'",
    help="Sent with each request, such as a tenant's id; no secrets.",
)
@_simulated
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
        raise click.UsageError(_ONE_OF if url else "Name a server with --url, or use --simulated.")
    # Libraries that log would put more than one line on standard error.
    logging.getLogger().addHandler(logging.NullHandler())
    from opsdesk.app import once  # noqa: PLC0415 - a window needs nothing of it

    taken = once.take_snapshot(
        once.SnapshotOrder(
            url=url,
            format=format_,
            output=output,
            timeout=timeout,
            credentials=_credentials(user, token_file),
            headers=headers,
            simulated=simulated,
        )
    )
    if not taken.readings:
        source = taken.sources[0]
        click.echo(f"opsdesk: {source.where}: answers, but has no metric that is known.", err=True)
    return Exit.DONE
