"""A snapshot in a file, in any format: rows and fields here, reports and pictures beside."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import msgspec

from opsdesk.app.rendering import FORMATS, Contents, render
from opsdesk.catalogue import pages
from opsdesk.catalogue.metrics import Catalogue
from opsdesk.export import files
from opsdesk.export.formats import RENDERERS
from opsdesk.insight import questions
from opsdesk.insight.board import arrange
from opsdesk.insight.words import utc_now
from opsdesk.model.series import SeriesFrame, SeriesQuery
from opsdesk.model.snapshot import Snapshot
from opsdesk.wire.document import Order

#: answers what charts ask; what cannot be answered is left out
Frames = Callable[[tuple[SeriesQuery, ...]], tuple[SeriesFrame, ...]]


class Saving(msgspec.Struct, frozen=True, kw_only=True):
    """What is saved, and what it takes."""

    snapshot: Snapshot
    catalogue: Catalogue
    #: folder of the user's own pages
    own: Path | None
    frames: Frames
    started: Callable[[subprocess.Popen[bytes]], None] = lambda _process: None


def save(saving: Saving, order: Order, target: str) -> None:
    """Write a snapshot; ``target`` is a file, '-', or a folder where every page is a picture.

    Raises:
        ConfigError: it cannot be rendered or written.

    """
    if order.format not in FORMATS:
        content = RENDERERS[order.format](saving.snapshot, saving.catalogue, utc_now())
        files.write(target, content)
        return
    for rendered in render(order, _contents(saving), saving.started):
        folder = Path(target)
        is_one_of_many = order.format == "png" and not order.page
        files.write(str(folder / rendered.name) if is_one_of_many else target, rendered.content)


def _contents(saving: Saving) -> Contents:
    board = arrange(saving.snapshot, saving.catalogue)
    asked = questions.of_pages(pages.load(saving.catalogue, saving.own), board)
    return Contents(
        snapshot=saving.snapshot,
        catalogue=saving.catalogue,
        frames=saving.frames(asked),
        now=utc_now(),
        own=saving.own,
    )
