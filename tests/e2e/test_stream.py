"""A breaker trips behind a gateway, and the desks that follow it are told: nobody asks in between.

All refresh once an hour, or a minute: who were polled would be told after the test has given up.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Queue

from support.backend import backend
from support.desktop import desktop
from support.processes import end, eventually, first_line, running
from support.prometheus import free_port
from support.serving import CARBON, CATALOGUE, Production

from opsdesk.engine.commands import Pause, Resume
from opsdesk.engine.engine import Engine
from opsdesk.engine.setting import Setting
from opsdesk.model.key import key
from opsdesk.model.protocols import Notice
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import Snapshot
from opsdesk.sources import server
from opsdesk.sources.server import Server

OPSDESK = (sys.executable, "-m", "opsdesk")
PATIENCE = 30.0
HOUR = "3600"
PAYMENTS = key("breaker.state", {"breaker": "Payments"})


@contextmanager
def gateway(
    url: str, interval: str = HOUR, port: int = 0
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run ``opsdesk serve`` on a server; yield its process and its address."""
    command = [*OPSDESK, "serve", "--url", url, "--interval", interval, "--port", str(port)]
    with running(command) as process:
        yield process, first_line(process).partition(" ")[2]


class Desk:
    """An OpsDesk without its window."""

    def __init__(self, url: str) -> None:
        self.snapshots: Queue[Snapshot] = Queue()
        self.notices: Queue[Notice] = Queue()
        source = Server(id="gateway", title="Gateway", url=url, kind="auto")
        self.engine = Engine(
            lambda: Setting(
                sources=(server.source(source, (), CATALOGUE),),
                catalogue=CATALOGUE,
                interval=float(HOUR),
                publish=self.snapshots.put,
                notifier=self,
            )
        )

    async def resume(self) -> None:
        """Nothing stands from before."""

    async def show(self, notice: Notice) -> bool:
        self.notices.put(notice)
        return True

    async def withdraw(self, _notice_id: str) -> None:
        """Nothing is looked at."""

    async def close(self) -> None:
        """Have nothing to give back."""

    def until(self, holds: Callable[[Snapshot], object]) -> Snapshot:
        while not holds(snapshot := self.snapshots.get(timeout=PATIENCE)):
            pass
        return snapshot

    def sees(self, state: BreakerState) -> Snapshot:
        """Wait until the breaker is seen in a state."""
        return self.until(
            lambda found: CARBON in found.readings and found.readings[CARBON].value is state
        )


@contextmanager
def following(url: str) -> Iterator[Desk]:
    found = Desk(url)
    found.engine.start()
    try:
        yield found
    finally:
        found.engine.stop()
        assert not found.engine.alive  # in two seconds, whatever the stream does


def _is_streamed(desk: Desk, production: Production) -> None:
    """Wait until a desk is told what it does not ask for."""
    desk.sees(BreakerState.CLOSED)
    production.move(BreakerState.HALF_OPEN)
    desk.sees(BreakerState.HALF_OPEN)
    production.move(BreakerState.CLOSED)
    desk.sees(BreakerState.CLOSED)


def test_a_trip_reaches_those_who_follow_a_gateway(production: Production, upstream: str) -> None:
    with gateway(upstream) as (_, url), following(url) as one, following(url) as two:
        for desk in (one, two):
            desk.sees(BreakerState.CLOSED)
        production.move(BreakerState.OPEN)
        for desk in (one, two):
            desk.sees(BreakerState.OPEN)
            assert desk.notices.get(timeout=PATIENCE).title == "Breaker open: Carbon"
        production.move(BreakerState.CLOSED)
        for desk in (one, two):
            desk.sees(BreakerState.CLOSED)
            assert desk.notices.get(timeout=PATIENCE).severity is None


def test_a_gateway_that_polls_a_foreign_server_streams_what_it_sees() -> None:
    with (
        backend() as foreign,
        gateway(foreign.url, interval="1") as (_, url),
        following(url) as desk,
    ):
        desk.until(lambda found: found.readings)
        foreign.move("open")
        desk.until(lambda found: found.readings[PAYMENTS].value is BreakerState.OPEN)


def test_a_foreign_server_that_streams_is_followed() -> None:
    with backend(streams=True) as foreign, following(foreign.url) as desk:
        desk.until(lambda found: found.readings)
        foreign.move("open")
        tripped = desk.until(lambda found: found.readings[PAYMENTS].value is BreakerState.OPEN)
    assert tripped.incidents[-1].id == "INC-2"


def test_a_gateway_that_was_killed_is_found_again(production: Production, upstream: str) -> None:
    port = free_port()
    with gateway(upstream, port=port) as (process, url), following(url) as desk:
        _is_streamed(desk, production)
        process.send_signal(signal.SIGKILL)
        lost = desk.until(lambda found: found.sources[0].problem is not None)
        assert lost.readings[CARBON].value is BreakerState.CLOSED
        end(process)
        with gateway(upstream, port=port):
            desk.until(lambda found: found.sources[0].problem is None)
            production.move(BreakerState.OPEN)
            desk.sees(BreakerState.OPEN)


def test_a_paused_desk_is_told_nothing_and_then_everything(
    production: Production, upstream: str
) -> None:
    with gateway(upstream) as (_, url), following(url) as desk, following(url) as other:
        desk.sees(BreakerState.CLOSED)
        desk.engine.send(Pause())
        desk.until(lambda found: found.paused)
        production.move(BreakerState.OPEN)
        other.sees(BreakerState.OPEN)
        assert desk.snapshots.empty()
        desk.engine.send(Resume())
        desk.sees(BreakerState.OPEN)


def test_a_gateway_ends_at_once_however_many_follow(production: Production, upstream: str) -> None:
    with gateway(upstream) as (process, url), following(url) as one, following(url) as two:
        for desk in (one, two):
            _is_streamed(desk, production)
        process.terminate()
        assert process.wait(PATIENCE) == 0
        for desk in (one, two):
            desk.until(lambda found: found.sources[0].problem is not None)


def test_a_real_desktop_is_notified_though_it_refreshes_once_a_minute(
    production: Production, upstream: str
) -> None:
    with desktop() as here, gateway(upstream) as (_, url):
        command = [*OPSDESK, "--url", url, "--interval", "60"]
        with running(command, env=here.env) as process:

            def is_known() -> bool:
                return any("All is well" in window.title for window in here.windows(process.pid))

            eventually(is_known, "the window to say how things are")
            production.move(BreakerState.OPEN)
            shown = eventually(here.notifications, "the notification")
    assert [event.summary for event in shown] == ["Breaker open: Carbon"]
