"""Incidents in the running engine: told, said, and written down, with a real file."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from support.readings import NOW
from support.seats import Elsewhere, Seat

from opsdesk.engine import commands
from opsdesk.engine.desk import AWAY_AT_LEAST
from opsdesk.model.desk import Hush, Policy
from opsdesk.model.ledger import Ledger
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import Incident, Snapshot

CLOSED, OPEN, HALF = BreakerState.CLOSED, BreakerState.OPEN, BreakerState.HALF_OPEN
MINUTE = timedelta(minutes=1)


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    """Return a desk that has never been sat at."""
    return Seat(tmp_path / "ledger.json")


def running(snapshot: Snapshot) -> Incident:
    (incident,) = (incident for incident in snapshot.incidents if incident.runs)
    return incident


def test_what_is_seen_is_written_down_first(seat: Seat) -> None:
    async def work() -> None:
        await seat.refresh(A=CLOSED)
        snapshot = await seat.refresh(A=OPEN)
        assert seat.written().incidents == snapshot.incidents
        seat.desk.obey(commands.Acknowledge((running(snapshot).id,)))
        snapshot = await seat.refresh(A=OPEN)
        assert snapshot.desk.of(running(snapshot).id).acknowledged_at == NOW + 2 * MINUTE
        assert seat.written().desk.handled == snapshot.desk.handled
        assert snapshot.desk.policy == Policy(reminder=0)

    seat.run(work)


@pytest.mark.parametrize("kept", [True, False])
def test_what_no_later_run_goes_on_with_is_taken_off_the_screen(seat: Seat, *, kept: bool) -> None:
    async def work() -> None:
        await seat.refresh(A=CLOSED)
        await seat.refresh(A=OPEN)
        await seat.screen.shows("Breaker open: A")

    if not kept:
        seat.keep = None
    seat.run(work)
    assert list(seat.screen.stands.values()) == (["Breaker open: A"] if kept else [])


def test_what_is_said_last_is_written_down_at_the_end(seat: Seat) -> None:
    async def work() -> None:
        await seat.refresh(A=CLOSED)
        incident = running(await seat.refresh(A=OPEN))
        seat.desk.obey(commands.AddNote(incident.id, "calling the bank"))

    seat.run(work)
    (handling,) = seat.written().desk.handled.values()
    assert [note.text for note in handling.notes] == ["calling the bank"]
    assert seat.screen.closed
    assert seat.far.closed


def test_a_restart_tells_nothing_twice(seat: Seat) -> None:
    async def before() -> None:
        await seat.refresh(A=CLOSED)
        await seat.refresh(A=OPEN)
        await seat.screen.shows("Breaker open: A")

    async def after() -> None:
        await seat.refresh(A=OPEN)
        await seat.refresh(A=CLOSED)
        await seat.screen.shows("Breaker closed: A")

    seat.run(before)
    seat.run(after)
    assert seat.screen.said == ["Breaker open: A", "Breaker closed: A"]


def test_what_was_not_shown_before_a_crash_is_shown_after_it(seat: Seat) -> None:
    async def before() -> None:
        seat.screen.up = False
        await seat.refresh(A=CLOSED)
        await seat.refresh(A=OPEN)
        assert [notice.title for notice in seat.written().waiting] == ["Breaker open: A"]

    async def after() -> None:
        seat.screen.up = True
        await seat.screen.shows("Breaker open: A")
        await seat.refresh(A=OPEN)
        assert seat.written().waiting == ()

    seat.run(before)
    seat.run(after)


def test_what_was_not_passed_on_before_a_crash_is_passed_on_after_it_in_its_order(
    seat: Seat,
) -> None:
    async def before() -> None:
        await seat.refresh(A=CLOSED)
        await seat.refresh(A=OPEN)
        await seat.refresh(A=CLOSED)
        assert seat.written().to_pass_on == {"elsewhere": ("Breaker open: A", "Breaker closed: A")}

    async def after() -> None:
        # However long nobody was here: whoever is elsewhere has been told nothing.
        await seat.far.has_passed_on("Breaker open: A", "Breaker closed: A")
        assert seat.written().to_pass_on == {}

    seat.run(before)
    assert seat.far.closed
    seat.now += timedelta(days=2)
    seat.far = Elsewhere()
    seat.run(after)


def test_but_after_an_absence_one_digest_tells_of_it(seat: Seat) -> None:
    async def before() -> None:
        seat.screen.up = False
        await seat.refresh(A=CLOSED, B=CLOSED)
        await seat.refresh(A=OPEN, B=CLOSED)
        await seat.refresh(A=OPEN, B=CLOSED)

    async def after() -> None:
        seat.screen.up = True
        assert seat.desk.watch.desk.hush is Hush.AWAY
        snapshot = await seat.refresh(A=OPEN, B=OPEN)
        await seat.screen.shows("While you were away (2 d)")
        assert snapshot.desk.digest is not None
        assert len(snapshot.desk.digest.opened) == 2
        # Nobody saw when it opened.
        assert not snapshot.incidents[-1].seen_opening

    seat.run(before)
    seat.now += timedelta(days=2)
    seat.run(after)


def test_a_short_pause_is_no_absence(seat: Seat) -> None:
    async def nothing() -> None:
        await seat.refresh(A=CLOSED)

    async def after() -> None:
        await seat.refresh(A=OPEN)
        await seat.screen.shows("Breaker open: A")

    seat.run(nothing)
    seat.now += AWAY_AT_LEAST - 2 * MINUTE
    seat.run(after)


def test_whoever_was_away_when_opsdesk_ended_is_there_when_it_starts(seat: Seat) -> None:
    async def before() -> None:
        await seat.refresh(A=CLOSED)
        seat.desk.obey(commands.Attend(present=False))
        await seat.refresh(A=OPEN)
        assert seat.screen.said == []

    async def after() -> None:
        await seat.refresh(A=OPEN)
        await seat.screen.shows("While you were away (1 min)")

    seat.run(before)
    seat.run(after)


def test_before_a_locked_screen_a_waking_computer_is_no_person(seat: Seat) -> None:
    async def work() -> None:
        await seat.refresh(A=CLOSED)
        seat.desk.obey(commands.Attend(present=False))
        await seat.refresh(A=CLOSED)
        since = seat.now
        seat.now += timedelta(hours=8)
        seat.desk.slept(since.timestamp())
        await seat.refresh(A=OPEN)
        await seat.refresh(A=OPEN)
        assert seat.screen.said == []
        seat.desk.obey(commands.Attend(present=True))
        await seat.refresh(A=OPEN)
        await seat.screen.shows("While you were away (8 h)")

    seat.run(work)


def test_who_sits_before_a_waking_computer_is_told(seat: Seat) -> None:
    async def work() -> None:
        await seat.refresh(A=CLOSED)
        since = seat.now
        seat.now += timedelta(hours=8)
        seat.desk.slept(since.timestamp())
        await seat.refresh(A=OPEN)
        await seat.screen.shows("While you were away (8 h)")

    seat.run(work)


def test_what_was_said_here_keeps_nothing_from_others(seat: Seat) -> None:
    async def work() -> None:
        await seat.refresh(A=CLOSED)
        seat.desk.obey(commands.Snooze(seat.now + timedelta(days=1)))
        await seat.refresh(A=OPEN)
        await seat.far.has_passed_on("Breaker open: A")
        assert seat.screen.said == []

    seat.run(work)


def test_a_policy_holds_from_the_next_refresh_on(seat: Seat) -> None:
    async def work() -> None:
        await seat.refresh(A=CLOSED)
        await seat.refresh(A=OPEN)
        seat.desk.obey(commands.SetPolicy(Policy(reminder=1)))
        await seat.refresh(A=OPEN)
        await seat.screen.shows("Still open: A")

    seat.run(work)


def test_a_disk_that_is_full_is_said_and_then_is_not(seat: Seat) -> None:
    keep = seat.keep

    def full(_ledger: Ledger) -> None:
        raise OSError(28, "No space left on device")

    async def work() -> None:
        assert "No space left on device" in (await seat.refresh(A=CLOSED)).desk.problem

    async def after() -> None:
        assert (await seat.refresh(A=CLOSED)).desk.problem == ""

    seat.keep = full
    seat.run(work)
    seat.keep = keep
    seat.run(after)


def test_a_ledger_that_names_no_incident_is_one_all_the_same(seat: Seat) -> None:
    until = NOW + timedelta(hours=1)

    async def before() -> None:
        await seat.refresh(A=CLOSED)
        seat.desk.obey(commands.Snooze(until))

    async def after() -> None:
        assert (await seat.refresh(A=OPEN)).desk.snoozed_until == until
        assert seat.screen.said == []

    seat.run(before)
    seat.run(after)


def test_where_there_is_no_ledger_the_last_snapshot_tells_what_ran(seat: Seat) -> None:
    """An earlier version kept none."""

    async def before() -> None:
        await seat.refresh(A=CLOSED)
        await seat.refresh(A=OPEN)

    async def after() -> None:
        snapshot = await seat.refresh(A=OPEN)
        assert seat.last is not None
        assert msgspec.structs.replace(running(snapshot)) == running(seat.last)

    seat.run(before)
    seat.path.unlink()
    seat.screen.said.clear()
    seat.run(after)
    assert seat.screen.said == []


def test_a_forwarder_that_does_not_close_holds_nothing_up(
    seat: Seat, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def close() -> None:
        await asyncio.Event().wait()

    async def work() -> None:
        await seat.refresh(A=CLOSED)

    caplog.set_level("INFO")
    monkeypatch.setattr("opsdesk.engine.poll.CLOSING", 0.01)
    monkeypatch.setattr(seat.far, "close", close)
    seat.run(work)
    assert "elsewhere did not close in time" in caplog.text
    assert seat.screen.closed


def test_what_opened_and_ended_under_a_wall_is_told_as_ended(seat: Seat) -> None:
    async def work() -> None:
        await seat.refresh(A=CLOSED, B=CLOSED)
        seat.desk.obey(commands.Mute(on=True))
        await seat.refresh(A=OPEN, B=CLOSED)
        await seat.far.has_passed_on("Breaker open: A")  # others are told all the same
        await seat.refresh(A=CLOSED, B=OPEN)
        assert seat.screen.said == []
        seat.desk.obey(commands.Mute(on=False))
        await seat.screen.shows("Breaker closed: A", "Breaker open: B")
        assert seat.screen.said == ["Breaker closed: A", "Breaker open: B"]

    seat.run(work)


def test_what_waits_under_a_wall_outlives_a_crash(seat: Seat) -> None:
    async def under_a_wall() -> None:
        await seat.refresh(A=CLOSED)
        seat.desk.obey(commands.Mute(on=True))
        await seat.refresh(A=OPEN)
        assert [notice.title for notice in seat.written().waiting] == ["Breaker open: A"]

    async def without_one() -> None:
        await seat.screen.shows("Breaker open: A")

    seat.run(under_a_wall)
    seat.run(without_one)
