from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import desks
from support.desks import MINUTE, WatchedDesk, source
from support.readings import NOW, failing, reading

from opsdesk.catalogue import metrics
from opsdesk.engine.conditions import OFFLINE, is_beyond, lost_at, source_key
from opsdesk.model.desk import Policy
from opsdesk.model.errors import Problem, ProblemKind
from opsdesk.model.key import key
from opsdesk.model.metric import Direction, Metric
from opsdesk.model.reading import BreakerState, Qualifier, Reading, Unit
from opsdesk.model.snapshot import IncidentKind, Severity, SourceStatus

RATE = msgspec.structs.replace(desks.RATE, lasts=120.0, hysteresis=0.1)
HEALTH = Metric(
    id="health",
    title="Health",
    section="System",
    unit=Unit.PERCENT,
    definition="How well it does.",
    direction=Direction.UP,
    critical=80.0,
    lasts=0.0,
)
CATALOGUE = {metric.id: metric for metric in (RATE, HEALTH)}
LOST = failing().problem
NO_LINK = failing(kind=ProblemKind.OFFLINE).problem


@pytest.fixture
def desk() -> WatchedDesk:
    """Return a desk whose source has given a good figure."""
    desk = WatchedDesk(catalogue=CATALOGUE)
    assert rate(desk, 0.1) == []
    return desk


def rate(desk: WatchedDesk, value: float | str, **labels: str) -> list[tuple[str, str]]:
    return said(desk, reading("errors.rate", value, desk.now, **labels))


def said(desk: WatchedDesk, *readings: Reading) -> list[tuple[str, str]]:
    return [(notice.title, notice.body) for notice in desk.look(*readings)]


class TestThresholds:
    def test_what_lasts_is_an_incident_and_what_passes_is_none(self, desk: WatchedDesk) -> None:
        assert rate(desk, 3.0) == []
        assert rate(desk, 0.1) == []
        assert [rate(desk, 3.0) for _ in range(2)] == [[], []]
        assert rate(desk, 3.0) == [("Threshold crossed: Error rate", "3 %, degraded from 1 %")]
        (incident,) = desk.watch.running.values()
        assert incident.kind is IncidentKind.THRESHOLD
        assert incident.severity is Severity.DEGRADED
        assert incident.opened_at == NOW + 3 * MINUTE
        assert incident.seen_opening

    def test_it_comes_back_by_its_hysteresis(self, desk: WatchedDesk) -> None:
        for _ in range(3):
            rate(desk, 3.0)
        assert rate(desk, 0.95) == []
        assert rate(desk, 0.9) == [("Back to normal: Error rate", "back to normal after 4 min")]
        assert desk.watch.running == {}

    def test_what_may_be_below_a_threshold_is_not_beyond_it(self, desk: WatchedDesk) -> None:
        below = msgspec.structs.replace(reading("errors.rate", 3.0), qualifier=Qualifier.LESS)
        for _ in range(4):
            assert said(desk, msgspec.structs.replace(below, at=desk.now)) == []
        assert desk.watch.running == {}

    def test_it_worsens_and_eases_in_one_notice(self, desk: WatchedDesk) -> None:
        for _ in range(3):
            rate(desk, 3.0)
        (opened,) = desk.told
        for _ in range(2):
            assert rate(desk, 12.0) == []
        assert rate(desk, 12.0) == [("Threshold crossed: Error rate", "12 %, critical from 10 %")]
        assert desk.told[0].severity is Severity.CRITICAL
        assert desk.told[0].alarming
        assert rate(desk, 9.5) == []
        assert rate(desk, 8.0) == [("Threshold crossed: Error rate", "8 %, degraded from 1 %")]
        assert not desk.told[0].alarming
        assert {notice.id for notice in desk.screen.values()} == {opened.id}

    def test_a_figure_that_changes_beyond_a_threshold_is_no_news(self, desk: WatchedDesk) -> None:
        for _ in range(3):
            rate(desk, 3.0)
        before = desk.watch.incidents
        assert rate(desk, 4.0) == []
        assert desk.watch.incidents is not before
        assert desk.watch.incidents[0] is before[0]

    def test_of_what_is_stale_or_no_number_nothing_is_said(self, desk: WatchedDesk) -> None:
        for _ in range(3):
            rate(desk, 3.0)
        desk.stale = {key("errors.rate")}
        assert rate(desk, 0.1) == []
        desk.stale = ()
        assert rate(desk, "N/A") == []
        assert len(desk.watch.running) == 1

    def test_what_is_stale_for_a_while_goes_on_where_it_was(self, desk: WatchedDesk) -> None:
        rate(desk, 3.0)
        desk.stale = {key("errors.rate")}
        rate(desk, 3.0)
        desk.stale = ()
        assert rate(desk, 3.0) == [("Threshold crossed: Error rate", "3 %, degraded from 1 %")]

    def test_a_figure_that_is_gone_ends_it(self, desk: WatchedDesk) -> None:
        for _ in range(3):
            rate(desk, 3.0)
        desk.awaited = {key("errors.rate")}
        assert said(desk) == []
        desk.awaited = ()
        assert said(desk) == [("No longer known: Error rate", "no longer reported after 4 min")]

    def test_what_is_first_seen_beyond_was_so_before(self) -> None:
        desk = WatchedDesk(catalogue=CATALOGUE)
        assert said(desk, reading("health", 70.0)) == [
            ("Threshold crossed: Health", "70 %, critical from 80 %")
        ]
        assert desk.told[0].severity is None
        (incident,) = desk.watch.incidents
        assert not incident.seen_opening

    def test_a_threshold_that_is_taken_away_ends_what_it_told(self, desk: WatchedDesk) -> None:
        for _ in range(3):
            rate(desk, 3.0)
        desk.catalogue = {}
        assert rate(desk, 3.0) == [("No longer known: Error rate", "no longer watched after 3 min")]

    def test_one_may_be_degraded_at_worst(self) -> None:
        desk = WatchedDesk(catalogue={"errors.rate": metric_with(critical=None, lasts=0.0)})
        rate(desk, 0.1)
        rate(desk, 99.0)
        (incident,) = desk.watch.running.values()
        assert incident.severity is Severity.DEGRADED

    def test_what_to_do_is_named_by_the_thing_or_by_its_metric(self) -> None:
        books = {"errors.rate": "https://r/rate", "shop": "https://r/shop", "x": "javascript:x"}
        desk = WatchedDesk(Policy(runbooks=books), {"errors.rate": metric_with(lasts=0.0)})
        for labels in ({}, {"component": "shop"}, {"component": "x"}):
            rate(desk, 0.1, **labels)
            rate(desk, 5.0, **labels)
        found = [incident.runbook for incident in desk.watch.incidents]
        assert found == ["https://r/rate", "https://r/shop", ""]

    def test_one_that_only_follows_from_others_is_none(self) -> None:
        quiet = {"errors.rate": metric_with(alerts=False, lasts=0.0)}
        desk = WatchedDesk(catalogue=quiet)
        assert rate(desk, 50.0) == []

    def test_a_clock_that_is_set_back_puts_nothing_off(self, desk: WatchedDesk) -> None:
        rate(desk, 3.0)
        desk.now -= timedelta(minutes=10)
        told = [rate(desk, 3.0) for _ in range(3)]
        assert told[-1] == [("Threshold crossed: Error rate", "3 %, degraded from 1 %")]

    def test_time_alone_opens_what_lasts(self, desk: WatchedDesk) -> None:
        rate(desk, 3.0)
        assert not desk.watch.is_due(NOW + 2 * MINUTE)
        assert desk.watch.is_due(NOW + 3 * MINUTE)

    def test_a_component_that_is_down_is_named(self) -> None:
        desk = WatchedDesk(catalogue=metrics.load())

        def up(value: float, note: str = "") -> list[tuple[str, str]]:
            found = reading("component.instances_up", value, desk.now, component="api")
            return said(desk, msgspec.structs.replace(found, note=note))

        up(100.0)
        for _ in range(2):
            told = up(50.0)
        assert told == [("Component partly down: api", "50 % of its instances up")]
        for _ in range(2):
            told = up(0.0, "0 of 2 instances")
        assert told == [("Component down: api", "0 of 2 instances")]

    @given(
        st.sampled_from((Direction.UP, Direction.DOWN)),
        st.floats(-1e6, 1e6),
        st.floats(-1e6, 1e6),
        st.floats(0, 0.9),
    )
    def test_what_is_left_is_left_for_good(
        self, direction: Direction, value: float, limit: float, hysteresis: float
    ) -> None:
        """Who has just left a threshold is not beyond it."""
        metric = metric_with(direction=direction, hysteresis=hysteresis)
        if not is_beyond(metric, value, limit, holds=True):
            assert not is_beyond(metric, value, limit, holds=False)


def metric_with(**changes: object) -> Metric:
    return msgspec.structs.replace(RATE, **changes)


def fails(id_: str, problem: Problem = LOST, failures: int = 2, **changes: object) -> SourceStatus:
    return source(id_, problem=problem, failures=failures, **changes)


class TestSources:
    def test_one_failure_happens_and_two_are_a_loss(self, desk: WatchedDesk) -> None:
        desk.statuses = (source("a"), fails("b", failures=1))
        assert said(desk) == []
        desk.statuses = (source("a"), fails("b"))
        assert said(desk) == [("Source lost: Source b", "nothing listens there")]
        assert desk.told[0].severity is Severity.DEGRADED
        (incident,) = desk.watch.running.values()
        assert (incident.subject, incident.opened_at) == (source_key("b"), NOW)
        later = desk.now
        desk.statuses = (source("a"), source("b", last_success=later, last_attempt=later))
        assert said(desk) == [("Answers again: Source b", "answers again after 3 min")]

    def test_one_that_asked_for_patience_is_lost_once_its_figures_are_stale(
        self, desk: WatchedDesk
    ) -> None:
        """The next try is 12 min after the first: no second failure will tell of it in time."""
        asked = desk.now
        waiting = fails("b", failures=1, last_attempt=asked, next_attempt=asked + 12 * MINUTE)
        desk.statuses = (source("a"), waiting)
        assert said(desk) == []
        assert not desk.watch.is_due(NOW + 3 * MINUTE - timedelta(seconds=1))
        assert desk.watch.is_due(NOW + 3 * MINUTE)
        assert said(desk) == []
        assert said(desk) == [("Source lost: Source b", "nothing listens there")]

    def test_one_whose_next_try_is_due_is_not_lost_by_time_alone(self, desk: WatchedDesk) -> None:
        """The computer slept meanwhile."""
        asked = desk.now
        waiting = fails("b", failures=1, last_attempt=asked, next_attempt=asked + 10 * MINUTE)
        desk.statuses = (source("a"), waiting)
        assert said(desk) == []
        desk.now += 20 * MINUTE
        assert said(desk) == []

    @pytest.mark.parametrize(
        ("changes", "lost"),
        [
            ({"took": 2.0}, 180.0),
            ({"last_success": None, "took": 2.0}, 69.0),
            ({"last_success": None}, 65.0),
            ({"problem": None}, None),
            ({"next_attempt": None}, None),  # while paused
            ({"last_attempt": None}, None),
            ({"next_attempt": NOW + timedelta(seconds=120)}, None),
        ],
    )
    def test_when_time_tells_of_a_loss(
        self, changes: dict[str, object], lost: float | None
    ) -> None:
        at = NOW + MINUTE
        status = fails("b", failures=1, last_attempt=at, next_attempt=at + 10 * MINUTE)
        found = lost_at(msgspec.structs.replace(status, **changes))
        assert found == (None if lost is None else NOW + timedelta(seconds=lost))

    def test_one_that_never_answered_was_lost_before(self, desk: WatchedDesk) -> None:
        desk.statuses = (fails("b", last_success=None),)
        assert said(desk) == [("Source lost: Source b", "nothing listens there")]
        assert desk.told[0].severity is None
        assert not desk.watch.incidents[0].seen_opening

    def test_one_that_is_disconnected_is_over_and_not_well(self, desk: WatchedDesk) -> None:
        desk.statuses = (source("a"), fails("b"))
        desk.look()
        desk.statuses = (source("a"),)
        assert said(desk) == [("No longer known: Source b", "disconnected after 2 min")]
        assert desk.watch.incidents[0].state is BreakerState.UNKNOWN

    def test_of_one_that_was_not_asked_in_this_run_nothing_is_said(self) -> None:
        """It did answer, in an earlier run, and was lost then."""
        desk = WatchedDesk()
        desk.statuses = (source("a"), fails("b"))
        desk.look()
        desk.restart()
        desk.statuses = (source("a"), source("b", last_attempt=None))
        assert said(desk) == []
        desk.statuses = (source("a"), source("b"))
        assert [title for title, _ in said(desk)] == ["Answers again: Source b"]


class TestOffline:
    @pytest.fixture
    def offline(self, desk: WatchedDesk) -> WatchedDesk:
        """Return a desk with three sources and no connection."""
        desk.statuses = tuple(fails(id_, NO_LINK) for id_ in "abc")
        (told,) = said(desk)
        assert told == (
            "Offline: this computer has no connection",
            "what is shown is the last that was known",
        )
        return desk

    def test_it_is_one_state_since_the_last_answer(self, offline: WatchedDesk) -> None:
        (incident,) = offline.watch.running.values()
        assert (incident.subject, incident.kind) == (OFFLINE, IncidentKind.OFFLINE)
        assert incident.opened_at == NOW
        assert said(offline) == []

    def test_it_is_not_said_before_each_has_failed_twice(self, desk: WatchedDesk) -> None:
        desk.statuses = (fails("a", NO_LINK), fails("b", NO_LINK, failures=1))
        assert said(desk) == []

    def test_the_first_that_answers_ends_it_and_the_others_are_not_lost(
        self, offline: WatchedDesk
    ) -> None:
        at = offline.now
        answers = source("a", last_success=at, last_attempt=at)
        waiting = tuple(fails(id_, NO_LINK, 7, last_attempt=at - MINUTE) for id_ in "bc")
        offline.statuses = (answers, *waiting)
        assert said(offline) == [("Online again", "online after 2 min")]
        offline.statuses = (answers, *(fails(id_, NO_LINK, 8, last_attempt=at) for id_ in "bc"))
        assert [title for title, _ in said(offline)] == [
            "Source lost: Source b",
            "Source lost: Source c",
        ]

    def test_a_source_that_is_added_meanwhile_ends_nothing(self, offline: WatchedDesk) -> None:
        new = source("d", last_success=None, last_attempt=None)
        offline.statuses = (*offline.statuses, new)
        assert said(offline) == []
        assert OFFLINE in offline.watch.running

    def test_nor_does_a_restart(self, offline: WatchedDesk) -> None:
        gone = offline.statuses
        offline.restart()
        offline.statuses = tuple(source(id_, last_attempt=None) for id_ in "abc")
        assert said(offline) == []
        offline.statuses = (fails("a", NO_LINK, 1), *offline.statuses[1:])
        assert said(offline) == []
        offline.statuses = gone
        assert said(offline) == []
        assert OFFLINE in offline.watch.running

    def test_with_no_source_left_nobody_can_tell(self, offline: WatchedDesk) -> None:
        offline.statuses = ()
        said(offline)
        (incident,) = offline.watch.incidents
        assert incident.state is BreakerState.UNKNOWN


def test_a_time_of_a_clock_that_runs_ahead_is_now(desk: WatchedDesk) -> None:
    ahead: datetime = desk.now + timedelta(minutes=10)
    for _ in range(3):
        desk.look(reading("errors.rate", 3.0, ahead))
    (incident,) = desk.watch.incidents
    assert incident.opened_at == NOW + MINUTE
