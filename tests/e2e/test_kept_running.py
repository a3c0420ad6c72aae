"""A wall that is killed is back on its display; who ends what keeps it running ends both."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from support.desktop import Desktop, desktop
from support.needs import need
from support.processes import eventually, running
from support.x11 import screen_saver

from opsdesk.store.wall_state import WallState

WALL = ["wall", "--demo", "--distance", "5m", "--diagonal", "55in", "--keep-running"]

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="an X server")


@pytest.fixture
def here() -> Iterator[Desktop]:
    with desktop(tray=False, notifications=False) as found:
        yield found


def wall_of(parent: subprocess.Popen[str], here: Desktop) -> int:
    """Wait until the wall is on the display; return its process."""

    def hung() -> int:
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
        return next((int(pid) for pid in children if here.windows(int(pid))), 0)

    return eventually(hung, "a wall")


def restarts(here: Desktop) -> int:
    """Return how often the wall came back, by its own count; below zero before it counts."""
    found = list(here.folder.rglob("demo@wall.json"))
    return remembered(found[0]).restarts if found else -1


def remembered(path: Path) -> WallState:
    return msgspec.json.decode(path.read_bytes(), type=WallState)


def test_it_is_back_after_each_kill_counts_them_and_ends_with_its_parent(here: Desktop) -> None:
    with running([sys.executable, "-m", "opsdesk", *WALL], env=here.env) as parent:
        for times in range(3):
            eventually(lambda times=times: restarts(here) == times, f"restart {times}")
            wall = wall_of(parent, here)
            if times < 2:
                os.kill(wall, signal.SIGKILL)
        parent.terminate()
        assert parent.wait(20) == 0
        assert not Path(f"/proc/{wall}").exists()
    (path,) = here.folder.rglob("demo@wall.json")
    assert remembered(path).is_over


def test_its_display_stays_lit_until_it_is_left(here: Desktop) -> None:
    display = here.env["DISPLAY"]
    subprocess.run([need("xset"), "-display", display, "s", "1", "1"], check=True)

    def rested(seconds: float) -> bool:
        """Wait until nobody has touched anything for so long; tell whether the display is dark."""

        def saver() -> tuple[bool, float] | None:
            found = screen_saver(display)
            return found if found[1] > seconds else None

        return eventually(saver, f"{seconds} s of rest")[0]

    assert rested(1.5)
    with running([sys.executable, "-m", "opsdesk", *WALL], env=here.env) as parent:
        wall_of(parent, here)
        subprocess.run([need("xset"), "-display", display, "s", "reset"], check=True)
        assert not rested(3)
        here.press("Escape")
        assert parent.wait(20) == 0
    assert rested(1.5)
