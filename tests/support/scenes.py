"""Scenes of a wall in every state, and the displays that show them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from msgspec.structs import replace
from PySide6.QtGui import QImage
from support import boards, courses, dashboard, incidents
from support.boards import CATALOGUE, NOW
from support.incidents import CARBON, PRIMARY, beyond, incident

from opsdesk.catalogue import pages
from opsdesk.insight.board import Board
from opsdesk.insight.questions import of_panel
from opsdesk.insight.sight import Caps, caps
from opsdesk.insight.slides.alarms import alarm_of, alarms_of, queries_of, taking_over
from opsdesk.insight.slides.blocks import Alarm, Marks, Scene, Slide
from opsdesk.insight.slides.pages import age_of, on_wall, panels_of, slide_of, status_of
from opsdesk.insight.slides.panels import Frames, Seen
from opsdesk.model.series import Change, Forecast, SeriesFrame, SeriesQuery, Strip, Usual
from opsdesk.model.snapshot import Severity
from opsdesk.ui.wall.slide_view import SlideView

PAGES = {page.id: page for page in on_wall(pages.load(CATALOGUE))}

#: width, height, metres, inches
Display = tuple[int, int, float, float]
HALL: Display = (1_920, 1_080, 5, 55)
HALL_4K: Display = (3_840, 2_160, 5, 55)
LONG = "Region North West - payments gateway to the settlement provider 0042"


def slide(page: str, board: Board, *, later: float = 0, frames: Frames | None = None) -> Scene:
    """Return a page as it stands on a wall."""
    now = NOW + timedelta(seconds=later)
    made = slide_of(PAGES[page], Seen(board=board, now=now, frames=frames or {}))
    return scene(made, board, later)


def alarm(board: Board, *, one: bool = False, later: float = 0) -> Scene:
    """Return what takes the wall over: the first incident, or all of them together."""
    now = NOW + timedelta(seconds=later)
    found = taking_over(board, now)
    frames = {query: answer(query) for query in queries_of(found[0])}
    seen = Seen(board=board, now=now, frames=frames)
    return scene(alarm_of(found[0], seen) if one else alarms_of(found, seen), board, later)


def scene(made: Slide | Alarm, board: Board, later: float = 0) -> Scene:
    """Return a slide with all that stands around it."""
    now = NOW + timedelta(seconds=later)
    return Scene(
        slide=made,
        status=status_of(board, now),
        marks=Marks(position=1, number=5, held=True),
        age=age_of(board, now),
        clock="14:32",
    )


def with_values(change: Callable[[float], float | None]) -> Board:
    """Return the whole dashboard with other numbers."""
    snapshot = dashboard.whole().snapshot
    known = {
        one: replace(reading, value=change(reading.number))
        if reading.number is not None
        else reading
        for one, reading in snapshot.readings.items()
    }
    return boards.arrange(replace(snapshot, readings=known), CATALOGUE)


def frames_of(page: str, board: Board) -> dict[SeriesQuery, SeriesFrame]:
    """Return an answer to all that a page asks."""
    asked = [query for panel in panels_of(PAGES[page]) for query in of_panel(panel, board)]
    return {query: answer(query) for query in asked}


def answer(query: SeriesQuery) -> SeriesFrame:
    """Return courses that go up and down, and breakers that come and go."""
    lines = [courses.line(k, lambda at: at % 997, query.window) for k in query.keys]
    ahead = tuple(courses.END + n * courses.DAY for n in range(1, 31))
    forecasts = [
        Forecast(
            key=k,
            method="naive",
            times=ahead,
            values=(500,) * 30,
            lows=(0,) * 30,
            highs=(900,) * 30,
        )
        for k in query.keys
        if query.horizon
    ]
    usual = [Usual(key=k, low=200, high=700) for k in query.keys if query.usual]
    moments = [(courses.END - 1_320 - n * 600, ("open", "closed")[n % 2]) for n in range(60)]
    changes = tuple(Change(at, state) for at, state in reversed(moments))
    found = courses.answer(query, *lines, usual=tuple(usual), forecasts=tuple(forecasts))
    return replace(found, strips=tuple(Strip(key=k, changes=changes) for k in query.keys))


def with_frames(page: str, board: Board, later: float = 0) -> Scene:
    """Return a page with its curves."""
    return slide(page, board, later=later, frames=frames_of(page, board))


def many() -> Board:
    """Return a board with 200 incidents."""
    found = [incident(f"Region {n % 7} - dependency {n:04}", 3 + n) for n in range(200)]
    return incidents.board_of(*found)


SCENES: dict[str, Callable[[], Scene]] = {
    **{page: lambda page=page: slide(page, dashboard.whole()) for page in PAGES},
    **{
        f"{page} with curves": lambda page=page: with_frames(page, dashboard.whole())
        for page in ("overview", "performance", "operations", "outlook", "reliability")
    },
    "stale curves": lambda: with_frames("performance", boards.normal(), 1_320),
    "stale breakers": lambda: with_frames("reliability", boards.tripped(), 1_320),
    "stale": lambda: slide("overview", boards.stale()),
    "empty": lambda: slide("overview", boards.no_source()),
    "huge": lambda: slide("overview", with_values(lambda _: 1_234_567_890.0)),
    "negative": lambda: slide("operations", with_values(lambda _: -1_234_567.8)),
    "unknown": lambda: slide("value", with_values(lambda _: None)),
    "2,000 breakers": lambda: slide("reliability", boards.tripped(2_000)),
    "one": lambda: alarm(boards.tripped(), one=True),
    "long": lambda: alarm(
        incidents.board_of(beyond(LONG, 47, severity=Severity.CRITICAL)), one=True
    ),
    "three": lambda: alarm(
        incidents.board_of(incident(CARBON, 22), incident(PRIMARY, 3), incident(LONG, 9))
    ),
    "200": lambda: alarm(many()),
    "of a figure": lambda: alarm(
        incidents.board_of(beyond("Error rate above 10 %", 47, severity=Severity.CRITICAL)),
        one=True,
    ),
    "was open": lambda: alarm(boards.tripped(), one=True, later=1_320),
}


def caps_of(display: Display) -> Caps:
    """Return how high letters must be there."""
    width, height, metres, inches = display
    return caps(width, height, diagonal=inches, distance=metres)


def picture(view: SlideView) -> QImage:
    """Return what a view looks like."""
    image = QImage(view.size(), QImage.Format.Format_RGB32)
    view.render(image)
    return image
