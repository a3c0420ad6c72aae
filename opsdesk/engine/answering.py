"""Who waits for the past: charts, of which the latest question counts, and other threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import Any, TypeVar

from opsdesk.engine.series import SeriesReader
from opsdesk.model.errors import SourceError
from opsdesk.model.series import SeriesFrame, SeriesQuery

#: seconds for all sources to have been asked
_READY_SOON = 3.0

T = TypeVar("T")
Work = Callable[[], Coroutine[Any, Any, T]]


class Answers:
    """Runs what has been asked in the engine's task group, and ends what nobody waits for."""

    def __init__(
        self,
        group: asyncio.TaskGroup,
        series: SeriesReader,
        show: Callable[[SeriesFrame], None] | None,
        ready: asyncio.Event,
    ) -> None:
        """Prepare; ``show`` takes what charts have asked for, once it is known who can tell."""
        self._group = group
        self._ready = ready
        self._series = series
        self._show = show
        self._asked: dict[SeriesQuery, asyncio.Task[None]] = {}

    def show(self, queries: Iterable[SeriesQuery]) -> None:
        """Answer these. What else was asked before nobody wants to see any more.

        A question that is being answered is not asked anew: a chart that asks at each refresh of
        a slow source would never see an answer.
        """
        wanted = dict.fromkeys(queries)
        for query in self._asked.keys() - wanted.keys():
            self._asked.pop(query).cancel()
        for query in wanted.keys() - self._asked.keys() if self._show else ():
            self._asked[query] = self._group.create_task(self._answer(query))

    async def _answer(self, query: SeriesQuery) -> None:
        # A source that has not been asked yet would have no past, and the chart would wait with it.
        with suppress(TimeoutError):  # one that hangs does not hold up what others can tell
            async with asyncio.timeout(_READY_SOON):
                await self._ready.wait()
        frame = await self._series.frame(query)
        del self._asked[query]
        if self._show is not None:
            self._show(frame)

    def give(self, work: Work[T], answer: Future[T]) -> None:
        """Do ``work`` and hand over what it returns, or the SourceError that it raises.

        Who cancels the answer ends the work.
        """
        loop = asyncio.get_running_loop()
        task = self._group.create_task(_fulfil(work, answer))
        # However it ends, even before it has begun: nobody waits for ever.
        task.add_done_callback(lambda _task: answer.cancel())

        def end(asked: Future[T]) -> None:
            if asked.cancelled():
                with suppress(RuntimeError):  # the loop has closed, and the task with it
                    loop.call_soon_threadsafe(task.cancel)

        answer.add_done_callback(end)


async def _fulfil(work: Work[T], answer: Future[T]) -> None:
    with suppress(InvalidStateError):  # who asked has stopped waiting
        try:
            answer.set_result(await work())
        except SourceError as error:
            answer.set_exception(error)
