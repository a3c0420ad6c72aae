"""Reports and pictures: rendered in a process of its own, which is fed with all that it shows."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from datetime import datetime
from itertools import chain
from pathlib import Path

import msgspec

from opsdesk.app import ourselves
from opsdesk.catalogue.language import tr
from opsdesk.catalogue.metrics import Catalogue
from opsdesk.model.errors import ConfigError
from opsdesk.model.series import SeriesFrame
from opsdesk.model.snapshot import Snapshot
from opsdesk.wire.document import Document, Order, Rendered, encode
from opsdesk.wire.snapshot import to_wire

#: what a snapshot can be rendered as
FORMATS = ("pdf", "png", "wall")
#: the hidden command that renders
COMMAND = "render"
#: seconds that rendering may take
LONGEST = 60.0


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be seen on what is rendered."""

    snapshot: Snapshot
    catalogue: Catalogue
    frames: tuple[SeriesFrame, ...] = ()
    #: the moment as of which it is rendered
    now: datetime
    #: folder of the user's own pages
    own: Path | None = None


def render(
    order: Order,
    contents: Contents,
    started: Callable[[subprocess.Popen[bytes]], None] = lambda _process: None,
) -> tuple[Rendered, ...]:
    """Return the files ordered. Blocks; ``started`` is handed the process, to end it early.

    Raises:
        ConfigError: it took too long, was ended, or failed; the log has why.

    """
    document = _document(order, contents)
    with subprocess.Popen(
        command(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=_environment(),
        process_group=0,  # Ctrl+C in a terminal is for us: we end it
    ) as process:
        started(process)
        try:
            content, _ = process.communicate(encode(document), LONGEST)
        except subprocess.TimeoutExpired:
            raise ConfigError(
                tr("Rendering took more than {seconds} s. Try again.", seconds=f"{LONGEST:g}")
            ) from None
        finally:
            process.kill()
    if process.returncode != 0:
        raise ConfigError(tr("Rendering failed or was stopped. The log may tell why."))
    return msgspec.msgpack.decode(content, type=tuple[Rendered, ...])


def _document(order: Order, contents: Contents) -> Document:
    known = {**contents.catalogue, **contents.snapshot.metrics}
    return Document(
        order=order,
        snapshot=to_wire(contents.snapshot, known, contents.now),
        catalogue=tuple(known.values()),
        frames=contents.frames,
        computed=tuple(chain.from_iterable(contents.snapshot.computed.values())),
        now=contents.now,
        own="" if contents.own is None else str(contents.own),
    )


def command() -> list[str]:
    """Return what starts the process that renders: OpsDesk itself."""
    return ourselves.command(COMMAND)


def _environment() -> dict[str, str]:
    return os.environ | {"QT_QPA_PLATFORM": "offscreen"}
