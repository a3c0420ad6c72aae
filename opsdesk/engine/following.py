"""Follows a source that tells of news by itself, beside its polls.

While that goes well, what would be asked is already known: the schedule of the polls goes on, and
takes what was told. When it does not, polls are what they always were.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from opsdesk.engine import schedule
from opsdesk.engine.assembly import Outcome
from opsdesk.engine.loop import heed_cancellation
from opsdesk.model.errors import Problem, SourceError
from opsdesk.model.protocols import FollowedSource, Harvest, Source

log = logging.getLogger(__name__)

#: seconds since the last sign of life for which what was told counts as what would be answered
TRUSTED = 15.0
#: seconds after which a source is asked all the same: whether it tells of everything
ASKED_ANYWAY = 300.0
#: seconds that a stream must have lasted for the next attempt to count as the first
LASTED = 60.0


class Following:
    """What one source has told by itself. Lives on the engine's loop."""

    def __init__(
        self,
        source: Source,
        clock: Callable[[], datetime],
        *,
        on_news: Callable[[], None],
        on_loss: Callable[[], None],
    ) -> None:
        """Prepare.

        Args:
            source: may be one that cannot be followed.
            clock: the time of day, UTC.
            on_news: called when there is something to take.
            on_loss: called when nothing more will be told for now.

        """
        self._source = source
        self._clock = clock
        self._on_news = on_news
        self._on_loss = on_loss
        self._task: asyncio.Task[None] | None = None
        # What does not answer its polls is not worth following.
        self._answers = asyncio.Event()
        self._hurry = asyncio.Event()
        #: the last that it told or answered, and whether it was told and not taken
        self._newest: Harvest | None = None
        self.has_news = False
        #: when it was heard last, by the clock and by the loop's, and asked; None: not now
        self._heard_at = clock()
        self._heard: float | None = None
        self._asked = 0.0

    def begin(self, group: asyncio.TaskGroup) -> None:
        """Follow from now on, where that can be done, as soon as a poll has gone well."""
        if isinstance(self._source, FollowedSource) and self._task is None:
            self._task = group.create_task(self._keep_following(self._source))

    def end(self) -> None:
        """Follow no more, and forget what was told. Idempotent."""
        if self._task is not None:
            self._task.cancel()
        self._task = self._newest = self._heard = None
        self.has_news = False
        self._answers.clear()

    def hurry(self) -> None:
        """Try again now, where a failure is being waited out."""
        self._hurry.set()

    def polled(self, result: Harvest | Problem) -> None:
        """Take note of what a poll came to."""
        self._asked = self._now()
        if isinstance(result, Problem):
            self._answers.clear()
            return
        self._answers.set()
        if not self.has_news:
            self._newest = result

    def take(self, *, asked: bool) -> Outcome | None:
        """Return what was told, or what a poll would come to; None where one must find out.

        ``asked``: somebody wants a poll; news come first all the same, for they are older.
        """
        if self._newest is None or not (self.has_news or (self._is_known() and not asked)):
            return None
        self.has_news = False
        return Outcome(at=self._heard_at, took=0.0, result=self._newest)

    def _is_known(self) -> bool:
        now = self._now()
        is_heard = self._heard is not None and now - self._heard <= TRUSTED
        return is_heard and now - self._asked < ASKED_ANYWAY

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _hear(self, harvest: Harvest | None) -> None:
        self._heard, self._heard_at = self._now(), self._clock()
        if harvest is not None:
            self._newest, self.has_news = harvest, True
            self._on_news()

    async def _keep_following(self, source: FollowedSource) -> None:
        failures = 0
        while True:
            await self._answers.wait()
            began = self._now()
            wait = await self._follow(source)
            heed_cancellation()
            failures = 1 if self._now() - began >= LASTED else failures + 1
            chance = random.random()  # noqa: S311 - spreads load, guards nothing
            self._hurry.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(
                    schedule.retry_delay(failures, schedule.LONGEST_RETRY, chance, wait)
                ):
                    await self._hurry.wait()

    async def _follow(self, source: FollowedSource) -> float | None:
        """Follow as long as it goes; return the seconds for which to leave the source alone."""
        wait: float | None = ASKED_ANYWAY
        try:
            await source.follow(self._clock(), self._hear)
        except SourceError as error:
            log.info("%s: not followed: %s", source.id, error)
            wait = error.problem.retry_after
        if self._heard is not None:
            self._heard = None
            self._on_loss()
        return wait
