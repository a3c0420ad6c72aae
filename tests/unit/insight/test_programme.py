"""What a wall shows in turn: its pages, and plans by the time of the day."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from support.rotations import KNOWN, SATURDAY, WALL, at, page

from opsdesk.insight.programme import DIAGNOSIS, programme_of
from opsdesk.model.wall import Plan, Wall

BERLIN = ZoneInfo("Europe/Berlin")


class TestPlans:
    def pages(self, local: datetime, *plans: Plan) -> list[str]:
        return [ref.id for ref in programme_of(replace(WALL, plan=plans), local, KNOWN).slides]

    def test_without_a_plan_it_is_as_usual(self) -> None:
        assert programme_of(WALL, SATURDAY, KNOWN).slides == (page("a"), page("b"), page("c"))
        assert programme_of(WALL, SATURDAY, KNOWN).dwell == 20.0

    def test_the_first_plan_that_holds_counts(self) -> None:
        noon = Plan(start="12:00", end="13:00", pages=("b",), dwell=5.0)
        day = Plan(start="06:00", end="18:00", pages=("c",))
        wall = replace(WALL, plan=(noon, day))
        found = [
            (programme_of(wall, SATURDAY.replace(hour=hour, minute=minute), KNOWN))
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
        assert programme_of(wall, SATURDAY, KNOWN) == replace(
            programme_of(WALL, SATURDAY, KNOWN), dwell=60.0
        )

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
        found = programme_of(Wall(pages=("gone", "a", "diagnostics", "gone")), SATURDAY, KNOWN)
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
