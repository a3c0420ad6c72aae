"""The sentence that opens a page of which not all is known: nothing is said to be well."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
import pytest
from support.readings import NOW, breaker, reading
from support.systems import LONG_AGO, NO_LINK, SILENT, board, breakers, source, up

from opsdesk.insight.board import Board
from opsdesk.insight.headline import breakers as about_breakers
from opsdesk.insight.headline import system
from opsdesk.insight.knowing import Headline
from opsdesk.insight.verdict import State
from opsdesk.insight.words import clock_text
from opsdesk.model.reading import BreakerState

CLOSED, OPEN, HALF_OPEN = BreakerState.CLOSED, BreakerState.OPEN, BreakerState.HALF_OPEN

# An answer is due every 15 s.
IN_TIME, LATE = NOW - timedelta(seconds=22), NOW - timedelta(seconds=23)


LOST = source("b", answered=LONG_AGO, problem=SILENT)


def headline(state: State, sentence: str, detail: str, *actions: str) -> Headline:
    return Headline(state=state, sentence=sentence, detail=detail, actions=actions)


class TestNotKnowing:
    @pytest.mark.parametrize("rule", [system, about_breakers])
    @pytest.mark.parametrize(
        ("shown", "expected"),
        [
            (
                board(sources=()),
                headline(
                    State.NO_SOURCE,
                    "No source is connected",
                    "Connect a Prometheus-compatible server to see what is up.",
                    "connect",
                ),
            ),
            (
                board(sources=(source(answered=None), source("b", answered=None))),
                headline(
                    State.NO_SOURCE,
                    "Connecting to Source A and Source B",
                    "Waiting for the first answer.",
                ),
            ),
            (
                board(reading("latency.quantile", 1.0)),
                headline(
                    State.NO_SOURCE,
                    "Connected, but nothing here says what is up",
                    "No breaker or component tells its state.",
                ),
            ),
            (
                board(sources=(source(notes=("No metric up. Is this Prometheus?",)),)),
                headline(
                    State.NO_SOURCE,
                    "Connected, but nothing here says what is up",
                    "No metric up. Is this Prometheus?",
                ),
            ),
            (
                board(paused=True),
                headline(
                    State.PAUSED,
                    "Updates are paused",
                    "Nothing is known yet.",
                    "resume",
                ),
            ),
            (
                board(up(), sources=(source(problem=NO_LINK),)),
                headline(
                    State.OFFLINE,
                    "Offline: this computer has no connection",
                    f"Showing the last known values from {clock_text(NOW, NOW)}.",
                    "retry",
                ),
            ),
            (
                board(*breakers(OPEN, CLOSED, at=LONG_AGO)),
                headline(
                    State.STALE,
                    "Stale: no new data of A and B",
                    "The source answers, but with old data. Is it still scraping?",
                    "retry",
                ),
            ),
            (
                board(up(at=LONG_AGO), sources=(source(answered=LATE),)),
                headline(
                    State.STALE,
                    "Stale: no new data of API",
                    f"Waiting for an answer of Source A since {clock_text(LATE, NOW)}.",
                    "retry",
                ),
            ),
            (
                board(
                    up(at=LONG_AGO),
                    sources=(source(answered=None), source("b", answered=IN_TIME)),
                ),
                headline(
                    State.STALE,
                    "Stale: no new data of API",
                    "The source answers, but with old data. Is it still scraping?",
                    "retry",
                ),
            ),
            (
                board(sources=(source(answered=None, problem=SILENT),)),
                headline(
                    State.STALE,
                    "No data: Source A does not answer",
                    "Source A: nothing listens there. Check the address.",
                    "retry",
                ),
            ),
            (
                board(
                    *breakers(OPEN, at=LONG_AGO),
                    sources=(source(answered=LONG_AGO, problem=SILENT),),
                ),
                headline(
                    State.STALE,
                    "Stale: no data for 46 min",
                    f"Showing the last known values from {clock_text(LONG_AGO, NOW)}. "
                    "Source A: nothing listens there. Check the address.",
                    "retry",
                ),
            ),
            (
                board(
                    up(at=LONG_AGO),
                    sources=(source(problem=msgspec.structs.replace(SILENT, what="slow")), LOST),
                ),
                headline(
                    State.STALE,
                    "No data: Source B does not answer",
                    f"Showing the last known values from {clock_text(LONG_AGO, NOW)}. "
                    "Source B: nothing listens there. Check the address.",
                    "retry",
                ),
            ),
            (
                board(up(at=LONG_AGO), sources=(source(problem=SILENT),)),
                headline(
                    State.STALE,
                    "Stale: no new data of API",
                    f"Showing the last known values from {clock_text(LONG_AGO, NOW)}. "
                    "Source A: nothing listens there. Check the address.",
                    "retry",
                ),
            ),
        ],
    )
    def test_every_page_says_why_and_what_may_help(
        self, rule: Callable[[Board, datetime], Headline], shown: Board, expected: Headline
    ) -> None:
        assert rule(shown, NOW) == expected


class TestPartlyKnown:
    """One that is gone does not take the others with it."""

    WHY = "Source B: nothing listens there. Check the address."

    @pytest.mark.parametrize("rule", [system, about_breakers])
    def test_one_source_of_two_does_not_answer(
        self, rule: Callable[[Board, datetime], Headline]
    ) -> None:
        shown = board(up(), *breakers(CLOSED, CLOSED), sources=(source(), LOST))
        assert rule(shown, NOW) == headline(
            State.DEGRADED,
            "Degraded: Source B does not answer",
            f"{self.WHY} 2 breakers closed. The component is up.",
            "retry",
        )

    def test_its_breakers_are_not_said_to_be_well(self) -> None:
        shown = board(up(), breaker("A", CLOSED, LONG_AGO), sources=(source(), LOST))
        assert about_breakers(shown, NOW) == headline(
            State.STALE,
            "Stale: Source B does not answer",
            f"{self.WHY} The component is up.",
            "retry",
        )

    def test_one_component_of_two_is_gone(self) -> None:
        assert system(board(up("A"), up("B", at=LONG_AGO)), NOW) == headline(
            State.DEGRADED,
            "Degraded: no new data of B",
            "The source answers, but with old data. Is it still scraping? "
            "1 component is up, 1 is not known.",
            "retry",
        )

    def test_what_is_open_comes_first(self) -> None:
        shown = board(*breakers(OPEN, CLOSED), sources=(source(), LOST))
        assert system(shown, NOW).sentence == "Degraded: 1 of 2 circuit breakers is open"
        assert about_breakers(shown, NOW).sentence == "1 breaker open: A"


class TestFailing:
    """A source that refuses while what it told last is still fresh."""

    WHY = "Source A: nothing listens there. Check the address."
    ONCE = msgspec.structs.replace(source(problem=SILENT), failures=1)

    @pytest.mark.parametrize(
        ("rule", "sentence", "detail"),
        [
            (system, "All is well", f"{WHY} 2 breakers closed."),
            (about_breakers, "Both breakers are closed", WHY),
        ],
    )
    def test_a_first_failure_is_said_before_what_is_well(
        self, rule: Callable[[Board, datetime], Headline], sentence: str, detail: str
    ) -> None:
        shown = board(*breakers(CLOSED, CLOSED), sources=(self.ONCE,))
        assert rule(shown, NOW) == headline(State.OK, sentence, detail, "retry")

    def test_what_is_wrong_is_said_before_the_failure(self) -> None:
        shown = board(*breakers(OPEN, CLOSED), sources=(self.ONCE,))
        expected = headline(
            State.DEGRADED,
            "Degraded: 1 of 2 circuit breakers is open",
            f"A is open. {self.WHY}",
            "retry",
        )
        assert system(shown, NOW) == expected

    @pytest.mark.parametrize("rule", [system, about_breakers])
    def test_a_second_failure_ends_the_promise(
        self, rule: Callable[[Board, datetime], Headline]
    ) -> None:
        at = NOW - timedelta(seconds=50)
        twice = msgspec.structs.replace(source(problem=SILENT, interval=60.0), failures=2)
        shown = board(*breakers(CLOSED, CLOSED, at=at), sources=(twice,))
        assert rule(shown, NOW) == headline(
            State.STALE,
            "Stale: no data for 50 s",
            f"Showing the last known values from {clock_text(at, NOW)}. {self.WHY}",
            "retry",
        )
