"""What everything is measured on: a desktop, a small production and a large one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.measure import Command
from support import breakers
from support.breakers import BreakerService
from support.desktop import Desktop, desktop
from support.processes import first_line, running
from support.prometheus import Prometheus, Target, node_exporter, prometheus

from opsdesk.store import settings
from opsdesk.store.settings import SourceSettings

HERE = Path(__file__).parent
PROGRAMS, REFERENCES = HERE / "programs", HERE / "references"
PYTHON = sys.executable
OPSDESK = (PYTHON, "-m", "opsdesk")
MANY = 2_000  # breakers
TRIPS = 1  # after the first; with more of them a breaker flaps, and is no longer told of


@dataclass(frozen=True)
class Stage:
    """Desktop and servers, running."""

    desktop: Desktop
    small: Prometheus
    large: Prometheus
    #: a service that the small server scrapes every second
    billing: BreakerService

    def opsdesk(self, server: Prometheus, *more: str, profile: str) -> Command:
        """Return the command that opens OpsDesk on a server."""
        return [*OPSDESK, *self.arguments(server, *more, profile=profile)]

    def arguments(self, server: Prometheus, *more: str, profile: str) -> list[str]:
        """Return OpsDesk's arguments; each profile starts with nothing known."""
        return ["--url", server.url, "--profile", profile, *more]

    def profile(self, name: str, url: str, interval: float = 5) -> str:
        """Return the name of a profile that asks a server each so many seconds."""
        file = Path(self.desktop.env["XDG_CONFIG_HOME"], "opsdesk", "profiles", f"{name}.toml")
        source = SourceSettings(id="small", title="Small", url=url, kind="auto")
        settings.save(file, settings.Settings(sources=(source,), interval=interval))
        return name

    def reference(self, name: str) -> Command:
        """Return the command that opens a reference, which asks the small server once."""
        url = f"{self.small.url}/api/v1/query?query=up"
        return [PYTHON, REFERENCES / f"{name}.py", url]

    def told(self) -> int:
        """Return how many notifications the daemon has been told of so far."""
        return sum(event.event == "notify" for event in self.desktop.notifications())


@contextmanager
def stage() -> Iterator[Stage]:
    """Run desktop and servers while the block runs."""
    with ExitStack() as parts:
        enter = parts.enter_context
        billing, inventory = enter(breakers.fluxgate()), enter(breakers.opossum())
        for service in (billing, inventory):
            service.trip()
            service.heal()
        shops = [Target("billing", billing.address), Target("inventory", inventory.address)]
        small = enter(prometheus([enter(node_exporter()), *shops]))
        exporter = enter(running([PYTHON, PROGRAMS / "exporter.py", str(MANY)]))
        large = enter(prometheus([Target("many", first_line(exporter))]))
        small.wait_for("circuit_breaker_state")
        large.wait_for("circuit_breaker_state")
        yield Stage(enter(desktop()), small, large, billing)
