from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from support.boards import NOW

from opsdesk.insight.snoozing import choices, hush_text, is_snoozed, snoozed_text, tomorrow
from opsdesk.insight.words import clock_text
from opsdesk.model.desk import Desk, Hush

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from([BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")])
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


def berlin(day: int, hour: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=BERLIN)


def test_the_choices_and_when_they_end() -> None:
    now = berlin(23, 14)
    assert [(choice.title, choice.until - now) for choice in choices(now, BERLIN)] == [
        ("For 15 min", timedelta(minutes=15)),
        ("For 1 h", timedelta(hours=1)),
        ("Until 24 Nov 08:00", timedelta(hours=18)),
    ]


def test_in_the_small_hours_tomorrow_is_the_day_that_has_begun() -> None:
    assert tomorrow(berlin(23, 3), BERLIN) == berlin(23, 8)
    assert tomorrow(berlin(23, 4), BERLIN) == berlin(24, 8)


def test_tomorrow_is_eight_by_the_clock_on_days_of_23_and_25_hours() -> None:
    spring, autumn = berlin(28, 20, month=3), berlin(24, 20, month=10)
    assert tomorrow(spring, BERLIN) - spring.astimezone(UTC) == timedelta(hours=11)
    assert tomorrow(autumn, BERLIN) - autumn.astimezone(UTC) == timedelta(hours=13)


@given(MOMENTS, ZONES)
def test_it_always_ends_at_eight_in_the_coming_28_hours(now: datetime, zone: ZoneInfo) -> None:
    ends = tomorrow(now, zone)
    assert (ends.astimezone(zone).hour, ends.astimezone(zone).minute) == (8, 0)
    assert timedelta(hours=2) < ends - now <= timedelta(hours=29)


def test_without_a_zone_it_is_that_of_this_computer() -> None:
    ends = tomorrow(datetime(2026, 11, 23, 14, tzinfo=UTC))
    assert ends.astimezone().hour == 8


def test_what_is_over_is_not_said() -> None:
    now = berlin(23, 14)
    assert snoozed_text(now + timedelta(minutes=5), now).startswith("snoozed until ")
    assert snoozed_text(now, now) == snoozed_text(None, now) == ""


def test_why_nothing_pops_up_now() -> None:
    soon = NOW + timedelta(minutes=28)
    words = f"Snoozed until {clock_text(soon, NOW)}"
    snoozed = Desk(snoozed_until=soon, hush=Hush.QUIET_HOURS)
    assert hush_text(snoozed, NOW) == words
    assert (is_snoozed(snoozed, NOW), is_snoozed(snoozed, soon), is_snoozed(Desk(), NOW)) == (
        True,
        False,
        False,
    )
    assert hush_text(Desk(snoozed_until=NOW, hush=Hush.QUIET_HOURS), NOW) == "Quiet hours"
    assert hush_text(Desk(hush=Hush.AWAY), NOW) == hush_text(Desk(), NOW) == ""
