"""A wall that ends by itself is started anew: real processes that are killed, hang, and end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.processes import end, eventually, running

from opsdesk.app.keeping_running import delay

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals")

#: runs what stands in for the wall and tells of its ends
PARENT = """
import sys
from opsdesk.app.keeping_running import keep_running
lives, hangs, *command = sys.argv[1:]
sys.exit(keep_running((), lives=float(lives), hangs=float(hangs), command=lambda: command))
"""
#: writes down that it began, and does what it is told
WALL = """
import os, signal, sys, time
from pathlib import Path
from opsdesk.notify.watchdog import Watchdog
runs, first, then = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
with runs.open("a") as file:
    file.write(f"{os.getpid()}\\n")
count = len(runs.read_text().split())
exec(first if count <= 5 else then)
"""
DIES, LEAVES = "os.kill(os.getpid(), signal.SIGKILL)", "sys.exit(0)"
STAYS = "signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); signal.pause()"
IS_DEAF = "signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.pause()"


@contextmanager
def kept(
    folder: Path, first: str, then: str, *, lives: float = 0.0, hangs: float = 60.0
) -> Iterator[subprocess.Popen[str]]:
    child = [sys.executable, "-c", WALL, str(folder / "runs"), first, then]
    with running([sys.executable, "-c", PARENT, str(lives), str(hangs), *child]) as process:
        yield process


def pids(folder: Path) -> list[int]:
    runs = folder / "runs"
    return [int(line) for line in runs.read_text().split()] if runs.exists() else []


def began(folder: Path, times: int) -> int:
    """Wait until the wall began for so many times; return the last one's process."""
    eventually(lambda: len(pids(folder)) >= times, f"start {times}")
    return pids(folder)[-1]


def children(pid: int) -> list[str]:
    """Return the states of the children of a process: 'Z' for one that nobody has waited for."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [
        Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0] for child in found
    ]


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_five_kills_are_five_restarts_and_leaving_is_the_end(tmp_path: Path) -> None:
    with kept(tmp_path, DIES, LEAVES) as process:
        assert process.wait(20) == 0
    assert len(pids(tmp_path)) == 6
    assert not any(map(is_there, pids(tmp_path)))


def test_who_is_killed_from_outside_comes_back_and_leaves_no_zombie(tmp_path: Path) -> None:
    with kept(tmp_path, STAYS, STAYS) as process:
        for times in range(1, 4):
            os.kill(began(tmp_path, times), signal.SIGKILL)
        began(tmp_path, 4)
        if sys.platform.startswith("linux"):
            assert len(children(process.pid)) == 1
            assert "Z" not in children(process.pid)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_who_ends_the_parent_ends_both(number: signal.Signals, tmp_path: Path) -> None:
    with kept(tmp_path, STAYS, STAYS) as process:
        wall = began(tmp_path, 1)
        os.kill(process.pid, number)
        assert process.wait(20) == 0
        assert not is_there(wall)
    assert len(pids(tmp_path)) == 1


def test_a_wall_that_dies_at_once_waits_longer_each_time_and_can_be_ended_meanwhile(
    tmp_path: Path,
) -> None:
    with kept(tmp_path, DIES, DIES, lives=60.0) as process:
        began(tmp_path, 3)
        assert end(process) == 0
    assert len(pids(tmp_path)) <= 4


def test_the_waits_grow_to_half_a_minute_and_stay_there() -> None:
    waits = [delay(deaths) for deaths in range(100)]
    assert waits[:4] == [0, 1, 2, 4]
    assert waits == sorted(waits)
    assert set(waits[10:]) == {30.0}


def test_a_wall_that_hangs_is_killed_and_started_anew(tmp_path: Path) -> None:
    hangs = f"Watchdog().ping(); {IS_DEAF}"
    with kept(tmp_path, hangs, STAYS, hangs=0.5):
        began(tmp_path, 6)
        eventually(lambda: not any(map(is_there, pids(tmp_path)[:5])), "the deaf to be killed")


def test_a_wall_that_pings_is_left_alone(tmp_path: Path) -> None:
    pings = f"dog = Watchdog()\nfor _ in range(12): dog.ping(); time.sleep(0.25)\n{LEAVES}"
    with kept(tmp_path, pings, pings, hangs=1.0) as process:
        assert process.wait(20) == 0
    assert len(pids(tmp_path)) == 1


def test_what_cannot_be_started_is_tried_again(tmp_path: Path) -> None:
    program = tmp_path / "opsdesk"
    command = [sys.executable, "-c", PARENT, "0", "60", str(program)]
    with running(command) as process:
        program.write_text("#!/bin/sh\nexit 0\n")
        program.chmod(0o700)
        assert process.wait(20) == 0
