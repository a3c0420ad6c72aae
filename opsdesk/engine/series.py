"""Answers what charts ask: how figures went, what is usual for them, where they are going."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from math import floor
from typing import Generic, TypeVar

import msgspec

from opsdesk.catalogue.metrics import Catalogue
from opsdesk.engine.assembly import owner_of
from opsdesk.engine.fetching import DEADLINE, Fetched, Owner, Recorded, fetch, filled, of, since
from opsdesk.insight.words import utc_now
from opsdesk.model.errors import SourceError
from opsdesk.model.key import Key
from opsdesk.model.protocols import Source
from opsdesk.model.series import (
    Forecast,
    Line,
    SeriesData,
    SeriesFrame,
    SeriesQuery,
    SeriesRange,
    Usual,
)
from opsdesk.model.snapshot import Snapshot
from opsdesk.runtime.threads import in_thread

#: so many questions are answered at a time
_AT_ONCE = 6
#: seconds for which what follows from weeks of the past is not worked out anew
_HOLDS = 600.0
#: so many such results are held at most
_MOST_HELD = 2_000
# A page asks about ten questions, and few pages are open at once.
_MOST_KNOWN = 40

T = TypeVar("T")
#: of what, and what else it depends on
_Mark = tuple[Key, str]


class _Result(msgspec.Struct, Generic[T], frozen=True):
    """What was worked out; None is a result as well."""

    value: T


class _Held(Generic[T]):
    """Results that hold for a while; of one thing the last, and of too many the oldest give way."""

    def __init__(self) -> None:
        #: with the end of the past that each is of, and the time of the loop until which it holds
        self._results: dict[_Mark, tuple[float, float, _Result[T]]] = {}

    def get(self, mark: _Mark, end: float, now: float) -> _Result[T] | None:
        """Return a result that still holds, of the past up to an end."""
        known, until, result = self._results.get(mark, (end, now, None))
        return result if known == end and until > now else None

    def put(self, results: Mapping[_Mark, _Result[T]], end: float, until: float) -> None:
        """Hold results of the past up to an end, until a time of the loop."""
        for mark, result in results.items():
            self._results.pop(mark, None)
            self._results[mark] = (end, until, result)
        for oldest in list(self._results)[:-_MOST_HELD]:
            del self._results[oldest]


class SeriesReader:
    """Answers what charts ask. Lives on one loop; may be cancelled at any await."""

    def __init__(
        self,
        owner: Owner,
        recorded: Recorded,
        catalogue: Callable[[], Catalogue],
        clock: Callable[[], datetime],
        *,
        deadline: float = DEADLINE,
    ) -> None:
        """Prepare; see :func:`opsdesk.engine.fetching.fetch`. ``clock`` is the time of day."""
        self._owner = owner
        self._recorded = recorded
        self._catalogue = catalogue
        self._clock = clock
        self._deadline = deadline
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._usuals: _Held[Usual | None] = _Held()
        self._forecasts: _Held[Forecast] = _Held()
        #: the last answers, the newest at the end
        self._known: dict[SeriesQuery, SeriesData] = {}

    def forget(self) -> None:
        """Let go of what was worked out: it came from sources as they were."""
        self._usuals, self._forecasts = _Held(), _Held()
        self._known.clear()

    async def frame(self, query: SeriesQuery) -> SeriesFrame:
        """Return the answer to a question, and what kept it from being whole."""
        async with self._slots:
            now = self._clock().timestamp()
            end = query.until or now
            start = end - query.window
            wanted = _range(query, start, end, query.step)
            fetched = await self._fetch(wanted)
            data = self._with_known(query, fetched, wanted)
            return SeriesFrame(
                query=query,
                start=start,
                end=end,
                lines=data.lines,
                strips=data.strips,
                usual=await self._usual(query, now) if query.usual else (),
                forecasts=await self._ahead(query, now) if query.horizon else (),
                problem=fetched.problem,
            )

    def _with_known(self, query: SeriesQuery, fetched: Fetched, wanted: SeriesRange) -> SeriesData:
        """Return what is known of a range: a source that fails takes back nothing that it said."""
        data, before = fetched.data, self._known.pop(query, None)
        if fetched.problem is not None and before is not None:
            data = filled(data, since(before, wanted.start), wanted)
        self._known[query] = data
        for oldest in list(self._known)[:-_MOST_KNOWN]:
            del self._known[oldest]
        return data

    async def frames(self, queries: tuple[SeriesQuery, ...]) -> tuple[SeriesFrame, ...]:
        """Return the answers to several questions, in their order."""
        return tuple(await asyncio.gather(*map(self.frame, queries)))

    async def data(self, wanted: SeriesRange) -> SeriesData:
        """Return what is known of a range.

        Raises:
            SourceError: a source failed, and nothing at all is known.

        """
        async with self._slots:
            fetched = await self._fetch(wanted)
        if fetched.problem is not None and fetched.data == SeriesData():
            raise SourceError(fetched.problem)
        return fetched.data

    async def _fetch(self, wanted: SeriesRange) -> Fetched:
        return await fetch(wanted, self._owner, self._recorded, self._deadline)

    async def _usual(self, query: SeriesQuery, now: float) -> tuple[Usual, ...]:
        # In the tray nobody asks for it.
        from opsdesk.insight import usual as usualness

        end = floor(now / usualness.STEP) * usualness.STEP
        wanted = _range(query, end - usualness.LOOK_BACK, end, usualness.STEP)
        found = await self._worked_out(wanted, self._usuals, query.baseline, usualness.usual)
        return tuple(one for one in found if one is not None)

    async def _ahead(self, query: SeriesQuery, now: float) -> tuple[Forecast, ...]:
        from opsdesk.insight import forecast as forecasting

        # Whole days: today's figure is not yet the day's.
        end = floor(now / forecasting.DAY) * forecasting.DAY
        wanted = _range(query, end - forecasting.LOOK_BACK, end, forecasting.DAY)
        catalogue = self._catalogue()

        def forecast(line: Line) -> Forecast:
            metric = catalogue.get(line.key.metric)
            bounds = (
                forecasting.Bounds()
                if metric is None
                else forecasting.Bounds(metric.low, metric.high)
            )
            return forecasting.forecast(line, query.horizon, end=end, bounds=bounds)

        about = f"{query.horizon:g} {query.baseline}"
        return await self._worked_out(wanted, self._forecasts, about, forecast)

    async def _worked_out(
        self, wanted: SeriesRange, held: _Held[T], about: str, work: Callable[[Line], T]
    ) -> tuple[T, ...]:
        """Return what follows from the long past of each key. It is asked for once in a while."""
        now = asyncio.get_running_loop().time()
        known = {key: held.get((key, about), wanted.end, now) for key in wanted.keys}
        asked = [key for key, found in known.items() if found is None]
        if asked:
            fetched = await self._fetch(of(asked, wanted))
            lines = {line.key: line for line in fetched.data.lines}
            whole = [lines.get(key) or Line(key=key, times=(), values=()) for key in asked]
            # Beside the loop: the forecast of one line takes longer than all else in a refresh.
            results = await in_thread(
                lambda: {line.key: _Result(work(line)) for line in whole}, "opsdesk-insight"
            )
            known |= results
            if fetched.problem is None:
                marked = {(key, about): result for key, result in results.items()}
                held.put(marked, wanted.end, now + _HOLDS)
        return tuple(found.value for found in known.values() if found is not None)


def reader_of(
    sources: Sequence[Source],
    snapshot: Snapshot,
    catalogue: Catalogue,
    clock: Callable[[], datetime] = utc_now,
    *,
    recorded: Recorded | None = None,
    deadline: float = DEADLINE,
) -> SeriesReader:
    """Return what answers charts of one snapshot, with no engine.

    The sources must be open, and the loop theirs. ``recorded`` is what else is known, ``deadline``
    seconds for each question.
    """
    by_id = {source.id: source for source in sources}

    def owner(key: Key) -> Source | None:
        return by_id.get(owner_of(key, snapshot.readings, snapshot.computed, by_id))

    async def nothing(_wanted: SeriesRange) -> SeriesData:
        return SeriesData()

    known = {**catalogue, **snapshot.metrics}
    return SeriesReader(owner, recorded or nothing, lambda: known, clock, deadline=deadline)


def _range(query: SeriesQuery, start: float, end: float, step: float) -> SeriesRange:
    return SeriesRange(keys=query.keys, start=start, end=end, step=step, baseline=query.baseline)
