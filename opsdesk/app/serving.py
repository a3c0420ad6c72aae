"""``opsdesk serve``: an engine, or the demo, behind the metrics API. No display, no Qt."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial

import msgspec

from opsdesk.app.kept_settings import with_sources
from opsdesk.app.own import usable
from opsdesk.app.works import Works
from opsdesk.catalogue import metrics
from opsdesk.catalogue.language import tr
from opsdesk.demo.wanted import Demonstration
from opsdesk.engine.engine import Engine
from opsdesk.engine.setting import Setting
from opsdesk.insight.words import utc_now
from opsdesk.model.protocols import Provider, Source
from opsdesk.serve.application import metrics_server
from opsdesk.serve.guard import Listening
from opsdesk.serve.live import Live
from opsdesk.serve.server import Server
from opsdesk.sources import address
from opsdesk.sources.credentials import Credentials
from opsdesk.store import ledger, logs, settings, snapshots
from opsdesk.store.logs import Redactor
from opsdesk.store.profile import places
from opsdesk.store.secrets import Secrets

log = logging.getLogger(__name__)

_STDIN = 0


class ServeOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What ``opsdesk serve`` was asked for: the demo, else an address, else a profile."""

    demo: Demonstration | None = None
    url: str = ""
    profile: str = "default"
    #: seconds between two refreshes; None: what the profile says
    interval: float | None = None
    listening: Listening
    #: end as soon as nobody holds the other end of standard input
    until_stdin_closes: bool = False


def serve(order: ServeOrder, ready: Callable[[str], None]) -> None:
    """Serve until SIGINT, SIGTERM, or the end of standard input where that is asked for.

    Args:
        order: what, and where.
        ready: takes the address once it is served.

    Raises:
        ConfigError: address, port, profile or a data file cannot be used.

    """
    redactor = Redactor()
    redactor.learn(order.listening.token)
    with ExitStack() as ending:
        ending.callback(logs.stop, logs.to_stderr(redactor))
        if order.demo is not None:
            _run(
                order,
                metrics_server(_demo(order.demo), order.listening, tr("Demo production")),
                ready,
            )
            return
        gateway = Gateway(order, redactor)
        server = metrics_server(gateway.live, order.listening, gateway.title)
        ending.callback(gateway.stop)
        gateway.start(server.stop)
        _run(order, server, ready)
        gateway.check()


def _demo(wanted: Demonstration) -> Provider:
    from opsdesk.demo.world import Demo

    return Demo(seed=wanted.seed, speed=wanted.speed)


def _run(order: ServeOrder, server: Server, ready: Callable[[str], None]) -> None:
    if order.until_stdin_closes:
        _stop_with_stdin(server)
    server.run(ready)


def _stop_with_stdin(server: Server) -> None:
    def wait() -> None:
        # Not through sys.stdin: Python could not take its lock from this thread when it ends.
        with suppress(OSError):
            while os.read(_STDIN, 4096):
                pass
        server.stop()

    threading.Thread(target=wait, name="opsdesk-stdin", daemon=True).start()


class Gateway:
    """An engine over the sources of a profile, or of one address, and what it serves."""

    def __init__(self, order: ServeOrder, redactor: Redactor) -> None:
        """Read settings and data files; nothing runs yet.

        Raises:
            ConfigError: there is nothing to serve, or it cannot be used.

        """
        self._order = order
        self._redactor = redactor
        self._where = places(order.profile)
        self._own, problem = usable(self._where.own)
        if problem:
            log.error("%s", problem)
        kept = self._where.settings
        self._settings = (
            settings.read(kept) if order.url else with_sources(order.profile, kept, log.warning)
        )
        self._catalogue = metrics.load(self._own)
        self._bug: Exception | None = None
        self._engine = Engine(self._setting, self._died)
        self._on_death: Callable[[], None] = self.stop
        self.live = Live(self._catalogue, self._engine.series)
        self.title = address.parse(order.url).host if order.url else order.profile

    def start(self, on_death: Callable[[], None]) -> None:
        """Begin to refresh; a bug that ends that calls ``on_death``, on the engine's thread."""
        self._on_death = on_death
        self._engine.start()

    def stop(self) -> None:
        """End the refreshing. Idempotent."""
        self._engine.stop()

    def check(self) -> None:
        """Raise the bug that ended the refreshing, if one did."""
        if self._bug is not None:
            raise self._bug

    def _died(self, bug: Exception) -> None:
        # What was fetched would grow old and still be served.
        self._bug = bug
        self._on_death()

    def _setting(self) -> Setting:
        """Build what the engine runs on; called on its thread."""
        secrets = Secrets(self._order.profile, self._where.secrets)
        works = Works(self._own, self._catalogue, secrets, self._redactor)
        # Beside the desktop's files: it may run with the same profile at the same time.
        history, last_known = self._where.served_history, self._where.served_last_known
        is_passing = bool(self._order.url)
        return Setting(
            sources=tuple(self._sources(works)),
            catalogue=self._catalogue,
            interval=self._order.interval or self._settings.interval,
            publish=self.live.take,
            earlier=None if is_passing else snapshots.load(last_known),
            ledger=None if is_passing else ledger.load(self._where.served_ledger, utc_now()),
            keep_ledger=None
            if is_passing
            else partial(ledger.save, path=self._where.served_ledger),
            keep=None
            if is_passing
            else partial(snapshots.save, catalogue=self._catalogue, path=last_known),
            history=None if is_passing else works.history(history),
        )

    def _sources(self, works: Works) -> list[Source]:
        if self._order.url:
            return [works.given(self._order.url, Credentials())]
        return [works.kept(source) for source in self._settings.sources]
