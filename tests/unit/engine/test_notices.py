"""How incidents are told: kinds, storms, flapping. What a breaker's life says is with incidents."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.desks import MINUTE, WatchedDesk, source
from support.readings import NOW, breaker, failing, reading

from opsdesk.engine import commands
from opsdesk.engine.notices import STORM_LASTS
from opsdesk.engine.wording import made, notice
from opsdesk.model.desk import Policy
from opsdesk.model.key import key
from opsdesk.model.protocols import NoticeAction
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import Incident, IncidentKind, Severity

CLOSED, OPEN, HALF = BreakerState.CLOSED, BreakerState.OPEN, BreakerState.HALF_OPEN
FORCED, UNKNOWN, DISABLED = BreakerState.FORCED_OPEN, BreakerState.UNKNOWN, BreakerState.DISABLED


def incident(kind: IncidentKind, title: str = "Bad: it", **changes: object) -> Incident:
    values = {
        "id": title,
        "kind": kind,
        "subject": key("x", {"name": title}),
        "title": title,
        "severity": Severity.CRITICAL,
        "state": OPEN,
        "opened_at": NOW,
        "detail": "so it is",
    }
    return Incident(**{**values, **changes})


def over(kind: IncidentKind, title: str = "Bad: it", state: BreakerState = CLOSED) -> Incident:
    return incident(kind, title, state=state, closed_at=NOW)


class TestOne:
    @pytest.mark.parametrize("kind", [k for k in IncidentKind if k is not IncidentKind.BREAKER])
    def test_what_runs_is_told_as_it_is_called(self, kind: IncidentKind) -> None:
        told = notice("n", [incident(kind)])
        assert (told.title, told.body) == ("Bad: it", "so it is")
        assert told.actions == (NoticeAction.SHOW, NoticeAction.ACKNOWLEDGE, NoticeAction.SNOOZE)

    @pytest.mark.parametrize(
        ("kind", "title"),
        [
            (IncidentKind.BREAKER, "Breaker closed: it"),
            (IncidentKind.THRESHOLD, "Back to normal: it"),
            (IncidentKind.BURN, "Error budget holds again: it"),
            (IncidentKind.SOURCE, "Answers again: it"),
            (IncidentKind.OFFLINE, "Online again"),
        ],
    )
    def test_its_end_says_what_is_well_again(self, kind: IncidentKind, title: str) -> None:
        told = notice("n", [over(kind)])
        assert told.title == title
        assert told.severity is None
        assert told.actions == (NoticeAction.SHOW,)

    @pytest.mark.parametrize("kind", list(IncidentKind))
    def test_of_what_is_no_longer_known_nothing_better_is_said(self, kind: IncidentKind) -> None:
        title = notice("n", [over(kind, state=UNKNOWN)]).title
        assert title.lower().endswith("no longer known: it")

    def test_a_breaker_forced_open_again(self) -> None:
        told = notice("n", [incident(IncidentKind.BREAKER, state=FORCED, trips=2)])
        assert (told.title, told.body) == ("Breaker forced open again: it", "trip 2, so it is")

    def test_a_title_without_a_name_is_the_name(self) -> None:
        assert notice("n", [over(IncidentKind.THRESHOLD, "plain")]).title == "Back to normal: plain"


class TestSeveral:
    def test_kinds_together_are_incidents(self) -> None:
        lost, burning = incident(IncidentKind.SOURCE, "Lost: s"), incident(IncidentKind.BURN)
        ended = over(IncidentKind.THRESHOLD, "High: t")
        assert notice("n", [lost, burning]).title == "2 incidents open"
        some = notice("n", [lost, burning, ended])
        assert (some.title, some.body) == ("2 of 3 incidents still open", "s and it")
        assert notice("n", [ended, over(IncidentKind.BURN)]).title == "2 incidents over"

    def test_a_state_of_a_later_version_is_none_that_this_one_stumbles_over(self) -> None:
        of = [incident(IncidentKind.BREAKER, t, state=UNKNOWN) for t in ("a: b", "c: d")]
        assert notice("n", of).title == "2 breakers unknown"

    def test_one_address_of_what_to_do_is_offered_and_two_are_not(self) -> None:
        one = incident(IncidentKind.BREAKER, "a: a", runbook="https://r/1")
        two = incident(IncidentKind.BREAKER, "b: b", runbook="https://r/2")
        told = made("n", "", "", [one, one])
        assert (told.runbook, told.actions[-1]) == ("https://r/1", NoticeAction.RUNBOOK)
        told = made("n", "", "", [one, two])
        assert (told.runbook, NoticeAction.RUNBOOK in told.actions) == ("", False)

    def test_the_worst_of_them_says_how_bad_it_is(self) -> None:
        mild = incident(IncidentKind.SOURCE, "a: a", severity=Severity.DEGRADED)
        assert made("n", "", "", [mild]).severity is Severity.DEGRADED
        assert made("n", "", "", [mild, incident(IncidentKind.BURN)]).severity is Severity.CRITICAL


def names(number: int, first: int = 0) -> tuple[str, ...]:
    return tuple(f"s{index:03}" for index in range(first, first + number))


class TestStorm:
    @pytest.fixture
    def desk(self) -> WatchedDesk:
        """Return a desk with 200 closed breakers."""
        desk = WatchedDesk()
        desk.states(**dict.fromkeys(names(200), CLOSED))
        return desk

    def opened(self, desk: WatchedDesk, number: int) -> list[str]:
        """Let the first so many be open."""
        states = dict.fromkeys(names(200), CLOSED) | dict.fromkeys(names(number), OPEN)
        return [told.title for told in desk.states(**states)]

    def test_it_is_one_notice_that_grows_and_has_one_end(self, desk: WatchedDesk) -> None:
        told = [self.opened(desk, number) for number in (3, 80, 83, 200, 200)]
        assert told == [
            [f"Breaker open: {name}" for name in names(3)],
            ["80 breakers open"],
            ["83 breakers open"],
            ["200 breakers open"],
            [],
        ]
        assert desk.titles() == ["200 breakers open"]
        assert self.opened(desk, 1) == ["1 of 200 breakers still open"]
        assert not desk.told[0].alarming
        assert self.opened(desk, 0) == ["200 breakers no longer open"]
        assert desk.titles() == ["200 breakers no longer open"]

    def test_what_opens_long_after_it_has_its_own(self, desk: WatchedDesk) -> None:
        self.opened(desk, 10)
        desk.now += STORM_LASTS
        assert self.opened(desk, 11) == ["Breaker open: s010"]
        assert self.opened(desk, 12) == ["Breaker open: s011"]

    def test_one_that_trips_twice_in_it_counts_once(self, desk: WatchedDesk) -> None:
        self.opened(desk, 10)
        self.opened(desk, 9)
        assert self.opened(desk, 10) == ["10 breakers open"]
        assert self.opened(desk, 0) == ["10 breakers no longer open"]

    def test_those_that_are_put_aside_do_not_wake_it(self, desk: WatchedDesk) -> None:
        self.opened(desk, 10)
        ids = tuple(i.id for i in desk.running.values())
        desk.say(commands.Acknowledge(ids))
        assert self.opened(desk, 9) == []
        assert desk.titles() == []

    def test_two_thousand_that_end_at_once_end_in_one_notice(self) -> None:
        """More than are remembered once they have ended."""
        desk = WatchedDesk()
        desk.states(**dict.fromkeys(names(2000), CLOSED))
        desk.states(**dict.fromkeys(names(2000), OPEN))
        (told,) = desk.states(**dict.fromkeys(names(2000), CLOSED))
        assert told.severity is None
        assert desk.titles() == [told.title]

    def test_so_do_those_of_a_ledger_that_tells_of_no_notice(self) -> None:
        desk = WatchedDesk()
        desk.states(**dict.fromkeys(names(2000), OPEN))
        kept = desk.watch.ledger((), {})
        desk = WatchedDesk()
        desk.watch.remember(type(kept)(incidents=kept.incidents, sources=kept.sources))
        (told,) = desk.states(**dict.fromkeys(names(2000), CLOSED))
        assert told.title == "1,000 breakers no longer open"


class TestAtTheStart:
    def test_what_is_wrong_of_each_kind_is_one_summary(self) -> None:
        desk = WatchedDesk()
        (told,) = desk.look(breaker("A", OPEN), breaker("B", FORCED))
        assert told.title == "2 breakers already open"
        assert (told.severity, told.alarming) == (None, False)

    def test_so_are_kinds_together(self) -> None:
        desk = WatchedDesk()
        problem = failing().problem
        lost = source("b", problem=problem, failures=3, last_success=None)
        desk.statuses = (source("a"), lost)
        (told,) = desk.look(breaker("A", OPEN))
        assert (told.title, told.body) == ("2 incidents open", "A and Source b")


class TestFlapping:
    def flap(self, desk: WatchedDesk, *flapping: str, others: str = "") -> list[list[str]]:
        """Let these open and close three times; return what was told at each refresh."""
        told = []
        for state in (OPEN, CLOSED) * 3:
            desk.now += 10 * MINUTE
            states = dict.fromkeys(flapping, state) | dict.fromkeys(others, OPEN)
            told.append([notice.title for notice in desk.states(**states)])
        return told

    def test_it_is_told_once_and_once_that_it_has_settled(self) -> None:
        desk = WatchedDesk()
        desk.states(A=CLOSED)
        assert self.flap(desk, "A")[-2:] == [["Breaker open: A"], ["Flapping: A"]]
        assert desk.told[0].body == "opened 3 times, next told when it has settled"
        assert desk.titles() == ["Flapping: A"]
        desk.restart()
        assert self.flap(desk, "A") == [[]] * 6
        assert desk.titles() == ["Flapping: A"]
        desk.now += timedelta(hours=5, minutes=30)
        (settled,) = desk.states(A=CLOSED)
        assert (settled.title, settled.body) == ("Settled: A", "no longer open")
        assert settled.severity is None

    def test_after_a_long_sleep_it_has_settled_too(self) -> None:
        desk = WatchedDesk()
        desk.states(A=CLOSED)
        self.flap(desk, "A")
        desk.now += timedelta(hours=20)
        desk.states(A=CLOSED)
        assert desk.titles() == ["Settled: A"]

    def test_what_settled_open_ends_as_one_incident(self) -> None:
        desk = WatchedDesk()
        desk.states(A=CLOSED)
        self.flap(desk, "A")
        desk.states(A=OPEN)
        desk.now += timedelta(hours=7)
        (settled,) = desk.states(A=OPEN)
        assert (settled.title, settled.body) == ("Settled: A", "still open")
        (half,) = desk.states(A=HALF)
        (ended,) = desk.states(A=CLOSED)
        assert [half.title, ended.title] == ["Breaker half-open: A", "Breaker closed: A"]
        assert settled.id == half.id == ended.id
        assert desk.titles() == ["Breaker closed: A"]

    def test_it_leaves_the_notice_of_many_to_the_others(self) -> None:
        desk = WatchedDesk()
        everything = "ABCDEFGH"
        desk.states(**dict.fromkeys(everything, CLOSED))
        desk.states(**dict.fromkeys(everything, OPEN))
        desk.states(**dict.fromkeys(everything, OPEN) | {"A": CLOSED})
        self.flap(desk, "A", others=everything[1:])
        assert desk.titles() == ["7 of 8 breakers still open", "Flapping: A"]
        (ended,) = desk.states(**dict.fromkeys(everything, CLOSED))
        assert ended.title == "8 breakers no longer open"

    def test_many_at_once_are_one_notice_and_settle_in_one(self) -> None:
        desk = WatchedDesk()
        everything = "ABCDEFGH"
        desk.states(**dict.fromkeys(everything, CLOSED))
        told = self.flap(desk, *everything)
        assert told[-1] == ["8 flap"]
        assert desk.told[0].body == "A, B and 6 more, next told when they have settled"
        assert desk.titles()[-1] == "8 flap"
        assert self.flap(desk, *everything) == [[]] * 6
        desk.states(**dict.fromkeys(everything, OPEN))
        desk.now += timedelta(hours=7)
        (settled,) = desk.states(**dict.fromkeys(everything, OPEN))
        assert (settled.title, settled.body) == ("8 have settled", "8 still open: A, B and 6 more")
        assert desk.titles()[-1:] == ["8 have settled"]
        assert "8 flap" not in desk.titles()
        (end,) = desk.states(**dict.fromkeys(everything, CLOSED))
        assert (end.id, end.title) == (settled.id, "8 breakers no longer open")

    def test_one_of_many_settles_by_itself(self) -> None:
        desk = WatchedDesk()
        everything = "ABCDEFGH"
        desk.states(**dict.fromkeys(everything, CLOSED))
        self.flap(desk, *everything)
        desk.now += timedelta(hours=4, minutes=30)
        # A has had enough; the others go on.
        for state in (OPEN, CLOSED) * 2:
            desk.now += 10 * MINUTE
            desk.states(A=CLOSED, **dict.fromkeys(everything[1:], state))
        desk.now += 30 * MINUTE
        assert [n.title for n in desk.states(**dict.fromkeys(everything, CLOSED))] == ["Settled: A"]
        assert "8 flap" in desk.titles()

    def test_a_policy_may_look_back_less_far(self) -> None:
        desk = WatchedDesk(Policy(reminder=0, flapping_hours=0.5))
        desk.states(A=CLOSED)
        assert self.flap(desk, "A")[-1] == ["Breaker closed: A"]


def test_a_figure_beside_breakers_names_no_breaker() -> None:
    desk = WatchedDesk()
    assert desk.look(breaker("A", CLOSED), reading("errors.rate", 5.0)) == ()
