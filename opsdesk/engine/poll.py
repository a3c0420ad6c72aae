"""One poll of one source, and one refresh of all of them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from opsdesk.catalogue.language import tr
from opsdesk.catalogue.metrics import Catalogue
from opsdesk.engine.assembly import Assembly, Outcome
from opsdesk.engine.setting import DEADLINE
from opsdesk.engine.waiting import Waiting
from opsdesk.insight.words import utc_now
from opsdesk.model.errors import Problem, ProblemKind, SourceError
from opsdesk.model.protocols import Harvest, Source
from opsdesk.model.snapshot import Snapshot

log = logging.getLogger(__name__)

#: seconds in which a source, or who is told, gives back connections
CLOSING = 0.5


async def poll(
    source: Source,
    deadline: float,
    clock: Callable[[], datetime],
    *,
    rediscover: bool = False,
    waiting: Waiting | None = None,
) -> Outcome:
    """Ask a source once. A failure that can be expected is a value; anything else is a bug.

    ``deadline`` is in seconds; ``waiting`` takes its place where no later poll goes on.
    """
    at, began = clock(), time.monotonic()
    result: Harvest | Problem
    try:
        async with asyncio.timeout(deadline) if waiting is None else waiting.limit(source):
            if rediscover:
                await source.rediscover()
            result = await source.poll(at)
    except SourceError as error:
        result = error.problem
    except TimeoutError:
        seconds = f"{max(deadline, round(time.monotonic() - began)):g}"
        result = too_slow(source, tr("no complete answer within {seconds} s", seconds=seconds))
    return Outcome(at=at, took=time.monotonic() - began, result=result)


def too_slow(source: Source, what: str) -> Problem:
    """Return the problem of a source that took too long; ``what`` says for what."""
    return Problem(
        kind=ProblemKind.TIMEOUT,
        what=what,
        where=f"{source.title} ({source.where})",
        remedy=tr("Check that the server is not overloaded and that the network is up."),
    )


async def close(source: Source) -> None:
    """Let a source give back its connections, in bounded time."""
    await ended(source.close(), source.id)


async def ended(closing: Awaitable[None], name: str) -> None:
    """Wait until something has given back what it kept open, in bounded time."""
    try:
        async with asyncio.timeout(CLOSING):
            await closing
    except TimeoutError:
        # A server that does not say goodbye: its socket goes with the loop.
        log.info("%s did not close in time", name)


async def collect(
    sources: Sequence[Source],
    catalogue: Catalogue,
    interval: float,
    waiting: Waiting | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Snapshot:
    """Refresh once, with no thread and no schedule: what a command line needs.

    What is wrong is open at once: no later refresh could see whether it lasts. ``interval`` is what
    a figure's freshness is judged by, in seconds. The sources stay open.
    """
    assembly, waiting = Assembly(sources, catalogue, interval), waiting or Waiting(DEADLINE)
    outcomes = await asyncio.gather(
        *(poll(source, waiting.seconds, clock, waiting=waiting) for source in sources)
    )
    for source, outcome in zip(sources, outcomes, strict=True):
        assembly.record(source.id, outcome, next_attempt=None)
    snapshot, _ = assembly.snapshot(clock(), once=True)
    return snapshot
