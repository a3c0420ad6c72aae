"""How a wall would look: its slides as pictures, with no display."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from opsdesk.app.once import SnapshotOrder, take_snapshot
from opsdesk.insight.sight import DIAGONAL, Caps, caps
from opsdesk.model.snapshot import Snapshot


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """The slides of a wall as files, and how they came about."""

    files: tuple[str, ...]
    #: how high capital letters are
    caps: Caps
    #: for which diagonal, in inches
    diagonal: float
    snapshot: Snapshot


def preview(order: SnapshotOrder, say: Callable[[str], None]) -> Preview:
    """Write every slide of ``order.look.wall`` as a picture, after one refresh.

    ``say`` is told what :func:`take_snapshot` tells.

    Raises:
        ConfigError: the address, a data file or the folder cannot be used.
        SourceError: no source gave anything usable; nothing is written.

    """
    look = order.look
    diagonal = look.wall.diagonal or DIAGONAL
    written = take_snapshot(order, say)
    return Preview(
        files=written.files,
        caps=caps(look.width, look.height, diagonal=diagonal, distance=look.wall.distance),
        diagonal=diagonal,
        snapshot=written.snapshot,
    )
