"""A snapshot in a file, in any format: rows and fields here, reports and pictures beside."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from opsdesk.app.rendering import FORMATS, Contents, render
from opsdesk.catalogue import pages
from opsdesk.catalogue.metrics import Catalogue
from opsdesk.export import files
from opsdesk.export.formats import RENDERERS
from opsdesk.insight import questions
from opsdesk.insight.board import Board, arrange
from opsdesk.insight.slides.as_if import as_if_open
from opsdesk.insight.slides.pages import of_wall
from opsdesk.insight.slides.questions import of_slides
from opsdesk.insight.words import utc_now
from opsdesk.model.page import Page
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


def save(saving: Saving, order: Order, target: str) -> tuple[str, ...]:
    """Write a snapshot; ``target`` is a file, '-', or a folder where every page is a picture.

    Return what was written.

    Raises:
        ConfigError: it cannot be rendered or written.

    """
    if order.format not in FORMATS:
        content = RENDERERS[order.format](saving.snapshot, saving.catalogue, utc_now())
        files.write(target, content)
        return (target,)
    found = render(order, _contents(saving, order), saving.started)
    names = [str(Path(target, one.name)) if is_folder(order) else target for one in found]
    for name, rendered in zip(names, found, strict=True):
        files.write(name, rendered.content)
    return tuple(names)


def is_folder(order: Order) -> bool:
    """Tell whether what is ordered is more than one file."""
    return order.format == "wall" or (order.format == "png" and not order.page)


def asked(order: Order, found: Sequence[Page], board: Board) -> tuple[SeriesQuery, ...]:
    """Return what is to be known of the past for an order; ``found`` are all pages."""
    if order.format == "wall":
        now = utc_now()
        turning = of_slides(of_wall(order.wall, found), board, now)
        return tuple(dict.fromkeys((*turning, *of_slides((), as_if_open(board, now), now))))
    return questions.of_pages((page for page in found if order.page in ("", page.id)), board)


def _contents(saving: Saving, order: Order) -> Contents:
    board = arrange(saving.snapshot, saving.catalogue)
    found = pages.load(saving.catalogue, saving.own)
    return Contents(
        snapshot=saving.snapshot,
        catalogue=saving.catalogue,
        frames=saving.frames(asked(order, found, board)),
        now=utc_now(),
        own=saving.own,
    )
