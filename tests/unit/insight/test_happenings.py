"""The sentences that open the pages of incidents, and of sources."""

from __future__ import annotations

import msgspec
import pytest
from support import boards
from support.boards import NOW
from support.incidents import CARBON, PRIMARY, beyond, board_of, incident

from opsdesk.insight.happenings import incidents, sources
from opsdesk.insight.verdict import State
from opsdesk.model.snapshot import Incident

LONG = "a component of which the name is so long that two have no room"


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ((), "No incident is open"),
        (
            (incident(CARBON, 22),),
            "1 incident open: External API \u2013 Carbon Data, for 22 min",
        ),
        (
            (incident(CARBON, 22, seen_opening=False),),
            "1 incident open: External API \u2013 Carbon Data, for at least 22 min",
        ),
        (
            (beyond("Error rate", 47), incident(PRIMARY, 131, seen_opening=False)),
            "2 incidents open: Error rate and Database \u2013 Primary, the first for at least 2 h",
        ),
        (
            (beyond(LONG, 47), beyond(f"{LONG} too", 12, "latency.quantile")),
            "2 incidents open, the first for 47 min",
        ),
    ],
)
def test_what_is_open_is_said_in_one_sentence(found: tuple[Incident, ...], sentence: str) -> None:
    assert incidents(board_of(*found), NOW).sentence == sentence


def test_names_that_have_no_room_in_the_sentence_stand_below_it() -> None:
    headline = incidents(
        board_of(beyond(LONG, 47), beyond(f"{LONG} too", 12, "latency.quantile")), NOW
    )
    assert LONG in headline.detail


def test_a_pause_is_what_the_page_of_sources_says_first() -> None:
    paused = boards.board_of(boards.figures(NOW, boards.closed()), paused=True)
    assert sources(paused, NOW).state is State.PAUSED
    assert sources(boards.no_source(), NOW).state is State.NO_SOURCE


def test_sources_that_answer_and_one_that_was_never_asked() -> None:
    assert sources(boards.normal(), NOW).sentence == "All connected sources are answering"
    asked = msgspec.structs.replace(boards.SOURCE, last_success=None)
    waiting = boards.board_of([], asked)
    assert sources(waiting, NOW).sentence == "Connecting to Production metrics"
