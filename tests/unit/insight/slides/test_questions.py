"""What slides want to know of the past, and which pages a wall shows."""

from __future__ import annotations

from support import boards

from opsdesk.catalogue import pages
from opsdesk.insight.breakers import DAY
from opsdesk.insight.questions import of_panel
from opsdesk.insight.slides.pages import of_wall, panels_of
from opsdesk.insight.slides.questions import of_slides
from opsdesk.model.wall import Plan, Wall

PAGES = pages.load(boards.CATALOGUE)


def test_pages_ask_what_their_panels_on_the_wall_ask_once_each() -> None:
    board = boards.normal()
    shown = of_wall(Wall(), PAGES)
    asked = of_slides(shown, board, boards.NOW)
    assert len(set(asked)) == len(asked) > 0
    panels = [panel for page in shown for panel in panels_of(page)]
    assert set(asked) == {query for panel in panels for query in of_panel(panel, board)}
    assert of_slides((*shown, *shown), board, boards.NOW) == asked


def test_what_takes_over_asks_for_its_last_day() -> None:
    board = boards.tripped()
    (incident,) = board.snapshot.incidents
    (query,) = of_slides((), board, boards.NOW)
    assert (query.keys, query.window) == ((incident.subject,), DAY)
    assert of_slides((), boards.normal(), boards.NOW) == ()


def test_a_wall_has_the_pages_of_its_plans_too_and_none_that_there_is_not() -> None:
    wall = Wall(
        pages=("value", "gone", "report", "diagnostics", "overview"),
        plan=(Plan(start="", end="", pages=("overview", "sources")), Plan(start="", end="")),
    )
    assert [page.id for page in of_wall(wall, PAGES)] == ["value", "overview", "sources"]
    assert [page.id for page in of_wall(Wall(), PAGES)] == list(Wall().pages)
