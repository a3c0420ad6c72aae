"""Which slide a wall shows: by the clock and by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.rotations import ABC, KNOWN, SATURDAY, WALL, page, programme, shown

from opsdesk.insight.programme import DIAGNOSIS, Programme, SlideKind, programme_of
from opsdesk.insight.rotation import (
    EMPTY,
    INCIDENT_DWELL,
    LONGEST_DIAGNOSTICS,
    LONGEST_HOLD,
    MOST_INCIDENTS,
    Rotation,
    advance,
    ask_diagnostics,
    begin,
    hold,
    release,
    turn,
    turns_in,
)


class TestPages:
    def test_each_is_shown_for_its_dwell(self) -> None:
        rotation = begin(ABC, 0.0)
        assert rotation.slide == page("a")
        assert advance(rotation, ABC, (), 19.9).slide == page("a")
        assert advance(rotation, ABC, (), 20.0).slide == page("b")
        _, slides = shown(rotation, 80)
        assert slides == ["a", "b", "c", "a", "b"]

    def test_dots_have_a_position_and_a_number(self) -> None:
        rotation = advance(begin(ABC, 0.0), ABC, (), 20.0)
        assert (rotation.current.position, len(rotation.current.slides)) == (1, 3)

    def test_looking_a_little_late_does_not_slow_the_rhythm(self) -> None:
        rotation, turns = begin(ABC, 0.0), 0
        for now in range(1, 602):
            later = advance(rotation, ABC, (), now - 0.01 * (now % 7))
            turns += later.slide != rotation.slide
            rotation = later
        assert turns == 30

    @pytest.mark.parametrize("slept", [30.0, 3_600.0, 86_400.0 * 30])
    def test_after_sleep_it_turns_once_and_shows_that_page_for_its_dwell(
        self, slept: float
    ) -> None:
        rotation = advance(begin(ABC, 0.0), ABC, (), slept)
        assert rotation.slide == page("b")
        assert advance(rotation, ABC, (), slept + 19.0).slide == page("b")
        assert advance(rotation, ABC, (), slept + 20.0).slide == page("c")

    def test_a_clock_that_was_set_back_does_not_stop_the_wall(self) -> None:
        rotation = advance(begin(ABC, 1e6), ABC, (), 10.0)
        assert rotation.slide == page("a")
        assert advance(rotation, ABC, (), 30.0).slide == page("b")

    def test_a_page_may_stand_more_than_once(self) -> None:
        _, slides = shown(begin(twice := programme("a", "b", "a", "c"), 0.0), 85, of=twice)
        assert slides == ["a", "b", "a", "c", "a"]

    def test_one_page_stays(self) -> None:
        _, slides = shown(begin(one := programme("a"), 0.0), 100, of=one)
        assert slides == ["a"]

    def test_no_page_is_an_empty_slide(self) -> None:
        none = programme("gone")
        rotation, slides = shown(begin(none, 0.0), 100, of=none)
        assert rotation.slide == EMPTY
        assert slides == [""]
        assert turn(rotation, 1, 101.0).slide == EMPTY
        assert advance(rotation, ABC, (), 101.0).slide == page("a")

    def test_a_page_of_the_new_programme_stays_for_the_rest_of_its_dwell(self) -> None:
        rotation = advance(begin(ABC, 0.0), ABC, (), 20.0)
        night = programme("c", "b", "a", dwell=60.0)
        assert advance(rotation, night, (), 79.0).slide == page("b")
        assert advance(rotation, night, (), 80.0).slide == page("a")

    def test_any_other_gives_way_to_the_first(self) -> None:
        rotation = advance(begin(ABC, 0.0), ABC, (), 20.0)
        other = programme("d", "a")
        rotation = advance(rotation, other, (), 25.0)
        assert rotation.slide == page("d")
        assert advance(rotation, other, (), 44.0).slide == page("d")
        assert advance(rotation, other, (), 45.0).slide == page("a")


class TestByHand:
    def test_next_and_previous_begin_a_dwell(self) -> None:
        rotation = turn(begin(ABC, 0.0), 1, 15.0)
        assert rotation.slide == page("b")
        assert advance(rotation, ABC, (), 34.0).slide == page("b")
        assert turn(rotation, -2, 16.0).slide == page("c")

    def test_what_is_held_stays_until_it_is_released(self) -> None:
        rotation, slides = shown(hold(begin(ABC, 0.0), 5.0), 3_000)
        assert rotation.held
        assert slides == ["a"]
        rotation = release(rotation, 3_001.0)
        assert not rotation.held
        assert advance(rotation, ABC, (), 3_020.0).slide == page("a")
        assert advance(rotation, ABC, (), 3_021.0).slide == page("b")

    def test_a_hold_ends_by_itself_after_an_hour(self) -> None:
        rotation = hold(begin(ABC, 0.0), 5.0)
        assert advance(rotation, ABC, (), 5.0 + LONGEST_HOLD - 1).held
        rotation = advance(rotation, ABC, (), 5.0 + LONGEST_HOLD)
        assert not rotation.held
        assert rotation.slide == page("a")
        assert advance(rotation, ABC, (), 25.0 + LONGEST_HOLD).slide == page("b")

    def test_a_clock_that_was_set_back_does_not_hold_for_ever(self) -> None:
        rotation = advance(hold(begin(ABC, 0.0), 1e9), ABC, (), 10.0)
        assert rotation.held
        assert not advance(rotation, ABC, (), 10.0 + LONGEST_HOLD).held

    def test_turning_what_is_held_shows_that_somebody_is_there(self) -> None:
        rotation = turn(hold(begin(ABC, 0.0), 0.0), 1, 3_000.0)
        assert rotation.slide == page("b")
        assert advance(rotation, ABC, (), 3_001.0 + 3_000.0).held

    def test_a_hold_outlasts_the_plan_of_its_page(self) -> None:
        night = programme("night")
        rotation = advance(hold(begin(ABC, 0.0), 0.0), night, (), 10.0)
        assert rotation.slide == page("a")
        assert advance(release(rotation, 11.0), night, (), 12.0).slide == page("night")

    def test_but_not_its_page(self) -> None:
        gone = programme_of(WALL, SATURDAY, ("b", "c"))
        rotation = advance(hold(begin(ABC, 0.0), 0.0), gone, (), 10.0)
        assert rotation.slide == page("b")
        assert not rotation.held


PROGRAMMES = st.lists(st.sampled_from([*KNOWN, "gone", "diagnostics"]), max_size=5).map(
    lambda pages: programme(*pages)
)
INCIDENTS = st.lists(st.sampled_from("stuvwxyz"), max_size=8, unique=True).map(tuple)

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["", "", "", "turn", "back", "hold", "release", "diagnostics"]),
        st.sampled_from([0.0, 0.5, 1.0, 1.0, 19.0, 61.0, 3_600.0, 1e6, -5.0, -1e6]),
        INCIDENTS,
        PROGRAMMES,
    ),
    max_size=30,
)


def asked(rotation: Rotation, what: str, now: float) -> Rotation:
    match what:
        case "turn":
            return turn(rotation, 1, now)
        case "back":
            return turn(rotation, -1, now)
        case "hold":
            return hold(rotation, now)
        case "release":
            return release(rotation, now)
        case "diagnostics":
            return ask_diagnostics(rotation, now)
    return rotation


@given(PROGRAMMES, STEPS)
def test_whatever_happens_what_is_shown_is_there_and_goes_on(
    first: Programme, steps: list[tuple[str, float, tuple[str, ...], Programme]]
) -> None:
    rotation, now = begin(first, 0.0), 0.0
    for what, passed, incidents, current in steps:
        now += passed
        rotation = asked(rotation, what, now)
        earlier, rotation = rotation, advance(rotation, current, incidents, now)
        slide, turning = rotation.slide, rotation.current
        # what takes over has the wall, and gives it back
        assert (rotation.over is not None) == bool(incidents)
        if set(incidents) - set(earlier.incidents):
            assert slide.kind in (SlideKind.INCIDENT, SlideKind.INCIDENTS)
        if slide.kind is SlideKind.INCIDENT:
            assert slide.id in incidents[:MOST_INCIDENTS]
        if slide.kind is SlideKind.PAGE:
            assert slide in current.there
        assert (slide == EMPTY) <= (not current.slides)
        assert 0 <= turning.position < max(1, len(turning.slides))
        # nothing is to come later than it may: no clock makes the wall hang
        assert slide == DIAGNOSIS or turning.since <= now
        assert turning.held_at is None or 0 <= now - turning.held_at < LONGEST_HOLD
        assert rotation.asked_at is None or 0 <= now - rotation.asked_at < LONGEST_DIAGNOSTICS
        # asked twice at one moment, the answer is the same
        assert advance(rotation, current, incidents, now) == rotation
    # left alone, it shows each of its pages within a round
    later = advance(rotation, ABC, (), now + LONGEST_HOLD)
    seen = set()
    for second in range(int(ABC.dwell) * 4):
        later = advance(later, ABC, (), now + LONGEST_HOLD + second)
        seen.add(later.slide)
    assert seen == set(ABC.slides)


@given(PROGRAMMES, INCIDENTS, st.floats(0, 1e7), st.floats(0, 1e7))
def test_no_jump_of_the_clock_skips_a_slide(
    current: Programme, incidents: tuple[str, ...], began: float, passed: float
) -> None:
    rotation = advance(begin(current, began), current, incidents, began)
    later = advance(rotation, current, incidents, began + passed)
    number = max(1, len(later.current.slides))
    assert (later.current.position - rotation.current.position) % number in (0, 1 % number)
    dwell = INCIDENT_DWELL if incidents else current.dwell
    if passed < dwell:
        assert later.slide == rotation.slide


def test_when_the_next_slide_has_its_turn() -> None:
    turning = begin(programme("a", "b"), 100.0)
    assert turns_in(turning, 105.0) == 15.0
    assert turns_in(turning, 500.0) == 0.0
    assert turns_in(hold(turning, 105.0), 110.0) == math.inf
    assert turns_in(ask_diagnostics(turning, 105.0), 110.0) == math.inf
    assert turns_in(begin(programme("a"), 100.0), 105.0) == math.inf
