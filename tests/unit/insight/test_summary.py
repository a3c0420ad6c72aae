from __future__ import annotations

from datetime import timedelta

from support.boards import NOW
from support.incidents import CARBON, RUNBOOK, beyond, board_of, incident

from opsdesk.insight.board import Board
from opsdesk.insight.incident_list import Entry, entries
from opsdesk.insight.moved import Moved
from opsdesk.insight.summary import ARROW, desk_lines, facts_line, figure_name, moved_text, summary
from opsdesk.insight.words import clock_text, date_text, exact_time
from opsdesk.model.desk import Desk, Handling, Note
from opsdesk.model.key import Key, key
from opsdesk.model.series import Line
from opsdesk.model.snapshot import Incident

DASH = "\N{EN DASH}"
EARLIER = NOW - timedelta(minutes=12)


def shown(one: Incident, **handling: object) -> tuple[Entry, Board]:
    board = board_of(one, desk=Desk(handled={one.id: Handling(**handling)}))
    (entry,) = entries(board, NOW)
    return entry, board


def went(figure: Key, before: float, during: float) -> Moved:
    return Moved(
        line=Line(key=figure, times=(), values=()), before=before, during=during, score=9.0
    )


def test_what_one_pastes_into_a_chat() -> None:
    one = incident(CARBON, 22, trips=4, flapping=True, runbook=RUNBOOK)
    entry, board = shown(one, acknowledged_at=EARLIER, notes=(Note(EARLIER, "Called <them>."),))
    moved = (went(key("errors.rate"), 0.02, 1.4), went(P95, 291, 880))
    assert summary(entry, board, moved).splitlines() == [
        f"External API {DASH} Carbon Data: OPEN for 22 min",
        f"Opened {exact_time(one.opened_at)}, flapping, from Production metrics",
        "12 failures, 6 others closed, opened 4 times",
        (
            f"Moved at the same time: error rate 0.02 {ARROW} 1.4 %; "
            f"response time, p95 291 {ARROW} 880 ms"
        ),
        f"Acknowledged {exact_time(EARLIER)}",
        f"Note {exact_time(EARLIER)}: Called <them>.",
        f"Runbook: {RUNBOOK}",
    ]


P95 = key("latency.quantile", {"quantile": "0.95"})


def test_of_what_has_ended_when_and_after_how_long() -> None:
    one = incident(CARBON, 60, lasted=5, seen_opening=False, detail="")
    entry, board = shown(one)
    opened, ended = exact_time(one.opened_at), exact_time(one.closed_at or NOW)
    assert summary(entry, board).splitlines() == [
        f"External API {DASH} Carbon Data: CLOSED after at least 5 min",
        f"First seen open {opened}, ended {ended}, from Production metrics",
    ]


def test_what_is_stale_is_not_said_to_last() -> None:
    entry, board = shown(incident(CARBON, 60))
    (late,) = entries(board, NOW + timedelta(hours=1))
    assert summary(late, board).startswith(f"{entry.name}: was OPEN\n")


def test_whose_source_is_gone_names_none() -> None:
    one = beyond("Too slow", 60, metric="nobody.has_it")
    entry, board = shown(one)
    assert summary(entry, board).splitlines()[1] == f"Opened {exact_time(one.opened_at)}"


def test_the_facts_in_a_line() -> None:
    one = beyond("Too slow", 60, metric="nobody.has_it", closed_at=NOW)
    entry, board = shown(one)
    opened, ended = (f"{at.astimezone():%H:%M:%S}" for at in (one.opened_at, NOW))
    assert facts_line(entry, board, NOW) == f"Opened {opened}, ended {ended}, 1 trip"
    # The day stands once where both are of the same.
    next_day = NOW + timedelta(days=1)
    day = date_text(one.opened_at)
    assert facts_line(entry, board, next_day).startswith(f"Opened {day} {opened}, ended {ended},")
    running, board = shown(incident(CARBON, 60, trips=3))
    assert facts_line(running, board, NOW).endswith("3 trips, from Production metrics")


def test_what_this_desk_has_said() -> None:
    entry, board = shown(
        incident(CARBON, 22),
        acknowledged_at=EARLIER,
        snoozed_until=NOW + timedelta(hours=1),
        notes=(Note(EARLIER, "Called."),),
    )
    assert desk_lines(entry, board, NOW) == [
        f"Acknowledged at this desk {clock_text(EARLIER, NOW)}",
        f"snoozed until {clock_text(NOW + timedelta(hours=1), NOW)}",
        f"{clock_text(EARLIER, NOW)}  Called.",
    ]
    assert desk_lines(*shown(incident(CARBON, 22)), NOW) == []


def test_what_figures_are_called() -> None:
    _, board = shown(incident(CARBON, 22))
    assert figure_name(P95, board) == "Response time, p95"
    assert figure_name(key("errors.rate"), board) == "Error rate"
    unknown = key("own.thing", {"area": "north"})
    assert figure_name(unknown, board) == "own.thing, north"
    assert moved_text(went(unknown, 1.0, 2.5), board) == f"own.thing, north 1 {ARROW} 2.5"
