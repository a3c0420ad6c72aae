"""Displays by what they are, not by where they are plugged in; and how large they are. Pure.

What displays say of themselves (EDID) is not always true. Twins that share a serial number, or have
none, are known (github.com/davidhi7/ddcci-plasmoid/issues/44, rockowitz/ddcutil/issues/280), as are
aspect ratios in the place of sizes (linuxhw/EDID/issues/4; mutter and Chromium keep lists of them).
Who has made a display is left out: Qt 6.11 calls Samsung 'ek Ltd' and LG 'on'.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

_MM_AN_INCH = 25.4
#: inches from corner to corner: of what hangs on walls, and a little more to both sides
_LEAST, _GREATEST = 10.0, 130.0
#: how far the shape of a display may be from that of its pixels: EDID rounds to centimetres
_LENIENCE = 0.05
#: millimetres that stand for a shape, or for nothing
_LIES = frozenset(
    {(16, 9), (16, 10), (40, 30), (50, 40), (160, 90), (160, 100), (1600, 900), (1600, 1000)}
)
#: Dots per inch that are made up where a display says nothing, and within how many millimetres the
#: size then comes out: Weston, macOS, X servers (whole millimetres), Qt (fractions of them).
_INVENTED = ((25.4, 0.01), (72, 1.0), (96, 1.0), (100, 0.01))
#: what compositors call a model that they do not know
_NOTHING = frozenset({"", "none", "unknown"})
#: what Qt calls the X screen itself, while no output is lit: ':0.0'
_NO_OUTPUT = re.compile(r"\S*:\d+\.\d+")


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """What the system says of a display."""

    connector: str
    model: str = ""
    serial: str = ""
    #: in its own pixels
    width: int
    height: int
    #: in millimetres
    width_mm: float = 0.0
    height_mm: float = 0.0
    #: how many of its pixels are one of the desktop's
    scale: float = 1.0


class Display(msgspec.Struct, frozen=True, kw_only=True):
    """A display that is there now."""

    #: what settings call it: 'DELL U2720Q ABC123', of twins 'LG TV (HDMI-1)', else the connector
    identity: str
    connector: str
    #: model and serial number; '' where it does not say
    monitor: str
    #: which of those that were seen it is, from 0
    number: int
    #: in its own pixels
    width: int
    height: int
    #: inches from corner to corner; None where what it says cannot be true
    diagonal: float | None


def recognise(seen: Iterable[Sighting]) -> tuple[Display, ...]:
    """Return displays by their identities, in the order in which they were seen."""
    there = [(number, sighting) for number, sighting in enumerate(seen) if _is_lit(sighting)]
    monitors = [_monitor(sighting) for _, sighting in there]
    count = Counter(monitors)
    return tuple(
        Display(
            identity=_identity(monitor, sighting.connector, twins=count[monitor] > 1),
            connector=sighting.connector,
            monitor=monitor,
            number=number,
            width=sighting.width,
            height=sighting.height,
            diagonal=diagonal(sighting) if monitor else None,
        )
        for (number, sighting), monitor in zip(there, monitors, strict=True)
    )


def find(wanted: str, displays: Sequence[Display]) -> Display | None:
    """Return the display that is wanted; None where it is not there, and to be waited for."""
    return assign((wanted,), displays)[0]


def assign(wanted: Sequence[str], displays: Sequence[Display]) -> tuple[Display | None, ...]:
    """Return for each of what is ``wanted`` its display. None is given twice.

    Who names a display exactly comes first; then who names a monitor, wherever it is plugged in
    now; then '', which is the first display. A name with a connector means that one alone: of twins
    the other must never be taken for it.
    """
    free = list(displays)
    found: list[Display | None] = [None] * len(wanted)
    for fits in (_is_named, _is_monitor, _is_any):
        for position, name in enumerate(wanted):
            chosen = next((display for display in free if fits(name, display)), None)
            if found[position] is None and chosen is not None:
                found[position] = chosen
                free.remove(chosen)
    return tuple(found)


def diagonal(seen: Sighting) -> float | None:
    """Return inches from corner to corner; None where the size that is told cannot be true.

    A display may be turned: then one of both sizes may be, and the other not.
    """
    size = sorted((seen.width_mm, seen.height_mm))
    pixels = sorted((seen.width, seen.height))
    if size[0] <= 0 or pixels[0] <= 0 or (size[1], size[0]) in _LIES:
        return None
    shape = (size[1] / size[0]) / (pixels[1] / pixels[0])
    inches = math.hypot(*size) / _MM_AN_INCH
    if abs(shape - 1) > _LENIENCE or not _LEAST <= inches <= _GREATEST:
        return None
    return None if _is_invented(size, pixels, seen.scale) else inches


def _is_invented(size: Sequence[float], pixels: Sequence[int], scale: float) -> bool:
    return any(
        all(
            abs(length - count / by * _MM_AN_INCH / dpi) < near
            for length, count in zip(size, pixels, strict=True)
        )
        for dpi, near in _INVENTED
        for by in (1.0, scale)
    )


def _is_lit(seen: Sighting) -> bool:
    """Tell whether there is a display at all: Qt has a screen also where there is none."""
    return seen.width > 1 and seen.height > 1 and not _NO_OUTPUT.fullmatch(seen.connector)


def _monitor(seen: Sighting) -> str:
    model, serial = _plain(seen.model), _plain(seen.serial)
    return f"{model} {serial}".rstrip() if model else ""


def _plain(text: str) -> str:
    words = " ".join(text.split())
    plain = "".join(letter for letter in words if letter.isprintable())
    return "" if plain.casefold() in _NOTHING else plain


def _identity(monitor: str, connector: str, *, twins: bool) -> str:
    if not monitor:
        return connector
    return f"{monitor} ({connector})" if twins else monitor


def _is_named(name: str, display: Display) -> bool:
    exactly = (display.identity, display.connector, f"{display.monitor} ({display.connector})")
    return name in exactly


def _is_monitor(name: str, display: Display) -> bool:
    return bool(name) and name == display.monitor


def _is_any(name: str, _display: Display) -> bool:
    return not name
