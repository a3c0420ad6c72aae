"""What OpsDesk says of itself."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest

from opsdesk.store.own_figures import OwnFigures, Tally, line, own_figures
from opsdesk.store.wall_state import WallState

BEGAN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
STATE = WallState(started_at=BEGAN, since=BEGAN - timedelta(days=31), restarts=2)

on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux tells")


#: in a process of its own: in that of the tests, others begin and end threads and let memory go
ALONE = """
import sys, threading
import msgspec
from opsdesk.store.own_figures import own_figures
before = own_figures()
over = threading.Event()
thread = threading.Thread(target=over.wait)
thread.start()
much = bytearray(64 << 20)
much[::4096] = bytes(len(much[::4096]))  # touched, so it is resident
with open(sys.argv[1], "wb"):
    now = own_figures()
over.set()
thread.join()
sys.stdout.buffer.write(msgspec.json.encode([before, now]))
"""


@on_linux
def test_memory_threads_and_descriptors_are_those_of_now(tmp_path: Path) -> None:
    command = [sys.executable, "-c", ALONE, str(tmp_path / "file")]
    told = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
    before, now = msgspec.json.decode(told, type=tuple[OwnFigures, OwnFigures])
    assert before.memory is not None
    assert before.descriptors is not None
    assert now.memory is not None
    assert now.memory - before.memory == pytest.approx(64, abs=4)
    assert now.threads == before.threads + 1
    assert now.descriptors == before.descriptors + 1


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_nothing_is_invented(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    figures = own_figures()
    assert figures.memory is None
    assert figures.threads == threading.active_count()
    assert (figures.descriptors is None) is (platform == "win32")


def test_the_line_says_all_of_it_in_one_form() -> None:
    tally = Tally(
        refreshes=25_920,
        last_refresh=BEGAN.astimezone(timezone(timedelta(hours=2))),
        turns=12_960,
    )
    figures = OwnFigures(memory=142.06, threads=9, descriptors=31)
    assert line(figures, tally, STATE, BEGAN + timedelta(days=3)) == (
        "wall: uptime=259200s memory=142.1MiB threads=9 descriptors=31 refreshes=25920 "
        "last_refresh=2026-03-02T08:00:00Z turns=12960 restarts=2 since=2026-01-30T08:00:00Z"
    )


def test_what_is_not_known_is_said_to_be_so() -> None:
    figures = OwnFigures(memory=None, threads=4, descriptors=None)
    assert line(figures, Tally(), STATE, BEGAN) == (
        "wall: uptime=0s memory=- threads=4 descriptors=- refreshes=0 "
        "last_refresh=- turns=0 restarts=2 since=2026-01-30T08:00:00Z"
    )
