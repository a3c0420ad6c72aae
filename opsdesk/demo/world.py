"""The demo: a production that begins at known figures, has a past of eight weeks, and lives."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from math import floor
from types import MappingProxyType

from opsdesk.catalogue import metrics
from opsdesk.catalogue.language import mark, tr
from opsdesk.catalogue.metrics import Catalogue
from opsdesk.demo import past
from opsdesk.demo.breakers import LiveBreaker
from opsdesk.demo.clock import DAY, PAST, WEEK, Clock, reported
from opsdesk.demo.figures import Family
from opsdesk.demo.life import Life
from opsdesk.demo.wanted import DEMO
from opsdesk.insight.words import age_text, utc_now
from opsdesk.model.key import key
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.series import Change, Event, SeriesData, SeriesRange
from opsdesk.model.snapshot import Incident, Severity, Snapshot, SourceStatus, incident_id

#: seconds for which incidents that have ended are told
_TOLD = DAY + 2 * 3_600.0
# Metrics with a life of their own, and the seconds that their figures cover.
_WINDOWS: Mapping[str, float | None] = MappingProxyType(
    {"component.uptime": DAY, "breaker.failures": None, "logs.volume": DAY}
)
_NOTES: Mapping[str, str] = MappingProxyType({"runbook.duration_mean": mark("per execution")})


class Demo:
    """Provides what a real production would. The same seed, start and clock give the same life.

    It begins with the first request; until then it waits, so that what is seen first is exact.
    Figures are functions of the seed and of time: what was asked before does not matter.
    """

    def __init__(
        self, seed: int = 1, speed: float = 1.0, clock: Callable[[], datetime] = utc_now
    ) -> None:
        """Prepare. ``speed``: how many seconds pass in the demo in one of ``clock``."""
        self._catalogue = metrics.load()
        self._life = Life(seed, self._catalogue)
        self._speed = speed
        self._now = clock
        self._clock: Clock | None = None
        self._newest: Snapshot | None = None

    @property
    def catalogue(self) -> Catalogue:
        """Return the metrics, in their order."""
        return self._catalogue

    def snapshot(self) -> Snapshot:
        """Return the newest sample; the same object until there is another."""
        clock, sample = self._sample()
        at = datetime.fromtimestamp(sample, UTC)
        if self._newest is None or self._newest.at != at:
            self._newest = self._taken(clock, sample, at)
        return self._newest

    async def newer(self, seen: Snapshot | None) -> Snapshot:
        """Return the newest sample as soon as it is another than ``seen``."""
        while (newest := self.snapshot()) is seen:
            clock, sample = self._sample()
            await asyncio.sleep(sample + clock.cadence - self._now().timestamp())
        return newest

    async def series(self, wanted: SeriesRange) -> SeriesData:
        """Return how figures and breakers went, up to the newest sample."""
        clock, sample = self._sample()
        return await past.series(self._life, self._catalogue, wanted, clock, sample)

    def events(self, since: float) -> tuple[Event, ...]:
        """Return the transitions of breakers after a moment, ascending."""
        clock, sample = self._sample()
        found = (
            Event(key=breaker.key, at=clock.real(now.at), before=before.state, state=now.state)
            for breaker in self._life.breakers
            for before, now in pairwise(_all_changes(breaker, clock.life(sample)))
        )
        return tuple(sorted((e for e in found if e.at > since), key=lambda event: event.at))

    def _sample(self) -> tuple[Clock, float]:
        """Return the clock and the time of the newest sample."""
        now = self._now().timestamp()
        if self._clock is None:
            self._clock = Clock(floor(now), self._speed)
        return self._clock, self._clock.sample(now)

    def _taken(self, clock: Clock, sample: float, at: datetime) -> Snapshot:
        readings = [*self._readings(clock, sample, at)]
        return Snapshot(
            at=at,
            readings=MappingProxyType({reading.key: reading for reading in readings}),
            baselines=(self._life.baseline(clock),),
            incidents=tuple(self._incidents(clock, clock.life(sample))),
            sources=(_status(clock, at),),
        )

    def _readings(self, clock: Clock, sample: float, at: datetime) -> Iterator[Reading]:
        told = set()
        for family in self._life.families:
            for reading in self._of_family(family, clock, sample, at):
                told.add(reading.key)
                yield reading
        for subject, course in self._life.courses.items():
            if subject not in told:
                window = _WINDOWS.get(subject.metric, WEEK)
                value = course(clock, sample)
                note = _NOTES.get(subject.metric, "")
                yield Reading(
                    key=subject, value=value, at=at, source=DEMO, window=window, note=note
                )
        for breaker in self._life.breakers:
            yield from _of_breaker(breaker, clock, sample, at)

    def _of_family(
        self, family: Family, clock: Clock, sample: float, at: datetime
    ) -> Iterator[Reading]:
        if family.every:
            at = datetime.fromtimestamp(reported(family.every, sample), UTC)
        for figure in family.figures:
            subject = family.key(figure)
            course = self._life.courses.get(subject)
            yield Reading(
                key=subject,
                value=figure.value if course is None else course(clock, sample),
                at=at,
                source=DEMO,
                origin=family.origin,
                qualifier=figure.qualifier,
                window=family.window,
                change=figure.change,
                note=figure.note,
            )

    def _incidents(self, clock: Clock, at: float) -> Iterator[Incident]:
        found = (
            _incident(breaker, [c for c in spell.changes if c.at <= at], clock)
            for breaker in self._life.breakers
            for spell in breaker.outages(at - _TOLD, at)
        )
        yield from sorted(found, key=lambda incident: incident.opened_at)


def _all_changes(breaker: LiveBreaker, at: float) -> list[Change]:
    return [Change(-PAST, BreakerState.CLOSED), *breaker.changes(-PAST, at)]


def _of_breaker(
    breaker: LiveBreaker, clock: Clock, sample: float, at: datetime
) -> Iterator[Reading]:
    life = clock.life(sample)
    reset, why = breaker.last_reset(life)
    yield Reading(key=breaker.key, value=BreakerState(breaker.state(life)), at=at, source=DEMO)
    yield Reading(
        key=key("breaker.last_reset", {"breaker": breaker.name}),
        value=None if reset is None else clock.moment(reset),
        at=at,
        source=DEMO,
        note=why,
    )


def _incident(breaker: LiveBreaker, changes: list[Change], clock: Clock) -> Incident:
    opened_at, last = clock.moment(changes[0].at), changes[-1]
    closed_at = clock.moment(last.at) if last.state == BreakerState.CLOSED else None
    return Incident(
        id=incident_id(breaker.key, opened_at),
        subject=breaker.key,
        title=tr("Breaker open: {name}", name=breaker.name),
        severity=Severity.CRITICAL,
        state=BreakerState(last.state),
        opened_at=opened_at,
        closed_at=closed_at,
        trips=sum(change.state == BreakerState.OPEN for change in changes),
        detail=_detail(opened_at, closed_at, last.state),
    )


def _detail(opened_at: datetime, closed_at: datetime | None, state: str) -> str:
    if closed_at is not None:
        lasted = age_text((closed_at - opened_at).total_seconds())
        return tr("closed after {time}", time=lasted)
    return tr("testing recovery") if state == BreakerState.HALF_OPEN else tr("calls are refused")


def _status(clock: Clock, at: datetime) -> SourceStatus:
    return SourceStatus(
        id=DEMO,
        title=tr("Demo production"),
        kind=DEMO,
        where="",
        interval=clock.cadence,
        cadence=clock.cadence,
        last_success=at,
        last_attempt=at,
    )
