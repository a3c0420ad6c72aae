"""A start as a menu or a log-in makes it: no more than ``--profile`` and ``--hidden``.

It is known without the library that reads all other command lines, which takes 8 ms of a start and
0.8 MiB for as long as OpsDesk runs.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

_GIVEN = "--profile="


class Plain(msgspec.Struct, frozen=True):
    """What such a start asks for."""

    profile: str = "default"
    hidden: bool = False


def plain(arguments: Sequence[str]) -> Plain | None:
    """Return what a plain start asks for; None where there is anything else in ``arguments``."""
    profile, hidden = Plain().profile, False
    rest = list(arguments)
    while rest:
        match rest:
            case ["--hidden", *rest]:
                hidden = True
            case ["--profile", profile, *rest]:
                pass
            case [first, *rest] if first.startswith(_GIVEN):
                profile = first.removeprefix(_GIVEN)
            case _:
                return None
    return Plain(profile, hidden)
