"""``opsdesk wall`` on a real X server: what is seen, what is asked of it, and what befalls it.

A backend that OpsDesk did not write has a breaker that trips. What the wall shows is read from the
screen's own memory, and asked of the wall's API.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.backend import Backend, backend
from support.desktop import Desktop, desktop
from support.monitors import Monitors
from support.processes import eventually, running
from support.screen import Box

SETTINGS = """\
interval = 1.0
{before}
[[source]]
id = "shop"
title = "Shop"
kind = "opsdesk"
url = "{url}"
{walls}
[wall_remote]
enabled = true
port = 0
"""
WALL = """\
[[wall]]
pages = ["overview", "reliability"]
dwell = {dwell}
diagonal = 55.0
display = "{display}"
"""
TOKEN, CODE = "t0p-s3cret", "4711"  # of nobody
#: blue, green, red, as the screen's memory has them: tokens of the dark theme
GROUND, CRITICAL, STALE = b"\x1b\x18\x15", b"\x48\x6a\xfb", b"\xb8\x80\xce"
#: an edge of the display within the band of an alarm, and one above its foot
BAND, SIDE = Box(2, 60, 4, 4), Box(2, 600, 4, 4)


@pytest.fixture
def here() -> Iterator[Desktop]:
    with desktop(tray=False, size="1920x1080") as whole:
        yield whole


def profile(here: Desktop, shop: Backend, *walls: str, before: str = "") -> Path:
    """Connect the shop and hang walls, as their owner has done before."""
    file = Path(here.env["XDG_CONFIG_HOME"]) / "opsdesk" / "profiles" / "default.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    text = SETTINGS.format(url=shop.url, walls="\n".join(walls), before=before)
    file.write_text(text, "utf-8")
    return file


def hung(dwell: float = 3600, display: str = "") -> str:
    """Return a wall of the profile."""
    return WALL.format(dwell=dwell, display=display)


@contextmanager
def opsdesk(here: Desktop, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run OpsDesk."""
    secrets = {"OPSDESK_SECRET_WALL_REMOTE": TOKEN, "OPSDESK_SECRET_WALL_CODE": CODE}
    env = {**here.env, **secrets}
    with running([sys.executable, "-m", "opsdesk", *arguments], env=env) as process:
        yield process


def log(here: Desktop) -> str:
    """Return what OpsDesk has written into its log."""
    file = Path(here.env["XDG_STATE_HOME"]) / "opsdesk/log/default.log"
    return file.read_text("utf-8") if file.exists() else ""


class Remote:
    """The wall as another machine sees it."""

    def __init__(self, here: Desktop, *, of_start: int = 1) -> None:
        """Wait until it can be asked, in the start of that number."""

        def served() -> str:
            found = re.findall(r"other machines at (http://[^/ ]+)", log(here))
            return found[of_start - 1] if len(found) >= of_start else ""

        self._url = f"{eventually(served, 'the API of the wall')}/v1/wall"

    def tell(self, command: str) -> None:
        """Tell it something."""
        self._ask("POST", f"/{command}")

    def status(self) -> dict[str, Any]:
        """Return how it is."""
        return self._ask("GET", "")

    def _ask(self, method: str, path: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = httpx.request(method, self._url + path, headers=headers, trust_env=False)
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    def slide(self, wall: int = 0) -> str:
        """Return what is shown."""
        return str(self.status()["walls"][wall]["slide"])

    def shows(self, slide: str) -> None:
        """Wait until something is shown."""
        eventually(lambda: self.slide() == slide, f"the slide {slide}")


def seen(here: Desktop, colour: bytes, box: Box) -> bool:
    """Tell whether a part of the screen is of one colour."""
    return here.picture(box).colours() == {colour}


def test_a_wall_fills_its_display_and_turns_its_pages(here: Desktop, shop: Backend) -> None:
    profile(here, shop, hung(dwell=3))
    with opsdesk(here, "wall") as process:
        remote = Remote(here)
        (window,) = eventually(lambda: here.windows(process.pid), "the wall")
        assert window.box == Box(0, 0, 1920, 1080)
        remote.shows("reliability")
        remote.shows("overview")
        assert seen(here, GROUND, SIDE)


def test_an_incident_takes_over_until_somebody_takes_care_of_it(
    here: Desktop, shop: Backend
) -> None:
    profile(here, shop, hung())
    with opsdesk(here, "wall"):
        remote = Remote(here)
        remote.shows("overview")
        shop.move("open")
        eventually(lambda: seen(here, CRITICAL, BAND), "the band of the incident")
        assert remote.status()["incidents"] == [remote.slide()]
        here.press("a")
        remote.shows("overview")
        eventually(lambda: seen(here, GROUND, BAND), "the band to go")


def test_an_incident_that_ends_gives_the_wall_back(here: Desktop, shop: Backend) -> None:
    profile(here, shop, hung())
    with opsdesk(here, "wall"):
        remote = Remote(here)
        remote.shows("overview")
        shop.move("open")
        eventually(lambda: seen(here, CRITICAL, BAND), "the incident")
        shop.move("closed")
        remote.shows("overview")


def test_it_says_unmistakably_that_its_data_is_old(here: Desktop) -> None:
    with ExitStack() as life:
        dying = life.enter_context(backend())
        profile(here, dying, hung())
        with opsdesk(here, "wall"):
            Remote(here).shows("overview")
            eventually(lambda: seen(here, GROUND, BAND), "fresh data")
            life.close()
            eventually(lambda: seen(here, STALE, BAND), "the band of what is stale")


def test_nothing_pops_up_on_a_wall(here: Desktop, shop: Backend) -> None:
    profile(here, shop, hung())
    with opsdesk(here, "wall"):
        Remote(here).shows("overview")
        shop.move("open")
        eventually(lambda: seen(here, CRITICAL, BAND), "the incident on the wall")
        assert here.displayed() == 0
    assert here.notifications() == []


def test_f11_shows_the_wall_and_leaves_it_and_what_was_held_back_is_told_then(
    here: Desktop, shop: Backend
) -> None:
    profile(here, shop, hung())
    with opsdesk(here) as process:
        (window,) = eventually(lambda: here.windows(process.pid), "the window")
        eventually(lambda: "Payments" in known(here), "the first answer")
        here.press("F11")
        remote = Remote(here)
        remote.shows("overview")
        shop.move("open")
        eventually(lambda: seen(here, CRITICAL, BAND), "the incident on the wall")
        assert here.displayed() == 0
        here.press("Escape")
        eventually(lambda: here.displayed() == 1, "the notification")
        eventually(
            lambda: [found.id for found in here.windows(process.pid)] == [window.id],
            "the window and nothing else",
        )


def test_f11_asks_the_first_time_how_the_wall_shall_be(here: Desktop, shop: Backend) -> None:
    file = profile(here, shop)
    with opsdesk(here) as process:
        (window,) = eventually(lambda: here.windows(process.pid), "the window")
        eventually(lambda: "Payments" in known(here), "the first answer")
        here.press("F11")
        eventually(lambda: len(here.windows(process.pid)) == 2, "the dialog")
        here.press("Return")
        eventually(lambda: "[[wall]]" in file.read_text("utf-8"), "the wall to be kept")
        Remote(here).shows("overview")
        here.press("Escape")
        eventually(
            lambda: [found.id for found in here.windows(process.pid)] == [window.id],
            "the window and nothing else",
        )
        here.press("F11")
        Remote(here, of_start=2).shows("overview")


def test_a_locked_wall_is_left_with_its_code_alone(here: Desktop, shop: Backend) -> None:
    profile(here, shop, before="wall_locked = true")
    with opsdesk(here, "wall", "--diagonal", "55in") as process:
        Remote(here).shows("overview")
        here.press("Escape", "1", "2", "Return")
        here.press("Escape")
        assert here.windows(process.pid)
        here.press("Escape", *CODE, "Return")
        assert process.wait(20) == 0


def test_a_second_start_shows_the_wall_in_the_opsdesk_that_runs(
    here: Desktop, shop: Backend
) -> None:
    profile(here, shop, hung())
    with opsdesk(here) as process:
        eventually(lambda: len(here.windows(process.pid)) == 1, "the window")
        with opsdesk(here, "wall") as second:
            assert second.wait(20) == 0
        Remote(here).shows("overview")
        assert len(here.windows(process.pid)) == 2
        with opsdesk(here, "wall", "--pages", "operations") as third:
            assert third.wait(20) == 0
        Remote(here).shows("operations")


def test_another_machine_turns_holds_and_takes_care(here: Desktop, shop: Backend) -> None:
    profile(here, shop, hung())
    with opsdesk(here, "wall"):
        remote = Remote(here)
        remote.shows("overview")
        remote.tell("next")
        remote.shows("reliability")
        remote.tell("hold")
        eventually(lambda: remote.status()["walls"][0]["held"], "the hold")
        shop.move("open")
        eventually(lambda: remote.status()["incidents"], "the incident")
        remote.tell("acknowledge")
        remote.shows("reliability")
        assert remote.status()["walls"][0]["held"]
        remote.tell("release")
        eventually(lambda: not remote.status()["walls"][0]["held"], "the release")


def test_another_machine_has_the_settings_read_anew(here: Desktop, shop: Backend) -> None:
    file = profile(here, shop, hung())
    with opsdesk(here, "wall") as process:
        Remote(here).shows("overview")
        changed = file.read_text("utf-8").replace('"overview", ', "")
        file.write_text(changed, "utf-8")
        Remote(here).tell("reload")
        Remote(here, of_start=2).shows("reliability")
        assert process.poll() is None


def test_a_slip_in_the_settings_ends_no_wall(here: Desktop, shop: Backend) -> None:
    file = profile(here, shop, hung())
    with opsdesk(here, "wall"):
        remote = Remote(here)
        remote.shows("overview")
        slip = file.read_text("utf-8").replace("dwell = ", "dwell = = ")
        file.write_text(slip, "utf-8")
        remote.tell("reload")
        (problem,) = eventually(lambda: remote.status()["problems"], "what is wrong")
        assert "the settings cannot be used" in problem
        assert remote.slide() == "overview"
        assert file.read_text("utf-8") == slip
        shop.move("open")
        eventually(lambda: remote.status()["incidents"], "news of the shop that is connected")


def test_a_second_start_opens_no_window_that_nobody_sees(here: Desktop, shop: Backend) -> None:
    profile(here, shop, hung())
    with opsdesk(here, "wall") as process:
        remote = Remote(here)
        remote.shows("overview")
        with opsdesk(here) as second:
            assert second.wait(20) == 0
        here.press("h")
        eventually(lambda: remote.status()["walls"][0]["held"], "the key to reach the wall")
        assert len(here.windows(process.pid)) == 1


def test_killed_it_is_back_with_what_was_acknowledged_and_says_how_it_was(
    here: Desktop, shop: Backend
) -> None:
    profile(here, shop, hung())
    with opsdesk(here, "wall", "--keep-running") as keeper:
        remote = Remote(here)
        shop.move("open")
        eventually(lambda: seen(here, CRITICAL, BAND), "the incident")
        remote.tell("acknowledge")
        remote.shows("overview")
        pictures = Path(here.env["XDG_STATE_HOME"]) / "opsdesk" / "default@wall"
        eventually(lambda: list(pictures.glob("*.jpg")), "a picture of the wall")
        for number in (1, 2):
            (wall,) = children(keeper.pid)
            (before,) = here.windows(wall)
            subprocess.run(["kill", "-KILL", str(wall)], check=True)
            (again,) = eventually(lambda: set(children(keeper.pid)) - {wall}, "another wall")  # noqa: B023
            (after,) = eventually(lambda: here.windows(again), "its window")  # noqa: B023
            assert after.box == before.box
            remote = Remote(here, of_start=number + 1)
            remote.shows("overview")
            assert remote.status()["restarts"] == number
            assert remote.status()["incidents"] == []
        keeper.send_signal(signal.SIGTERM)
        assert keeper.wait(20) == 0
    assert "restarts=2" in log(here)


def test_a_slip_in_its_settings_leaves_no_wall_dark(here: Desktop, shop: Backend) -> None:
    file = profile(here, shop, hung())
    with opsdesk(here, "wall", "--keep-running") as keeper:
        Remote(here).shows("overview")
        file.write_text("dwell = = 8", "utf-8")
        (wall,) = children(keeper.pid)
        subprocess.run(["kill", "-KILL", str(wall)], check=True)
        remote = Remote(here, of_start=2)
        remote.shows("overview")
        (problem,) = remote.status()["problems"]
        assert "settings cannot be used" in problem
        assert "Until then those are used that last worked." in problem


def test_it_waits_for_its_display_and_fills_it_wherever_that_comes_back(
    here: Desktop, shop: Backend
) -> None:
    monitors = Monitors(here)
    left, right = Box(0, 0, 960, 1080), Box(960, 0, 960, 1080)
    monitors.add("LEFT", left, mm=(509, 572), lit=True)
    monitors.add("RIGHT", right, mm=(509, 572))
    profile(here, shop, hung(display="RIGHT"))
    with opsdesk(here, "wall") as process:
        remote = Remote(here)
        remote.shows("overview")
        assert [window.box for window in here.windows(process.pid)] == [right]
        monitors.remove("RIGHT")
        eventually(lambda: not remote.status()["walls"][0]["lit"], "it to be gone")
        assert here.windows(process.pid) == []
        smaller = Box(960, 0, 800, 600)
        monitors.add("RIGHT", smaller, mm=(423, 317))
        eventually(lambda: remote.status()["walls"][0]["lit"], "it to be back")
        eventually(
            lambda: [window.box for window in here.windows(process.pid)] == [smaller],
            "the wall on its smaller display",
        )


def known(here: Desktop) -> str:
    """Return the last known snapshot as it is kept."""
    file = Path(here.env["XDG_STATE_HOME"]) / "opsdesk" / "default.json"
    return file.read_text("utf-8") if file.exists() else ""


def children(pid: int) -> list[int]:
    """Return the processes that a process has started and that live."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8")
    return [int(child) for child in found.split()]
