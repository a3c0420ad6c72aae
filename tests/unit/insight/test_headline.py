"""The sentence that opens a page, as a reader sees it."""

from __future__ import annotations

import re
import sys
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from support import boards, incidents
from support.readings import NOW, breaker, reading
from support.systems import FIGURES, LONG_AGO, SILENT, SOURCES, board, breakers, source, up, whole

from opsdesk.insight.board import Board, display_name
from opsdesk.insight.headline import breakers as about_breakers
from opsdesk.insight.headline import system
from opsdesk.insight.knowing import Headline, next_try
from opsdesk.insight.page_headline import RULES
from opsdesk.model.desk import Desk, Handling
from opsdesk.model.page import HeadlineRule
from opsdesk.model.reading import BreakerState, Qualifier, Reading
from opsdesk.model.snapshot import SourceStatus

CLOSED, OPEN, HALF_OPEN = BreakerState.CLOSED, BreakerState.OPEN, BreakerState.HALF_OPEN


def said(found: Headline) -> tuple[str, str, str]:
    return found.state.value, found.sentence, found.detail


def test_every_rule_that_a_page_may_name_is_there() -> None:
    assert set(RULES) == set(HeadlineRule)


class TestTheSystem:
    @pytest.mark.parametrize(
        ("shown", "expected"),
        [
            (
                whole(up("A"), up("B"), *breakers(CLOSED, CLOSED)),
                ("ok", "All is well", "2 breakers closed. Both components are up."),
            ),
            (board(up()), ("ok", "All is well", "The component is up.")),
            (board(*breakers(CLOSED)), ("ok", "All is well", "1 breaker closed.")),
            (
                board(*breakers(BreakerState.UNKNOWN, CLOSED)),
                ("ok", "Nothing known is wrong", "1 breaker closed, 1 unknown."),
            ),
            (
                board(*breakers(BreakerState.UNKNOWN, BreakerState.UNKNOWN), up()),
                ("ok", "Nothing known is wrong", "2 breakers unknown. The component is up."),
            ),
            (
                board(*breakers(BreakerState.DISABLED, CLOSED, CLOSED), up("A"), up("B"), up("C")),
                ("ok", "All is well", "2 breakers closed, 1 disabled. All 3 components are up."),
            ),
            (
                board(up("A"), up("B", None), *breakers(CLOSED)),
                ("ok", "All is well", "1 breaker closed. 1 component is up, 1 is not known."),
            ),
            (
                board(up("A"), up("B"), *breakers(OPEN, CLOSED, CLOSED)),
                (
                    "degraded",
                    "Degraded: 1 of 3 circuit breakers is open",
                    "A is open. Both components are up.",
                ),
            ),
            (board(*breakers(OPEN)), ("degraded", "Degraded: 1 breaker is open", "A is open.")),
            (
                board(*breakers(OPEN, OPEN, OPEN, OPEN, HALF_OPEN, HALF_OPEN)),
                (
                    "critical",
                    "Critical: 4 of 6 circuit breakers are open",
                    "A, B and 2 more are open. E and F are half-open.",
                ),
            ),
            (
                board(*breakers(HALF_OPEN, CLOSED)),
                ("degraded", "Degraded: 1 breaker is half-open", "A is half-open."),
            ),
            (
                board(up("circuit-breaker-proxy", 0.0), up("db", 0.0), reading("errors.rate", 2.0)),
                (
                    "critical",
                    "Critical: circuit-breaker-proxy and db are down",
                    "The error rate is 2 %.",
                ),
            ),
            (
                board(reading("errors.rate", 12.0), up("breaker-gateway", 50.0)),
                (
                    "critical",
                    "Critical: the error rate is 12 %",
                    "breaker-gateway is partly down.",
                ),
            ),
            (
                board(reading("errors.rate", 12.0), up("A"), up("B", at=LONG_AGO)),
                ("critical", "Critical: the error rate is 12 %", "No new data of B."),
            ),
            (board(up(percent=0.0)), ("critical", "Critical: API is down", "")),
            (
                board(up("A", 0.0), up("B")),
                ("critical", "Critical: A is down", "1 of 2 components is up."),
            ),
            (
                board(up("A", 0.0), up("B"), up("C", percent=None)),
                ("critical", "Critical: A is down", "1 of 2 components is up, 1 is not known."),
            ),
        ],
    )
    def test_what_is_known(self, shown: Board, expected: tuple[str, str, str]) -> None:
        assert said(system(shown, NOW)) == expected

    def test_the_facts_of_a_single_open_breaker(self) -> None:
        state = breaker("External API - Carbon", OPEN)
        failures = reading("breaker.failures", 12.0, breaker="External API - Carbon")
        state = msgspec.structs.replace(state, note="open on 2 of 5")
        found = system(board(state, failures, *breakers(CLOSED)), NOW)
        assert found.detail == (
            "External API \N{EN DASH} Carbon is open, 12 failures, open on 2 of 5."
        )

    @pytest.mark.parametrize(
        ("value", "qualifier", "words"),
        [
            (1.0, Qualifier.EXACT, "A is open, 1 failure."),
            (0.0, Qualifier.EXACT, "A is open, 0 failures."),
            (5.0, Qualifier.ABOUT, "A is open, \N{ALMOST EQUAL TO} 5 failures."),
            (None, Qualifier.EXACT, "A is open."),
        ],
    )
    def test_failures(self, value: float | None, qualifier: Qualifier, words: str) -> None:
        failures = reading("breaker.failures", value, breaker="A")
        failures = msgspec.structs.replace(failures, qualifier=qualifier)
        assert system(board(*breakers(OPEN), failures), NOW).detail == words


class TestTheBreakers:
    @pytest.mark.parametrize(
        ("shown", "expected"),
        [
            (
                board(up(), *breakers(CLOSED, CLOSED)),
                ("ok", "Both breakers are closed", "The component is up."),
            ),
            (board(*breakers(CLOSED)), ("ok", "The breaker is closed", "")),
            (
                board(up()),
                (
                    "no source",
                    "No circuit breaker is known",
                    "The connected sources publish none that OpsDesk recognises.",
                ),
            ),
            (board(*breakers(OPEN)), ("critical", "1 breaker open: A", "")),
            (
                board(*breakers(OPEN, CLOSED)),
                ("critical", "1 breaker open: A", "The other breaker is closed."),
            ),
            (
                board(*breakers(OPEN, OPEN, CLOSED, CLOSED)),
                (
                    "critical",
                    "2 breakers open: A and B",
                    "The other 2 breakers are closed.",
                ),
            ),
            (
                board(*breakers(OPEN, BreakerState.DISABLED, CLOSED, HALF_OPEN, CLOSED)),
                (
                    "critical",
                    "1 breaker open: A",
                    "The others: 1 half-open, 1 disabled, 2 closed.",
                ),
            ),
            (
                board(*breakers(CLOSED, CLOSED, CLOSED)),
                ("ok", "All 3 breakers are closed", ""),
            ),
            (
                board(*breakers(HALF_OPEN, BreakerState.UNKNOWN, CLOSED)),
                (
                    "degraded",
                    "No breaker open, 2 breakers not closed",
                    "A is half-open and B is unknown.",
                ),
            ),
            (
                board(breaker("inventory", BreakerState.UNKNOWN), *breakers(CLOSED)),
                (
                    "ok",
                    "No breaker open; the state of inventory is unknown",
                    "The other breaker is closed.",
                ),
            ),
            (
                board(breaker("inventory", BreakerState.UNKNOWN), up()),
                (
                    "no source",
                    "No breaker open; the state of inventory is unknown",
                    "The component is up.",
                ),
            ),
            (
                board(*breakers(BreakerState.DISABLED, CLOSED)),
                ("no source", "No breaker open, 1 breaker not closed", "A is disabled."),
            ),
            (
                board(up(percent=0.0), *breakers(CLOSED), breaker("Z", CLOSED, LONG_AGO)),
                (
                    "degraded",
                    "No new data of 1 breaker: Z",
                    "The other breaker is closed.",
                ),
            ),
            (
                board(up(percent=0.0), *breakers(OPEN, CLOSED, at=LONG_AGO)),
                ("stale", "No new data of 2 breakers: A and B", ""),
            ),
            (
                board(reading("errors.rate", 50.0), up("X", at=LONG_AGO), *breakers(CLOSED)),
                ("ok", "The breaker is closed", ""),
            ),
        ],
    )
    def test_what_is_known(self, shown: Board, expected: tuple[str, str, str]) -> None:
        assert said(about_breakers(shown, NOW)) == expected


class TestWhatIsToBeAcknowledged:
    """Incidents are those of support.incidents, which has a clock of its own."""

    def test_the_one_that_nobody_has_is_offered(self) -> None:
        shown = incidents.board_of(incidents.incident(incidents.CARBON, 22))
        for rule in (system, about_breakers):
            assert rule(shown, incidents.NOW).actions == ("acknowledge",)

    def test_of_several_and_of_none_nothing_is_offered(self) -> None:
        one, other = (incidents.incident(name, 22) for name in boards.BREAKERS[5:])
        both = incidents.board_of(one, other)
        in_hand = Desk(handled={one.id: Handling(acknowledged_at=incidents.NOW)})
        for shown in (both, incidents.board_of(one, desk=in_hand), boards.normal()):
            assert system(shown, incidents.NOW).actions == ()
        # The other is still to be acknowledged.
        shown = incidents.board_of(one, other, desk=in_hand)
        assert system(shown, incidents.NOW).actions == ("acknowledge",)

    def test_what_is_stale_is_not(self) -> None:
        shown = incidents.board_of(incidents.incident(incidents.CARBON, 22))
        later = incidents.NOW + timedelta(hours=1)
        assert system(shown, later).actions == ("retry",)

    def test_what_flaps_is_said_to(self) -> None:
        shown = incidents.board_of(incidents.incident(incidents.CARBON, 22, flapping=True))
        found = about_breakers(shown, incidents.NOW)
        assert found.detail == "6 failures, flapping. The other 6 breakers are closed."


def test_a_name_with_a_group_has_a_true_dash() -> None:
    rows = board(breaker("Database - Primary", CLOSED), breaker("plain", CLOSED)).breakers
    assert [display_name(row) for row in rows] == ["Database \N{EN DASH} Primary", "plain"]


def test_the_next_try_is_announced_while_a_source_fails() -> None:
    failing = msgspec.structs.replace(
        source(problem=SILENT), failures=8, next_attempt=NOW + timedelta(seconds=40)
    )
    assert next_try(failing, NOW) == "Next try in 40 s (attempt 9)"
    assert next_try(msgspec.structs.replace(failing, next_attempt=None), NOW) == ""
    assert next_try(msgspec.structs.replace(failing, problem=None), NOW) == ""


@given(FIGURES, SOURCES)
def test_no_headline_is_empty_or_ill_written(
    found: list[Reading], status: tuple[SourceStatus, ...]
) -> None:
    shown = board(*found, sources=status)
    for rule in RULES.values():
        opening = rule(shown, NOW)
        assert opening.sentence
        assert not opening.sentence.endswith((".", ":", " "))
        assert opening.detail == "" or opening.detail.endswith((".", "?"))
        assert not re.search(r"\.\.|  | ,|\bNone\b|\bnan\b", opening.sentence + opening.detail)


@given(FIGURES, SOURCES)
def test_a_headline_changes_only_when_something_turns(
    found: list[Reading], status: tuple[SourceStatus, ...]
) -> None:
    shown = board(*found, sources=status)
    told: dict[int, tuple[str, ...]] = {}
    for age in range(0, 60, 5):
        now = NOW + timedelta(seconds=age)
        words = tuple(rule(shown, now).sentence for rule in RULES.values())
        unaged = tuple(re.sub(r"no data for .*", "", text) for text in words)
        assert told.setdefault(shown.turned(now), unaged) == unaged


def test_work_grows_no_faster_than_the_number_of_breakers() -> None:
    """Calls are counted, not seconds: they are the same on every machine."""

    def calls(number: int) -> int:
        states = [breaker(f"Group - {i}", OPEN if i % 9 == 0 else CLOSED) for i in range(number)]
        counted = 0

        def count(*_: object) -> None:
            nonlocal counted
            counted += 1

        sys.setprofile(count)
        try:
            shown = whole(*states)
            for rule in RULES.values():
                rule(shown, NOW)
        finally:
            sys.setprofile(None)
        return counted

    assert calls(2_000) < 2.1 * calls(1_000)


def test_many_long_names_stand_below_the_sentence() -> None:
    names = (f"A rather long name of a breaker, number {n}" for n in range(5))
    found = about_breakers(board(*(breaker(name, OPEN) for name in names)), NOW)
    assert found.sentence == "5 breakers are open"
    assert found.detail.endswith("number 1 and 3 more are open.")


class TestComponents:
    """Whose uptime alone is known: what was is said, and nothing of what is."""

    @staticmethod
    def uptime(name: str, share: float | None, **more: object) -> Reading:
        one = reading("component.uptime", share, component=name)
        return msgspec.structs.replace(one, window=86_400.0, **more)

    def said(self, *uptimes: Reading) -> str:
        return system(whole(breaker("Z", CLOSED), *uptimes), NOW).detail

    def test_are_said_to_have_been_up_for_the_least_of_their_shares(self) -> None:
        found = self.said(self.uptime("A", 99.2), self.uptime("B", 98.1))
        at_least = "\N{GREATER-THAN OR EQUAL TO}"
        assert found == f"1 breaker closed. All 2 components were up {at_least} 98.1 % of 24 h."

    def test_one_alone_is_said_to_have_been_up_for_its_share(self) -> None:
        found = self.said(self.uptime("A", 99.2))
        assert found == "1 breaker closed. The component was up 99.2 % of 24 h."

    def test_nothing_is_said_of_no_number_no_window_and_of_what_is_stale(self) -> None:
        for unknown in (
            self.uptime("A", None),
            msgspec.structs.replace(self.uptime("A", 99.2), window=None),
            self.uptime("A", 99.2, at=LONG_AGO),
        ):
            assert self.said(unknown) == "1 breaker closed."

    def test_what_is_up_now_is_said_instead(self) -> None:
        found = self.said(up(), self.uptime("A", 99.2))
        assert found == "1 breaker closed. The component is up."
