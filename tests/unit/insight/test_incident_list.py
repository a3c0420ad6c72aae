from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from support import boards
from support.boards import NOW
from support.incidents import CARBON, PRIMARY, REPLICA, beyond, board_of, incident, usual

from opsdesk.insight.incident_list import (
    ENDED,
    Entry,
    Heading,
    Section,
    entries,
    lines_of,
    names_by_id,
    nothing_open,
    running,
    ticks,
)
from opsdesk.insight.verdict import State
from opsdesk.insight.words import clock_text
from opsdesk.model.desk import Desk, Handling
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import Incident, IncidentKind, Severity

DASH = "\N{EN DASH}"


def at(minutes: float) -> str:
    return clock_text(NOW - timedelta(minutes=minutes), NOW)


def only(*incidents: Incident, **handling: object) -> Entry:
    desk = Desk(handled={one.id: Handling(**handling) for one in incidents})
    (found,) = entries(board_of(*incidents, desk=desk), NOW)
    return found


def test_open_then_acknowledged_then_ended_the_worst_and_the_oldest_first() -> None:
    found = entries(usual(), NOW)
    assert [(entry.section, entry.name.split()[-1]) for entry in found] == [
        (Section.OPEN, "Data"),
        (Section.OPEN, "Replica"),
        (Section.OPEN, "%"),
        (Section.ACKNOWLEDGED, "Primary"),
        (Section.RECENT, "DeepSeek"),
        (Section.RECENT, "Weather"),
    ]


def test_those_that_run_alone_and_the_worst_of_many() -> None:
    found = entries(usual(), NOW)
    assert running(usual(), NOW) == found[:4]
    assert running(usual(), NOW, 2) == found[:2]


def test_a_row_says_all_of_it() -> None:
    row = only(incident(CARBON, 22, trips=4, flapping=True))
    assert row.said == (
        f"External API {DASH} Carbon Data, OPEN, for 22 min, since {at(22)}, flapping, "
        "12 failures, 6 others closed, opened 4 times"
    )


def test_what_was_said_at_the_desk() -> None:
    row = only(
        incident(PRIMARY, 40),
        acknowledged_at=NOW - timedelta(minutes=22),
        snoozed_until=NOW + timedelta(minutes=30),
        notes=(),
    )
    assert row.marks == (f"acknowledged {at(22)}", f"snoozed until {at(-30)}")
    assert (row.acknowledged, row.snoozed, row.section) == (True, True, Section.ACKNOWLEDGED)
    noted = next(entry for entry in entries(usual(), NOW) if entry.name.endswith("Primary"))
    assert noted.marks[-1] == "1 note"


def test_what_has_ended_is_neither_taken_care_of_nor_told() -> None:
    row = only(incident(PRIMARY, 40, lasted=10, flapping=True), acknowledged_at=NOW)
    assert (row.acknowledged, row.flaps, row.marks) == (False, False, ())
    assert (row.lasts, row.when) == ("10 min", f"{at(40)} {DASH} {at(30)}")
    assert "10 min long" in row.said
    assert row.incident.detail
    assert not row.facts  # what has become of it stands beside it


def test_nobody_saw_it_open() -> None:
    assert only(incident(PRIMARY, 60, seen_opening=False)).lasts == "at least 1 h"


@pytest.mark.parametrize(
    ("one", "state", "word"),
    [
        (incident(CARBON, 5), State.CRITICAL, "OPEN"),
        (incident(CARBON, 5, state=BreakerState.HALF_OPEN), State.DEGRADED, "HALF-OPEN"),
        (incident(CARBON, 5, lasted=2), State.OK, "CLOSED"),
        (beyond("Too slow", 5), State.DEGRADED, "DEGRADED"),
        (beyond("Too slow", 5, severity=Severity.CRITICAL), State.CRITICAL, "CRITICAL"),
        (beyond("Too slow", 5, closed_at=NOW), State.OK, "ENDED"),
        (beyond("Lost", 5, kind=IncidentKind.SOURCE), State.DEGRADED, "DEGRADED"),
    ],
)
def test_the_state_and_its_word(one: Incident, state: State, word: str) -> None:
    row = only(one)
    assert (row.state, row.word) == (state, word)


def test_what_is_stale_asserts_nothing() -> None:
    stale = boards.stale()
    subject = next(b for b in stale.breakers if b.state.is_open).key
    found = incident(CARBON, 50, subject=subject)
    snapshot = msgspec.structs.replace(stale.snapshot, incidents=(found,))
    (row,) = entries(boards.arrange(snapshot, boards.CATALOGUE), NOW)
    assert (row.state, row.word, row.lasts) == (State.STALE, "was OPEN", "")
    assert "for" not in row.said


def test_sections_stand_under_their_headings() -> None:
    board = usual()
    texts = [
        line.text if isinstance(line, Heading) else "-"
        for line in lines_of(entries(board, NOW), board, NOW)
    ]
    assert texts == ["-", "-", "-", "Acknowledged", "-", "Ended", "-", "-"]


def test_nothing_open_is_said_before_what_has_ended() -> None:
    board = board_of(incident(CARBON, 60, lasted=5))
    first, heading, _ = lines_of(entries(board, NOW), board, NOW)
    assert (first, heading) == (Heading("nothing is open", State.OK), Heading("Ended"))
    assert nothing_open(boards.stale(), NOW) == (State.STALE, "nothing is known to be open")


def test_many_that_have_ended_are_counted() -> None:
    board = board_of(*(incident(f"B{n}", 60 + n, lasted=5) for n in range(ENDED + 10)))
    lines = lines_of(entries(board, NOW), board, NOW)
    assert lines[-1] == Heading("and 10 more")


def test_what_is_no_breaker_has_its_title_for_a_name() -> None:
    gone, other = incident("gone", 5), beyond("Too slow", 5)
    assert names_by_id(board_of(gone, other)) == {
        gone.id: "Breaker open: gone",
        other.id: "Too slow",
    }


def test_rows_say_another_age_each_second_at_first_then_each_minute() -> None:
    young = entries(board_of(incident(CARBON, 0.5), incident(PRIMARY, 60, lasted=5)), NOW)
    assert ticks(young, NOW) != ticks(young, NOW + timedelta(seconds=1))
    old = entries(board_of(incident(REPLICA, 22)), NOW)
    assert ticks(old, NOW) == ticks(old, NOW + timedelta(seconds=59))
    assert ticks(old, NOW) != ticks(old, NOW + timedelta(seconds=60))
