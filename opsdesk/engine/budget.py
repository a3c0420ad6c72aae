"""Watches error budgets: asks how the shares of what fails went, beside the polling."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from opsdesk.catalogue.language import tr
from opsdesk.catalogue.metrics import Catalogue
from opsdesk.engine.conditions import Condition, Conditions, figure_name, fine
from opsdesk.insight import burn
from opsdesk.insight.words import age_text
from opsdesk.model.errors import SourceError
from opsdesk.model.key import Key
from opsdesk.model.metric import Metric
from opsdesk.model.reading import Reading
from opsdesk.model.series import Line, SeriesData, SeriesRange
from opsdesk.model.snapshot import IncidentKind, Snapshot

#: seconds between two looks
EVERY = 60.0
_FINE_STEP, _COARSE_STEP = 60.0, 900.0
#: what is appended to a metric's id: its budget is a subject of its own beside its threshold
_BUDGET = ".budget"


class Budgets:
    """How the error budgets do, as conditions. Lives on one loop."""

    def __init__(
        self,
        data: Callable[[SeriesRange], Awaitable[SeriesData]],
        catalogue: Callable[[], Catalogue],
        clock: Callable[[], datetime],
        changed: Callable[[], None],
    ) -> None:
        """Prepare; ``data`` tells how figures went, ``changed`` is called when that matters."""
        self._data = data
        self._catalogue = catalogue
        self._clock = clock
        self._changed = changed
        self._figures: Mapping[Key, Reading] = MappingProxyType({})
        #: by the key of the budget; None until it has been looked
        self.conditions: Conditions | None = None
        self._news = asyncio.Event()

    def take(self, snapshot: Snapshot) -> None:
        """Take in the figures of a refresh."""
        self._figures = snapshot.readings
        self._news.set()

    async def keep_watching(self) -> None:
        """Look once in a while, until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            await self.look()
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Look at every budget."""
        before, self.conditions = self.conditions, await self._conditions()
        if self.conditions != (before or {}):
            self._changed()

    async def _conditions(self) -> Conditions:
        watched = tuple(_watched(self._figures.values(), self._catalogue()))
        if not watched:
            return {}
        keys = tuple(reading.key for reading, _ in watched)
        now = self._clock()
        at = now.timestamp()
        try:
            shortly = await self._data(_range(keys, at, burn.FINE, _FINE_STEP))
            for_long = await self._data(_range(keys, at, burn.COARSE, _COARSE_STEP))
        except SourceError:
            return self.conditions or {}  # nobody can tell: what burnt goes on burning
        lately, before = _lines(shortly), _lines(for_long)
        return {
            budget_key(reading.key): self._judged(
                reading, metric, lately.get(reading.key), before.get(reading.key), now
            )
            for reading, metric in watched
        }

    def _judged(
        self,
        reading: Reading,
        metric: Metric,
        lately: Line | None,
        before: Line | None,
        now: datetime,
    ) -> Condition:
        nothing = Line(key=reading.key, times=(), values=())
        found = burn.burning(metric, lately or nothing, before or nothing, now.timestamp())
        if found is None:
            return self._since(reading.key, fine(IncidentKind.BURN, now, tr("back within it")))
        return self._since(
            reading.key,
            Condition(
                kind=IncidentKind.BURN,
                severity=found.rule.severity,
                title=tr("Error budget burning: {name}", name=figure_name(reading.key, metric)),
                since=now,
                detail=tr(
                    "{factor} times too fast over {window}: a month of it lasts {time}",
                    factor=f"{found.factor:.1f}",
                    window=age_text(found.rule.long),
                    time=age_text(round(found.lasts)),
                ),
            ),
        )

    def _since(self, key: Key, condition: Condition) -> Condition:
        """Keep what has not changed: its moment, and its figures of then."""
        known = (self.conditions or {}).get(budget_key(key))
        if known is not None and known.severity is condition.severity:
            return known
        return condition


def budget_key(key: Key) -> Key:
    """Return the subject under which a figure's budget is an incident."""
    return key.with_metric(key.metric + _BUDGET)


def _watched(figures: Iterable[Reading], catalogue: Catalogue) -> Iterable[tuple[Reading, Metric]]:
    for reading in figures:
        metric = catalogue.get(reading.key.metric)
        if metric is None or metric.objective is None or reading.number is None:
            continue
        # Of a server's words nobody has checked that an objective can be meant.
        if not metric.is_share:
            continue
        if reading.samples is None or reading.samples >= burn.LEAST_TRAFFIC:
            yield reading, metric


def _range(keys: tuple[Key, ...], now: float, window: float, step: float) -> SeriesRange:
    return SeriesRange(keys=keys, start=now - window, end=now, step=step)


def _lines(data: SeriesData) -> dict[Key, Line]:
    return {line.key: line for line in data.lines}
