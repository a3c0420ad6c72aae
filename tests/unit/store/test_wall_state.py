"""What a wall remembers of its runs."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.processes import first_line, running

from opsdesk.store import wall_state
from opsdesk.store.wall_state import WallState

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)


def test_the_first_time_it_was_never_started_anew(tmp_path: Path) -> None:
    path = tmp_path / "state" / "default@wall.json"
    assert wall_state.begin(path, MONDAY) == WallState(started_at=MONDAY, since=MONDAY)
    assert path.stat().st_mode & 0o077 == 0


def test_what_nobody_has_ended_was_started_anew(tmp_path: Path) -> None:
    path = tmp_path / "wall.json"
    wall_state.begin(path, MONDAY)
    wall_state.begin(path, TUESDAY)
    again = wall_state.begin(path, WEDNESDAY)
    assert again == WallState(started_at=WEDNESDAY, since=MONDAY, restarts=2)


def test_what_somebody_has_ended_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "wall.json"
    wall_state.begin(path, MONDAY)
    state = wall_state.begin(path, TUESDAY)
    for _ in range(2):
        wall_state.end(path, state)
    again = wall_state.begin(path, WEDNESDAY)
    assert again == WallState(started_at=WEDNESDAY, since=WEDNESDAY)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"started_at": "2026-03-02T08:00:00Z", "since": "2026-03-02T08:00:00Z", "restarts": -1}',
        b'{"started_at": "2026-03-02T08:00:00", "since": "2026-03-02T08:00:00Z"}',
    ],
)
def test_a_broken_file_begins_anew(
    content: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "wall.json"
    path.write_bytes(content)
    assert wall_state.begin(path, MONDAY) == WallState(started_at=MONDAY, since=MONDAY)
    assert "how the wall last ended is not known" in caplog.text
    assert wall_state.begin(path, TUESDAY).restarts == 1


def test_a_folder_that_cannot_be_written_to_keeps_no_wall_from_starting(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    state = wall_state.begin(tmp_path / "file" / "wall.json", MONDAY)
    assert state.restarts == 0
    assert "cannot be kept" in caplog.text


BEGINS_ALL_THE_TIME = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from opsdesk.store import wall_state
while True:
    print(wall_state.begin(Path(sys.argv[1]), datetime.now(UTC)).restarts, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_it_is_whole_at_whatever_moment_it_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "wall.json"
    wall_state.begin(path, MONDAY)
    chance = random.Random(1)
    counted = 0
    for _ in range(8):
        command = [sys.executable, "-c", BEGINS_ALL_THE_TIME, str(path)]
        with running(command) as process:
            assert int(first_line(process)) > counted
            time.sleep(chance.uniform(0, 0.02))  # the moment of the kill is what is tried out
            os.kill(process.pid, signal.SIGKILL)
            rest = process.stdout.read() if process.stdout else ""
            process.wait()
        # What was printed was written; of the one that was being written nothing is known.
        counted = max(counted, *map(int, rest.splitlines()), 0)
    state = wall_state.begin(path, TUESDAY)
    assert state.since == MONDAY
    assert state.restarts > counted
    assert [file.name for file in tmp_path.iterdir()] == ["wall.json"]
