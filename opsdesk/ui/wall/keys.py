"""The keys of a wall as data: the window binds them, its help line and README.md name them."""

from __future__ import annotations

from enum import StrEnum

import msgspec
from PySide6.QtGui import QKeySequence

from opsdesk.catalogue.language import mark, tr


class Asked(StrEnum):
    """What somebody in front of a wall asks of it."""

    NEXT = "next"
    PREVIOUS = "previous"
    #: this page, or to go on again
    HOLD = "hold"
    #: all incidents that have taken the wall over
    ACKNOWLEDGE = "acknowledge"
    REFRESH = "refresh"
    DIAGNOSTICS = "diagnostics"
    LEAVE = "leave"


class Binding(msgspec.Struct, frozen=True):
    """What some keys ask for, and how that is said."""

    asked: Asked
    #: by their English names, as Qt knows them; the one that is named first
    keys: tuple[str, ...]
    words: str


BINDINGS = (
    Binding(Asked.NEXT, ("Right", "Space", "PgDown"), mark("next page")),
    Binding(Asked.PREVIOUS, ("Left", "PgUp"), mark("previous page")),
    Binding(Asked.HOLD, ("H",), mark("hold or go on")),
    Binding(Asked.ACKNOWLEDGE, ("A",), mark("acknowledge")),
    Binding(Asked.REFRESH, ("R",), mark("refresh")),
    Binding(Asked.DIAGNOSTICS, ("D",), mark("diagnostics")),
    Binding(Asked.LEAVE, ("Esc", "F11"), mark("leave")),
)


def help_line() -> str:
    """Return what the keys do, in a line: 'Right next page · Left previous page · H hold'."""
    return " · ".join(f"{_shown(binding.keys[0])} {tr(binding.words)}" for binding in BINDINGS)


def _shown(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
