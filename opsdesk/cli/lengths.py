"""Lengths as people write them: '5m', '16 ft', '55"', '1,4 m'."""

from __future__ import annotations

import re
from typing import get_args

import click
import msgspec

from opsdesk.catalogue.language import tr
from opsdesk.model.wall import Inches, Metres

_LENGTH = re.compile(r"\s*([0-9]{1,6}(?:[.,][0-9]{1,6})?)\s*([a-z'\"]*)\s*", re.IGNORECASE)
_INCH, _FOOT = 0.0254, 0.3048
#: metres
_UNITS = {
    "m": 1.0,
    "cm": 0.01,
    "mm": 0.001,
    "ft": _FOOT,
    "'": _FOOT,
    "in": _INCH,
    "inch": _INCH,
    "inches": _INCH,
    '"': _INCH,
}


def metres(text: str) -> float:
    """Return a distance in metres, which it is without a unit.

    Raises:
        click.BadParameter: it is none, or none from which a wall is read.

    """
    found = _length(text, "m")
    least, most = bounds(Metres)
    if found is None or not least <= found <= most:
        raise click.BadParameter(
            tr(
                "a distance is written '5m' or '16ft', from {least} to {most} metres.",
                least=f"{least:g}",
                most=f"{most:g}",
            )
        )
    return found


def inches(text: str) -> float:
    """Return a diagonal in inches, which it is without a unit.

    Raises:
        click.BadParameter: it is none, or none that a display has.

    """
    length = _length(text, "in")
    least, most = bounds(Inches)
    found = None if length is None else round(length / _INCH, 2)
    if found is None or not least <= found <= most:
        raise click.BadParameter(
            tr(
                "a diagonal is written '55in' or '140cm', from {least} to {most} inches.",
                least=f"{least:g}",
                most=f"{most:g}",
            )
        )
    return found


def bounds(of: object) -> tuple[float, float]:
    """Return the least and the greatest number of a type that has both."""
    meta = next(one for one in get_args(of) if isinstance(one, msgspec.Meta))
    return float(meta.ge or 0), float(meta.le or 0)


def _length(text: str, usual: str) -> float | None:
    """Return metres."""
    found = _LENGTH.fullmatch(text)
    unit = _UNITS.get((found[2] or usual).lower()) if found else None
    if found is None or unit is None:
        return None
    return round(float(found[1].replace(",", ".")) * unit, 4)
