"""The demo as a source: a child process serves it on loopback, the real client polls it."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import subprocess
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import IO, cast

from opsdesk.app.ourselves import command
from opsdesk.catalogue import metrics
from opsdesk.catalogue.language import tr
from opsdesk.demo.wanted import DEMO
from opsdesk.model.errors import Problem, ProblemKind, SourceError
from opsdesk.model.protocols import Harvest, Source
from opsdesk.model.series import SeriesData, SeriesRange
from opsdesk.runtime.threads import in_thread
from opsdesk.sources.credentials import Credentials
from opsdesk.sources.metrics_api import MetricsApiSource

#: seconds for the child to serve, and to end by itself, by a signal, and by force
_STARTS_IN, _ENDS_IN = 30.0, 0.5
_SERVING = re.compile(r"serving (http://\S+)")


def demo_title() -> str:
    """Return the name of the demo, for people."""
    return tr("Demo production")


def demo_source(seed: int = 1, speed: float = 1.0) -> Source:
    """Return the demo; its process is started when it is first polled."""
    return DemoSource(seed, speed)


class DemoSource:
    """Starts the demo's process, polls it, starts it anew if it has died, and ends it."""

    kind = DEMO
    id = DEMO

    def __init__(self, seed: int, speed: float) -> None:
        self.title = demo_title()
        self.where = tr("this computer")
        self._arguments = ("--seed", str(seed), "--speed", f"{speed:g}")
        self._child: Child | None = None
        self._source: MetricsApiSource | None = None

    async def poll(self, now: datetime) -> Harvest:
        """Fetch everything once.

        Raises:
            SourceError: the demo cannot be started, or gave nothing usable.

        """
        source = await self._started()
        return await source.poll(now)

    async def follow(self, now: datetime, tell: Callable[[Harvest | None], None]) -> None:
        """Follow the demo; it does not start the process.

        Raises:
            SourceError: it cannot be followed, or not any more.

        """
        if self._source is not None:
            await self._source.follow(now, tell)

    async def series(self, wanted: SeriesRange) -> SeriesData:
        """Return what the demo has of its past; nothing before it has been started."""
        return SeriesData() if self._source is None else await self._source.series(wanted)

    async def rediscover(self) -> None:
        """Forget what was learnt, so that the next poll looks anew."""
        if self._source is not None:
            await self._source.rediscover()

    async def close(self) -> None:
        """End the process. Idempotent; a poll after it starts another, which begins anew."""
        child, self._child = self._child, None
        source, self._source = self._source, None
        if source is not None:
            await source.close()
        if child is not None:
            await child.end()

    async def _started(self) -> MetricsApiSource:
        if self._child is not None and self._child.has_died:
            await self.close()
        if self._child is None:
            self._child = Child(self._arguments)
        child = self._child
        url = await child.url()
        if self._source is None:
            self._source = MetricsApiSource(
                self.id,
                self.title,
                url,
                metrics.load(),
                credentials=Credentials(token=child.token),
            )
        return self._source


class Child:
    """A process of ours that serves the demo. It ends with us, whatever becomes of us.

    Its standard input tells it: nobody writes there, and it closes when we are gone.
    """

    def __init__(self, arguments: tuple[str, ...]) -> None:
        self.token = secrets.token_urlsafe()
        self._command = command(
            "serve", "--demo", "--port", "0", "--until-stdin-closes", *arguments
        )
        self._process: subprocess.Popen[str] | None = None
        self._turn = threading.Lock()
        self._is_over = False
        self._starting: asyncio.Task[str] | None = None

    @property
    def has_died(self) -> bool:
        """Whether it ran, or could not be made to, and does not run any more."""
        is_done = self._starting is not None and self._starting.done()
        return is_done and (self._process is None or self._process.poll() is not None)

    async def url(self) -> str:
        """Return where it serves, as soon as it does. Who is cancelled meanwhile may ask again.

        Raises:
            SourceError: it cannot be started.

        """
        if self._starting is None:
            self._starting = asyncio.create_task(in_thread(self._start, "opsdesk-demo"))
        return await asyncio.shield(self._starting)

    async def end(self) -> None:
        """End it; idempotent. Who is cancelled meanwhile need not care: it goes on."""
        if self._starting is not None:
            self._starting.cancel()
            with suppress(asyncio.CancelledError, SourceError):
                await asyncio.wait([self._starting])
        await in_thread(self._end, "opsdesk-demo")

    def _start(self) -> str:
        """Start it and return where it serves. Blocks: runs on a thread."""
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
            process = self._begin(errors)
            # Bounded: without a process there is no line to wait for.
            limit = threading.Timer(_STARTS_IN, self._end)
            limit.daemon = True
            limit.start()
            # It says one line and no more.
            with cast("IO[str]", process.stdout) as said:
                serving = _SERVING.match(said.readline())
            limit.cancel()
            if serving is None:
                self._end()
                errors.seek(0)
                raise _not_started((errors.read().strip().splitlines() or [""])[-1])
        return serving.group(1)

    def _begin(self, errors: IO[str]) -> subprocess.Popen[str]:
        with self._turn:
            if self._is_over:
                raise _not_started("")
            try:
                # It lives on until it is ended.
                self._process = subprocess.Popen(
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    text=True,
                    env=os.environ | {"OPSDESK_TOKEN": self.token},
                )
            except OSError as error:
                raise _not_started(str(error)) from error
            return self._process

    def _end(self) -> None:
        """End it in bounded time. Blocks: runs on a thread."""
        with self._turn:
            self._is_over = True
            process = self._process
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        for stop in (process.terminate, process.kill):
            try:
                process.wait(_ENDS_IN)
            except subprocess.TimeoutExpired:
                stop()
        process.wait()


def _not_started(reason: str) -> SourceError:
    return SourceError(
        Problem(
            kind=ProblemKind.UNREACHABLE,
            what=tr("the demo's process did not start: {reason}", reason=reason)
            if reason
            else tr("the demo's process did not start"),
            where=demo_title(),
            remedy=tr("Start OpsDesk again."),
        )
    )
