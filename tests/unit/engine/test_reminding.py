"""What is told of incidents again: digests after an absence, and reminders."""

from __future__ import annotations

from datetime import timedelta

from support.desks import MINUTE, RATE, WatchedDesk, source, titles
from support.readings import NOW, failing, reading

from opsdesk.engine import commands
from opsdesk.engine.watch import CATCHING_UP
from opsdesk.model.desk import Hush, Policy
from opsdesk.model.errors import ProblemKind
from opsdesk.model.reading import BreakerState

CLOSED, OPEN, HALF = BreakerState.CLOSED, BreakerState.OPEN, BreakerState.HALF_OPEN
HOUR = timedelta(hours=1)


class TestAway:
    def test_one_digest_tells_what_happened_and_waits_to_be_read(self, desk: WatchedDesk) -> None:
        titles(desk, B=OPEN)
        since = desk.now
        desk.watch.gone(since)
        assert desk.watch.desk.hush is Hush.AWAY
        assert titles(desk, A=OPEN, B=OPEN) == []
        assert titles(desk, A=OPEN) == []
        desk.watch.gone(desk.now)  # gone already
        desk.watch.back(desk.now)
        (told,) = desk.states(A=OPEN, B=CLOSED)
        assert told.title == "While you were away (2 min)"
        assert told.body == "1 opened, 1 closed, 1 still open: A"
        digest = desk.watch.desk.digest
        assert digest is not None
        assert (digest.hush, digest.since, digest.until) == (Hush.AWAY, since, desk.now - MINUTE)
        assert desk.titles() == [told.title]
        desk.say(commands.DigestRead())
        assert desk.watch.desk.digest is None

    def test_they_are_told_once_each_source_has_been_asked(self, desk: WatchedDesk) -> None:
        desk.statuses = (source("a"), source("b"))
        desk.watch.gone(desk.now)
        titles(desk, A=OPEN)
        desk.watch.back(desk.now)
        desk.statuses = (source("a", last_attempt=desk.now), source("b"))
        view_at = desk.now
        assert titles(desk, A=OPEN) == []
        assert desk.watch.desk.hush is Hush.AWAY
        desk.now = view_at + timedelta(seconds=5)
        desk.statuses = tuple(source(id_, last_attempt=desk.now) for id_ in "ab")
        assert titles(desk, A=OPEN) == ["While you were away (1 min)"]

    def test_but_no_later_than_a_while(self, desk: WatchedDesk) -> None:
        desk.statuses = (source("a"),)
        desk.watch.gone(desk.now)
        titles(desk, A=OPEN)
        desk.watch.back(desk.now)
        assert titles(desk, A=OPEN) == []
        assert desk.watch.is_due(desk.now - MINUTE + CATCHING_UP)
        assert titles(desk, A=OPEN) == ["While you were away (2 min)"]

    def test_a_connection_that_comes_back_late_is_waited_for(self, desk: WatchedDesk) -> None:
        """After a sleep the first attempt often finds no network."""
        problem = failing(kind=ProblemKind.OFFLINE).problem
        desk.watch.gone(desk.now, unseen=True)
        desk.now += HOUR
        desk.watch.back(desk.now)
        desk.statuses = (source("a", problem=problem, failures=1, last_attempt=desk.now),)
        assert titles(desk) == []
        desk.now += timedelta(seconds=5) - MINUTE
        desk.statuses = (source("a", last_attempt=desk.now, last_success=desk.now),)
        assert titles(desk, A=OPEN) == ["While you were away (1 h)"]

    def test_what_opened_while_nobody_looked_was_not_seen_to_open(self, desk: WatchedDesk) -> None:
        desk.watch.gone(desk.now, unseen=True)
        desk.now += HOUR
        desk.watch.back(desk.now)
        assert titles(desk, A=OPEN) == ["While you were away (1 h)"]
        (incident,) = desk.running.values()
        assert not incident.seen_opening

    def test_who_goes_again_before_they_were_told_is_told_all_of_it(
        self, desk: WatchedDesk
    ) -> None:
        desk.statuses = (source("a"),)
        desk.watch.gone(desk.now)
        titles(desk, A=OPEN)
        desk.watch.back(desk.now)
        titles(desk, A=OPEN)
        desk.watch.gone(desk.now)
        titles(desk)
        desk.watch.back(desk.now)
        titles(desk)
        (told,) = desk.states(A=CLOSED, B=CLOSED)
        assert told.body == "1 opened, 1 closed, 0 still open"

    def test_what_ended_and_was_forgotten_meanwhile_stands_no_more(self, desk: WatchedDesk) -> None:
        titles(desk, A=OPEN)
        desk.watch.gone(desk.now)
        titles(desk)
        desk.now += timedelta(days=8)
        assert titles(desk) == []
        assert desk.titles() == []

    def test_away_into_quiet_hours_is_summed_up_when_they_end(self) -> None:
        desk = WatchedDesk(Policy(quiet_from="12:05", quiet_to="12:10", reminder=0))
        desk.states(A=CLOSED)
        desk.watch.gone(desk.now)
        desk.states(A=OPEN)
        desk.now = NOW + 5 * MINUTE
        desk.watch.back(desk.now)
        assert desk.states(A=OPEN) == ()
        assert desk.watch.desk.hush is Hush.QUIET_HOURS
        desk.now = NOW + 10 * MINUTE
        (told,) = desk.states(A=OPEN)
        assert told.title == "During quiet hours (9 min)"

    def test_a_clock_that_was_set_back_makes_no_absence_of_less_than_nothing(
        self, desk: WatchedDesk
    ) -> None:
        desk.watch.gone(desk.now)
        desk.now -= 10 * MINUTE
        desk.watch.back(desk.now)
        assert titles(desk, A=OPEN) == ["While you were away (0 s)"]

    def test_a_digest_stands_though_somebody_takes_care_of_what_is_open(
        self, desk: WatchedDesk
    ) -> None:
        titles(desk, A=OPEN, B=OPEN)
        desk.say(commands.Acknowledge((desk.running["A"].id,)))
        titles(desk, A=OPEN, B=OPEN)
        desk.watch.gone(desk.now)
        titles(desk, A=OPEN)
        desk.watch.back(desk.now)
        (told,) = desk.states(A=OPEN, B=CLOSED)
        assert told.body == "0 opened, 1 closed, 1 still open: A"
        assert told.severity is None
        titles(desk, A=OPEN)
        assert desk.titles() == [told.title]
        (ended,) = desk.states(A=CLOSED, B=CLOSED)
        assert ended.title == "Breaker closed: A"


class TestReminders:
    def desk(self, **policy: float) -> WatchedDesk:
        desk = WatchedDesk(Policy(**policy), {"errors.rate": RATE})
        desk.states(**dict.fromkeys("ABCDEFGH", CLOSED))
        return desk

    def test_what_stays_open_is_told_again(self) -> None:
        desk = self.desk(reminder=2)
        assert [titles(desk, A=OPEN) for _ in range(5)] == [
            ["Breaker open: A"],
            [],
            ["Still open: A"],
            [],
            ["Still open: A"],
        ]
        assert desk.told[0].body == "for 4 min, 1 other closed"
        assert not desk.told[0].alarming
        assert desk.watch.is_due(desk.now - MINUTE + 2 * MINUTE)

    def test_or_never(self) -> None:
        desk = self.desk(reminder=0)
        titles(desk, A=OPEN)
        desk.now += timedelta(days=3)
        assert titles(desk, A=OPEN) == []

    def test_not_of_what_is_degraded(self) -> None:
        desk = self.desk(reminder=2)
        desk.look(reading("errors.rate", 3.0))
        for _ in range(5):
            assert desk.look(reading("errors.rate", 3.0)) == ()

    def test_many_are_one_and_the_same_again_and_end_there(self) -> None:
        desk = self.desk(reminder=60)
        for number in range(1, 8):
            desk.states(**dict.fromkeys("ABCDEFGH"[:number], OPEN))
            desk.now += 5 * MINUTE
        desk.now += HOUR
        everything = dict.fromkeys("ABCDEFG", OPEN)
        (first,) = desk.states(**everything)
        assert first.title == "7 incidents still open"
        assert first.body.startswith("A, B and 5 more, the first for 1 h")
        assert desk.titles() == [first.title]  # in the place of seven
        desk.now += HOUR
        (second,) = desk.states(**everything)
        assert second.id == first.id
        (some,) = desk.states(**everything | {"A": CLOSED})
        assert (some.id, some.title) == (first.id, "6 of 7 breakers still open")
        (end,) = desk.states(**dict.fromkeys("ABCDEFG", CLOSED))
        assert (end.id, end.title) == (first.id, "7 breakers no longer open")

    def test_one_of_many_does_not_push_the_others_from_the_screen(self) -> None:
        desk = self.desk(reminder=0)
        many = dict.fromkeys("ABCDEF", OPEN)
        desk.states(**many)
        desk.say(commands.Snooze(desk.now + MINUTE, (desk.running["A"].id,)))
        desk.states(**many)
        (told,) = desk.states(**many)
        assert told.title == "6 incidents still open"
        assert set(told.incidents) == {incident.id for incident in desk.running.values()}
        desk.say(commands.Acknowledge((desk.running["A"].id,)))
        desk.states(**many)
        assert desk.titles() == ["6 incidents still open"]

    def test_a_clock_that_was_set_back_neither_puts_them_off_nor_brings_them(self) -> None:
        desk = self.desk(reminder=30)
        titles(desk, A=OPEN)
        desk.now -= 10 * MINUTE
        began = desk.now
        while titles(desk, A=OPEN) == []:
            assert desk.now - began <= 31 * MINUTE
        assert desk.now - began == 31 * MINUTE
