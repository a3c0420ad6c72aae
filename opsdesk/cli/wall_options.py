"""Options that say how one wall is to be; see model/wall.py."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import TypeVar, get_args

import click

from opsdesk.catalogue.language import tr
from opsdesk.cli.lengths import bounds, inches, metres
from opsdesk.model.wall import Dwell, ThemeName

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., object])

_LEAST_DWELL, _MOST_DWELL = bounds(Dwell)


def _by(parse: Callable[[str], T]) -> Callable[..., T | None]:
    """Return what reads an option by ``parse``."""

    def read(_context: click.Context, _parameter: click.Parameter, value: str | None) -> T | None:
        return None if value is None else parse(value)

    return read


def _ids(text: str) -> tuple[str, ...]:
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    if not found:
        raise click.BadParameter(tr("name at least one page, such as overview."))
    return found


_OPTIONS = (
    click.option(
        "--display", metavar=tr("NAME"), help=tr("Which display, as --displays calls it.")
    ),
    click.option(
        "--distance",
        metavar=tr("LENGTH"),
        callback=_by(metres),
        help=tr("From how far the wall is read, such as 5m or 16ft."),
    ),
    click.option(
        "--diagonal",
        metavar=tr("LENGTH"),
        callback=_by(inches),
        help=tr("From corner to corner of the display, such as 55in or 140cm."),
    ),
    click.option(
        "--pages",
        metavar=tr("IDS"),
        callback=_by(_ids),
        help=tr("Pages in their order, such as overview,reliability."),
    ),
    click.option(
        "--dwell",
        type=click.FloatRange(_LEAST_DWELL, _MOST_DWELL),
        metavar=tr("SECONDS"),
        help=tr("Seconds a page."),
    ),
    click.option(
        "--theme",
        type=click.Choice(get_args(ThemeName)),
        help=tr("Theme of the wall."),
    ),
)


def wall_options(command: F) -> F:
    """Give a command the options of a wall; those that were not given are None."""
    return reduce(lambda found, option: option(found), reversed(_OPTIONS), command)
