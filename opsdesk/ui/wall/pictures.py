"""Every slide of a wall as a picture, to look at before it hangs.

What does not hold now is shown as if it did, under a name that says so: how an incident takes the
wall over, how old data and a lost connection look.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board, arrange
from opsdesk.insight.rotation import MOST_INCIDENTS
from opsdesk.insight.sight import DIAGONAL, caps
from opsdesk.insight.slides.alarms import alarm_of, alarms_of, taking_over
from opsdesk.insight.slides.as_if import as_if_open
from opsdesk.insight.slides.blocks import Alarm, Marks, Scene, Slide
from opsdesk.insight.slides.diagnostics import diagnostics_of
from opsdesk.insight.slides.pages import age_of, of_wall, slide_of, status_of
from opsdesk.insight.slides.panels import Frames, Seen
from opsdesk.insight.verdict import State
from opsdesk.model.errors import Problem, ProblemKind
from opsdesk.model.page import Page
from opsdesk.model.snapshot import Snapshot
from opsdesk.model.wall import DIAGNOSTICS, Showing, WallStatus
from opsdesk.ui.paper import Shown
from opsdesk.ui.theme import Look
from opsdesk.ui.wall.slide_view import SlideView
from opsdesk.wire.document import Order

# How old data are that are shown as old.
_OLD = timedelta(hours=2)

Named = tuple[str, Scene]


def slides(shown: Shown, pages: Sequence[Page], order: Order) -> Iterator[tuple[str, QWidget]]:
    """Yield the name of each slide and a widget that shows it, the same one again and again."""
    wall = order.wall
    view = SlideView(
        Look(wall.theme),
        caps(
            order.width,
            order.height,
            diagonal=wall.diagonal or DIAGONAL,
            distance=wall.distance,
        ),
    )
    view.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    view.resize(order.width, order.height)
    view.show()
    found = [
        *_turning(shown, pages, order, view),
        *_taken_over(shown),
        *_as_if(shown, pages, order),
    ]
    for number, (name, scene) in enumerate(found, start=1):
        view.show_scene(scene)
        QApplication.processEvents()
        yield f"{number:02}_{name}", view
    view.deleteLater()


def _turning(shown: Shown, pages: Sequence[Page], order: Order, view: SlideView) -> Iterator[Named]:
    """Yield the slides that the wall shows in turn, also at other times of the day."""
    found, seen = of_wall(order.wall, pages), _seen(shown.board, shown.now, shown)
    for position, page in enumerate(found):
        marks = Marks(position=position, number=len(found))
        yield page.id, _scene(slide_of(page, seen), seen, marks)
    status = WallStatus(
        walls=(Showing(id=order.wall.id, display=order.wall.display, lit=True),),
        last_refresh=shown.board.snapshot.at,
    )
    yield DIAGNOSTICS, _scene(diagnostics_of(status, view.caps, shown.now), seen)


def _taken_over(shown: Shown) -> Iterator[Named]:
    """Yield the slides of what has taken over: now, or as if a breaker had just opened."""
    board, name = shown.board, "incident"
    found = taking_over(board, shown.now)
    if not found:
        board, name = as_if_open(board, shown.now), "as_if_incident"
        found = taking_over(board, shown.now)
    seen = _seen(board, shown.now, shown)
    several = len(found) > 1
    number = min(len(found), MOST_INCIDENTS) + several
    if several:
        yield f"{name}s", _scene(alarms_of(found, seen), seen, Marks(number=number))
    for position, entry in enumerate(found[:MOST_INCIDENTS]):
        marks = Marks(position=position + several, number=number)
        yield (
            f"{name}_{position + 1}" if several else name,
            _scene(alarm_of(entry, seen), seen, marks),
        )


def _as_if(shown: Shown, pages: Sequence[Page], order: Order) -> Iterator[Named]:
    """Yield the first page as if its data were old, the connection lost, and nothing connected."""
    first = next(iter(of_wall(order.wall, pages)), None)
    if first is None:
        return
    board, later = shown.board, shown.now + _OLD
    offline = arrange(_without_link(board.snapshot), board.catalogue)
    empty = arrange(Snapshot(at=shown.now), board.catalogue)
    states = (
        (State.STALE, board, later),
        (State.OFFLINE, offline, later),
        (State.NO_SOURCE, empty, shown.now),
    )
    for state, as_if, now in states:
        seen = _seen(as_if, now, shown)
        if status_of(board, shown.now).state is not state:
            name = f"as_if_{state.value.replace(' ', '_')}"
            yield name, _scene(slide_of(first, seen), seen)


def _seen(board: Board, now: datetime, shown: Shown) -> Seen:
    frames: Frames = {frame.query: frame for frame in shown.frames}
    return Seen(board=board, now=now, frames=frames)


def _scene(slide: Slide | Alarm, seen: Seen, marks: Marks | None = None) -> Scene:
    return Scene(
        slide=slide,
        status=status_of(seen.board, seen.now),
        marks=marks or Marks(),
        age=age_of(seen.board, seen.now),
        clock=f"{seen.now.astimezone():%H:%M}",
    )


def _without_link(snapshot: Snapshot) -> Snapshot:
    problem = Problem(
        kind=ProblemKind.OFFLINE, what=tr("this computer has no connection"), where="", remedy=""
    )
    sources = tuple(replace(source, problem=problem) for source in snapshot.sources)
    return replace(snapshot, sources=sources)
