"""Asks many queries of one poll: each once, all at once, and keeps what failed as a value."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from opsdesk.model.errors import Problem, SourceError
from opsdesk.sources import problems
from opsdesk.sources.body import Budget
from opsdesk.sources.http import MIB
from opsdesk.sources.prometheus.answers import Sample
from opsdesk.sources.prometheus.client import PrometheusClient
from opsdesk.sources.prometheus.plan import Ask

#: unpacked bytes of all answers of one poll. 2,000 breakers take 1 MiB from Resilience4j and 3 from
#: opossum; in memory, each byte becomes four to twelve: 12 MiB keep the whole process below 250 MB
POLL_BYTES = 12 * MIB


class Asker:
    """The asks of one poll and their answers. One that fails does not lose the others.

    Nor does one that is not answered by ``until``, a time of the loop; what was ``late`` in an
    earlier poll is asked before the rest: of a slow server all is known by turns.
    """

    def __init__(
        self, client: PrometheusClient, until: float | None = None, late: Iterable[str] = ()
    ) -> None:
        self._client = client
        self._until = until
        self._limits: set[asyncio.Timeout] = set()
        self._first = frozenset(late)
        #: queries that were not answered in time
        self.late: set[str] = set()
        self._budget = Budget(POLL_BYTES)
        self._answers: dict[Ask, Sequence[Sample] | Problem] = {}
        self._warnings: dict[Ask, tuple[str, ...]] = {}

    @property
    def answers(self) -> Mapping[Ask, Sequence[Sample] | Problem]:
        """All answers so far."""
        return self._answers

    async def ask(self, wanted: Iterable[Ask]) -> None:
        """Ask what has not been asked yet, in parallel."""
        fresh = [ask for ask in dict.fromkeys(wanted) if ask not in self._answers]
        fresh.sort(key=lambda ask: ask.promql not in self._first)
        self._answers |= zip(fresh, await asyncio.gather(*map(self._one, fresh)), strict=True)

    def extend(self, until: float) -> None:
        """Wait until then for what has not been answered yet."""
        self._until = until
        for limit in self._limits:
            if not limit.expired():
                limit.reschedule(until)

    def has(self, ask: Ask) -> bool:
        """Tell whether there is an answer that is no failure."""
        return not isinstance(self._answers[ask], Problem)

    def got(self, ask: Ask) -> Sequence[Sample]:
        """Return an answer; nothing where it failed."""
        found = self._answers[ask]
        return () if isinstance(found, Problem) else found

    def failures(self, asks: Iterable[Ask]) -> tuple[Problem, ...]:
        """Return the problems of those that failed."""
        answers = (self._answers[ask] for ask in asks)
        return tuple(found for found in answers if isinstance(found, Problem))

    def warnings(self, asks: Iterable[Ask]) -> tuple[str, ...]:
        """Return what the server warned of."""
        return tuple(text for ask in asks for text in self._warnings.get(ask, ()))

    async def _one(self, ask: Ask) -> Sequence[Sample] | Problem:
        try:
            async with asyncio.timeout_at(self._until) as limit:
                self._limits.add(limit)
                result = await self._client.instant(ask.promql, at=ask.at, budget=self._budget)
        except SourceError as error:
            return error.problem
        except TimeoutError as error:
            self.late.add(ask.promql)
            return problems.of_error(error, self._client.where)
        finally:
            self._limits.discard(limit)
        if result.warnings:
            self._warnings[ask] = result.warnings
        return result.samples
