"""``opsdesk tell-wall``: a wall controlled from another machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from opsdesk.catalogue.language import tr, trn
from opsdesk.cli.options import checked_address
from opsdesk.cli.secret import TOKEN_VARIABLE, credentials
from opsdesk.cli.status import Exit, one_line
from opsdesk.insight.words import NOTHING, age_text, duration_text, number_text, utc_now
from opsdesk.model.errors import ConfigError
from opsdesk.model.wall import Showing, WallCommand, WallStatus

_STATUS = "status"


@click.command(
    "tell-wall",
    help=tr(
        "Control a wall of another machine, or say with 'status' what its walls show.\n\n"
        "Exit status: 0 done, 2 wrong use, 3 the wall cannot be reached or refuses."
    ),
)
@click.argument("command", type=click.Choice([_STATUS, *(each.value for each in WallCommand)]))
@click.option(
    "--url",
    required=True,
    metavar="URL",
    callback=checked_address,
    help=tr("Address of the wall's API, such as http://wall:9751."),
)
@click.option("--wall", default="", metavar=tr("ID"), help=tr("Which wall; without it: all."))
@click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    help=tr("Holds the token of the wall; or set {variable}.", variable=TOKEN_VARIABLE),
)
def tell_wall(*, command: str, url: str, wall: str, token_file: Path | None) -> int:
    """Ask a wall something, once."""
    from opsdesk.app.wall_client import WallClient

    client = WallClient(url, credentials("", token_file))
    if command == _STATUS:
        for line in _lines(client.status(), wall, utc_now()):
            click.echo(one_line(line))
    else:
        client.tell(WallCommand(command), wall)
    return Exit.DONE


def _lines(status: WallStatus, wanted: str, now: datetime) -> list[str]:
    """Return what is said of one wall, or of all and their OpsDesk."""
    walls = [wall for wall in status.walls if wanted in ("", wall.id)]
    if wanted and not walls:
        names = ", ".join(wall.id for wall in status.walls)
        raise ConfigError(
            tr("there is no wall {wall}. There are: {walls}.", wall=repr(wanted), walls=names)
        )
    lines = [f"{wall.id}: {', '.join(_of_wall(wall))}" for wall in walls]
    if wanted:
        return lines
    if status.incidents:
        lines.append(tr("taken over by {incidents}", incidents=", ".join(status.incidents)))
    return [*lines, ", ".join(_of_process(status, now)), *status.problems]


def _of_wall(wall: Showing) -> Iterator[str]:
    yield wall.slide or NOTHING
    yield tr("on {display}", display=wall.display) if wall.display else tr("on the first display")
    if not wall.lit:
        yield tr("which is not there")
    if wall.held:
        yield tr("held")


def _of_process(status: WallStatus, now: datetime) -> Iterator[str]:
    if status.started_at is not None:
        age = duration_text((now - status.started_at).total_seconds())
        yield tr("running for {time}", time=age)
    if status.restarts:
        yield trn("restarted {number} time", "restarted {number} times", status.restarts)
    if status.memory is not None:
        yield f"{number_text(status.memory, None)} MiB"
    if status.last_refresh is None:
        yield tr("no data yet")
    else:
        age = age_text((now - status.last_refresh).total_seconds())
        yield tr("data {age} old", age=age)
