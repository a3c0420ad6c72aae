from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.readings import NOW, breaker, by_key, reading

from opsdesk.engine import incidents, notices
from opsdesk.engine.known import Known, Seen
from opsdesk.engine.wording import MOST_AT_ONCE
from opsdesk.insight.words import clock_text
from opsdesk.model.desk import Policy
from opsdesk.model.protocols import Notice
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.snapshot import Incident, Severity

CLOSED, OPEN, HALF = BreakerState.CLOSED, BreakerState.OPEN, BreakerState.HALF_OPEN
UNKNOWN, DISABLED, FORCED = BreakerState.UNKNOWN, BreakerState.DISABLED, BreakerState.FORCED_OPEN


def fresh(_reading: Reading) -> bool:
    return False


class Desk:
    """Takes refreshes a minute apart and keeps what was told."""

    def __init__(self, known: Known | None = None) -> None:
        self.known = known or Known()
        self.told_by: Mapping[str, str] = {}
        self.now = NOW
        self.told: tuple[Notice, ...] = ()

    def refresh(
        self, *readings: Reading, is_stale: Callable[[Reading], bool] = fresh
    ) -> tuple[Notice, ...]:
        seen = Seen(readings=by_key(*readings), is_stale=is_stale, now=self.now)
        step = incidents.step(self.known, seen)
        told = notices.tell(step, self.told_by, Policy(), self.now)
        self.known, self.told_by, self.told = step.known, told.by, told.notices
        self.now += timedelta(minutes=1)
        return self.told

    def states(self, **states: BreakerState) -> tuple[Notice, ...]:
        return self.refresh(*(breaker(n, state, self.now) for n, state in states.items()))

    @property
    def running(self) -> list[Incident]:
        return [incident for incident in self.known.incidents if incident.closed_at is None]


@pytest.fixture
def desk() -> Desk:
    """Return a desk that has seen two closed breakers."""
    desk = Desk()
    assert desk.states(Weather=CLOSED, Carbon=CLOSED) == ()
    return desk


def texts(notices: Sequence[Notice]) -> list[tuple[str, str]]:
    return [(notice.title, notice.body) for notice in notices]


def test_a_breaker_that_opens_is_an_incident_told_with_its_facts(desk: Desk) -> None:
    (notice,) = desk.refresh(
        breaker("Weather", CLOSED),
        breaker("Carbon", OPEN),
        reading("breaker.failures", 12.0, breaker="Carbon"),
    )
    assert texts([notice]) == [("Breaker open: Carbon", "12 failures, 1 other closed")]
    assert notice.severity is Severity.CRITICAL
    assert notice.page == "incidents"
    (incident,) = desk.running
    assert incident.id == notice.id
    assert incident.title == "Breaker open: Carbon"
    assert incident.opened_at == NOW


def test_its_life_is_one_notification_updated_in_place(desk: Desk) -> None:
    (opened,) = desk.states(Weather=CLOSED, Carbon=OPEN)
    assert desk.states(Weather=CLOSED, Carbon=OPEN) == ()
    (tried,) = desk.states(Weather=CLOSED, Carbon=HALF)
    (again,) = desk.states(Weather=CLOSED, Carbon=OPEN)
    (ended,) = desk.states(Weather=CLOSED, Carbon=CLOSED)
    assert texts([tried, again, ended]) == [
        ("Breaker half-open: Carbon", "testing recovery"),
        ("Breaker open again: Carbon", "trip 2, 1 other closed"),
        ("Breaker closed: Carbon", "closed after 4 min"),
    ]
    assert {opened.id, tried.id, again.id, ended.id} == {opened.id}
    assert ended.severity is None
    (incident,) = desk.known.incidents
    assert incident.trips == 2
    assert incident.closed_at == NOW + timedelta(minutes=5)


def test_what_opens_later_is_another_incident(desk: Desk) -> None:
    for state in (OPEN, CLOSED, OPEN):
        desk.states(Weather=CLOSED, Carbon=state)
    assert len({incident.id for incident in desk.known.incidents}) == 2


def test_a_breaker_first_seen_open_opens_an_incident(desk: Desk) -> None:
    (notice,) = desk.states(Weather=CLOSED, Carbon=CLOSED, New=OPEN)
    assert notice.title == "Breaker open: New"


def test_unknown_or_stale_changes_nothing(desk: Desk) -> None:
    desk.states(Weather=CLOSED, Carbon=OPEN)
    before = desk.known.incidents
    assert desk.states(Weather=UNKNOWN, Carbon=UNKNOWN) == ()
    closed = (breaker("Weather", OPEN), breaker("Carbon", CLOSED))
    assert desk.refresh(*closed, is_stale=lambda _: True) == ()
    assert desk.known.incidents == before


def test_a_disabled_breaker_ends_it_and_a_forced_one_goes_on(desk: Desk) -> None:
    desk.states(Weather=CLOSED, Carbon=OPEN)
    (forced,) = desk.states(Weather=CLOSED, Carbon=FORCED)
    (ended,) = desk.states(Weather=CLOSED, Carbon=DISABLED)
    assert texts([forced, ended]) == [
        ("Breaker forced open: Carbon", "1 other closed"),
        ("Breaker disabled: Carbon", "disabled after 2 min"),
    ]


def test_a_breaker_that_is_no_longer_reported_ends_its_incident(desk: Desk) -> None:
    desk.states(Weather=CLOSED, Carbon=OPEN)
    (ended,) = desk.states(Weather=CLOSED)
    assert texts([ended]) == [("Breaker no longer known: Carbon", "no longer reported after 1 min")]
    assert desk.running == []


def test_a_state_that_is_unknown_for_an_hour_ends_it(desk: Desk) -> None:
    """So does a process that restarts while its breaker is open, where only counters tell."""
    desk.states(Weather=CLOSED, Carbon=OPEN)
    for _ in range(60):
        assert desk.states(Weather=CLOSED, Carbon=UNKNOWN) == ()
    (ended,) = desk.states(Weather=CLOSED, Carbon=UNKNOWN)
    assert texts([ended]) == [
        ("Breaker no longer known: Carbon", "state no longer known after 1 h")
    ]
    assert desk.running == []
    assert desk.states(Weather=CLOSED, Carbon=UNKNOWN) == ()
    assert desk.known.unknown == {}


def test_a_state_that_comes_back_within_the_hour_ends_nothing(desk: Desk) -> None:
    desk.states(Weather=CLOSED, Carbon=OPEN)
    for _ in range(3):
        for _ in range(50):
            assert desk.states(Weather=CLOSED, Carbon=UNKNOWN) == ()
        assert desk.states(Weather=CLOSED, Carbon=OPEN) == ()


def test_a_breaker_with_nothing_beside_it_says_what_that_means() -> None:
    desk = Desk()
    desk.states(Carbon=CLOSED)
    (notice,) = desk.states(Carbon=OPEN)
    assert notice.body == "calls are refused"


def test_breakers_of_one_name_are_told_apart(desk: Desk) -> None:
    (notice,) = desk.refresh(
        breaker("db", OPEN, job="orders"), breaker("db", CLOSED, job="billing")
    )
    assert notice.title == "Breaker open: db (orders)"


def test_a_server_whose_clock_runs_ahead_opens_nothing_in_the_future(desk: Desk) -> None:
    desk.refresh(breaker("Carbon", OPEN, desk.now + timedelta(minutes=10)))
    assert desk.running[0].opened_at == desk.now - timedelta(minutes=1)


class TestAtTheStart:
    def test_what_is_already_open_is_one_summary(self) -> None:
        desk = Desk()
        (summary,) = desk.states(A=OPEN, B=OPEN, C=CLOSED)
        assert texts([summary]) == [("2 breakers already open", "A and B")]
        assert summary.severity is None
        assert len(desk.running) == 2

    def test_one_alone_is_told_with_its_facts(self) -> None:
        (summary,) = Desk().states(A=OPEN, C=CLOSED)
        since = f"open at least since {clock_text(NOW, NOW)}"
        assert texts([summary]) == [("Breaker already open: A", f"{since}, 1 other closed")]

    def test_how_long_it_lasted_is_told_as_far_as_it_was_seen(self) -> None:
        """The outage may have begun days before."""
        desk = Desk()
        for _ in range(5):
            desk.states(A=OPEN, B=CLOSED)
        assert [incident.seen_opening for incident in desk.running] == [False]
        (ended,) = desk.states(A=CLOSED, B=CLOSED)
        assert ended.body == "closed after at least 5 min"
        desk.states(A=OPEN, B=CLOSED)
        (ended,) = desk.states(A=CLOSED, B=CLOSED)
        assert ended.body == "closed after 1 min"

    def test_a_source_that_answers_later_is_at_its_start_too(self) -> None:
        desk = Desk()
        desk.refresh(breaker("A", CLOSED, source="a"))
        (summary,) = desk.refresh(breaker("A", CLOSED, source="a"), breaker("B", OPEN, source="b"))
        assert summary.title == "Breaker already open: B"

    def test_the_summary_is_updated_when_one_of_them_closes(self) -> None:
        desk = Desk()
        (summary,) = desk.states(A=OPEN, B=OPEN, C=CLOSED)
        (update,) = desk.states(A=OPEN, B=CLOSED, C=CLOSED)
        (end,) = desk.states(A=CLOSED, B=CLOSED, C=CLOSED)
        assert texts([update, end]) == [
            ("1 of 2 breakers still open", "A"),
            ("2 breakers no longer open", "A and B"),
        ]
        assert {summary.id, update.id, end.id} == {summary.id}
        assert end.severity is None

    def test_what_was_known_before_a_restart_is_not_told_again(self, desk: Desk) -> None:
        desk.states(Weather=CLOSED, Carbon=OPEN)
        later = Desk(Known(incidents=desk.known.incidents))
        assert later.states(Weather=CLOSED, Carbon=OPEN) == ()
        (end,) = later.states(Weather=CLOSED, Carbon=CLOSED)
        assert end.title == "Breaker closed: Carbon"


class TestManyAtOnce:
    NAMES = tuple("ABCDEFGH")

    def all(self, state: BreakerState) -> dict[str, BreakerState]:
        return dict.fromkeys(self.NAMES, state)

    def test_more_than_five_are_one_notice_and_their_end_is_one(self) -> None:
        desk = Desk()
        desk.states(**self.all(CLOSED))
        (opened,) = desk.states(**self.all(OPEN))
        assert texts([opened]) == [("8 breakers open", "A, B and 6 more")]
        assert opened.severity is Severity.CRITICAL
        (some,) = desk.states(**self.all(HALF) | {"A": OPEN})
        assert some.title == "8 breakers not closed: 7 half-open, 1 open"
        (ended,) = desk.states(**self.all(CLOSED))
        assert texts([ended]) == [("8 breakers no longer open", "A, B and 6 more")]
        assert {opened.id, some.id, ended.id} == {opened.id}

    def test_five_are_five(self) -> None:
        desk = Desk()
        desk.states(**self.all(CLOSED))
        told = desk.states(**self.all(CLOSED) | dict.fromkeys("ABCDE", OPEN))
        assert len(told) == 5

    def test_those_that_opened_one_by_one_and_end_together_end_in_one_notice(self) -> None:
        desk = Desk()
        desk.states(**self.all(CLOSED))
        shown: set[str] = set()
        for number in range(1, 7):
            opened = dict.fromkeys(self.NAMES[:number], OPEN)
            shown |= {notice.id for notice in desk.states(**self.all(CLOSED) | opened)}
        (ended,) = desk.states(**self.all(CLOSED))
        assert ended.title == "6 breakers no longer open"
        assert set(ended.withdraws) == shown


class TestMemory:
    def test_what_has_ended_is_forgotten_after_a_week(self, desk: Desk) -> None:
        desk.states(Carbon=OPEN)
        desk.states(Carbon=CLOSED)
        desk.now += timedelta(days=7, minutes=1)
        desk.states(Carbon=CLOSED)
        assert desk.known.incidents == ()
        assert desk.told_by == {}

    def test_only_so_many_that_have_ended_are_remembered(self) -> None:
        desk = Desk()
        desk.states(A=CLOSED, B=CLOSED)
        desk.states(A=OPEN, B=CLOSED)
        for state in (OPEN, CLOSED) * (incidents.REMEMBERED + 5):
            desk.states(A=OPEN, B=state)
        ended = [incident for incident in desk.known.incidents if incident.closed_at is not None]
        assert len(ended) == incidents.REMEMBERED
        assert [incident.subject.label("breaker") for incident in desk.running] == ["A"]


lives = st.lists(
    st.dictionaries(
        st.sampled_from("ABCDEFGHIJ"), st.sampled_from(list(BreakerState)), max_size=10
    ),
    max_size=12,
)


@given(lives)
def test_whatever_happens_the_incidents_are_those_that_the_states_tell(
    life: list[dict[str, BreakerState]],
) -> None:
    desk = Desk()
    last: dict[str, BreakerState] = {}
    opened: dict[str, datetime] = {}
    for states in life:
        at = desk.now
        told = desk.states(**states)
        last = {name: last.get(name, UNKNOWN) for name in states} | {
            name: state for name, state in states.items() if state is not UNKNOWN
        }
        for name in list(opened):
            if name not in states or last[name] in (CLOSED, DISABLED):
                del opened[name]
        opened |= {n: opened.get(n, at) for n, s in states.items() if s.is_open}
        running = {incident.subject.label("breaker"): incident for incident in desk.running}
        assert {name: incident.opened_at for name, incident in running.items()} == opened
        assert len(told) <= 2 * MOST_AT_ONCE + 1
        assert len({notice.id for notice in told}) == len(told)
        shown = desk.known
        assert desk.told_by.keys() <= {incident.id for incident in shown.incidents}


@given(lives)
def test_a_refresh_that_changes_nothing_tells_nothing_and_keeps_the_same_objects(
    life: list[dict[str, BreakerState]],
) -> None:
    desk = Desk()
    for states in life:
        desk.states(**states)
        before = desk.known.incidents
        assert desk.states(**states) == ()
        assert all(a is b for a, b in zip(before, desk.known.incidents, strict=True))


def test_a_trip_that_ended_before_its_source_was_asked_is_not_ours(desk: Desk) -> None:
    of_b = breaker("New", CLOSED, desk.now, source="b")
    reset = reading(
        "breaker.last_reset", desk.now - timedelta(seconds=5), source="b", breaker="New"
    )
    assert desk.refresh(breaker("Carbon", CLOSED), of_b, reset) == ()
    assert desk.known.incidents == ()


def test_no_cadence_that_a_server_claims_ends_the_engine(desk: Desk) -> None:
    states = msgspec.structs.replace(breaker("Carbon", CLOSED, desk.now), cadence=1e300)
    reset = reading("breaker.last_reset", desk.now, breaker="Carbon")
    desk.refresh(states, reset)
    assert desk.refresh(states, reset) == ()
