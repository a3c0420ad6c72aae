"""What an earlier run knew, and what becomes of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import pytest
from support.readings import NOW, OFFLINE, FakeSource, answering, breaker, harvest, reading
from support.systems import up

from opsdesk.catalogue import metrics
from opsdesk.engine.assembly import Assembly, Outcome
from opsdesk.engine.watch import Watch
from opsdesk.insight.board import arrange
from opsdesk.insight.derive import HEALTH
from opsdesk.insight.verdict import State, verdict
from opsdesk.model.desk import Policy
from opsdesk.model.errors import Problem
from opsdesk.model.key import key
from opsdesk.model.metric import Compute, Direction, Metric, Operation
from opsdesk.model.protocols import Harvest
from opsdesk.model.reading import BreakerState, Reading, Unit
from opsdesk.model.snapshot import Snapshot

CATALOGUE = metrics.load()
MONDAY = NOW + timedelta(hours=60)
LATER = NOW + timedelta(minutes=1)


def assembly(*sources: str, earlier: Snapshot | None = None) -> Assembly:
    return Assembly([FakeSource(id_, answering()) for id_ in sources], CATALOGUE, 60.0, earlier)


def answer(to: Assembly, source: str, result: Harvest | Problem, at: datetime) -> None:
    to.record(source, Outcome(at=at, took=0.0, result=result), None)


def endings(of: Assembly, at: datetime) -> list[str]:
    snapshot, _ = of.snapshot(at)
    return [incident.detail if incident.closed_at else "" for incident in snapshot.incidents]


@pytest.fixture
def friday() -> Snapshot:
    """Return what was known when the computer was turned off: a breaker is open."""
    before, earlier = assembly("a", "b"), NOW - timedelta(minutes=1)
    answer(before, "a", harvest(breaker("Carbon", BreakerState.CLOSED, earlier)), earlier)
    before.snapshot(earlier)
    answer(before, "a", harvest(breaker("Carbon", BreakerState.OPEN)), NOW)
    answer(before, "b", harvest(reading("errors.rate", 0.5, source="b")), NOW)
    return before.snapshot(NOW)[0]


def test_a_breaker_that_is_gone_after_a_restart_ends_its_incident(friday: Snapshot) -> None:
    monday = assembly("a", "b", earlier=friday)
    answer(monday, "a", harvest(reading("errors.rate", 0.5, MONDAY)), MONDAY)
    assert endings(monday, MONDAY) == ["no longer reported after 2 d"]


def test_it_is_not_gone_before_its_source_has_answered(friday: Snapshot) -> None:
    monday = assembly("a", "b", earlier=friday)
    answer(monday, "b", harvest(reading("errors.rate", 0.5, MONDAY, "b")), MONDAY)
    answer(monday, "a", OFFLINE, MONDAY)
    assert endings(monday, MONDAY) == [""]
    answer(monday, "a", harvest(breaker("Carbon", BreakerState.OPEN, MONDAY)), MONDAY)
    snapshot, found = monday.snapshot(MONDAY)
    assert snapshot.incidents == friday.incidents
    assert found.notices == ()


def test_an_incident_of_a_source_that_is_no_longer_connected_ends(friday: Snapshot) -> None:
    assert endings(assembly("b", earlier=friday), MONDAY) == ["no longer reported after 2 d"]


def test_so_does_that_of_a_source_that_is_disconnected_before_it_answers(friday: Snapshot) -> None:
    monday = assembly("a", earlier=friday)
    assert endings(monday, MONDAY) == [""]
    monday.replace_sources([])
    assert endings(monday, MONDAY) == ["no longer reported after 2 d"]


def test_what_is_computed_belongs_to_the_source_of_its_inputs() -> None:
    both = assembly("a", "b")
    answer(both, "a", harvest(reading("cost.saving", 12_000.0, source="a", item="x")), NOW)
    answer(both, "b", harvest(reading("errors.rate", 0.5, source="b")), NOW)
    both.snapshot(NOW)
    assert both.source_of(key("cost.savings_total")) == "a"
    assert both.source_of(key("errors.rate")) == "b"
    assert both.source_of(key("cost.roi")) == ""


class TestASourceThatTakesThePlaceOfAnother:
    """Its settings were changed: it has the same id, and is another object."""

    @pytest.fixture
    def watched(self) -> Assembly:
        """Return one in which a breaker of source a is open."""
        found = assembly("a", "b")
        answer(found, "a", harvest(breaker("Carbon", BreakerState.CLOSED)), NOW)
        answer(found, "b", harvest(reading("errors.rate", 0.5, source="b")), NOW)
        found.snapshot(NOW)
        answer(found, "a", harvest(breaker("Carbon", BreakerState.OPEN, LATER)), LATER)
        assert len(found.snapshot(LATER)[1].notices) == 1
        return found

    def test_goes_on_with_what_that_told_of(self, watched: Assembly) -> None:
        watched.replace_sources([FakeSource("a", answering())])
        snapshot, found = watched.snapshot(LATER)
        assert [incident.runs for incident in snapshot.incidents] == [True]
        assert found.notices == ()
        answer(watched, "a", harvest(breaker("Carbon", BreakerState.OPEN, LATER)), LATER)
        snapshot, found = watched.snapshot(LATER)
        assert [incident.runs for incident in snapshot.incidents] == [True]
        assert found.notices == ()

    def test_and_ends_what_it_does_not_know(self, watched: Assembly) -> None:
        watched.replace_sources([FakeSource("a", answering())])
        answer(watched, "a", harvest(reading("errors.rate", 0.5, LATER)), LATER)
        _, found = watched.snapshot(LATER)
        assert [notice.title for notice in found.notices] == ["Breaker no longer known: Carbon"]


class TestWhatIsComputed:
    """A threshold of a figure that no source reports."""

    RATIO = Metric(
        id="own.ratio",
        title="Ratio",
        section="Own",
        unit=Unit.COUNT,
        definition="One by the other.",
        direction=Direction.DOWN,
        critical=2.0,
        lasts=0.0,
        formula="a / b",
        compute=Compute(op=Operation.RATIO, of=("own.a", "own.b")),
    )
    COUNTS = tuple(
        Metric(id=f"own.{n}", title=n, section="Own", unit=Unit.COUNT, definition=n) for n in "ab"
    )

    def watched(self, earlier: Snapshot | None = None, watch: Watch | None = None) -> Assembly:
        catalogue = {metric.id: metric for metric in (*self.COUNTS, self.RATIO)}
        sources = [FakeSource("a", answering())]
        return Assembly(sources, catalogue, 60.0, earlier, watch)

    def look(self, at: datetime, value: float, of: Assembly) -> list[str]:
        answer(of, "a", harvest(reading("own.a", value, at), reading("own.b", 1.0, at)), at)
        return [notice.title for notice in of.snapshot(at)[1].notices]

    def test_is_watched_like_any_other(self) -> None:
        watched = self.watched()
        assert self.look(NOW, 1.0, watched) == []
        assert self.look(LATER, 3.0, watched) == ["Threshold crossed: Ratio"]
        snapshot, _ = watched.snapshot(LATER)
        assert snapshot.incidents[0].seen_opening
        stale = LATER + timedelta(minutes=30)
        assert watched.snapshot(stale)[1].notices == ()
        assert self.look(stale, 1.0, watched) == ["Back to normal: Ratio"]

    def test_goes_on_after_a_restart(self) -> None:
        watch = Watch(Policy(reminder=0))
        before = self.watched(watch=watch)
        self.look(NOW, 1.0, before)
        self.look(LATER, 3.0, before)
        earlier, _ = before.snapshot(LATER)
        again = Watch(Policy(reminder=0))
        again.remember(watch.ledger((), {}))
        after = self.watched(earlier, again)
        monday = LATER + timedelta(days=3)
        answer(after, "a", OFFLINE, monday)
        snapshot, found = after.snapshot(monday)
        assert (found.notices, [i.runs for i in snapshot.incidents]) == ((), [True])
        assert self.look(monday, 1.0, after) == ["Back to normal: Ratio"]


def test_a_source_that_was_lost_before_a_restart_answers_again_when_it_does(
    friday: Snapshot,
) -> None:
    watch = Watch(Policy())
    before = Assembly(
        [FakeSource(id_, answering()) for id_ in "ab"], CATALOGUE, 60.0, friday, watch
    )
    answer(before, "a", harvest(breaker("Carbon", BreakerState.OPEN)), NOW)
    for _ in range(2):
        answer(before, "b", OFFLINE, LATER)
    earlier, found = before.snapshot(LATER)
    assert [notice.title for notice in found.notices] == ["Source lost: Source b"]
    again = Watch(Policy())
    again.remember(watch.ledger((), {}))
    after = Assembly(
        [FakeSource(id_, answering()) for id_ in "ab"], CATALOGUE, 60.0, earlier, again
    )
    answer(after, "a", harvest(breaker("Carbon", BreakerState.OPEN, LATER)), LATER)
    assert after.snapshot(LATER)[1].notices == ()
    answer(after, "b", OFFLINE, LATER)
    assert after.snapshot(LATER)[1].notices == ()
    answer(after, "b", harvest(reading("errors.rate", 0.5, LATER, "b")), LATER)
    _, found = after.snapshot(LATER)
    assert [notice.title for notice in found.notices] == ["Answers again: Source b"]


class TestHealth:
    """The score while some of its parts stay away."""

    def test_stays_and_ages_where_one_family_fails_and_the_rest_answers(self) -> None:
        desk = assembly("a")
        whole = harvest(up("A"), up("B", 50.0), reading("errors.rate", 8.0))
        answer(desk, "a", whole, NOW)
        before = desk.snapshot(NOW)[0].readings[HEALTH]
        for minute in range(1, 10):
            at = NOW + timedelta(minutes=minute)
            rest = harvest(up("A", at=at), up("B", 50.0, at=at))
            answer(desk, "a", rest, at)
            assert desk.snapshot(at)[0].readings[HEALTH] == before
        assert arrange(desk.snapshot(at)[0], CATALOGUE).is_stale(before, at)

    def test_follows_what_is_measured_while_another_part_is_old(self) -> None:
        desk = assembly("a")
        answer(desk, "a", harvest(up("A"), up("B")), NOW)
        at = NOW + timedelta(minutes=9)
        answer(desk, "a", harvest(up("A", 0.0, at=at)), at)
        score = desk.snapshot(at)[0].readings[HEALTH]
        assert (score.value, score.at) == (50.0, NOW)

    def test_is_fresh_where_a_part_has_another_name(self) -> None:
        desk = assembly("a")
        answer(desk, "a", telling(up("web", 0.0), up("api")), NOW)
        for minute in range(1, 10):
            at = NOW + timedelta(minutes=minute)
            answer(desk, "a", telling(up("frontend", at=at), up("api", at=at)), at)
            snapshot, _ = desk.snapshot(at)
            assert not arrange(snapshot, CATALOGUE).is_stale(snapshot.readings[HEALTH], at)
        assert snapshot.readings[HEALTH].value == 100.0
        assert verdict(arrange(snapshot, CATALOGUE), at).state is State.OK


def telling(*readings: Reading) -> Harvest:
    """Return an answer of a source that shows for a while what has not ended."""
    return msgspec.structs.replace(harvest(*readings), lookback=240.0)
