"""What stands on the slide whose turn it is, and what it asks of the past."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support import boards
from support.boards import CATALOGUE, NOW
from support.incidents import CARBON, PRIMARY, board_of, incident

from opsdesk.catalogue import pages
from opsdesk.insight.programme import DIAGNOSIS, SlideKind, SlideRef
from opsdesk.insight.rotation import EMPTY, SHARED
from opsdesk.insight.slides.alarms import alarm_of, alarms_of, taking_over
from opsdesk.insight.slides.blocks import Alarm, Slide
from opsdesk.insight.slides.making import age_tick, made, queries
from opsdesk.insight.slides.pages import on_wall, slide_of
from opsdesk.insight.slides.panels import Seen

PAGES = {page.id: page for page in on_wall(pages.load(CATALOGUE))}
BOARD = board_of(incident(CARBON, 22), incident(PRIMARY, 3))
FOUND = taking_over(BOARD, NOW)
SEEN = Seen(board=BOARD, now=NOW, frames={})
OURS = Slide(title="OpsDesk itself")


def page(id_: str) -> SlideRef:
    return SlideRef(SlideKind.PAGE, id_)


def one(position: int) -> SlideRef:
    return SlideRef(SlideKind.INCIDENT, FOUND[position].id)


def slide(ref: SlideRef) -> Slide | Alarm:
    return made(ref, PAGES, SEEN, FOUND, lambda: OURS)


def test_each_kind_of_slide_is_made() -> None:
    assert [slide(page(id_)) for id_ in PAGES] == [
        slide_of(found, SEEN) for found in PAGES.values()
    ]
    assert slide(DIAGNOSIS) is OURS
    empty = slide(EMPTY)
    assert isinstance(empty, Slide)
    assert (empty.title, empty.absence) == ("", "no page to show")


def test_an_incident_is_shown_alone_or_with_the_others() -> None:
    alone, other, shared = slide(one(0)), slide(one(1)), slide(SHARED)
    assert (alone, other) == (alarm_of(FOUND[0], SEEN), alarm_of(FOUND[1], SEEN))
    assert shared == alarms_of(FOUND, SEEN)
    gone = SlideRef(SlideKind.INCIDENT, "of yesterday")
    assert slide(gone) == shared  # it has ended between two looks: the others are there


def test_a_page_asks_what_its_panels_show_and_an_incident_how_it_went() -> None:
    assert queries(page("performance"), PAGES, BOARD, FOUND)
    (asked,) = queries(one(0), PAGES, BOARD, FOUND)
    assert FOUND[0].incident.subject in asked.keys
    for ref in (page("unknown"), DIAGNOSIS, EMPTY, SHARED):
        assert queries(ref, PAGES, BOARD, FOUND) == ()


@pytest.mark.parametrize(("minutes", "seconds"), [(0.5, 1), (3, 60)])
def test_an_age_changes_each_second_at_first_and_then_each_minute(
    minutes: float, seconds: int
) -> None:
    found = taking_over(board_of(incident(boards.BREAKERS[0], minutes)), NOW)
    looks = [NOW + timedelta(seconds=n) for n in range(20)]
    assert len({age_tick(found, now) for now in looks}) == (20 if seconds == 1 else 1)
    assert age_tick(found, NOW) != age_tick(found, NOW + timedelta(seconds=seconds))
