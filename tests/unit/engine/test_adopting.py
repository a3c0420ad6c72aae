"""Incidents that a source knows itself: one incident for all desks, told once."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from support.readings import NOW, FakeSource, answering, breaker, harvest

from opsdesk.catalogue import metrics
from opsdesk.engine import commands
from opsdesk.engine.adopting import said_by_new_id
from opsdesk.engine.assembly import Assembly, Outcome
from opsdesk.engine.saying import Saying
from opsdesk.engine.watch import Watch
from opsdesk.model.desk import Desk, Digest, Handling, Hush, Policy
from opsdesk.model.key import key
from opsdesk.model.ledger import Memory
from opsdesk.model.protocols import Notice
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import Incident, Severity, Snapshot

CLOSED, OPEN, HALF = BreakerState.CLOSED, BreakerState.OPEN, BreakerState.HALF_OPEN
CARBON = key("breaker.state", {"breaker": "Carbon"})
AGO = NOW - timedelta(hours=2)


def incident(id_: str, **more: object) -> Incident:
    values = {
        "id": id_,
        "subject": CARBON,
        "title": "Carbon is down",
        "severity": Severity.CRITICAL,
        "state": OPEN,
        "opened_at": AGO,
        "trips": 3,
    }
    return Incident(**{**values, **more})


class Follower:
    """Follows a gateway, a minute between two looks."""

    def __init__(self) -> None:
        sources = [FakeSource(id_, answering()) for id_ in ("gateway", "other")]
        self._watch = Watch(Policy())
        self._assembly = Assembly(sources, metrics.load(), 60.0, watch=self._watch)
        self.now = NOW
        self.told: tuple[Notice, ...] = ()

    def look(
        self, *incidents: Incident, state: BreakerState = OPEN, source: str = "gateway"
    ) -> Snapshot:
        return self._look(source, incidents, Carbon=state)

    def look_at(self, state: BreakerState, *incidents: Incident) -> Snapshot:
        """Look at two breakers in one state."""
        return self._look("gateway", incidents, Carbon=state, Weather=state)

    def say(self, what: Saying) -> None:
        self._watch.say(what, self.now)

    def _look(
        self, source: str, incidents: tuple[Incident, ...], **states: BreakerState
    ) -> Snapshot:
        self.now += timedelta(minutes=1)
        found = (breaker(name, state, self.now, source) for name, state in states.items())
        brought = msgspec.structs.replace(harvest(*found), incidents=incidents)
        self._assembly.record(source, Outcome(at=self.now, took=0.0, result=brought), None)
        snapshot, found = self._assembly.snapshot(self.now)
        self.told = found.notices
        return snapshot


def ids(snapshot: Snapshot) -> list[str]:
    return [found.id for found in snapshot.incidents]


def test_what_is_open_at_the_first_look_is_theirs_and_goes_into_the_summary() -> None:
    desk = Follower()
    (found,) = desk.look(incident("X")).incidents
    assert (found.id, found.opened_at, found.trips, found.seen_opening) == ("X", AGO, 3, True)
    assert "at least" not in found.detail
    (notice,) = desk.told
    assert notice.id.startswith("already-open@")


def test_what_opens_before_our_eyes_is_told_once_under_their_id() -> None:
    desk = Follower()
    desk.look(state=CLOSED)
    opened = desk.now
    desk.look(incident("X", opened_at=opened, trips=1))
    assert [notice.id for notice in desk.told] == ["X"]
    desk.look(incident("X", opened_at=opened, trips=1))
    assert desk.told == ()


def test_an_incident_that_we_knew_first_takes_their_id_and_that_is_no_news() -> None:
    desk = Follower()
    desk.look(state=CLOSED)
    own = desk.look().incidents[0].id
    assert [notice.id for notice in desk.told] == [own]
    snapshot = desk.look(incident("X", trips=1))
    assert ids(snapshot) == ["X"]
    assert snapshot.incidents[0].opened_at == AGO
    assert desk.told == ()
    # the notice that stands is the one that is updated
    desk.look(incident("X", trips=1, state=HALF), state=HALF)
    assert [notice.id for notice in desk.told] == [own]


def test_their_count_of_trips_is_the_one_that_counts() -> None:
    desk = Follower()
    desk.look(incident("X", trips=1))
    desk.look(incident("X", trips=1, state=HALF), state=HALF)
    snapshot = desk.look(incident("X", trips=7))
    assert snapshot.incidents[0].trips == 7
    assert "trip 7" in desk.told[0].body or desk.told[0].id.startswith("already-open@")


def test_the_readings_tell_when_it_is_over() -> None:
    desk = Follower()
    desk.look(incident("X"))
    snapshot = desk.look(incident("X"), state=CLOSED)
    assert ids(snapshot) == ["X"]
    assert snapshot.incidents[0].closed_at == desk.now
    # later they say so too: it is the same incident
    closed = incident("X", closed_at=desk.now, state=CLOSED)
    assert desk.look(closed, state=CLOSED).incidents == snapshot.incidents
    assert desk.told == ()


def test_what_ended_before_we_looked_is_shown_and_not_told() -> None:
    desk = Follower()
    long_ago = incident(
        "old", opened_at=NOW - timedelta(days=40), closed_at=NOW - timedelta(days=39)
    )
    other = incident("W", subject=key("breaker.state", {"breaker": "W"}), closed_at=AGO)
    snapshot = desk.look(other, long_ago, state=CLOSED)
    assert ids(snapshot) == ["old", "W"]
    assert desk.told == ()


def test_an_ended_incident_that_is_one_of_ours_is_not_shown_twice() -> None:
    desk = Follower()
    desk.look(state=CLOSED)
    desk.look()
    own = ids(desk.look(state=CLOSED))
    theirs = incident("X", opened_at=NOW, closed_at=desk.now, state=CLOSED)
    assert ids(desk.look(theirs, state=CLOSED)) == own


def test_a_source_that_does_not_give_the_figure_has_no_say() -> None:
    desk = Follower()
    desk.look(state=CLOSED)
    desk.look(incident("theirs"), state=CLOSED, source="other")
    snapshot = desk.look(incident("X"))
    assert ids(snapshot) == ["X"]


def test_what_runs_and_is_no_breaker_is_shown_and_not_told() -> None:
    desk = Follower()
    disk = incident("D", subject=key("disk.free", {"host": "a"}), title="Disk full")
    snapshot = desk.look(disk, state=CLOSED)
    assert ids(snapshot) == ["D"]
    assert desk.told == ()


def test_an_id_is_taken_once() -> None:
    desk = Follower()
    desk.look(incident("X"))
    desk.look(incident("X"), state=CLOSED)
    snapshot = desk.look(incident("X", opened_at=desk.now))
    assert ids(snapshot) == ["X"]
    assert snapshot.incidents[0].closed_at is None


def test_only_so_much_of_their_past_is_shown() -> None:
    past = [
        incident(
            f"P{i}",
            subject=key("breaker.state", {"breaker": f"B{i}"}),
            opened_at=AGO - timedelta(minutes=i),
            closed_at=AGO,
        )
        for i in range(300)
    ]
    snapshot = Follower().look(*past, state=CLOSED)
    assert len(snapshot.incidents) == 200
    assert snapshot.incidents[-1].id == "P0"


class TestAHostileGateway:
    """What it calls things, and when it says they began, is its own; what we make of it is ours."""

    @pytest.mark.parametrize(
        "id_",
        [
            "",
            "x" * 1_001,
            "open@2026",
            "already-open@x",
            "flapping@x",
            "settled@x",
            "ended@x",
            "digest@x",
            "reminder@x",
        ],
    )
    def test_an_id_that_is_none_or_one_of_ours_is_not_taken(self, id_: str) -> None:
        desk = Follower()
        desk.look(state=CLOSED)
        (found,) = (i for i in desk.look(incident(id_)).incidents if i.id != id_)
        assert found.id.startswith("breaker.state{")

    @pytest.mark.parametrize("first", [CLOSED, OPEN])
    def test_an_id_for_two_things_names_the_first(self, first: BreakerState) -> None:
        desk = Follower()
        weather = key("breaker.state", {"breaker": "Weather"})
        both = (incident("X"), incident("X", subject=weather))
        desk.look_at(first)
        for _ in range(2):
            found = desk.look_at(OPEN, *both).incidents
            assert [i.id for i in found].count("X") == 1
            assert {i.subject for i in found if i.runs} == {CARBON, weather}
            assert len(found) == 2
        ended = desk.look_at(CLOSED, *both).incidents
        assert [i.runs for i in ended] == [False, False]

    def test_what_began_in_the_future_began_now(self) -> None:
        desk = Follower()
        desk.look(state=CLOSED)
        (found,) = desk.look(incident("X", opened_at=NOW + timedelta(days=900))).incidents
        assert found.opened_at == desk.now

    def test_a_beginning_that_changes_with_each_look_is_no_news(self) -> None:
        desk = Follower()
        desk.look(state=CLOSED)
        desk.look(incident("X"))
        for second in range(5):
            desk.look(incident("X", opened_at=AGO + timedelta(seconds=second)))
            assert desk.told == ()

    def test_its_address_of_what_to_do_is_offered(self) -> None:
        desk = Follower()
        desk.look(state=CLOSED)
        desk.look(incident("X", runbook="https://runbooks.example/carbon"))
        assert desk.told[0].runbook == "https://runbooks.example/carbon"

    def test_what_was_said_under_an_earlier_id_holds(self) -> None:
        desk = Follower()
        desk.look(state=CLOSED)
        own = desk.look().incidents[0].id
        desk.look(incident("X", trips=1))
        desk.say(commands.Acknowledge((own,)))
        assert desk.look(incident("X", trips=1)).desk.of("X").acknowledged_at is not None
        desk.look(incident("Y", trips=1))
        desk.say(commands.AddNote(own, "calling"))
        handling = desk.look(incident("Y", trips=1)).desk.of("Y")
        assert [note.text for note in handling.notes] == ["calling"]
        desk.look(state=CLOSED)
        assert [notice.title for notice in desk.told] == ["Breaker closed: Carbon"]

    def test_what_is_theirs_alone_can_be_acknowledged(self) -> None:
        desk = Follower()
        disk = incident("D", subject=key("disk.free", {"host": "a"}), title="Disk full")
        desk.look(disk, state=CLOSED)
        desk.say(commands.Acknowledge(("D",)))
        assert desk.look(disk, state=CLOSED).desk.of("D").acknowledged_at is not None
        assert desk.look(state=CLOSED).desk.handled == {}


def test_two_trips_in_one_second_are_two_incidents() -> None:
    desk = Follower()
    for state in (CLOSED, OPEN, CLOSED, OPEN, CLOSED, OPEN):
        desk.now -= timedelta(minutes=1)
        snapshot = desk.look(state=state)
    assert len({found.id for found in snapshot.incidents}) == 3


def test_what_is_renamed_keeps_all_that_was_said_of_it() -> None:
    digest = Digest(hush=Hush.AWAY, since=NOW, until=NOW, opened=("own",), still_open=("own", "x"))
    handling = Handling(acknowledged_at=NOW)
    desk = Desk(handled={"own": handling}, digest=digest)
    memory = Memory(
        told_by={"x": "open@1"},
        standing={"own": ("own",), "open@1": ("x", "own")},
        told_at={"own": NOW},
        held=frozenset({"own"}),
    )
    found, kept = said_by_new_id(desk, memory, {"own": "theirs"})
    assert found.handled == {"theirs": handling}
    assert found.digest is not None
    assert found.digest.opened == ("theirs",)
    assert found.digest.still_open == ("theirs", "x")
    assert kept.told_by == {"x": "open@1", "theirs": "own"}
    assert kept.standing == {"own": ("theirs",), "open@1": ("x", "theirs")}
    assert kept.told_at == {"theirs": NOW}
    assert kept.held == {"theirs"}
    assert said_by_new_id(Desk(), memory, {"own": "theirs"})[0] == Desk()
    assert said_by_new_id(desk, memory, {}) == (desk, memory)
