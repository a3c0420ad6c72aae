"""The engine as the rest of OpsDesk sees it: one background thread with one asyncio loop.

Nothing that is slow to load is imported here. The thread loads it, and builds the parts, while the
window is painted for the first time.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from opsdesk.engine.commands import Command
from opsdesk.engine.setting import Setting
from opsdesk.model.series import SeriesData, SeriesFrame, SeriesQuery, SeriesRange

if TYPE_CHECKING:
    import asyncio

    from opsdesk.engine.running import Running

log = logging.getLogger(__name__)

T = TypeVar("T")

#: seconds that stop() takes at most
STOPPING = 2.0


class _Life(msgspec.Struct, frozen=True):
    """What there is while the engine runs."""

    loop: asyncio.AbstractEventLoop
    inside: Running
    main: asyncio.Task[None]

    def call(self, function: Callable[..., object], *arguments: object) -> None:
        """Call on the engine's thread; from any thread."""
        with suppress(RuntimeError):  # the loop has closed: there is no one to call any more
            self.loop.call_soon_threadsafe(function, *arguments)


class _Question(msgspec.Struct, Generic[T], frozen=True):
    """What is to be found out on the engine's thread, and where the answer goes."""

    work: Callable[[Running], Coroutine[Any, Any, T]]
    answer: Future[T]


class Engine:
    """Refreshes on a thread of its own and hands out snapshots.

    Any thread may call the methods. ``build``, ``on_death`` and what ``build`` names are called on
    the engine's thread. An engine runs once: after a stop or a death, make another.
    """

    def __init__(
        self,
        build: Callable[[], Setting],
        on_death: Callable[[Exception], None] | None = None,
    ) -> None:
        self._build = build
        self._on_death = on_death
        self._commands: SimpleQueue[Command | _Question[Any]] = SimpleQueue()
        self._life: _Life | None = None
        self._thread: threading.Thread | None = None
        # Guards what the two threads must see in one order: the life's coming and the wish to stop.
        self._lock = threading.Lock()
        self._stopping = False
        self._over = False

    @property
    def alive(self) -> bool:
        """Whether the engine runs; false before start, after stop, and after a bug ended it."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Begin to refresh. Once more does nothing."""
        if self._thread is not None or self._stopping:
            return
        self._thread = threading.Thread(target=self._live, name="opsdesk-engine", daemon=True)
        self._thread.start()

    def send(self, command: Command) -> None:
        """Ask for something. Before the start it waits; after the end it is forgotten."""
        self._put(command)

    def series(self, wanted: SeriesRange) -> Future[SeriesData]:
        """Find out what is known of a range; for an asyncio loop, see ``asyncio.wrap_future``.

        The answer fails with SourceError where a source failed and nothing at all is known. It is
        cancelled when the engine ends, and who cancels it ends the asking.
        """
        return self._ask(lambda inside: inside.series.data(wanted))

    def frames(self, queries: tuple[SeriesQuery, ...]) -> Future[tuple[SeriesFrame, ...]]:
        """Find out what charts ask, all of it in one answer, as a report needs it."""
        return self._ask(lambda inside: inside.series.frames(queries))

    def _ask(self, work: Callable[[Running], Coroutine[Any, Any, T]]) -> Future[T]:
        answer: Future[T] = Future()
        self._put(_Question(work, answer))
        return answer

    def _put(self, command: Command | _Question[Any]) -> None:
        with self._lock:
            self._commands.put(command)
            over, life = self._over, self._life
        if over:
            self._refuse()
        elif life is not None:
            life.call(self._obey, life.inside)

    def _refuse(self) -> None:
        """Let nobody wait for an answer that will not come."""
        with suppress(Empty):
            while True:
                command = self._commands.get_nowait()
                if isinstance(command, _Question):
                    command.answer.cancel()

    def stop(self) -> None:
        """End the refreshing, close the sources, join; in two seconds at most, whatever they do."""
        with self._lock:
            asked_before, self._stopping = self._stopping, True
            life = self._life
        if life is not None and not asked_before:
            # Once only: a second cancel would end the closing as well.
            life.call(life.main.cancel)
        if self._thread is None:
            self._end()
        if self._thread is None or self._thread is threading.current_thread():
            return
        self._thread.join(STOPPING)
        if self._thread.is_alive():
            log.error("the engine did not stop within %g s; its thread is left behind", STOPPING)

    def _end(self) -> None:
        with self._lock:
            self._over = True
        self._refuse()

    # ---- on the engine's thread

    def _live(self) -> None:
        try:
            self._run()
        except Exception as error:  # noqa: BLE001 - the last place where a bug can be told
            self._die(error)
        finally:
            self._end()

    def _run(self) -> None:
        # Loaded here, not at the top: see the module's docstring.
        import asyncio

        from opsdesk.engine.loop import EngineLoop
        from opsdesk.engine.running import Running

        inside = Running(self._build())
        with asyncio.Runner(loop_factory=EngineLoop) as runner:
            loop = runner.get_loop()
            main = loop.create_task(inside.run())
            # What was sent before: once it runs, for it needs its sources and its tasks.
            loop.call_soon(self._obey, inside)
            with self._lock:
                self._life = _Life(loop, inside, main)
                if self._stopping:
                    loop.call_soon(main.cancel)  # after it has begun, so that it closes all
            with suppress(asyncio.CancelledError):
                loop.run_until_complete(main)

    def _obey(self, inside: Running) -> None:
        if self._stopping:
            return  # what waits is refused at the end
        with suppress(Empty):
            while True:
                command = self._commands.get_nowait()
                if isinstance(command, _Question):
                    inside.answers.give(partial(command.work, inside), command.answer)
                else:
                    inside.obey(command)

    def _die(self, error: Exception) -> None:
        log.critical("the engine has died of a bug", exc_info=error)
        cause = error.exceptions[0] if isinstance(error, ExceptionGroup) else error
        if self._on_death is not None:
            self._on_death(cause)
