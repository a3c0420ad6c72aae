"""``opsdesk wall`` in a real terminal, on a real display: asked once, then it hangs."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import tomlkit
from support.desktop import Desktop, desktop
from support.processes import end, eventually
from support.screen import Box

WALL = (sys.executable, "-m", "opsdesk", "wall", "--demo")
SCREEN = Box(0, 0, 1280, 720)


class Typed:
    """OpsDesk in a terminal."""

    def __init__(self, process: subprocess.Popen[str], terminal: int) -> None:
        self.process = process
        self._terminal = terminal
        self.said = ""

    def types(self, text: str) -> None:
        """Type a line."""
        os.write(self._terminal, f"{text}\n".encode())

    def says(self, words: str) -> None:
        """Read on until something was said."""
        while words not in self.said:
            try:
                self.said += os.read(self._terminal, 1_024).decode()
            except OSError:  # the other side of a terminal is closed
                raise AssertionError(f"ended without {words!r}: {self.said}") from None


@contextmanager
def typed(here: Desktop, *arguments: str) -> Iterator[Typed]:
    """Run a command in a terminal while the block runs."""
    ours, theirs = pty.openpty()
    try:
        with os.fdopen(theirs, "rb") as terminal:
            process = subprocess.Popen(
                [*WALL, *arguments],
                env=here.env,
                stdin=terminal,
                stdout=terminal,
                stderr=terminal,
                text=True,
                start_new_session=True,
            )
        try:
            yield Typed(process, ours)
        finally:
            end(process)
    finally:
        os.close(ours)


@pytest.fixture
def here() -> Iterator[Desktop]:
    """Run a desktop with nothing but a window manager."""
    with desktop(tray=False, notifications=False, size="1280x720") as small:
        yield small


def fills(here: Desktop, process: subprocess.Popen[str]) -> bool:
    return [window.box for window in here.windows(process.pid)] == [SCREEN]


def test_distance_and_diagonal_are_asked_once_and_the_wall_hangs(here: Desktop) -> None:
    with typed(here) as first:
        first.says("Distance from which the wall is read [5 m]:")
        first.types("somewhere")
        first.says("'5m' or '16ft'")
        first.types("16ft")
        # what Xvfb says of its size is made up, and not believed
        first.says("Diagonal of the display [55 in]:")
        first.types("")
        first.says("Kept in the profile demo.")
        eventually(lambda: fills(here, first.process), "the wall to fill the display")
        first.process.send_signal(signal.SIGTERM)
        assert first.process.wait(10) == 0
    file = Path(here.env["XDG_CONFIG_HOME"], "opsdesk", "profiles", "demo.toml")
    (kept,) = tomlkit.parse(file.read_text("utf-8"))["wall"]
    assert (kept["distance"], kept["diagonal"]) == (4.8768, 55.0)
    with typed(here, "--dwell", "3") as second:
        eventually(lambda: fills(here, second.process), "the wall to fill the display")
        assert second.process.poll() is None


def test_a_code_is_typed_twice_and_not_seen(here: Desktop) -> None:
    with typed(here, "--set-code") as terminal:
        terminal.says("Code that leaves the wall:")
        terminal.types("hush")
        terminal.says("Once more:")
        terminal.types("hush")
        terminal.says("Kept.")
        assert terminal.process.wait(10) == 0
        assert "hush" not in terminal.said
    (file,) = Path(here.env["XDG_CONFIG_HOME"], "opsdesk", "secrets", "demo").iterdir()
    assert file.read_text("utf-8") == "hush"


def test_displays_are_listed_as_settings_name_them(here: Desktop) -> None:
    listed = subprocess.run(
        [*WALL, "--displays"], env=here.env, capture_output=True, text=True, check=True
    )
    assert listed.stdout == (
        "screen: 1280 x 720 pixels, it does not tell its true size: give --diagonal\n"
    )
