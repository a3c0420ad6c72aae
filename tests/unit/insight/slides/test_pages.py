"""Pages as slides, and the lines at the top and at the foot of each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from support import boards, dashboard
from support.boards import CATALOGUE, NOW

from opsdesk.catalogue import pages
from opsdesk.insight.slides.kinds import block_of, is_readable
from opsdesk.insight.slides.pages import age_of, on_wall, panels_of, slide_of, status_of
from opsdesk.insight.slides.panels import Seen
from opsdesk.insight.verdict import State
from opsdesk.model.errors import ProblemKind
from opsdesk.model.page import HeadlineRule, Page, Panel, PanelKind, Place

SHIPPED = pages.load(CATALOGUE)


def page(*panels: Panel, **more: object) -> Page:
    made = Page(id="mine", title="Mine", order=1, headline=HeadlineRule.FIGURES, panel=panels)
    return replace(made, **more)


def panel(kind: PanelKind = PanelKind.FIGURE, **more: object) -> Panel:
    return replace(Panel(kind=kind, title="P95", metrics=("latency.quantile",)), **more)


def test_a_page_shows_what_it_lays_out_for_a_wall() -> None:
    for_wall = panel(title="For a wall")
    assert panels_of(page(panel(), wall=(for_wall,))) == (for_wall,)


def test_else_its_panels_that_may_stand_there_and_can_be_read() -> None:
    elsewhere = panel(places=(Place.WINDOW,))
    unread = panel(PanelKind.PROVENANCE)
    assert panels_of(page(panel(), elsewhere, unread)) == (panel(),)


def test_a_page_of_which_nothing_can_be_read_is_not_on_a_wall() -> None:
    readable = page(panel())
    found = on_wall(
        [page(panel(PanelKind.ABSENT)), readable, page(panel(), places=(Place.WINDOW,))]
    )
    assert found == (readable,)


def test_the_shipped_pages_are_on_the_wall_in_their_order() -> None:
    ids = [one.id for one in on_wall(SHIPPED)]
    assert ids[0] == "overview"
    assert {"reliability", "performance", "operations", "outlook"} <= set(ids)
    assert "report" not in ids


@pytest.mark.parametrize("kind", [kind for kind in PanelKind if is_readable(panel(kind))])
def test_every_kind_says_something_of_any_board(kind: PanelKind) -> None:
    made = (boards.no_source(), boards.stale(), dashboard.whole(), dashboard.stale())
    for board in made:
        for metrics in ((), ("nobody.knows",), ("latency.quantile", "errors.rate")):
            view = Seen(board=board, now=NOW, frames={})
            assert block_of(panel(kind, metrics=metrics), view) is not None


def test_a_slide_has_a_part_for_each_panel() -> None:
    view = Seen(board=boards.normal(), now=NOW, frames={})
    slide = slide_of(page(panel(span=6, rank=2), panel()), view)
    assert [(part.span, part.rank) for part in slide.parts] == [(6, 2), (4, 1)]
    assert not slide.absence


@pytest.mark.parametrize(
    ("board", "said"),
    [
        (boards.no_source(), "no source connected"),
        (boards.connecting(), "waiting for first answer"),
    ],
)
def test_without_readings_it_says_why_instead(board: boards.Board, said: str) -> None:
    slide = slide_of(page(panel()), Seen(board=board, now=NOW, frames={}))
    assert (slide.parts, slide.absence) == ((), said)


def test_all_is_normal() -> None:
    status = status_of(boards.normal(), NOW)
    assert (status.state, status.word, status.reason) == (State.OK, "OK", "all systems normal")


def test_what_is_wrong_is_said_with_its_first_reason() -> None:
    status = status_of(boards.tripped(), NOW)
    assert (status.word, status.reason) == ("DEGRADED", "1 breaker is open")
    assert not status.filled


def test_a_wall_that_is_stale_says_so_from_edge_to_edge() -> None:
    status = status_of(boards.stale(), NOW)
    assert (status.word, status.reason, status.filled) == ("STALE", "no data for 46 min", True)


def test_offline_without_any_data() -> None:
    board = boards.connecting()
    (source,) = board.snapshot.sources
    lost = replace(source, failures=9, problem=replace(boards.TIMED_OUT, kind=ProblemKind.OFFLINE))
    offline = boards.arrange(replace(board.snapshot, sources=(lost,)), CATALOGUE)
    status = status_of(offline, NOW)
    assert (status.state, status.reason, status.filled) == (State.OFFLINE, "no data yet", True)


def test_the_age_of_the_data_is_said() -> None:
    assert age_of(boards.normal(), NOW) == "Updated 15 s ago"
    ages = {age_of(boards.normal(), NOW + timedelta(seconds=more)) for more in range(-12, 60)}
    assert len(ages) == 13  # 0 to 55 s in steps, and a minute: it is calm
    assert age_of(boards.normal(), NOW + timedelta(seconds=44)) == "Updated 1 min ago"
    assert age_of(boards.normal(), NOW + timedelta(hours=2)) == "Updated 2 h ago"
    assert age_of(boards.connecting(), NOW) == "No data yet"


def test_nobody_takes_a_simulation_for_ones_own_production() -> None:
    board = boards.normal()
    demo = tuple(replace(source, kind="demo") for source in board.snapshot.sources)
    shown = boards.arrange(replace(board.snapshot, sources=demo), CATALOGUE)
    assert age_of(shown, NOW) == "Demo. Updated 15 s ago"
