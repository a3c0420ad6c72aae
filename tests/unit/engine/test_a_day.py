"""A day at one desk, minute by minute: what a person is told is exactly what they should be told.

The whole of it runs as in the engine, on a clock that the test turns: polls are recorded, incidents
stepped, notices told, and what must survive goes through the ledger's file at each restart.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from support.days import Day

from opsdesk.engine import commands
from opsdesk.model.desk import Policy
from opsdesk.model.errors import ProblemKind
from opsdesk.model.reading import BreakerState

CLOSED, OPEN, HALF = BreakerState.CLOSED, BreakerState.OPEN, BreakerState.HALF_OPEN


@pytest.fixture(autouse=True)
def in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the clock on the wall show UTC."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_breaker_trips_is_tried_trips_again_and_recovers() -> None:
    day = Day()
    day.at("08:00", payment=OPEN)
    day.at("08:02", payment=HALF)
    day.at("08:03", payment=OPEN)
    day.at("08:05", payment=HALF)
    day.at("08:06", payment=CLOSED)
    day.until("12:00")
    assert day.news() == [
        ("08:00", "Breaker open: payment"),
        ("08:02", "Breaker half-open: payment"),
        ("08:03", "Breaker open again: payment"),
        ("08:05", "Breaker half-open: payment"),
        ("08:06", "Breaker closed: payment"),
    ]
    assert day.bodies["Breaker closed: payment"] == "closed after 6 min"


def test_what_stays_open_is_told_again_each_hour_until_somebody_takes_care() -> None:
    day = Day()
    day.at("08:00", payment=OPEN)
    day.until("10:30")
    assert day.news() == [
        ("08:00", "Breaker open: payment"),
        ("09:00", "Still open: payment"),
        ("10:00", "Still open: payment"),
    ]
    (incident,) = day.running()
    day.say(commands.Acknowledge((incident.id,)))
    assert day.withdrawn == [("10:30", incident.id)]
    day.at("13:00", payment=HALF)
    day.at("13:10", payment=CLOSED)
    assert day.news() == [("13:10", "Breaker closed: payment")]


def test_one_that_flaps_is_told_once_and_then_when_it_has_settled() -> None:
    day = Day()
    for minute in range(0, 60, 10):
        day.at(f"09:{minute:02}", stock=OPEN)
        day.at(f"09:{minute + 4:02}", stock=CLOSED)
    day.until("20:00")
    assert day.news() == [
        ("09:00", "Breaker open: stock"),
        ("09:04", "Breaker closed: stock"),
        ("09:10", "Breaker open: stock"),
        ("09:14", "Breaker closed: stock"),
        ("09:20", "Breaker open: stock"),
        ("09:24", "Flapping: stock"),
        ("15:40", "Settled: stock"),
    ]
    assert day.bodies["Flapping: stock"].startswith("opened 3 times")
    assert day.bodies["Settled: stock"] == "no longer open"


def test_one_that_flaps_and_then_stays_open_is_not_slept_through() -> None:
    day = Day()
    for minute in range(0, 30, 10):
        day.at(f"09:{minute:02}", stock=OPEN)
        day.at(f"09:{minute + 4:02}", stock=CLOSED)
    day.at("09:30", stock=OPEN)
    day.news()
    day.until("11:00")
    assert day.news() == [("10:30", "Still open: stock")]


def test_half_open_probes_of_one_outage_are_no_flapping() -> None:
    day = Day()
    day.at("09:00", stock=OPEN)
    for minute in range(1, 40, 2):
        day.at(f"09:{minute:02}", stock=HALF)
        day.at(f"09:{minute + 1:02}", stock=OPEN)
    assert "Flapping: stock" not in dict(map(reversed, day.news()))
    (incident,) = day.running()
    assert incident.trips == 21


def test_a_trip_shorter_than_a_refresh_is_not_missed_where_the_source_tells() -> None:
    day = Day()
    day.last_reset = {"mail": day.now - timedelta(hours=3)}  # of before our time
    day.until("08:00")
    day.last_reset |= {"payment": day.now + timedelta(seconds=40)}
    day.until("08:10")
    day.last_reset |= {"mail": day.now + timedelta(seconds=40)}
    day.until("08:20")
    assert day.news() == [
        ("08:01", "Breaker tripped briefly: payment"),
        ("08:11", "Breaker tripped briefly: mail"),
    ]
    day.at("08:30", stock=OPEN)
    day.last_reset |= {"stock": day.now + timedelta(seconds=30)}  # seen with our own eyes
    day.at("08:31", stock=CLOSED)
    day.until("09:00")
    assert day.news() == [("08:30", "Breaker open: stock"), ("08:31", "Breaker closed: stock")]


def test_a_storm_of_200_is_one_notice_that_grows_and_ends() -> None:
    day = Day()
    day.states |= {f"service {number:03}": CLOSED for number in range(200)}
    day.until("08:00")
    names = [name for name in day.states if name.startswith("service")]
    for minute in range(4):
        hit = names[: 50 * (minute + 1)]
        day.at(f"08:{minute + 1:02}", **dict.fromkeys(hit, OPEN))
    day.at("08:20", **dict.fromkeys(names, CLOSED))
    assert day.news() == [
        ("08:01", "50 breakers open"),
        ("08:02", "100 breakers open"),
        ("08:03", "150 breakers open"),
        ("08:04", "200 breakers open"),
        ("08:20", "200 breakers no longer open"),
    ]


def test_a_rate_of_errors_must_last_and_come_back_for_good() -> None:
    day = Day()
    day.until("08:00")
    day.error_rate = 3.0
    day.at("08:01")
    day.error_rate = 0.2
    day.at("08:02")
    assert day.news() == []  # a blip
    day.error_rate = 3.0
    day.until("08:10")
    day.error_rate = 12.0
    day.until("08:20")
    day.error_rate = 9.5  # within a tenth of the threshold: nothing is over
    day.until("08:25")
    day.error_rate = 0.95
    day.until("08:30")
    day.error_rate = 0.2
    day.until("08:40")
    assert day.news() == [
        ("08:05", "Threshold crossed: Error rate"),
        ("08:13", "Threshold crossed: Error rate"),
        ("08:26", "Threshold crossed: Error rate"),
        ("08:31", "Back to normal: Error rate"),
    ]


def test_a_source_that_dies_is_told_once_and_what_was_open_stays_open() -> None:
    day = Day()
    day.at("08:00", payment=OPEN)
    day.problem = ProblemKind.UNREACHABLE
    day.until("08:40")
    assert [incident.title for incident in day.running()] == [
        "Breaker open: payment",
        "Source lost: Source shop",
    ]
    day.problem = None
    day.at("08:41", payment=CLOSED)
    assert day.news() == [
        ("08:00", "Breaker open: payment"),
        ("08:02", "Source lost: Source shop"),
        ("08:41", "Breaker closed: payment"),
        ("08:41", "Answers again: Source shop"),
    ]


def test_a_source_that_lags_or_lies_opens_and_closes_nothing() -> None:
    day = Day()
    day.at("08:00", payment=OPEN)
    day.lags(on=True)
    day.at("08:20", payment=CLOSED)  # of 08:00: old data under a new answer
    day.error_rate = float("nan")
    day.until("08:30")
    assert [incident.title for incident in day.running()] == ["Breaker open: payment"]
    day.lags(on=False)
    day.at("08:31", payment=CLOSED)
    assert day.news() == [("08:00", "Breaker open: payment"), ("08:31", "Breaker closed: payment")]


def test_without_a_connection_there_is_one_state_and_coming_back_one_summary() -> None:
    day = Day()
    day.problem = ProblemKind.OFFLINE
    day.until("08:00")
    day.problem = None
    day.at("08:01", payment=OPEN, stock=OPEN)
    assert day.news() == [
        ("07:02", "Offline: this computer has no connection"),
        ("08:01", "Online again after 1 h"),
    ]
    assert day.bodies["Online again after 1 h"] == (
        "2 opened, 0 closed, 2 still open: payment and stock"
    )
    day.at("08:10", payment=CLOSED, stock=CLOSED)
    assert day.news() == [("08:10", "2 breakers no longer open")]


def test_a_connection_that_was_gone_for_nothing_is_just_back() -> None:
    day = Day()
    day.problem = ProblemKind.OFFLINE
    day.until("07:30")
    day.problem = None
    day.until("07:40")
    assert [title for _, title in day.news()] == [
        "Offline: this computer has no connection",
        "Online again",
    ]


def test_after_a_sleep_one_digest_says_what_happened() -> None:
    day = Day()
    day.at("09:00", mail=OPEN)
    day.news()
    day.sleep("12:00", mail=CLOSED, payment=OPEN)
    assert day.news() == [("12:00", "While you were away (3 h)")]
    assert day.bodies["While you were away (3 h)"] == "1 opened, 1 closed, 1 still open: payment"
    digest = day.snapshot.desk.digest
    assert digest is not None
    assert (len(digest.opened), len(digest.closed), len(digest.still_open)) == (1, 1, 1)
    day.say(commands.DigestRead())
    assert day.snapshot.desk.digest is None
    day.at("12:10", payment=CLOSED)
    assert day.news() == [("12:10", "Breaker closed: payment")]


def test_a_sleep_in_which_nothing_happened_is_not_spoken_of() -> None:
    day = Day()
    day.at("09:00", mail=OPEN)
    day.news()
    day.sleep("09:30")
    assert day.news() == []
    assert day.snapshot.desk.digest is None


def test_a_restart_in_the_middle_tells_nothing_twice_and_loses_nothing() -> None:
    day = Day()
    day.at("09:00", payment=OPEN, stock=OPEN)
    payment, _ = day.running()
    day.say(commands.Acknowledge((payment.id,)))
    day.say(commands.AddNote(payment.id, "calling the bank"))
    day.news()
    for clock in ("09:10", "09:20", "09:30"):
        day.restart()
        day.until(clock)
    assert day.news() == []
    handling = day.snapshot.desk.of(payment.id)
    assert handling.acknowledged_at is not None
    assert [note.text for note in handling.notes] == ["calling the bank"]
    day.at("09:40", payment=CLOSED, stock=CLOSED)
    assert day.news() == [("09:40", "Breaker closed: payment"), ("09:40", "Breaker closed: stock")]


def test_a_clock_set_back_tells_nothing_twice_and_keeps_reminding() -> None:
    day = Day()
    day.at("09:00", payment=OPEN)
    day.news()
    day.until("09:30")
    day.now -= timedelta(minutes=10)
    day.until("09:25")
    assert day.news() == []
    day.until("10:30")
    assert day.news() == [("10:00", "Still open: payment")]


def test_quiet_hours_hold_back_and_sum_up_in_the_morning() -> None:
    day = Day(Policy(quiet_from="22:00", quiet_to="06:30", reminder=0))
    day.at("23:00", payment=OPEN)
    day.at("23:30", payment=CLOSED)
    day.at("03:00", mail=OPEN)
    assert day.news() == []
    day.until("07:00")
    assert day.news() == [("06:30", "During quiet hours (8 h)")]
    assert day.bodies["During quiet hours (8 h)"] == "2 opened, 1 closed, 1 still open: mail"


def test_what_is_critical_may_break_through() -> None:
    day = Day(Policy(quiet_from="22:00", quiet_to="06:30", quiet_lets_critical=True, reminder=0))
    day.until("23:00")
    day.error_rate = 3.0
    day.until("23:30")
    day.at("23:31", payment=OPEN)
    assert day.news() == [("23:31", "Breaker open: payment")]


def test_snoozed_for_an_hour_is_quiet_for_an_hour() -> None:
    day = Day()
    day.at("09:00", payment=OPEN)
    (incident,) = day.running()
    day.say(commands.Snooze(day.now + timedelta(hours=1), (incident.id,)))
    day.at("09:10", payment=HALF)
    day.at("09:11", payment=OPEN)
    day.until("10:20")
    assert day.news() == [("09:00", "Breaker open: payment"), ("10:00", "Still open: payment")]


def test_everything_snoozed_is_summed_up_at_its_end() -> None:
    day = Day()
    day.say(commands.Snooze(day.now + timedelta(hours=1)))
    day.at("07:20", payment=OPEN)
    day.at("07:30", payment=CLOSED)
    day.at("07:40", stock=OPEN)
    assert day.news() == []
    day.until("08:30")
    assert day.news() == [("08:00", "While notifications were snoozed (1 h)")]


def test_many_that_flap_at_once_are_told_in_one_notice() -> None:
    day = Day()
    names = [f"service {number}" for number in range(50)]
    day.states |= dict.fromkeys(names, CLOSED)
    day.until("08:00")
    for minute in range(0, 30, 10):
        day.at(f"09:{minute:02}", **dict.fromkeys(names, OPEN))
        day.at(f"09:{minute + 4:02}", **dict.fromkeys(names, CLOSED))
    day.until("20:00")
    told = day.news()
    assert told[-2:] == [("09:24", "50 flap"), ("15:10", "50 have settled")]
    assert len(told) == 7
