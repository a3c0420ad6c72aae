"""OpsDesk on a real desktop, on a real Prometheus, with circuit breakers that really trip.

Everything here is what a user would see: windows, the tray, notifications, files. OpsDesk runs as
a program of its own. How each story ended lies in ``build/screens`` as a picture.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import breakers
from support.breakers import BreakerService
from support.desktop import Desktop, NotificationEvent, Window, desktop
from support.processes import end, eventually, running
from support.prometheus import Prometheus, Target, node_exporter, prometheus
from support.screen import Picture

from opsdesk.store import settings
from opsdesk.store.settings import Settings, SourceSettings

PICTURES = Path(__file__).parents[2] / "build" / "screens"
OPSDESK = (sys.executable, "-m", "opsdesk")
REFRESH = 1.0  # seconds between two refreshes of OpsDesk, as between two scrapes of Prometheus
#: seconds from the moment at which Prometheus knows until a user sees it: one refresh, and slack
#: for a machine that runs all of this on two cores
SOON = REFRESH + 2.0
STOPPING = 3.0  # seconds
#: how far the channels of a grey pixel lie apart at most, of 255: antialiasing on a tinted panel
GREY = 24


@dataclass(frozen=True)
class Production:
    """Two services, each with a breaker of another library, watched by one Prometheus."""

    server: Prometheus
    billing: BreakerService
    inventory: BreakerService


@pytest.fixture(scope="module")
def production() -> Iterator[Production]:
    """Run the production of a small shop; its breakers have been used and are closed."""
    with ExitStack() as parts:
        billing = parts.enter_context(breakers.fluxgate("billing"))
        inventory = parts.enter_context(breakers.opossum("inventory"))
        targets = [
            parts.enter_context(node_exporter()),
            Target("billing", billing.address),
            Target("inventory", inventory.address),
        ]
        server = parts.enter_context(prometheus(targets))
        server.wait_for("count(up == 1) == 4")
        for service in (billing, inventory):
            service.trip()  # a library tells nothing before a first change
        server.wait_for('circuit_breaker_state{state="open"} == 1')
        server.wait_for('circuit{event="open"} > 0')
        for service in (billing, inventory):
            service.heal()
        server.wait_for('circuit_breaker_state{state="closed"} == 1')
        server.wait_for('circuit{event="close"} > 0')
        yield Production(server, billing, inventory)


@pytest.fixture
def here() -> Iterator[Desktop]:
    """Run a desktop with everything on it."""
    with desktop() as whole:
        yield whole


class App:
    """OpsDesk, as its user sees it."""

    def __init__(self, here: Desktop, process: subprocess.Popen[str]) -> None:
        self._here = here
        self.process = process

    @property
    def window(self) -> Window | None:
        """The window, while it is on the screen."""
        windows = self._here.windows(self.process.pid)
        return windows[0] if windows else None

    @property
    def title(self) -> str:
        """What the window's title says; '' with no window."""
        window = self.window
        return window.title if window else ""

    def close_window(self) -> None:
        """Close the window as its user would."""
        self._here.close(eventually(lambda: self.window, "the window"))
        eventually(lambda: self.window is None, "the window to close")

    def says(self, pattern: str, *, seconds: float = SOON) -> str:
        """Wait until the title matches, and return it."""
        return eventually(
            lambda: re.search(pattern, self.title) and self.title,
            f"the title to say {pattern!r}; it says {self.title!r}",
            seconds=seconds,
        )


@contextmanager
def opsdesk(here: Desktop, *arguments: str) -> Iterator[App]:
    """Run OpsDesk while the block runs; its window is up."""
    command = [*OPSDESK, "--interval", str(REFRESH), *arguments]
    with running(command, env=here.env) as process:
        app = App(here, process)
        try:
            if "--hidden" not in arguments:
                eventually(lambda: app.window, "the window")
            yield app
        finally:
            _keep_picture(here)


def _keep_picture(here: Desktop) -> None:
    story = os.environ["PYTEST_CURRENT_TEST"].partition("::")[2].partition(" ")[0]
    PICTURES.mkdir(parents=True, exist_ok=True)
    here.screenshot(PICTURES / f"{story}.png")


def snapshot(here: Desktop, url: str, kind: str) -> str:
    """Return what ``opsdesk snapshot`` writes."""
    command = [*OPSDESK, "snapshot", "--url", url, "--format", kind, "--output", "-"]
    done = subprocess.run(command, env=here.env, capture_output=True, text=True, check=True)
    return done.stdout


def state_in_json(here: Desktop, url: str, breaker: str) -> list[str]:
    readings = json.loads(snapshot(here, url, "json"))["readings"]
    return [
        reading["value"]
        for reading in readings
        if reading["metric"] == "breaker.state" and reading["labels"]["breaker"] == breaker
    ]


def state_in_csv(here: Desktop, url: str, breaker: str) -> list[str]:
    rows = csv.DictReader(io.StringIO(snapshot(here, url, "csv")))
    return [
        row["value"]
        for row in rows
        if row["metric"] == "breaker.state" and f'breaker="{breaker}"' in row["labels"]
    ]


def told(here: Desktop) -> list[NotificationEvent]:
    return [event for event in here.notifications() if event.event == "notify"]


def calm_icon(here: Desktop, icon: Window) -> Picture | None:
    """Return the picture of an icon whose mark is drawn and without colour: nothing is wrong.

    The icon comes before what is known does, with the coloured mark of what is not known yet.
    """
    picture = here.picture(icon.box)
    colours = picture.colours()
    drawn = len(colours) > 1
    return picture if drawn and all(max(c) - min(c) <= GREY for c in colours) else None


def test_a_breaker_trips_and_recovers_before_the_eyes_of_its_user(
    production: Production, here: Desktop
) -> None:
    server, billing = production.server, production.billing
    with opsdesk(here, "--url", server.url) as app:
        app.says("^All is well — OpsDesk$", seconds=10)
        icon = eventually(here.tray_icons, "the icon in the tray")[0]
        calm = eventually(lambda: calm_icon(here, icon), "a mark that nothing is wrong with")
        assert told(here) == []

        billing.trip()
        server.wait_for('circuit_breaker_state{circuit_name="billing",state="open"} == 1')

        app.says("1 of 2 circuit breakers is open — OpsDesk$")
        eventually(lambda: here.picture(icon.box) != calm, "another icon", seconds=SOON)
        opened = eventually(lambda: told(here), "the notification", seconds=SOON)
        assert "open" in opened[0].summary
        assert "billing" in opened[0].summary
        assert here.displayed() == 1
        assert state_in_json(here, server.url, "billing") == ["open"]
        assert state_in_csv(here, server.url, "billing") == ["open"]
        assert state_in_json(here, server.url, "inventory") == ["closed"]
        assert len(told(here)) == 1  # refreshes later: nothing was said twice

        billing.heal()
        server.wait_for('circuit_breaker_state{circuit_name="billing",state="closed"} == 1')

        app.says("^All is well — OpsDesk$")
        eventually(lambda: here.picture(icon.box) == calm, "the icon of before", seconds=SOON)
        events = eventually(lambda: told(here)[1:] and told(here), "its end", seconds=SOON)
        assert len(events) == 2
        assert events[1].replaces == opened[0].id
        assert "closed" in events[1].summary
        assert state_in_json(here, server.url, "billing") == ["closed"]
        assert state_in_csv(here, server.url, "billing") == ["closed"]


def test_a_breaker_known_by_its_counters_alone_is_seen_as_well(
    production: Production, here: Desktop
) -> None:
    server, inventory = production.server, production.inventory
    with opsdesk(here, "--url", server.url) as app:
        app.says("^All is well", seconds=10)
        before = server.query('circuit{name="inventory",event="open"}')[0]["value"][1]

        inventory.trip()
        server.wait_for(f'circuit{{name="inventory",event="open"}} > {before}')
        app.says("1 of 2 circuit breakers is open")
        assert "inventory" in eventually(lambda: told(here), "the notification")[0].summary

        inventory.heal()
        app.says("^All is well", seconds=10)


def test_a_second_start_raises_the_first_and_leaves(production: Production, here: Desktop) -> None:
    with opsdesk(here, "--url", production.server.url) as app:
        app.says("All is well", seconds=10)
        app.close_window()

        second = [*OPSDESK, "--interval", "1"]
        done = subprocess.run(second, env=here.env, timeout=10, check=False)

        assert done.returncode == 0
        eventually(lambda: app.window, "the window of the first")


def test_the_next_start_begins_with_how_the_window_was_left(
    production: Production, here: Desktop
) -> None:
    own = Path(here.env["XDG_CONFIG_HOME"], "opsdesk", "profiles", "default.toml")
    source = SourceSettings(id="shop", title="Shop", url=production.server.url)
    settings.save(own, Settings(sources=(source,)))
    look = Path(here.env["XDG_STATE_HOME"], "opsdesk", "default@window.jpg")
    with opsdesk(here) as app:
        app.says("^All is well — OpsDesk$", seconds=10)
        place = eventually(lambda: app.window, "the window").box
        end(app.process)
    assert look.stat().st_mode & 0o077 == 0, "for its owner alone"
    with opsdesk(here) as app:
        seen = {window.id for _ in range(20) for window in here.windows(app.process.pid)}
        app.says("^All is well — OpsDesk$", seconds=10)
        (window,) = here.windows(app.process.pid)
        assert seen == {window.id}, "what is seen first is the window itself"
        assert window.box == place


def test_closing_the_window_keeps_the_tray_and_its_popover_opens_it(
    production: Production, here: Desktop
) -> None:
    with opsdesk(here, "--url", production.server.url) as app:
        app.says("All is well", seconds=10)
        app.close_window()

        icon = eventually(here.tray_icons, "the icon in the tray")[0]
        assert app.process.poll() is None

        here.click(icon.box)
        popover = eventually(lambda: here.windows(app.process.pid), "the popover")[0]
        assert popover.box.y >= icon.box.y
        assert popover.box.x + popover.box.width <= 1440

        here.press("Return")  # nothing is open: the window is the first thing that it offers
        eventually(lambda: "OpsDesk" in app.title and app.title != popover.title, "the window")
        assert popover.id not in [window.id for window in here.windows(app.process.pid)]


def test_with_no_tray_closing_the_window_ends_opsdesk() -> None:
    with desktop(tray=False) as here, opsdesk(here, "demo") as app:
        app.close_window()
        assert app.process.wait(STOPPING) == 0


def test_a_tray_that_comes_late_gets_the_icon() -> None:
    with desktop(tray=False) as here, opsdesk(here, "demo"):
        here.start_tray()
        assert eventually(here.tray_icons, "the icon in the tray")


def test_a_tray_host_that_is_started_again_gets_the_icon_back() -> None:
    with desktop(tray=False) as here:
        host = here.start_tray()
        with opsdesk(here, "demo", "--hidden"):
            eventually(here.tray_icons, "the icon in the tray")
            end(host)
            eventually(lambda: not here.tray_icons(), "the tray to be gone")
            here.start_tray()
            assert eventually(here.tray_icons, "the icon in the tray again")


@pytest.mark.parametrize("arguments", [(), ("--hidden",)])
def test_a_signal_ends_opsdesk_within_three_seconds(
    here: Desktop, arguments: tuple[str, ...]
) -> None:
    with opsdesk(here, "demo", *arguments) as app:
        eventually(here.tray_icons, "the icon in the tray")
        begin = time.monotonic()
        assert end(app.process) == 0
        assert time.monotonic() - begin < STOPPING
        assert here.tray_icons() == []


def test_a_source_that_dies_leaves_the_window_which_says_so(here: Desktop) -> None:
    with ExitStack() as parts:
        server = parts.enter_context(prometheus())
        server.wait_for("up")
        with opsdesk(here, "--url", server.url) as app:
            app.says("All is well", seconds=10)
            icon = eventually(here.tray_icons, "the icon in the tray")[0]
            calm = eventually(lambda: calm_icon(here, icon), "a mark that nothing is wrong with")

            parts.close()

            app.says("^Stale: no data for", seconds=10)
            eventually(lambda: here.picture(icon.box) != calm, "another icon")
            assert app.process.poll() is None
