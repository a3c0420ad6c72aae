"""Which slide a wall shows: by the clock, by hand, and when something is wrong."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from opsdesk.insight.rotation import (
    DIAGNOSIS,
    EMPTY,
    INCIDENT_DWELL,
    LONGEST_DIAGNOSTICS,
    LONGEST_HOLD,
    MOST_INCIDENTS,
    SHARED,
    Programme,
    Rotation,
    SlideKind,
    SlideRef,
    advance,
    ask_diagnostics,
    begin,
    hold,
    plan_of,
    release,
    turn,
    turns_in,
)
from opsdesk.model.wall import Plan, Wall

KNOWN = ("a", "b", "c", "d", "night")
WALL = Wall(pages=("a", "b", "c"), dwell=20.0)
BERLIN = ZoneInfo("Europe/Berlin")


def at(day: int, clock: str = "00:00") -> datetime:
    """Return a time in November 2026, as the clock on the wall says it."""
    return datetime.fromisoformat(f"2026-11-{day:02} {clock}")


SATURDAY = at(28, "12:00")


def page(id_: str) -> SlideRef:
    return SlideRef(SlideKind.PAGE, id_)


def incident(id_: str) -> SlideRef:
    return SlideRef(SlideKind.INCIDENT, id_)


def programme(*pages: str, dwell: float = 20.0) -> Programme:
    return plan_of(Wall(pages=pages, dwell=dwell), SATURDAY, KNOWN)


ABC = programme("a", "b", "c")


def shown(
    rotation: Rotation,
    seconds: int,
    *,
    of: Programme = ABC,
    incidents: tuple[str, ...] = (),
    start: int = 1,
) -> tuple[Rotation, list[str]]:
    """Look once a second; return the state at the end and the slides one after the other."""
    slides = [rotation.slide.id]
    for now in range(start, start + seconds):
        rotation = advance(rotation, of, incidents, float(now))
        if rotation.slide.id != slides[-1]:
            slides.append(rotation.slide.id)
    return rotation, slides


class TestPlans:
    def pages(self, local: datetime, *plans: Plan) -> list[str]:
        return [ref.id for ref in plan_of(replace(WALL, plan=plans), local, KNOWN).slides]

    def test_without_a_plan_it_is_as_usual(self) -> None:
        assert plan_of(WALL, SATURDAY, KNOWN).slides == (page("a"), page("b"), page("c"))
        assert plan_of(WALL, SATURDAY, KNOWN).dwell == 20.0

    def test_the_first_plan_that_holds_counts(self) -> None:
        noon = Plan(start="12:00", end="13:00", pages=("b",), dwell=5.0)
        day = Plan(start="06:00", end="18:00", pages=("c",))
        wall = replace(WALL, plan=(noon, day))
        found = [
            (plan_of(wall, SATURDAY.replace(hour=hour, minute=minute), KNOWN))
            for hour, minute in ((5, 59), (6, 0), (11, 59), (12, 0), (13, 0), (17, 59), (18, 0))
        ]
        assert ["".join(ref.id for ref in one.slides) for one in found] == [
            "abc",
            "c",
            "c",
            "b",
            "c",
            "c",
            "abc",
        ]
        assert [one.dwell for one in found] == [20, 20, 20, 5, 20, 20, 20]

    def test_a_plan_without_pages_changes_the_dwell_alone(self) -> None:
        wall = replace(WALL, plan=(Plan(start="00:00", end="00:00", dwell=60.0),))
        assert plan_of(wall, SATURDAY, KNOWN) == replace(plan_of(WALL, SATURDAY, KNOWN), dwell=60.0)

    def test_a_night_belongs_to_the_day_on_which_it_begins(self) -> None:
        night = Plan(start="22:00", end="06:00", days=("sat",), pages=("night",))
        for day, clock, held in (
            (27, "23:00", False),  # Friday
            (28, "05:59", False),
            (28, "21:59", False),
            (28, "22:00", True),
            (29, "05:59", True),
            (29, "06:00", False),
            (29, "23:00", False),
        ):
            local = at(day, clock)
            assert self.pages(local, night) == (["night"] if held else ["a", "b", "c"]), local

    def test_the_night_from_sunday_to_monday_too(self) -> None:
        night = Plan(start="22:00", end="06:00", days=("sun",), pages=("night",))
        assert self.pages(at(30, "01:00"), night) == ["night"]
        assert self.pages(at(30, "23:00"), night) == ["a", "b", "c"]

    @pytest.mark.parametrize("times", [("", ""), ("00:00", "00:00"), ("00:00", "")])
    def test_from_and_to_the_same_time_is_the_whole_day(self, times: tuple[str, str]) -> None:
        weekend = Plan(start=times[0], end=times[1], days=("sat", "sun"), pages=("d",))
        hours = [at(27) + timedelta(hours=n) for n in range(96)]
        on = [local for local in hours if self.pages(local, weekend) == ["d"]]
        assert on == hours[24:72]

    @pytest.mark.parametrize(("month", "day", "hours"), [(3, 29, 23), (10, 25, 25)])
    def test_a_day_of_23_or_25_hours_goes_by_its_clock(
        self, month: int, day: int, hours: int
    ) -> None:
        midnight = datetime(2026, month, day, tzinfo=BERLIN)
        seen = [
            (midnight.astimezone(ZoneInfo("UTC")) + timedelta(hours=n)).astimezone(BERLIN)
            for n in range(hours)
        ]
        small = Plan(start="02:00", end="03:00", days=("sun",), pages=("night",))
        on = [local.hour for local in seen if self.pages(local, small) == ["night"]]
        assert on == [2] * (hours - 23)  # no such hour in spring, twice in autumn
        late = Plan(start="03:00", end="00:00", days=("sun",), pages=("night",))
        assert sum(self.pages(local, late) == ["night"] for local in seen) == 21

    def test_pages_that_do_not_exist_are_left_out_and_named(self) -> None:
        found = plan_of(Wall(pages=("gone", "a", "diagnostics", "gone")), SATURDAY, KNOWN)
        assert found.slides == (page("a"), DIAGNOSIS)
        assert found.missing == ("gone",)

    @given(
        st.integers(0, 60 * 24 * 30).map(lambda minutes: at(1) + timedelta(minutes=minutes)),
        st.integers(0, 24 * 60 - 1),
        st.integers(1, 24 * 60),
        st.sampled_from([None, *range(7)]),
    )
    def test_a_plan_holds_from_its_beginning_for_as_long_as_it_lasts(
        self, local: datetime, begins: int, minutes: int, weekday: int | None
    ) -> None:
        names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        ends = (begins + minutes) % (24 * 60)
        plan = Plan(
            start=f"{begins // 60:02}:{begins % 60:02}",
            end=f"{ends // 60:02}:{ends % 60:02}",
            days=() if weekday is None else (names[weekday],),
            pages=("d",),
        )
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        starts = [midnight + timedelta(days=day, minutes=begins) for day in (-1, 0)]
        on = any(
            start <= local < start + timedelta(minutes=minutes)
            and weekday in (None, start.weekday())
            for start in starts
        )
        assert (self.pages(local, plan) == ["d"]) is on


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
        gone = plan_of(WALL, SATURDAY, ("b", "c"))
        rotation = advance(hold(begin(ABC, 0.0), 0.0), gone, (), 10.0)
        assert rotation.slide == page("b")
        assert not rotation.held


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
