"""What takes a wall over, what its slide says, and what still works."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from support import boards, courses
from support.boards import CATALOGUE, NOW
from support.incidents import CARBON, PRIMARY, REPLICA, beyond, board_of, incident, usual

from opsdesk.insight.board import Board
from opsdesk.insight.slides.alarms import alarm_of, alarms_of, queries_of, taking_over, well
from opsdesk.insight.slides.blocks import Alarm
from opsdesk.insight.slides.panels import Seen
from opsdesk.insight.verdict import State
from opsdesk.model.desk import Desk, Handling
from opsdesk.model.key import key
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.series import Change, SeriesFrame, Strip
from opsdesk.model.snapshot import IncidentKind, Severity

DASH = "\N{EN DASH}"
STALE = timedelta(minutes=22)


def names(board: Board) -> list[str]:
    return [entry.name for entry in taking_over(board, NOW)]


def alarm(board: Board, *frames: SeriesFrame, later: timedelta = timedelta()) -> Alarm:
    now = NOW + later
    (entry,) = taking_over(board, now)
    known = {frame.query: frame for frame in frames}
    return alarm_of(entry, Seen(board=board, now=now, frames=known))


def kept(board: Board, *metrics: str) -> Board:
    """Return a board without all but some metrics."""
    known = {k: r for k, r in board.snapshot.readings.items() if k.metric in metrics}
    return boards.arrange(replace(board.snapshot, readings=known), CATALOGUE)


# ---- what takes over


def test_what_is_critical_takes_over_the_oldest_first() -> None:
    board = board_of(incident(CARBON, 22), incident(PRIMARY, 131))
    assert names(board) == [f"Database {DASH} Primary", f"External API {DASH} Carbon Data"]


def test_of_a_bad_day_what_nobody_takes_care_of() -> None:
    assert names(usual()) == [
        f"External API {DASH} Carbon Data"
    ]  # others acknowledged, snoozed, ended


def test_what_is_degraded_does_not() -> None:
    assert names(board_of(beyond("Error rate above 1 %", 47))) == []
    grave = beyond("Error rate above 10 %", 47, severity=Severity.CRITICAL)
    assert names(board_of(grave)) == ["Error rate above 10 %"]


def test_acknowledged_it_lets_go() -> None:
    one = incident(CARBON, 22)
    desk = Desk(handled={one.id: Handling(acknowledged_at=NOW)})
    assert names(board_of(one, desk=desk)) == []


def test_snoozed_it_lets_go_until_then() -> None:
    one = incident(CARBON, 22)
    for minutes, found in ((30, []), (-1, [f"External API {DASH} Carbon Data"])):
        until = NOW + timedelta(minutes=minutes)
        desk = Desk(handled={one.id: Handling(snoozed_until=until)})
        assert names(board_of(one, desk=desk)) == found


def test_ended_it_lets_go() -> None:
    assert names(board_of(incident(CARBON, 22, lasted=5))) == []


# ---- one


def test_a_breaker_with_its_facts() -> None:
    found = alarm(boards.tripped())
    assert (found.state, found.word, found.before, found.lasts) == (
        State.CRITICAL,
        "OPEN",
        "for",
        "22 min",
    )
    assert (found.group, found.name) == ("External API", "Carbon Data")
    assert [(fact.title, fact.value) for fact in found.facts] == [("Failures", "6")]
    assert (found.strip, found.chart, found.flaps) == (None, None, False)


def test_a_fact_that_is_a_note() -> None:
    board = boards.tripped()
    reset = Reading(
        key=key("breaker.last_reset", {"breaker": CARBON, "job": "shop"}),
        value=None,
        at=NOW,
        source="prod",
        note="Pending",
    )
    more = replace(board.snapshot, readings=board.snapshot.readings | {reset.key: reset})
    found = alarm(boards.arrange(more, CATALOGUE))
    assert [(fact.title, fact.value) for fact in found.facts][1] == ("Last reset", "Pending")


def test_what_nobody_saw_opening_lasts_at_least_that_long() -> None:
    found = alarm(board_of(incident(CARBON, 22, seen_opening=False)))
    assert (found.before, found.lasts) == ("at least", "22 min")


def test_what_is_stale_lasts_nobody_knows_how_long() -> None:
    found = alarm(board_of(incident(CARBON, 22, flapping=True)), later=STALE)
    assert (found.state, found.word) == (State.STALE, "was OPEN")
    assert (found.before, found.lasts) == ("no data for", "22 min")
    assert not found.flaps
    assert all(fact.stale for fact in found.facts)


def test_how_a_breaker_went() -> None:
    board = boards.tripped()
    (entry,) = taking_over(board, NOW)
    (query,) = queries_of(entry)
    states = [(1_320 + n * 600.0, ("open", "closed")[n % 2]) for n in range(60)]
    moments = tuple(Change(courses.END - ago, state) for ago, state in reversed(states))
    strip = Strip(key=entry.incident.subject, changes=moments)
    found = alarm(board, replace(courses.answer(query), strips=(strip,)))
    assert found.strip is not None
    assert found.strip.open_now
    assert found.flaps


def test_a_breaker_that_is_gone_is_told_by_its_incident() -> None:
    found = alarm(kept(board_of(incident(CARBON, 22)), "errors.rate"))
    assert (found.group, found.name) == ("Circuit breaker", f"Breaker open: {CARBON}")
    assert (found.facts, found.strip, found.chart) == ((), None, None)


def test_a_figure_beyond_its_threshold() -> None:
    board = board_of(beyond("Error rate above 10 %", 47, severity=Severity.CRITICAL))
    (entry,) = taking_over(board, NOW)
    (query,) = queries_of(entry)
    line = courses.line(entry.incident.subject, courses.flat(14.0))
    found = alarm(board, courses.answer(query, line))
    assert (found.group, found.name) == ("Threshold", "Error rate above 10 %")
    said = [(fact.title, fact.value, fact.unit) for fact in found.facts]
    assert said == [("Now", "0.02", "%"), ("Critical from", "10", "%")]
    assert found.chart is not None
    assert found.strip is None


def test_a_figure_without_a_critical_threshold_says_what_it_is() -> None:
    grave = beyond("Mine", 47, "latency.quantile", severity=Severity.CRITICAL)
    subject = key("latency.quantile", {"quantile": "0.5"})
    found = alarm(board_of(replace(grave, subject=subject, kind=IncidentKind.BURN)))
    assert found.group == "Error budget"
    assert [fact.title for fact in found.facts] == ["Now"]


# ---- several


def test_several_stand_as_rows() -> None:
    board = board_of(incident(CARBON, 22), incident(PRIMARY, 131))
    found = alarms_of(taking_over(board, NOW), Seen(board=board, now=NOW, frames={}))
    assert (found.state, found.word) == (State.CRITICAL, "2 OPEN")
    assert (found.before, found.lasts) == ("first, for", "2 h")
    assert found.rows is not None
    assert [line.value for line in found.rows.lines] == ["2 h", "22 min"]


def test_of_several_sorts_the_word_is_the_state() -> None:
    grave = beyond("Error rate above 10 %", 47, severity=Severity.CRITICAL)
    board = board_of(incident(CARBON, 22), grave)
    found = alarms_of(taking_over(board, NOW), Seen(board=board, now=NOW, frames={}))
    assert found.word == "2 CRITICAL"


def test_all_stale_they_are_stale() -> None:
    board, now = board_of(incident(CARBON, 22), incident(PRIMARY, 131)), NOW + STALE
    found = alarms_of(taking_over(board, now), Seen(board=board, now=now, frames={}))
    assert (found.state, found.word) == (State.STALE, "2 was OPEN")
    assert (found.before, found.lasts) == ("no data for", "22 min")


# ---- what still works


def texts(board: Board, *ill: str, later: timedelta = timedelta()) -> list[str]:
    keys = {key("breaker.state", {"breaker": name, "job": "shop"}) for name in ill}
    return [found.text for found in well(board, NOW + later, keys)]


def test_what_still_works_is_said() -> None:
    assert texts(boards.tripped(), CARBON) == ["6 other breakers closed", "4 of 4 components up"]


def test_breakers_are_no_others_where_something_else_is_ill() -> None:
    assert texts(boards.normal(1)) == ["1 breaker closed", "4 of 4 components up"]


def test_how_long_components_were_up_does_not_tell_that_they_are() -> None:
    assert texts(kept(boards.normal(), "component.uptime")) == []


def test_what_is_stale_is_not_said_to_work() -> None:
    assert texts(boards.normal(), later=timedelta(days=9)) == []


def test_of_none_that_works_none_is_said_to() -> None:
    one = incident(REPLICA, 8, state=BreakerState.OPEN)
    board = kept(board_of(one), "component.instances_up")
    down = {k: replace(r, value=0.0) for k, r in board.snapshot.readings.items()}
    assert texts(boards.arrange(replace(board.snapshot, readings=down), CATALOGUE)) == []


@pytest.mark.parametrize("kind", ["breaker", "threshold"])
def test_the_last_day_is_asked_for(kind: str) -> None:
    one = incident(CARBON, 22) if kind == "breaker" else beyond("x", 5, severity=Severity.CRITICAL)
    (entry,) = taking_over(board_of(one), NOW)
    (query,) = queries_of(entry)
    assert (query.keys, query.window) == ((one.subject,), 86_400.0)
    assert query.step == (60.0 if kind == "breaker" else 360.0)
