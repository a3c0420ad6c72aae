"""Walls on displays that come, go, and change: on a real X server, in a process of their own."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from support.desktop import Desktop, desktop
from support.monitors import Monitors, edid
from support.processes import eventually, running
from support.screen import Box

SERVICE = Path(__file__).parents[2] / "support" / "services" / "walls.py"
#: blue, green, red: as the X server keeps them
RED, GREEN = b"\x00\x00\xff", b"\x00\xff\x00"
LEFT = Box(0, 0, 1280, 720)
RIGHT = Box(1720, 0, 1280, 720)  # to the corner, where panels are
INCHES_23, INCHES_55 = (509, 286), (1210, 680)
#: another application: opens a window at the place that it is told
A_WINDOW = """
import sys
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([])
window = QWidget(windowTitle="editor")
window.setGeometry(int(sys.argv[1]) + 100, 100, 300, 200)
window.show()
application.exec()
"""


@dataclass
class Walls:
    """Walls in their own process, on the desktop where they are."""

    here: Desktop
    process: subprocess.Popen[str]
    said: list[list[object]] = field(default_factory=list)

    def boxes(self) -> dict[str, Box]:
        """Return the walls that can be seen, by their titles."""
        return {window.title: window.box for window in self.here.windows(self.process.pid)}

    def fill(self, wanted: dict[str, tuple[Box, bytes]]) -> bool:
        """Tell whether these walls, and no other, are where they should be and cover it."""
        return self.boxes() == {title: box for title, (box, _) in wanted.items()} and all(
            self.here.picture(box).colours() == {colour} for box, colour in wanted.values()
        )

    def listen(self) -> None:
        """Write down what they say."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(json.loads(line))


Opens = Callable[..., Walls]


@pytest.fixture(params=["openbox", "no window manager"])
def here(request: pytest.FixtureRequest) -> Iterator[Desktop]:
    """Run an empty desktop of two monitors, with and without a window manager."""
    managed = request.param == "openbox"
    with desktop(
        tray=False, notifications=False, window_manager=managed, size="3000x1200"
    ) as whole:
        yield whole


@pytest.fixture
def monitors(here: Desktop) -> Monitors:
    found = Monitors(here)
    found.add("LEFT", LEFT, mm=INCHES_23, lit=True)
    found.add("RIGHT", RIGHT, mm=INCHES_55)
    return found


@pytest.fixture
def opened(here: Desktop) -> Iterator[Opens]:
    """Return what opens walls on displays."""
    with ExitStack() as parts:

        def opens(*wanted: str) -> Walls:
            process = parts.enter_context(running([sys.executable, SERVICE, *wanted], env=here.env))
            walls = Walls(here, process)
            listener = threading.Thread(target=walls.listen)
            listener.start()
            parts.callback(listener.join)
            parts.callback(process.terminate)
            eventually(lambda: walls.said, "the walls")
            return walls

        yield opens


def test_a_wall_goes_and_comes_with_its_display(monitors: Monitors, opened: Opens) -> None:
    walls = opened("RIGHT")
    eventually(lambda: walls.fill({"wall 0": (RIGHT, RED)}), "the wall")
    monitors.remove("RIGHT")
    eventually(lambda: [0, "lost"] in walls.said, "the word that the display has gone")
    eventually(lambda: walls.boxes() == {}, "the wall to go, and not to another display")
    for box in (RIGHT, Box(1500, 100, 1024, 768)):
        monitors.add("RIGHT", box, mm=INCHES_55)
        eventually(lambda box=box: walls.fill({"wall 0": (box, RED)}), "the wall to come back")
        monitors.remove("RIGHT")
        eventually(lambda: walls.boxes() == {}, "the wall to go")


def test_a_wall_has_no_pointer(here: Desktop, monitors: Monitors, opened: Opens) -> None:
    here.click(RIGHT)
    walls = opened("RIGHT")
    eventually(lambda: walls.fill({"wall 0": (RIGHT, RED)}), "the wall, and no pointer")
    assert monitors.desktop is here


def test_a_wall_waits_for_its_display(monitors: Monitors, opened: Opens) -> None:
    monitors.remove("RIGHT")
    walls = opened("RIGHT")
    assert walls.boxes() == {}
    monitors.add("RIGHT", RIGHT, mm=INCHES_55)
    eventually(lambda: walls.fill({"wall 0": (RIGHT, RED)}), "the wall")


def test_two_walls_each_on_its_own_display(monitors: Monitors, opened: Opens) -> None:
    walls = opened("RIGHT", "LEFT")
    both = {"wall 0": (RIGHT, RED), "wall 1": (LEFT, GREEN)}
    eventually(lambda: walls.fill(both), "both walls")
    monitors.remove("RIGHT")
    eventually(lambda: walls.fill({"wall 1": (LEFT, GREEN)}), "one wall alone")
    monitors.add("RIGHT", RIGHT, mm=INCHES_55)
    eventually(lambda: walls.fill(both), "both walls again")


def test_a_wall_comes_back_when_the_only_display_wakes(here: Desktop, opened: Opens) -> None:
    whole = Box(0, 0, 3000, 1200)
    walls = opened("screen")
    eventually(lambda: walls.fill({"wall 0": (whole, RED)}), "the wall")
    monitors = Monitors(here)
    for _ in range(2):
        walls.said.clear()
        monitors.sleep()
        monitors.wake()
        eventually(lambda: [-1, "displays", {"screen": None}] in walls.said, "the display")
        eventually(lambda: walls.fill({"wall 0": (whole, RED)}), "the wall")


def test_a_wall_fills_its_display_in_another_resolution(here: Desktop, opened: Opens) -> None:
    walls = opened("")
    eventually(lambda: walls.fill({"wall 0": (Box(0, 0, 3000, 1200), RED)}), "the wall")
    Monitors(here).resize(1600, 900)
    eventually(lambda: walls.fill({"wall 0": (Box(0, 0, 1600, 900), RED)}), "the wall, smaller")
    assert [0, "lost"] not in walls.said


def test_a_display_is_found_by_what_it_says_at_any_connector(
    monitors: Monitors, opened: Opens
) -> None:
    monitors.remove("LEFT")
    monitors.set_edid(edid("DEL", "DELL U2720Q", "ABC123", cm=(51, 29)))
    monitors.add("DP-1", LEFT, mm=INCHES_23, lit=True)
    walls = opened("DELL U2720Q ABC123")
    inches = pytest.approx(22.99, abs=0.01)
    assert walls.said[0] == [-1, "displays", {"RIGHT": None, "DELL U2720Q ABC123": inches}]
    eventually(lambda: walls.fill({"wall 0": (LEFT, RED)}), "the wall")
    monitors.remove("DP-1")
    monitors.add("HDMI-7", LEFT, mm=INCHES_23, lit=True)
    eventually(lambda: walls.fill({"wall 0": (LEFT, RED)}), "the wall at another connector")


@pytest.mark.parametrize("here", ["openbox"], indirect=True)
@pytest.mark.usefixtures("monitors")
def test_neither_panel_nor_window_is_above_a_wall(here: Desktop, opened: Opens) -> None:
    walls = opened("RIGHT", "LEFT")
    both = {"wall 0": (RIGHT, RED), "wall 1": (LEFT, GREEN)}
    eventually(lambda: walls.fill(both), "the walls")
    here.start_tray()
    here.click(LEFT)  # the panel is at the other, which has no focus
    eventually(lambda: walls.fill(both), "the walls, above a panel that came later")
    with running([sys.executable, "-c", A_WINDOW, str(RIGHT.x)], env=here.env) as window:
        eventually(lambda: here.windows(window.pid), "another application's window")
        eventually(lambda: [-1, "focus", False] in walls.said, "the focus to go there")
        assert walls.fill(both)


@pytest.mark.parametrize("here", ["openbox"], indirect=True)
@pytest.mark.usefixtures("monitors")
def test_who_closes_or_minimises_a_wall_sees_it_again(here: Desktop, opened: Opens) -> None:
    walls = opened("RIGHT")
    eventually(lambda: walls.fill({"wall 0": (RIGHT, RED)}), "the wall")
    (window,) = here.windows(walls.process.pid)
    here.minimise(window)
    eventually(lambda: [0, "minimised"] in walls.said, "the wall to go")
    eventually(lambda: walls.fill({"wall 0": (RIGHT, RED)}), "the wall after it was minimised")
    here.close(window)
    eventually(lambda: [0, "leave wanted"] in walls.said, "the question whether it may end")
    eventually(lambda: walls.fill({"wall 0": (RIGHT, RED)}), "the wall after it was closed")


def test_keys_reach_a_wall_that_came_back(here: Desktop, monitors: Monitors, opened: Opens) -> None:
    here.click(LEFT)  # keys go where the pointer is, where nobody gives them to a window
    walls = opened("RIGHT")
    eventually(lambda: walls.fill({"wall 0": (RIGHT, RED)}), "the wall")
    for key, asked in (("Right", "next"), ("h", "hold or go on")):
        here.press(key)
        eventually(lambda asked=asked: [0, "asked", asked] in walls.said, "a key's answer")
        monitors.remove("RIGHT")
        eventually(lambda: walls.boxes() == {}, "the wall to go")
        monitors.add("RIGHT", RIGHT, mm=INCHES_55)
        eventually(lambda: walls.fill({"wall 0": (RIGHT, RED)}), "the wall to come back")
    here.press("Escape")
    eventually(lambda: [-1, "ended"] in walls.said, "an end that no window has kept from coming")


def test_a_wall_that_comes_back_takes_no_keys_from_another_window(
    here: Desktop, monitors: Monitors, opened: Opens
) -> None:
    walls = opened("RIGHT")
    eventually(lambda: walls.fill({"wall 0": (RIGHT, RED)}), "the wall")
    other = opened("LEFT")  # another application: here somebody works
    eventually(lambda: other.fill({"wall 0": (LEFT, RED)}), "the other window")
    eventually(lambda: [-1, "focus", False] in walls.said, "the focus to go there")
    monitors.remove("RIGHT")
    eventually(lambda: walls.boxes() == {}, "the wall to go")
    monitors.add("RIGHT", RIGHT, mm=INCHES_55)
    eventually(lambda: walls.fill({"wall 0": (RIGHT, RED)}), "the wall to come back")
    here.press("h")
    eventually(lambda: [0, "asked", "hold or go on"] in other.said, "the key where somebody works")
    assert [0, "asked", "hold or go on"] not in walls.said
