"""What takes a wall over, and gives it back: incidents, diagnostics."""

from __future__ import annotations

import pytest
from support.rotations import ABC, page, programme, shown

from opsdesk.insight.programme import DIAGNOSIS, SlideKind, SlideRef
from opsdesk.insight.rotation import (
    LONGEST_DIAGNOSTICS,
    LONGEST_HOLD,
    MOST_INCIDENTS,
    SHARED,
    advance,
    ask_diagnostics,
    begin,
    hold,
    release,
    turn,
)


def incident(id_: str) -> SlideRef:
    return SlideRef(SlideKind.INCIDENT, id_)


class TestIncidents:
    def test_one_takes_over_at_once_and_holds_until_it_is_over(self) -> None:
        rotation = advance(begin(ABC, 0.0), ABC, (), 20.0)
        rotation, slides = shown(rotation, 1_000, incidents=("x",), start=21)
        assert slides == ["b", "x"]
        assert rotation.slide == incident("x")
        assert len(rotation.current.slides) == 1
        rotation = advance(rotation, ABC, (), 1_021.0)
        assert rotation.slide == page("b")
        assert advance(rotation, ABC, (), 1_040.0).slide == page("b")
        assert advance(rotation, ABC, (), 1_041.0).slide == page("c")

    def test_it_interrupts_what_is_held_and_gives_back_to_it(self) -> None:
        rotation = advance(hold(begin(ABC, 0.0), 0.0), ABC, ("x",), 1.0)
        assert rotation.slide == incident("x")
        assert not rotation.held
        rotation = advance(rotation, ABC, (), 600.0)
        assert rotation.slide == page("a")
        assert rotation.held
        assert rotation.pages.held_at == 0.0

    def test_after_more_than_an_hour_nobody_holds_any_longer(self) -> None:
        rotation = advance(hold(begin(ABC, 0.0), 0.0), ABC, ("x",), 1.0)
        rotation = advance(rotation, ABC, (), LONGEST_HOLD)
        assert (rotation.slide, rotation.held) == (page("a"), False)

    def test_several_share_the_wall(self) -> None:
        _, slides = shown(begin(ABC, 0.0), 60, incidents=("x", "y"))
        assert slides == ["a", "incidents", "x", "y", "incidents", "x", "y"]

    def test_the_first_five_have_slides_of_their_own(self) -> None:
        many = tuple("stuvwxyz")
        rotation, slides = shown(begin(ABC, 0.0), 65, incidents=many)
        assert slides == ["a", "incidents", *"stuvw", "incidents"]
        assert len(rotation.current.slides) == 1 + MOST_INCIDENTS
        assert rotation.incidents == many

    def test_a_new_one_is_shown_at_once(self) -> None:
        rotation = advance(begin(ABC, 0.0), ABC, ("x",), 1.0)
        rotation = advance(rotation, ABC, ("new", "x"), 5.0)
        assert rotation.slide == incident("new")
        assert advance(rotation, ABC, ("new", "x"), 14.0).slide == incident("new")
        assert advance(rotation, ABC, ("new", "x"), 15.0).slide == incident("x")

    @pytest.mark.parametrize("new", [("x", "y", "z"), ("x", *"12345")])
    def test_several_new_ones_are_told_of_by_the_shared_slide(self, new: tuple[str, ...]) -> None:
        rotation = advance(begin(ABC, 0.0), ABC, ("x",), 1.0)
        assert advance(rotation, ABC, new, 5.0).slide == SHARED

    def test_so_is_one_without_a_slide_of_its_own(self) -> None:
        rotation, _ = shown(begin(ABC, 0.0), 15, incidents=tuple("12345"))
        assert rotation.slide == incident("1")
        assert advance(rotation, ABC, tuple("123456"), 16.0).slide == SHARED

    def test_one_that_ends_is_shown_no_longer(self) -> None:
        rotation, _ = shown(begin(ABC, 0.0), 12, incidents=("x", "y", "z"))
        assert rotation.slide == incident("x")
        assert advance(rotation, ABC, ("y", "z"), 13.0).slide == SHARED
        assert advance(rotation, ABC, ("y",), 13.0).slide == incident("y")

    def test_another_order_disturbs_nobody(self) -> None:
        rotation, _ = shown(begin(ABC, 0.0), 12, incidents=("x", "y", "z"))
        rotation = advance(rotation, ABC, ("z", "x", "y"), 13.0)
        assert rotation.slide == incident("x")
        assert advance(rotation, ABC, ("z", "x", "y"), 21.0).slide == incident("y")

    def test_they_can_be_turned_and_held_until_there_is_another(self) -> None:
        rotation = advance(begin(ABC, 0.0), ABC, ("x", "y"), 1.0)
        rotation = hold(turn(rotation, 2, 2.0), 2.0)
        rotation, slides = shown(rotation, 100, incidents=("x", "y"), start=3)
        assert slides == ["y"]
        assert rotation.held
        rotation = advance(rotation, ABC, ("x", "y", "z"), 103.0)
        assert (rotation.slide, rotation.held) == (incident("z"), False)

    def test_a_release_is_one_of_the_page_beneath_too(self) -> None:
        rotation = advance(hold(begin(ABC, 0.0), 0.0), ABC, ("x",), 1.0)
        rotation = advance(release(rotation, 2.0), ABC, (), 3.0)
        assert not rotation.held

    def test_the_plan_may_change_meanwhile(self) -> None:
        rotation = advance(begin(ABC, 0.0), ABC, ("x",), 1.0)
        night = programme("night")
        assert advance(rotation, night, ("x",), 2.0).slide == incident("x")
        assert advance(rotation, night, (), 3.0).slide == page("night")

    def test_kinds_are_told_apart_whatever_they_are_called(self) -> None:
        rotation = advance(begin(ABC, 0.0), ABC, ("a",), 1.0)
        assert rotation.slide == incident("a")
        assert rotation.slide != page("a")


class TestDiagnostics:
    def test_they_go_away_by_themselves(self) -> None:
        rotation = ask_diagnostics(begin(ABC, 0.0), 15.0)
        assert rotation.slide == DIAGNOSIS
        rotation, slides = shown(rotation, int(LONGEST_DIAGNOSTICS) - 1, start=16)
        assert slides == ["diagnostics"]
        rotation = advance(rotation, ABC, (), 15.0 + LONGEST_DIAGNOSTICS)
        assert rotation.slide == page("a")
        assert advance(rotation, ABC, (), 34.0 + LONGEST_DIAGNOSTICS).slide == page("a")
        assert advance(rotation, ABC, (), 35.0 + LONGEST_DIAGNOSTICS).slide == page("b")

    def test_asked_for_again_they_go_away_at_once(self) -> None:
        rotation = ask_diagnostics(ask_diagnostics(begin(ABC, 0.0), 15.0), 16.0)
        assert rotation.slide == page("a")
        assert advance(rotation, ABC, (), 35.0).slide == page("a")
        assert advance(rotation, ABC, (), 36.0).slide == page("b")

    def test_turning_takes_them_away(self) -> None:
        assert turn(ask_diagnostics(begin(ABC, 0.0), 1.0), 1, 2.0).slide == page("b")

    def test_a_new_incident_takes_their_place(self) -> None:
        rotation = advance(ask_diagnostics(begin(ABC, 0.0), 1.0), ABC, ("x",), 2.0)
        assert rotation.slide == incident("x")
        rotation = advance(ask_diagnostics(rotation, 3.0), ABC, ("x",), 4.0)
        assert rotation.slide == DIAGNOSIS
        assert advance(rotation, ABC, ("x", "y"), 5.0).slide == incident("y")
        assert advance(rotation, ABC, ("x",), 63.0).slide == incident("x")
        assert advance(rotation, ABC, (), 63.0).slide == page("a")

    def test_an_incident_that_ends_beneath_them_does_not(self) -> None:
        rotation = ask_diagnostics(advance(begin(ABC, 0.0), ABC, ("x",), 1.0), 2.0)
        rotation = advance(rotation, ABC, (), 3.0)
        assert rotation.slide == DIAGNOSIS
        assert advance(rotation, ABC, (), 62.0).slide == page("a")

    def test_a_clock_that_was_set_back_does_not_show_them_for_ever(self) -> None:
        rotation = advance(ask_diagnostics(begin(ABC, 0.0), 1e9), ABC, (), 10.0)
        assert rotation.slide == DIAGNOSIS
        assert advance(rotation, ABC, (), 70.0).slide == page("a")

    def test_among_the_pages_they_turn_like_any_other(self) -> None:
        both = programme("a", "diagnostics")
        _, slides = shown(begin(both, 0.0), 45, of=both)
        assert slides == ["a", "diagnostics", "a"]
