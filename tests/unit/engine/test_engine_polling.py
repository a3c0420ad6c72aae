"""The engine against sources that do what servers do: what is asked when, and published."""

from __future__ import annotations

from datetime import datetime

import msgspec
import pytest
from support.engines import LONG, Harness, never
from support.readings import FakeSource, answering, failing, harvest, reading

from opsdesk.engine.commands import Pause, Refresh, Resume, SetInterval
from opsdesk.insight.words import utc_now
from opsdesk.model.errors import ProblemKind
from opsdesk.model.protocols import Harvest
from opsdesk.model.snapshot import Snapshot

# ---- polling and publishing


def test_a_refresh_is_published_with_what_follows_from_it(harness: Harness) -> None:
    harness.engine(
        FakeSource("a", answering(reading("component.instances_up", 100.0, component="x")))
    )
    snapshot = harness.next()
    values = {key.metric: found.value for key, found in snapshot.readings.items()}
    assert values == {"component.instances_up": 100.0, "health.score": 100.0}
    status = snapshot.sources[0]
    assert status.problem is None
    assert status.last_success is not None
    assert status.next_attempt is not None
    assert (status.next_attempt - status.last_success).total_seconds() == pytest.approx(LONG, abs=1)


def test_sources_are_asked_again_on_schedule(harness: Harness) -> None:
    source = FakeSource("a", answering(reading("errors.rate", 0.5)))
    harness.engine(source, interval=0.05)
    for _ in range(3):
        harness.next()
    assert source.polls >= 3


def test_each_source_has_its_own_pace_and_a_hanging_one_holds_up_nobody(harness: Harness) -> None:
    slow = FakeSource("slow", never)
    quick = FakeSource("quick", answering(reading("errors.rate", 0.5)))
    harness.engine(slow, quick, interval=0.05)
    for _ in range(3):
        snapshot = harness.next()
    assert snapshot.source("quick").problem is None
    assert snapshot.source("slow").last_attempt is None


def test_sources_that_answer_in_one_turn_share_a_snapshot(harness: Harness) -> None:
    both = [FakeSource(name, answering(reading("errors.rate", 0.5))) for name in "ab"]
    harness.engine(*both)
    snapshot = harness.next()
    assert all(status.last_success is not None for status in snapshot.sources)
    assert harness.nothing_for(0.1)


def test_a_computed_figure_that_did_not_change_stays_the_same_object(harness: Harness) -> None:
    same = harvest(reading("component.instances_up", 100.0, utc_now(), component="x"))

    async def answer(_now: datetime) -> Harvest:
        return harvest(*(msgspec.structs.replace(one) for one in same.readings))

    harness.engine(FakeSource("a", answer), interval=0.05)
    first, second = harness.next(), harness.next()
    assert len(first.readings) == 2
    assert all(second.readings[key] is found for key, found in first.readings.items())


def test_with_no_source_there_is_a_snapshot_that_says_so(harness: Harness) -> None:
    harness.engine()
    assert harness.next().sources == ()


# ---- failures


def test_a_failing_source_keeps_its_last_readings_and_says_what_is_wrong(harness: Harness) -> None:
    answers = iter([harvest(reading("errors.rate", 0.5, utc_now()))])

    async def answer(_now: datetime) -> Harvest:
        try:
            return next(answers)
        except StopIteration:
            raise failing() from None

    engine = harness.engine(FakeSource("a", answer))
    good = harness.next()
    engine.send(Refresh())
    bad = harness.next()
    assert bad.readings == good.readings
    status = bad.sources[0]
    assert status.failures == 1
    assert status.problem is not None
    assert status.problem.kind is ProblemKind.UNREACHABLE
    assert status.last_success == good.sources[0].last_success
    assert status.next_attempt is not None
    assert status.last_attempt is not None
    wait = (status.next_attempt - status.last_attempt).total_seconds()
    assert 2.4 <= wait <= 5.1
    engine.send(Refresh())
    assert harness.next().sources[0].failures == 2


def test_tries_that_were_asked_for_make_no_pause_longer(harness: Harness) -> None:
    async def answer(_now: datetime) -> Harvest:
        raise failing()

    engine = harness.engine(FakeSource("a", answer))
    harness.next()
    for _ in range(6):
        engine.send(Refresh())
        status = harness.next().sources[0]
    assert status.failures == 7
    assert status.next_attempt is not None
    assert status.last_attempt is not None
    assert (status.next_attempt - status.last_attempt).total_seconds() <= 5.1


def test_an_answer_in_part_is_no_failure_and_is_logged_once(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    async def answer(now: datetime) -> Harvest:
        whole = harvest(reading("errors.rate", 0.5, now))
        return msgspec.structs.replace(whole, partial=("Requests: failed.",))

    engine = harness.engine(FakeSource("a", answer))
    harness.next()
    engine.send(Refresh())
    status = harness.next().sources[0]
    assert (status.problem, status.partial) == (None, ("Requests: failed.",))
    said = [r for r in caplog.records if "answers in part" in r.message]
    assert [record.levelname for record in said] == ["WARNING"]


def test_a_success_after_failures_clears_them(harness: Harness) -> None:
    outcomes = iter([failing(), None])

    async def answer(now: datetime) -> Harvest:
        error = next(outcomes)
        if error is not None:
            raise error
        return harvest(reading("errors.rate", 0.5, now))

    engine = harness.engine(FakeSource("a", answer))
    assert harness.next().sources[0].failures == 1
    engine.send(Refresh())
    status = harness.next().sources[0]
    assert (status.failures, status.problem) == (0, None)


def test_a_server_that_asks_for_patience_gets_it(harness: Harness) -> None:
    async def answer(_now: datetime) -> Harvest:
        raise failing(kind=ProblemKind.RATE_LIMITED, retry_after=120.0)

    harness.engine(FakeSource("a", answer))
    status = harness.next().sources[0]
    assert status.next_attempt is not None
    assert status.last_attempt is not None
    wait = (status.next_attempt - status.last_attempt).total_seconds()
    assert wait == pytest.approx(120, abs=1)


def test_it_gets_it_whatever_is_set_meanwhile_and_the_next_try_is_told_truly(
    harness: Harness,
) -> None:
    async def answer(_now: datetime) -> Harvest:
        raise failing(kind=ProblemKind.RATE_LIMITED, retry_after=120.0)

    def wait(snapshot: Snapshot) -> float:
        next_attempt = snapshot.sources[0].next_attempt
        assert next_attempt is not None
        return (next_attempt - utc_now()).total_seconds()

    source = FakeSource("a", answer)
    engine = harness.engine(source)
    harness.next()
    engine.send(SetInterval(0.05))
    assert wait(harness.next()) == pytest.approx(120, abs=2)
    engine.send(Pause())
    assert harness.next().sources[0].next_attempt is None
    engine.send(Resume())
    assert wait(harness.next()) == pytest.approx(120, abs=2)
    assert harness.nothing_for(0.2)
    assert source.polls == 1
    engine.send(Refresh())  # a person who asks is another matter
    assert harness.next().sources[0].failures == 2


def test_another_interval_changes_the_next_try_of_a_source_that_answers(harness: Harness) -> None:
    engine = harness.engine(FakeSource("a", answering(reading("errors.rate", 0.5))))
    harness.next()
    engine.send(SetInterval(30.0))
    next_attempt = harness.next().sources[0].next_attempt
    assert next_attempt is not None
    assert (next_attempt - utc_now()).total_seconds() == pytest.approx(30, abs=2)


def test_a_server_that_never_finishes_is_given_up_at_the_deadline(harness: Harness) -> None:
    harness.engine(FakeSource("a", never), deadline=0.05)
    problem = harness.next().sources[0].problem
    assert problem is not None
    assert problem.kind is ProblemKind.TIMEOUT
    assert str(problem).startswith("Source a (nowhere): no complete answer within 0.05 s. Check")
