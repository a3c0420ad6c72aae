"""Asks a server how figures went."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from opsdesk.model.errors import Problem, SourceError
from opsdesk.model.key import Key
from opsdesk.model.series import Line, SeriesData, SeriesRange, Strip
from opsdesk.sources.body import Budget
from opsdesk.sources.http import MIB
from opsdesk.sources.prometheus import past
from opsdesk.sources.prometheus.answers import Series
from opsdesk.sources.prometheus.client import PrometheusClient
from opsdesk.sources.prometheus.discovery import Discovery
from opsdesk.sources.prometheus.ranges import Portion, RangeAsk, portions
from opsdesk.sources.prometheus.readings import Context

log = logging.getLogger(__name__)

#: unpacked bytes of the answers to what is asked for one query of a pack
PORTION_BYTES = 12 * MIB
#: requests at a time: half of what one server gets, so that a poll does not wait for charts
_AT_ONCE = 3
#: points that are mapped before others get their turn: about a millisecond
_TURN = 16


class Past:
    """Answers what charts ask of one server. Belongs to one event loop."""

    def __init__(self, client: PrometheusClient) -> None:
        self._client = client
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def read(self, found: Discovery, context: Context, wanted: SeriesRange) -> SeriesData:
        """Return what the packs in use know of a range; what fails is left out.

        Raises:
            SourceError: nothing at all could be had, and not for want of data.

        """
        asked = tuple(portions(found, wanted, context.correction))
        parts = await asyncio.gather(*(self._part(one, context, wanted) for one in asked))
        problems = [part for part in parts if isinstance(part, Problem)]
        for problem in problems:
            log.debug("%s: of the past: %s", context.source, problem.what)
        if problems and len(problems) == len(parts):
            raise SourceError(problems[0])
        return _joined([part for part in parts if isinstance(part, SeriesData)], wanted)

    async def _part(
        self, portion: Portion, context: Context, wanted: SeriesRange
    ) -> SeriesData | Problem:
        budget, asks = Budget(PORTION_BYTES), portion.asks()
        answers = await asyncio.gather(*(self._ask(ask, portion, budget) for ask in asks))
        got: dict[RangeAsk, Sequence[Series]] = {}
        for ask, answer in zip(asks, answers, strict=True):
            if isinstance(answer, Problem):
                return answer
            got[ask] = answer
        found = []
        for point in past.points(portion, context, got):
            found.append(point)
            if not point.place % _TURN:
                await asyncio.sleep(0)
        if portion.is_strip:
            return past.strips(portion, found, context.correction, wanted.start)
        return past.lines(portion, found, context.correction)

    async def _ask(
        self, ask: RangeAsk, portion: Portion, budget: Budget
    ) -> Sequence[Series] | Problem:
        first, last = ask.span(portion.grid)
        try:
            async with self._slots:
                result = await self._client.range(
                    ask.promql, first, last, portion.grid.step, budget
                )
        except SourceError as error:
            return error.problem
        for warning in result.warnings:
            log.debug("%s: of the past: %s", portion.question.used.pack.title, warning)
        return result.series


def _joined(parts: Sequence[SeriesData], wanted: SeriesRange) -> SeriesData:
    """Join parts; where several tell of a key, the first wins, as in a poll."""
    lines: dict[Key, Line] = {}
    strips: dict[Key, Strip] = {}
    for part in parts:
        for line in part.lines:
            lines.setdefault(line.key, line)
        for strip in part.strips:
            strips.setdefault(strip.key, strip)
    return SeriesData(
        lines=tuple(lines[key] for key in dict.fromkeys(wanted.keys) if key in lines),
        strips=tuple(strips[key] for key in dict.fromkeys(wanted.keys) if key in strips),
    )
