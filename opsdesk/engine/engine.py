"""The engine as the rest of OpsDesk sees it: one background thread with one asyncio loop."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from queue import Empty, SimpleQueue

import msgspec

from opsdesk.catalogue.metrics import Catalogue
from opsdesk.engine import schedule
from opsdesk.engine.commands import Command
from opsdesk.engine.loop import EngineLoop
from opsdesk.engine.poll import DEADLINE
from opsdesk.engine.running import Running, Setting
from opsdesk.insight.words import utc_now
from opsdesk.model.protocols import Notifier, Source
from opsdesk.model.snapshot import Snapshot

log = logging.getLogger(__name__)

#: seconds that stop() takes at most
STOPPING = 2.0
#: seconds between two looks at the clocks for sleep
WATCH = 5.0


class _Life(msgspec.Struct, frozen=True):
    """What there is between start and stop."""

    loop: EngineLoop
    inside: Running
    main: asyncio.Task[None]
    thread: threading.Thread

    def call(self, function: Callable[..., object], *arguments: object) -> None:
        """Call on the engine's thread; from any thread."""
        with suppress(RuntimeError):  # the loop has closed: there is no one to call any more
            self.loop.call_soon_threadsafe(function, *arguments)


class Engine:
    """Refreshes on a thread of its own and hands out snapshots.

    Any thread may call the methods. ``publish`` and ``on_death`` are called on the engine's
    thread, ``keep`` on a worker's. :class:`~opsdesk.engine.running.Setting` explains the
    arguments. An engine runs once: after a stop or a death, make another.
    """

    def __init__(  # noqa: PLR0913 - the seam where app.py joins the parts
        self,
        sources: Sequence[Source],
        catalogue: Catalogue,
        interval: float,
        publish: Callable[[Snapshot], None],
        notifier: Notifier | None = None,
        *,
        deadline: float = DEADLINE,
        earlier: Snapshot | None = None,
        keep: Callable[[Snapshot], None] | None = None,
        on_death: Callable[[Exception], None] | None = None,
        clock: Callable[[], datetime] = utc_now,
        clocks: Callable[[], schedule.Clocks] = schedule.read_clocks,
        watch: float = WATCH,
    ) -> None:
        self._setting = Setting(
            sources=tuple(sources),
            catalogue=catalogue,
            interval=interval,
            publish=publish,
            notifier=notifier,
            deadline=deadline,
            earlier=earlier,
            keep=keep,
            clock=clock,
            clocks=clocks,
            watch=watch,
        )
        self._on_death = on_death
        self._commands: SimpleQueue[Command] = SimpleQueue()
        self._life: _Life | None = None
        self._stopping = False

    @property
    def alive(self) -> bool:
        """Whether the engine runs; false before start, after stop, and after a bug ended it."""
        return self._life is not None and self._life.thread.is_alive()

    def start(self) -> None:
        """Begin to refresh. Once more does nothing."""
        if self._life is not None or self._stopping:
            return
        loop, inside = EngineLoop(), Running(self._setting)
        main = loop.create_task(inside.run())
        thread = threading.Thread(
            target=self._live, args=(loop, main), name="opsdesk-engine", daemon=True
        )
        self._life = _Life(loop, inside, main, thread)
        thread.start()
        self._life.call(self._obey, inside)  # what was sent before the start

    def send(self, command: Command) -> None:
        """Ask for something. Before the start it waits; after the end it is forgotten."""
        self._commands.put(command)
        if self._life is not None:
            self._life.call(self._obey, self._life.inside)

    def stop(self) -> None:
        """End the refreshing, close the sources, join; in two seconds at most, whatever they do."""
        first, self._stopping = not self._stopping, True
        life = self._life
        if life is None:
            return
        if first:
            # Once only: a second cancel would end the closing as well.
            life.call(life.main.cancel)
        if life.thread is threading.current_thread():
            return
        life.thread.join(STOPPING)
        if life.thread.is_alive():
            log.error("the engine did not stop within %g s; its thread is left behind", STOPPING)

    # ---- on the engine's thread

    def _obey(self, inside: Running) -> None:
        with suppress(Empty):
            while True:
                inside.obey(self._commands.get_nowait())

    def _live(self, loop: EngineLoop, main: asyncio.Task[None]) -> None:
        try:
            with suppress(asyncio.CancelledError):
                loop.run_until_complete(main)
        except Exception as error:  # noqa: BLE001 - the last place where a bug can be told
            self._die(error)
        finally:
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()

    def _die(self, error: Exception) -> None:
        log.critical("the engine has died of a bug", exc_info=error)
        cause = error.exceptions[0] if isinstance(error, ExceptionGroup) else error
        if self._on_death is not None:
            self._on_death(cause)
