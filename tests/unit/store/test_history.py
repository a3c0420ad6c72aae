"""What this OpsDesk has seen itself."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsdesk.catalogue import metrics
from opsdesk.model.key import Key, key
from opsdesk.model.reading import BreakerState, Reading, Value
from opsdesk.model.series import Change, Line, SeriesRange
from opsdesk.model.snapshot import Snapshot, SourceStatus
from opsdesk.store.history import SqliteHistory
from opsdesk.store.history_file import DAY, HEARTBEAT, HOUR, HOUR_KEPT, VERSION

CATALOGUE = metrics.load()
START = datetime(2026, 3, 1, tzinfo=UTC)
ZERO = START.timestamp()
P95 = key("latency.quantile", {"quantile": "0.95"})
CARBON = key("breaker.state", {"breaker": "External API - Carbon Data"})


@pytest.fixture
def history(tmp_path: Path) -> Iterator[SqliteHistory]:
    found = SqliteHistory(tmp_path / "history.sqlite", CATALOGUE)
    yield found
    found.close()


def seen(
    seconds: float, *figures: tuple[Key, Value], age: float = 0.0, answered: float | None = None
) -> Snapshot:
    at = START + timedelta(seconds=seconds)
    readings = {
        key: Reading(key=key, value=value, at=at - timedelta(seconds=age), source="prod")
        for key, value in figures
    }
    last = START + timedelta(seconds=seconds if answered is None else answered)
    source = SourceStatus(
        id="prod",
        title="Production",
        kind="opsdesk",
        where="",
        interval=60.0,
        cadence=0.0,
        last_success=last,
    )
    return Snapshot(at=at, readings=readings, sources=(source,))


def asked(start: float, end: float, step: float, *keys: Key) -> SeriesRange:
    return SeriesRange(keys=keys or (P95,), start=ZERO + start, end=ZERO + end, step=step)


def line(history: SqliteHistory, wanted: SeriesRange) -> Line:
    (found,) = history.series(wanted).lines
    return found


def test_what_was_seen_comes_back(history: SqliteHistory) -> None:
    for minute, value in enumerate([290.0, 295.0, 300.0]):
        history.record(seen(60.0 * minute, (P95, value)))
    found = line(history, asked(0, 120, 60))
    assert found.times == (ZERO, ZERO + 60, ZERO + 120)
    assert found.values == (290.0, 295.0, 300.0)


def test_what_stays_the_same_takes_little_room_and_is_no_gap(
    history: SqliteHistory, tmp_path: Path
) -> None:
    for minute in range(61):
        history.record(seen(60.0 * minute, (P95, 291.0)))
    with sqlite3.connect(tmp_path / "history.sqlite") as file:
        (rows,) = file.execute("select count(*) from raw").fetchone()
    file.close()
    assert rows == 3600 / HEARTBEAT + 1
    assert set(line(history, asked(0, 3600, 60)).values) == {291.0}


def test_when_nobody_watched_is_a_gap(history: SqliteHistory) -> None:
    history.record(seen(0, (P95, 290.0)))
    history.record(seen(2 * HOUR, (P95, 300.0)))
    values = line(history, asked(0, 2 * HOUR, 600)).values
    assert values[1] == 290.0  # in this grain a bucket is known at its end
    assert values[6] is None
    assert values[-1] == 300.0


def test_a_stale_figure_is_not_recorded_as_present(history: SqliteHistory) -> None:
    history.record(seen(0, (P95, 290.0)))
    for minute in range(1, 60):
        history.record(seen(60.0 * minute, (P95, 290.0), age=60.0 * minute, answered=0))
    assert line(history, asked(0, HOUR, 600)).values[-1] is None


def test_a_figure_reported_once_a_month_goes_on(history: SqliteHistory) -> None:
    cost = key("cost.net_savings")
    for hour in range(5):
        history.record(seen(600.0 * hour, (cost, 28_000.0)))
    assert set(line(history, asked(0, 2400, 300, cost)).values) == {28_000.0}


def test_a_figure_that_turns_stale_ends_there(history: SqliteHistory) -> None:
    history.record(seen(0, (P95, 290.0)))
    history.record(seen(60, (P95, 290.0)))
    history.record(seen(240, (P95, 290.0), age=181.0, answered=59))
    history.record(seen(300, (P95, 290.0)))
    assert line(history, asked(0, 300, 60)).values == (290.0, 290.0, 290.0, 290.0, None, 290.0)


def test_a_thing_that_is_no_longer_there_is_not_known(history: SqliteHistory) -> None:
    history.record(seen(0, (P95, 290.0), (CARBON, BreakerState.OPEN)))
    history.record(seen(60))
    assert line(history, asked(0, 60, 60)).values == (290.0, None)
    (strip,) = history.series(asked(0, 60, 60, CARBON)).strips
    assert strip.changes == (Change(ZERO, "open"), Change(ZERO + 60, "unknown"))


def test_a_line_ends_where_opsdesk_did(history: SqliteHistory) -> None:
    history.record(seen(0, (P95, 290.0)))
    assert line(history, asked(0, HEARTBEAT, 300)).values == (290.0, 290.0, 290.0)
    assert line(history, asked(0, 2 * HEARTBEAT, 300)).values == (290.0, None, None, None, None)


def test_a_clock_that_is_set_back_leaves_no_gap_and_nothing_of_the_future(
    history: SqliteHistory,
) -> None:
    for minute in range(3):
        history.record(seen(DAY + 60.0 * minute, (P95, 900.0), (CARBON, BreakerState.OPEN)))
    for minute in range(90):
        history.record(seen(60.0 * minute, (P95, 290.0), (CARBON, BreakerState.CLOSED)))
    assert set(line(history, asked(0, 89 * 60, 60)).values) == {290.0}
    assert set(line(history, asked(600, 89 * 60, 600)).values) == {290.0}  # rolled up as well
    history.record(seen(DAY + 300, (P95, 295.0), (CARBON, BreakerState.CLOSED)))
    found = history.series(asked(0, DAY + 300, 60, P95, CARBON))
    assert 900.0 not in found.lines[0].values
    assert [change.state for change in found.strips[0].changes] == ["closed", "unknown", "closed"]


def test_another_run_whose_clock_is_behind_is_rolled_up_as_well(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    ahead = SqliteHistory(path, CATALOGUE)
    for minute in range(0, 120, 5):
        ahead.record(seen(DAY + 60.0 * minute, (P95, 900.0)))
    ahead.close()
    history = SqliteHistory(path, CATALOGUE)
    for minute in range(0, 120, 5):
        history.record(seen(60.0 * minute, (P95, 290.0)))
    assert set(line(history, asked(1200, 115 * 60, 600)).values) == {290.0}
    history.close()


def test_an_old_range_comes_from_the_grain_that_is_left(history: SqliteHistory) -> None:
    for minute in range(0, 120, 5):
        history.record(seen(60.0 * minute, (P95, 290.0)))
    history.record(seen(20 * DAY, (P95, 300.0)))  # what is raw goes after 14 days
    assert set(line(history, asked(600, HOUR, 60)).values) == {290.0}


def test_of_very_many_figures_each_is_kept_for_less(
    history: SqliteHistory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("opsdesk.store.history_file.MOST_KEYS", 1)
    two = [(key("latency.quantile", {"quantile": quantile}), 7.0) for quantile in ("0.5", "0.95")]
    for day in range(9):
        history.record(seen(day * DAY, *two))
    # The raw grain alone tells what was in the first minutes.
    assert not history.series(asked(0, 120, 60, two[0][0])).lines
    assert line(history, asked(DAY, DAY + 120, 60, two[0][0])).values[0] == 7.0


def test_what_has_not_been_seen_for_years_is_forgotten_and_its_place_given_to_another(
    history: SqliteHistory, tmp_path: Path
) -> None:
    history.record(seen(0, (P95, 290.0), (CARBON, BreakerState.OPEN)))
    history.record(seen(60, (P95, 290.0)))
    other = key("breaker.state", {"breaker": "Maps"})
    for seconds in (HOUR_KEPT + DAY, HOUR_KEPT + DAY + HOUR):
        history.record(seen(seconds, (other, BreakerState.CLOSED)))
    with sqlite3.connect(tmp_path / "history.sqlite") as file:
        assert file.execute("select text from key").fetchall() == [(str(other),)]
    file.close()
    (strip,) = history.series(asked(HOUR_KEPT, HOUR_KEPT + DAY + HOUR, 600, other, CARBON)).strips
    assert strip.key is other
    assert strip.changes[-1].state == "closed"


def test_states_come_as_transitions(history: SqliteHistory) -> None:
    states = [BreakerState.CLOSED, BreakerState.CLOSED, BreakerState.OPEN, BreakerState.HALF_OPEN]
    for minute, state in enumerate(states):
        history.record(seen(60.0 * minute, (CARBON, state)))
    (strip,) = history.series(asked(0, 180, 60, CARBON)).strips
    assert strip.changes == (
        Change(ZERO, "closed"),
        Change(ZERO + 120, "open"),
        Change(ZERO + 180, "half-open"),
    )


def test_a_strip_begins_with_the_state_before_it(history: SqliteHistory) -> None:
    for minute in range(20):
        state = BreakerState.OPEN if minute > 2 else BreakerState.CLOSED
        history.record(seen(60.0 * minute, (CARBON, state)))
    (strip,) = history.series(asked(600, 1140, 60, CARBON)).strips
    assert strip.changes == (Change(ZERO + 600, "open"),)


def test_a_strip_is_unknown_while_nobody_watched(history: SqliteHistory) -> None:
    history.record(seen(0, (CARBON, BreakerState.CLOSED)))
    history.record(seen(HOUR, (CARBON, BreakerState.CLOSED)))
    (strip,) = history.series(asked(0, 3 * HOUR, 60, CARBON)).strips
    assert [change.state for change in strip.changes] == ["unknown", "closed", "unknown"]


def test_the_next_run_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    for run in range(2):
        history = SqliteHistory(path, CATALOGUE)
        history.record(seen(60.0 * run, (P95, 290.0 + run)))
        history.close()
    again = SqliteHistory(path, CATALOGUE)
    assert line(again, asked(0, 60, 60)).values == (290.0, 291.0)
    again.close()


def test_a_day_is_drawn_from_what_is_rolled_up_with_its_extremes(history: SqliteHistory) -> None:
    for minute in range(0, 3 * 1440, 2):
        value = 900.0 if minute == 1440 else 290.0 + minute % 20
        history.record(seen(60.0 * minute, (P95, value)))
    found = line(history, asked(0, 3 * DAY - 120, 2 * HOUR))
    assert None not in found.values[1:]
    assert max(high for high in found.highs if high is not None) == 900.0
    assert min(low for low in found.lows if low is not None) == 290.0


def test_of_a_baseline_and_of_what_was_never_seen_there_is_nothing(history: SqliteHistory) -> None:
    history.record(seen(0, (P95, 290.0)))
    wanted = asked(0, 60, 60)
    before = SeriesRange(keys=(P95,), start=ZERO, end=ZERO + 60, step=60, baseline="last week")
    assert history.series(before).lines == ()
    assert history.series(asked(0, 60, 60, key("errors.rate"))).lines == ()
    assert history.series(wanted).lines


def test_a_damaged_file_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    path.write_bytes(b"this is no database at all, but long enough to be taken for one" * 40)
    history = SqliteHistory(path, CATALOGUE)
    history.record(seen(0, (P95, 290.0)))
    assert line(history, asked(0, 0, 60)).values == (290.0,)
    history.close()
    assert len(list(tmp_path.glob("history.damaged-*.sqlite"))) == 1


def test_damage_that_shows_later_is_set_aside_as_well(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "history.sqlite"
    history = SqliteHistory(path, CATALOGUE)
    keys = [(key("latency.quantile", {"quantile": str(n)}), float(n)) for n in range(400)]
    history.record(seen(0, *keys))
    history.close()
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xff" * (len(content) - 8192)  # the head and the list of tables are well
    path.write_bytes(content)
    history = SqliteHistory(path, CATALOGUE)
    for minute in range(4):
        history.record(seen(60.0 * minute, *keys))
    assert line(history, asked(180, 180, 60, keys[7][0])).values == (7.0,)
    history.close()
    assert caplog.text.count("cannot be used now") == 1
    assert len(list(tmp_path.glob("history.damaged-*.sqlite"))) == 1


def test_what_could_not_be_written_does_not_pass_for_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A disk is full while a new figure comes, and has room again when the next one does."""
    path = tmp_path / "history.sqlite"
    history = SqliteHistory(path, CATALOGUE)
    history.record(seen(0, (P95, 290.0)))
    with sqlite3.connect(path) as file:
        file.execute(
            "create trigger full before insert on raw begin select raise(abort,'full'); end"
        )
    for second in (1, 2):
        history.record(seen(second, (P95, 291.0), (key("errors.rate"), 1.0)))
    with file:
        file.execute("drop trigger full")
    file.close()
    history.record(seen(3, (key("traffic.rate"), 5.0)))
    history.record(seen(4, (key("errors.rate"), 1.0), (P95, 291.0)))
    assert caplog.text.count("cannot be used now: full") == 1
    assert line(history, asked(4, 4, 1)).values == (291.0,)
    assert line(history, asked(4, 4, 1, key("errors.rate"))).values == (1.0,)
    assert line(history, asked(3, 3, 1, key("traffic.rate"))).values == (5.0,)
    history.close()


def test_what_was_recorded_outlives_a_process_that_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    killed = SqliteHistory(path, CATALOGUE)
    killed.record(seen(0, (P95, 290.0)))
    killed.record(seen(60, (P95, 295.0)))
    there = tmp_path / "there"
    there.mkdir()
    for file in tmp_path.glob("history.sqlite*"):  # as the disk has them at this moment
        (there / file.name).write_bytes(file.read_bytes())
    killed.close()
    history = SqliteHistory(there / "history.sqlite", CATALOGUE)
    assert line(history, asked(0, 60, 60)).values == (290.0, 295.0)
    history.close()


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_others_cannot_read_it(history: SqliteHistory, tmp_path: Path) -> None:
    history.record(seen(0, (P95, 290.0)))
    files = list(tmp_path.glob("history.sqlite*"))
    assert len(files) > 1
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_file_of_a_later_version_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    file = sqlite3.connect(path)
    file.execute(f"pragma user_version = {VERSION + 1}")
    file.close()
    before = path.read_bytes()
    history = SqliteHistory(path, CATALOGUE)
    history.record(seen(0, (P95, 290.0)))
    assert history.series(asked(0, 60, 60)).lines == ()
    history.close()
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_made_costs_history_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder")
    history = SqliteHistory(tmp_path / "file" / "history.sqlite", CATALOGUE)
    history.record(seen(0, (P95, 290.0)))
    assert history.series(asked(0, 60, 60)).lines == ()
    assert "cannot be used now" in caplog.text
    history.close()


def test_after_its_end_nothing_is_recorded(history: SqliteHistory) -> None:
    history.record(seen(0, (P95, 290.0)))
    history.close()
    history.close()
    history.record(seen(60, (P95, 300.0)))
    assert history.series(asked(0, 60, 60)).lines == ()


@settings(max_examples=25, deadline=None)
@given(values=st.lists(st.floats(-1e9, 1e9, width=32), min_size=1, max_size=40))
def test_every_value_comes_back_at_its_own_minute(
    tmp_path_factory: pytest.TempPathFactory, values: list[float]
) -> None:
    history = SqliteHistory(tmp_path_factory.mktemp("history") / "h.sqlite", CATALOGUE)
    for minute, value in enumerate(values):
        history.record(seen(60.0 * minute, (P95, value)))
    found = line(history, asked(0, 60.0 * (len(values) - 1), 60))
    history.close()
    assert list(found.values) == values
