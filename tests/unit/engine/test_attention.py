"""What of the news reaches a desk, and when. A refresh a minute; noon is ``NOW``."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from support.desks import MINUTE, RATE, WatchedDesk, only, source, titles
from support.readings import NOW, failing, reading

from opsdesk.engine import commands
from opsdesk.engine.attention import is_quiet
from opsdesk.model.desk import Desk, Hush, Policy
from opsdesk.model.errors import ProblemKind
from opsdesk.model.ledger import Ledger
from opsdesk.model.reading import BreakerState

CLOSED, OPEN, HALF = BreakerState.CLOSED, BreakerState.OPEN, BreakerState.HALF_OPEN
HOUR = timedelta(hours=1)


class TestAcknowledge:
    def test_whoever_takes_care_hears_no_more_but_the_end(self, desk: WatchedDesk) -> None:
        titles(desk, A=OPEN)
        desk.say(commands.Acknowledge((only(desk),)))
        assert titles(desk, A=OPEN) == []
        assert desk.titles() == []  # taken away
        assert titles(desk, A=HALF) == []
        assert titles(desk, A=OPEN) == []
        assert titles(desk) == ["Breaker closed: A"]

    def test_it_holds_for_this_incident_alone(self, desk: WatchedDesk) -> None:
        titles(desk, A=OPEN)
        desk.say(commands.Acknowledge((only(desk),)))
        titles(desk, A=OPEN)
        titles(desk)
        assert titles(desk, A=OPEN) == ["Breaker open: A"]

    def test_one_of_many_leaves_the_others_standing(self) -> None:
        desk = WatchedDesk()
        desk.states(**dict.fromkeys("ABCDEFGH", CLOSED))
        desk.states(**dict.fromkeys("ABCDEFGH", OPEN))
        ids = tuple(incident.id for incident in desk.running.values())
        desk.say(commands.Acknowledge(ids[:1]))
        assert desk.states(**dict.fromkeys("ABCDEFGH", OPEN)) == ()
        assert desk.titles() == ["8 breakers open"]
        desk.say(commands.Acknowledge(ids))
        desk.states(**dict.fromkeys("ABCDEFGH", OPEN))
        assert desk.titles() == []

    def test_what_gets_worse_is_told_all_the_same(self) -> None:
        desk = WatchedDesk(catalogue={"errors.rate": RATE})
        desk.look(reading("errors.rate", 0.1))
        desk.look(reading("errors.rate", 2.0))
        desk.say(commands.Acknowledge((only(desk),)))
        assert desk.look(reading("errors.rate", 3.0)) == ()
        (worse,) = desk.look(reading("errors.rate", 20.0))
        assert worse.body.startswith("20 %, critical")
        assert desk.watch.desk.handled == {}

    def test_what_another_system_tells_of_is_kept_as_well(self, desk: WatchedDesk) -> None:
        desk.say(commands.Acknowledge(("theirs",)))
        desk.shown = {"theirs"}
        titles(desk)
        assert desk.watch.desk.of("theirs").acknowledged_at is not None
        desk.shown = set()
        titles(desk)
        assert desk.watch.desk.handled == {}


class TestSnoozeOne:
    def test_nothing_is_told_of_it_for_a_while_and_then_that_it_lasts(
        self, desk: WatchedDesk
    ) -> None:
        titles(desk, A=OPEN)
        desk.say(commands.Snooze(desk.now + 3 * MINUTE, (only(desk),)))
        assert [titles(desk, A=state) for state in (OPEN, HALF, OPEN)] == [[], [], []]
        assert desk.titles() == []
        assert desk.watch.is_due(desk.now)
        assert titles(desk, A=OPEN) == ["Still open: A"]
        assert desk.watch.desk.handled == {}
        assert titles(desk) == ["Breaker closed: A"]

    def test_its_end_is_not_told_either(self, desk: WatchedDesk) -> None:
        titles(desk, A=OPEN)
        desk.say(commands.Snooze(desk.now + HOUR, (only(desk),)))
        assert titles(desk) == []
        desk.now += 2 * HOUR
        assert titles(desk) == []
        assert desk.titles() == []

    def test_it_may_run_out_while_nobody_is_told_anything(self, desk: WatchedDesk) -> None:
        titles(desk, A=OPEN)
        desk.say(commands.Snooze(desk.now + 2 * MINUTE, (only(desk),)))
        titles(desk, A=OPEN)
        desk.watch.gone(desk.now)
        for _ in range(5):
            assert titles(desk, A=OPEN) == []
        desk.watch.back(desk.now)
        assert titles(desk, A=OPEN) == ["Breaker open: A"]

    def test_a_snooze_with_an_acknowledgement_after_it_is_over(self, desk: WatchedDesk) -> None:
        titles(desk, A=OPEN)
        desk.say(commands.Snooze(desk.now + 2 * MINUTE, (only(desk),)))
        desk.say(commands.Acknowledge((only(desk),)))
        for _ in range(5):
            assert titles(desk, A=OPEN) == []


class TestSnoozeAll:
    def test_what_happens_is_summed_up_at_its_end(self, desk: WatchedDesk) -> None:
        desk.say(commands.Snooze(desk.now + 3 * MINUTE))
        told = [titles(desk, A=a, B=b) for a, b in ((OPEN, CLOSED), (CLOSED, OPEN), (CLOSED, OPEN))]
        assert told == [[], [], []]
        assert desk.watch.desk.hush is Hush.SNOOZED
        (digest,) = desk.states(A=CLOSED, B=OPEN)
        assert digest.title == "While notifications were snoozed (3 min)"
        assert digest.body == "2 opened, 1 closed, 1 still open: B"
        assert not digest.alarming
        assert desk.watch.desk.digest is None  # nobody was away
        assert desk.watch.desk.hush is Hush.NONE
        # From now on the digest is where B is told of.
        (end,) = desk.states(A=CLOSED, B=CLOSED)
        assert (end.id, end.title) == (digest.id, "Breaker closed: B")

    def test_it_ends_when_somebody_says_so(self, desk: WatchedDesk) -> None:
        desk.say(commands.Snooze(desk.now + HOUR))
        titles(desk, A=OPEN)
        desk.say(commands.Snooze(None))
        assert titles(desk, A=OPEN) == ["While notifications were snoozed (1 min)"]

    def test_nothing_happened_and_nothing_is_said(self, desk: WatchedDesk) -> None:
        titles(desk, A=OPEN)
        desk.say(commands.Snooze(desk.now + 2 * MINUTE))
        for _ in range(5):
            assert titles(desk, A=OPEN) == []
        assert desk.titles() == ["Breaker open: A"]

    def test_what_stands_is_brought_up_to_date(self, desk: WatchedDesk) -> None:
        titles(desk, A=OPEN)
        desk.say(commands.Snooze(desk.now + 2 * MINUTE))
        titles(desk, A=HALF)
        titles(desk, A=HALF)
        assert titles(desk, A=HALF) == ["Breaker half-open: A"]
        assert desk.titles() == ["Breaker half-open: A"]

    def test_what_stood_and_ended_stands_no_more(self, desk: WatchedDesk) -> None:
        titles(desk, A=OPEN)
        desk.say(commands.Snooze(desk.now + 2 * MINUTE))
        titles(desk)
        titles(desk)
        assert titles(desk) == ["While notifications were snoozed (2 min)"]
        assert desk.titles() == ["While notifications were snoozed (2 min)"]


class TestQuietHours:
    NIGHT = Policy(quiet_from="22:00", quiet_to="06:30", reminder=0)

    @pytest.mark.parametrize(
        ("clock", "quiet"),
        [("21:59", False), ("22:00", True), ("00:00", True), ("06:29", True), ("06:30", False)],
    )
    def test_they_pass_midnight(self, clock: str, quiet: bool) -> None:
        local = datetime.fromisoformat(f"2026-03-01T{clock}")
        assert is_quiet(self.NIGHT, local) is quiet

    @pytest.mark.parametrize(("clock", "quiet"), [("12:59", False), ("13:00", True), ("14:00", 0)])
    def test_or_lie_within_a_day(self, clock: str, quiet: bool) -> None:
        noon = Policy(quiet_from="13:00", quiet_to="14:00")
        assert is_quiet(noon, datetime.fromisoformat(f"2026-03-01T{clock}")) is bool(quiet)

    @pytest.mark.parametrize(("begin", "end"), [("", "06:00"), ("22:00", ""), ("07:00", "07:00")])
    def test_or_there_are_none(self, begin: str, end: str) -> None:
        policy = Policy(quiet_from=begin, quiet_to=end)
        assert not any(is_quiet(policy, datetime(2026, 3, 1, h, tzinfo=UTC)) for h in range(24))

    def test_an_hour_that_comes_twice_is_quiet_twice(self) -> None:
        """In Berlin the clock goes from 03:00 back to 02:00 on 2026-10-25, at 01:00 UTC."""
        berlin = ZoneInfo("Europe/Berlin")
        policy = Policy(quiet_from="02:15", quiet_to="02:45")
        begin = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
        quiet = [
            f"{at:%H:%M}"
            for at in (begin + minutes * MINUTE for minutes in range(0, 150, 15))
            if is_quiet(policy, at.astimezone(berlin))
        ]
        assert quiet == ["00:15", "00:30", "01:15", "01:30"]

    def test_the_hour_that_comes_twice_ends_and_begins_them_again(self) -> None:
        berlin = ZoneInfo("Europe/Berlin")
        desk = WatchedDesk(Policy(quiet_from="02:00", quiet_to="02:30", reminder=0))
        desk.now = datetime(2026, 10, 24, 23, 50, tzinfo=UTC)
        told = []
        for minute in range(120):
            desk.local = desk.now.astimezone(berlin)
            states = {"A": OPEN if minute % 60 >= 20 else CLOSED}
            told += [f"{desk.local:%H:%M} {n.title}" for n in desk.states(**states)]
        assert told == [
            "02:30 During quiet hours (30 min)",
            "02:50 Breaker closed: A",
            "02:30 During quiet hours (30 min)",
        ]

    def test_they_are_due_to_begin_and_to_end(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TZ", "UTC")
        time.tzset()
        desk = WatchedDesk(Policy(quiet_from="12:30", quiet_to="12:40", reminder=0))
        desk.states(A=CLOSED)
        assert not desk.watch.is_due(NOW + 29 * MINUTE)
        assert desk.watch.is_due(NOW + 30 * MINUTE)
        desk.now = NOW + 30 * MINUTE
        desk.states(A=CLOSED)
        assert desk.watch.desk.hush is Hush.QUIET_HOURS
        assert not desk.watch.is_due(NOW + 39 * MINUTE)
        assert desk.watch.is_due(NOW + 40 * MINUTE)
        monkeypatch.undo()
        time.tzset()


class TestBreakThrough:
    @pytest.fixture
    def night(self) -> WatchedDesk:
        """Return a desk in quiet hours that lets through what is critical."""
        quiet = Policy(quiet_from="11:00", quiet_to="12:10", quiet_lets_critical=True, reminder=0)
        desk = WatchedDesk(quiet, {"errors.rate": RATE})
        desk.states(A=CLOSED, B=CLOSED)
        return desk

    def test_what_is_critical_is_told_and_what_is_not_waits(self, night: WatchedDesk) -> None:
        assert night.look(reading("errors.rate", 3.0)) == ()
        assert titles(night, A=OPEN) == ["Breaker open: A"]

    def test_what_somebody_takes_care_of_wakes_nobody(self, night: WatchedDesk) -> None:
        titles(night, A=OPEN)
        night.say(commands.Acknowledge((only(night),)))
        assert [titles(night, A=state) for state in (OPEN, HALF, OPEN)] == [[], [], []]
        assert night.titles() == []

    def test_its_end_is_told_in_the_morning(self, night: WatchedDesk) -> None:
        titles(night, A=OPEN)
        assert titles(night) == []
        night.now = NOW + 10 * MINUTE
        (digest,) = night.states(A=CLOSED, B=CLOSED)
        assert digest.body == "0 opened, 1 closed, 0 still open"
        assert night.titles() == [digest.title]


class TestOffline:
    def test_nothing_is_told_until_there_is_news_again(self, desk: WatchedDesk) -> None:
        problem = failing(kind=ProblemKind.OFFLINE).problem
        titles(desk, A=OPEN)
        desk.statuses = (source("a", problem=problem, failures=2),)
        assert titles(desk, A=OPEN) == ["Offline: this computer has no connection"]
        desk.say(commands.Snooze(desk.now + MINUTE, (desk.running["A"].id,)))
        assert titles(desk, A=OPEN) == []
        assert desk.watch.desk.hush is Hush.OFFLINE
        assert titles(desk, A=OPEN) == []
        desk.statuses = (source("a", last_success=desk.now, last_attempt=desk.now),)
        (told,) = desk.states(A=CLOSED, B=OPEN)
        assert told.body == "1 opened, 1 closed, 1 still open: B"
        assert told.title.startswith("Online again after")
        assert desk.titles() == [told.title]


@pytest.mark.parametrize("since", [None, NOW])
def test_a_reason_that_a_later_version_had_is_over(since: datetime | None) -> None:
    """A ledger in which nothing is told, for no reason that this version knows."""
    desk = WatchedDesk()
    desk.watch.remember(
        Ledger(
            desk=Desk(hush=Hush.SNOOZED if since is None else Hush.NONE, hushed_since=since),
            sources=frozenset("a"),
        )
    )
    desk.states(A=OPEN)
    assert [notice.title[:14] for notice in desk.told] in (["While you were"], ["While notifica"])
    assert desk.watch.desk.hush is Hush.NONE
    assert desk.watch.desk.hushed_since is None
