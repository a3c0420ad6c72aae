"""The slides of a wall, one after the other, with no display."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtWidgets import QWidget

from opsdesk.insight.sight import DIAGONAL, Caps, caps
from opsdesk.insight.slides.alarms import alarm_of, alarms_of, taking_over
from opsdesk.insight.slides.blocks import Alarm, Marks, Scene, Slide
from opsdesk.insight.slides.diagnostics import diagnostics_of
from opsdesk.insight.slides.pages import age_of, of_wall, slide_of, status_of
from opsdesk.insight.slides.panels import Seen
from opsdesk.model.page import Page
from opsdesk.model.wall import DIAGNOSTICS, WallStatus
from opsdesk.ui.paper import Shown
from opsdesk.ui.theme import Look
from opsdesk.ui.wall.slide_view import SlideView
from opsdesk.wire.document import Order


def slides(shown: Shown, pages: Sequence[Page], order: Order) -> Iterator[tuple[str, QWidget]]:
    """Yield '01_overview' and what shows it, for each page and for what would take over now."""
    wall, board, now = order.wall, shown.board, shown.now
    diagonal = wall.diagonal or DIAGONAL
    heights = caps(order.width, order.height, diagonal=diagonal, distance=wall.distance)
    seen = Seen(board=board, now=now, frames={frame.query: frame for frame in shown.frames})
    view = SlideView(Look(wall.theme), heights)
    view.resize(order.width, order.height)
    rounds = (list(_pages(pages, order, seen, heights)), list(_incidents(seen)))
    number = 0
    for turning in rounds:
        for position, (name, slide) in enumerate(turning):
            view.show_scene(
                Scene(
                    slide=slide,
                    status=status_of(board, now),
                    marks=Marks(position=position, number=len(turning)),
                    age=age_of(board, now),
                    clock=f"{now.astimezone():%H:%M}",
                )
            )
            number += 1
            yield f"{number:02}_{name}", view
    view.deleteLater()


def _pages(
    pages: Sequence[Page], order: Order, seen: Seen, heights: Caps
) -> Iterator[tuple[str, Slide | Alarm]]:
    for page in of_wall(order.wall, pages):
        yield page.id, slide_of(page, seen)
    if DIAGNOSTICS in order.wall.pages:
        yield DIAGNOSTICS, diagnostics_of(WallStatus(), heights, seen.now)


def _incidents(seen: Seen) -> Iterator[tuple[str, Slide | Alarm]]:
    found = taking_over(seen.board, seen.now)
    if len(found) > 1:
        yield "incidents", alarms_of(found, seen)
    for number, entry in enumerate(found, 1):
        yield f"incident_{number}", alarm_of(entry, seen)
