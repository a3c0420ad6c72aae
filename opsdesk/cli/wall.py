"""``opsdesk wall``: the pages fullscreen on a display, for months."""

from __future__ import annotations

import logging
import sys

import click
import msgspec
from msgspec.structs import replace

from opsdesk.catalogue.language import tr
from opsdesk.cli import asking
from opsdesk.cli.displays import list_displays, need_display
from opsdesk.cli.options import (
    checked_size,
    demo_option,
    interval_option,
    seed_option,
    speed_option,
    url_option,
)
from opsdesk.cli.secret import credentials
from opsdesk.cli.snapshot import complain_of
from opsdesk.cli.status import Exit, complain
from opsdesk.cli.wall_options import wall_options
from opsdesk.cli.window import open_window
from opsdesk.demo.wanted import DEMO, Demonstration
from opsdesk.model.errors import ConfigError
from opsdesk.model.wall import Wall
from opsdesk.store.profile import places

#: seconds for the refresh of which slides are shown
_PREVIEW_TIMEOUT = 20.0


class _Run(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown, and where it comes from."""

    profile: str
    demo: Demonstration | None
    url: str
    interval: float | None
    #: the wall's fields that were given for this run
    given: dict[str, object]


@click.command(
    help=tr(
        "Show the pages fullscreen on a display, in letters that can be read from afar.\n\n"
        "Distance and size of the display are asked once and kept in the profile; --distance, "
        "--diagonal, --display, --pages, --dwell and --theme are for this run alone.\n\n"
        "Exit status: 0 left, 2 wrong use, 3 no source can be reached or used (--preview)."
    )
)
@click.option(
    "--profile",
    metavar=tr("NAME"),
    help=tr("Profile whose sources and walls are shown."),
)
@demo_option
@seed_option
@speed_option
@url_option
@interval_option
@wall_options
@click.option("--displays", is_flag=True, help=tr("List the displays that there are, and leave."))
@click.option(
    "--preview",
    metavar=tr("WIDTHxHEIGHT"),
    callback=checked_size,
    help=tr("Write every slide as a picture of this size, and leave; needs no display."),
)
@click.option("--output", metavar=tr("FOLDER"), help=tr("Where the pictures of --preview go."))
@click.option(
    "--set-code",
    is_flag=True,
    help=tr("Ask for the code that is typed to leave the wall, and leave; an empty one for none."),
)
@click.option(
    "--set-token",
    is_flag=True,
    help=tr("The same for the token that controls the wall from another machine."),
)
@click.option(
    "--keep-running",
    is_flag=True,
    help=tr("Start the wall anew whenever it ends by itself: where systemd does not."),
)
@click.option(
    "--install", is_flag=True, help=tr("Have the profile's wall start at log-in, and leave.")
)
@click.option("--uninstall", is_flag=True, help=tr("Undo --install, and leave."))
def wall(
    *,
    profile: str | None,
    demo: bool,
    seed: int,
    speed: float,
    url: str,
    interval: float | None,
    displays: bool,
    preview: tuple[int, int] | None,
    output: str | None,
    set_code: bool,
    set_token: bool,
    keep_running: bool,
    install: bool,
    uninstall: bool,
    **given: object,
) -> int:
    """Show the walls, or do what is asked instead."""
    if url and demo:
        raise click.UsageError(tr("--url and --demo exclude each other: show one of them."))
    if (preview is None) != (output is None):
        raise click.UsageError(
            tr("--preview and --output belong together: a size in pixels, and a folder.")
        )
    ways = {
        "--displays": displays,
        "--preview": preview is not None,
        "--set-code": set_code,
        "--set-token": set_token,
        "--keep-running": keep_running,
        "--install": install,
        "--uninstall": uninstall,
    }
    if len(both := [name for name, wanted in ways.items() if wanted]) > 1:
        raise click.UsageError(
            tr("{options} exclude each other: give one of them.", options=" and ".join(both))
        )
    if displays:
        return list_displays()
    run = _Run(
        # The demo beside what runs with the profile.
        profile=profile or (DEMO if demo else "default"),
        demo=Demonstration(seed=seed, speed=speed) if demo else None,
        url=url,
        interval=interval,
        given={name: value for name, value in given.items() if value is not None},
    )
    if set_code or set_token:
        return _set_secret(run.profile, is_code=set_code)
    if preview is not None and output is not None:
        return _preview(run, preview, output)
    if install or uninstall:
        return _set_up(run.profile, install=install)
    return _keep_running() if keep_running else _show(run)


def _show(run: _Run) -> int:
    need_display()
    # No other command needs it.
    from opsdesk.app import walls

    wanted = run.given.get("pages")
    if isinstance(wanted, tuple):
        walls.check_pages(wanted, run.profile)
    kept = _kept(run.profile)
    for hung in kept if sys.stdin.isatty() else ():
        try:
            walls.check_pages(hung.pages, run.profile)
        except ConfigError as error:
            complain(str(error))  # the other pages turn all the same
    if not kept and not {"distance", "diagonal"} & run.given.keys() and sys.stdin.isatty():
        display = str(run.given.get("display", ""))
        kept = (asking.wall(walls.diagonal_of(display)),)
        walls.keep(run.profile, kept[0])
        click.echo(tr("Kept in the profile {profile}.", profile=run.profile))
    given = _overridden(kept, run.given) if run.given else None
    return open_window(
        profile=run.profile,
        url=run.url,
        demo=run.demo,
        interval=run.interval,
        hidden=False,
        walled=True,
        wall=given,
        # By its first word one that runs already knows what is wanted of it.
        arguments=("wall", *([] if given is None else [msgspec.json.encode(given).decode()])),
    )


def _kept(profile: str) -> tuple[Wall, ...]:
    """Return the walls of a profile; a slip in its settings ends no wall that nobody attends."""
    from opsdesk.app import walls

    places(profile)  # is it a name?
    try:
        return walls.kept(profile)
    except ConfigError:
        if sys.stdin.isatty():
            raise
        return ()


def _keep_running() -> int:
    from opsdesk.app.keeping_running import keep_running

    return keep_running([argument for argument in sys.argv[1:] if argument != "--keep-running"])


def _set_up(profile: str, *, install: bool) -> int:
    from opsdesk.app import service

    for line in service.install(profile) if install else service.uninstall(profile):
        click.echo(line)
    return Exit.DONE


def _overridden(kept: tuple[Wall, ...], given: dict[str, object]) -> Wall:
    """Return the one wall of this run: that of the display that was named, else the first."""
    first = kept[0] if kept else Wall()
    named = (wall for wall in kept if wall.display == given.get("display"))
    return replace(next(named, first), **given)


def _set_secret(profile: str, *, is_code: bool) -> int:
    from opsdesk.app import walls

    secret = asking.secret(tr("Code that leaves the wall") if is_code else tr("Token"))
    keep = walls.keep_code if is_code else walls.keep_token
    word = keep(profile, secret)
    click.echo(tr("Kept.") if secret else tr("Taken away."))
    if word:
        click.echo(word)
    return Exit.DONE


def _preview(run: _Run, size: tuple[int, int], folder: str) -> int:
    from opsdesk.app import walls
    from opsdesk.app.once import SnapshotOrder
    from opsdesk.app.wall_preview import preview
    from opsdesk.wire.document import Order

    # Libraries that log would put more than what is said here on standard error.
    logging.getLogger().addHandler(logging.NullHandler())
    width, height = size
    asked = "" if run.demo or run.url else run.profile
    # A profile whose sources are asked is read once more, which says what in it has no effect.
    shown = _overridden(walls.kept(run.profile, None if asked else complain), run.given)
    for wanted in (shown.pages, *(plan.pages for plan in shown.plan)):
        walls.check_pages(wanted, run.profile)
    made = preview(
        SnapshotOrder(
            demo=run.demo,
            url=run.url,
            profile=asked,
            output=folder,
            look=Order(format="wall", wall=shown, width=width, height=height),
            timeout=_PREVIEW_TIMEOUT,
            credentials=credentials("", None),
        ),
        complain,
    )
    complain_of(made.snapshot)
    for name in made.files:
        click.echo(name)
    click.echo(
        tr(
            "capital letters: {primary} and {text} pixels, for {distance} m and {diagonal} inches",
            primary=made.caps.primary,
            text=made.caps.text,
            distance=f"{shown.distance:.3g}",
            diagonal=f"{made.diagonal:.3g}",
        )
    )
    return Exit.DONE
