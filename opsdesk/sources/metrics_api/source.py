"""Reads a server of the metrics API v1: snapshots, asked for or streamed, and its catalogue."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus

import msgspec

from opsdesk.catalogue.metrics import Catalogue
from opsdesk.model.errors import SourceError
from opsdesk.model.metric import Metric
from opsdesk.model.protocols import Harvest
from opsdesk.model.series import SeriesData, SeriesRange
from opsdesk.sources import problems
from opsdesk.sources.address import metrics_api_base
from opsdesk.sources.body import Budget
from opsdesk.sources.clock import ServerClock
from opsdesk.sources.credentials import Credentials
from opsdesk.sources.http import MIB, Answer, HttpClient, Pairs
from opsdesk.sources.metrics_api import following, reading, series
from opsdesk.sources.metrics_api.event_stream import Event
from opsdesk.sources.metrics_api.names import Names
from opsdesk.sources.metrics_api.reading import Terms
from opsdesk.sources.metrics_api.refusals import Refusals
from opsdesk.sources.together import together
from opsdesk.wire import catalogue as wire_catalogue
from opsdesk.wire import series as wire_series
from opsdesk.wire import snapshot as wire_snapshot
from opsdesk.wire.decoding import WireError
from opsdesk.wire.headers import sendable_etag
from opsdesk.wire.snapshot import WireSnapshot

SNAPSHOT = "v1/snapshot"
SERIES = "v1/series"
CATALOGUE = "v1/catalogue"

#: greatest answers. A snapshot of 2,000 breakers takes 2 MiB, and in memory ten times as much
_SNAPSHOT_CAP = 8 * MIB
_SERIES_CAP = 8 * MIB
#: of one question in several portions
_SERIES_BUDGET = 32 * MIB
_CATALOGUE_CAP = 2 * MIB
#: a server that keeps no past, or describes nothing, says it like this
_HAS_NONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.NOT_IMPLEMENTED})
#: seconds by which the difference between the clocks may waver before times are corrected anew
_WAVERS = 2.0


class _Kept(msgspec.Struct, frozen=True):
    """What the last answer came to, while the server says that it has not changed."""

    etag: str
    harvest: Harvest
    correction: float


class MetricsApiSource:
    """A server of the metrics API: another OpsDesk, or any backend.

    ``headers`` and ``params`` go with every request; secrets belong into ``credentials``. ``heard``
    is told of each answer.

    Raises:
        ConfigError: the address, a header or the credentials cannot be used.

    """

    kind = "opsdesk"

    def __init__(
        self,
        id: str,
        title: str,
        url: str,
        catalogue: Catalogue,
        *,
        credentials: Credentials | None = None,
        headers: Mapping[str, str] | None = None,
        params: Pairs = (),
        tls: Callable[[], ssl.SSLContext] | None = None,
        heard: Callable[[], None] | None = None,
    ) -> None:
        self.id = id
        self.title = title
        base = metrics_api_base(url)
        self.where = base.where
        self._own = self._catalogue = catalogue
        self._http = HttpClient(
            base, credentials=credentials, headers=headers, params=params, tls=tls, heard=heard
        )
        self._names = Names(self._http.clean)
        self._refusals = Refusals(self.where, self._names)
        self._clock = ServerClock()
        self._correction = 0.0
        #: the server's description of its metrics, as soon as it was asked
        self._metrics: tuple[Metric, ...] | None = None
        #: metrics of its snapshots that neither it nor we describe
        self._undescribed: set[str] = set()
        self._kept: _Kept | None = None
        #: the last, from a poll or from the stream
        self._newest: Harvest | None = None
        #: how many the stream has brought
        self._streamed = 0

    async def poll(self, now: datetime) -> Harvest:
        """Fetch everything once; the same harvest where the server says that nothing changed.

        Raises:
            SourceError: nothing could be had.

        """
        self._clock.start(now)
        streamed, kept = self._streamed, self._kept
        answer = await self._get(SNAPSHOT, etag=kept.etag if kept else "", cap=_SNAPSHOT_CAP)
        if kept is not None and answer.unchanged and kept.correction != self._correction:
            # the server's clock has been set: what was read by the earlier one is read anew
            kept, answer = None, await self._get(SNAPSHOT, cap=_SNAPSHOT_CAP)
        if self._newest is not None and self._streamed != streamed:
            return self._newest  # which came meanwhile; what is newer still will come as well
        if kept is not None and answer.unchanged:
            return kept.harvest
        if not answer.ok:
            raise SourceError(self._refusals.of(answer, SNAPSHOT))
        return await self._brought(answer.body, answer.etag, SNAPSHOT, streamed)

    async def follow(self, now: datetime, tell: Callable[[Harvest | None], None]) -> None:
        """Tell each new harvest as soon as the server has it, and None at other signs of life.

        Raises:
            SourceError: it cannot be followed, or not any more. It never ends otherwise.

        """
        self._clock.start(now)
        known = self._kept.etag if self._kept else ""
        told = following.Told()
        reading = following.read(self._http, known, self._hear, told, self._refusals)
        try:
            await together([reading, self._pass_on(told, tell)])
        except SourceError:
            last = told.take()
            if last is not None:  # the last word may be the one that matters
                await self._bring(last, tell)
            raise

    async def _pass_on(self, told: following.Told, tell: Callable[[Harvest | None], None]) -> None:
        while True:
            await told.news()
            event = told.take()
            if event is not None:
                began = time.perf_counter()
                await self._bring(event, tell)
                await following.rest(time.perf_counter() - began)
            elif self._kept is None or self._kept.correction == self._correction:
                # Else the server's clock has been set, and a poll must read everything anew.
                tell(None)

    async def _bring(self, event: Event, tell: Callable[[Harvest | None], None]) -> None:
        self._streamed += 1
        etag = sendable_etag(event.id)
        try:
            async with asyncio.timeout(following.DEADLINE):
                told = await self._brought(event.data, etag, following.STREAM, self._streamed)
        except TimeoutError as error:
            place = self._refusals.place(following.STREAM)
            raise SourceError(problems.of_error(error, place)) from error
        tell(told)

    async def series(self, wanted: SeriesRange) -> SeriesData:
        """Return what the server knows of the past; a server that keeps none gives nothing.

        Raises:
            SourceError: it could not be had.

        """
        if not wanted.keys:
            return SeriesData()
        budget = Budget(_SERIES_BUDGET)
        parts = await together(
            self._series(series.question(keys, wanted, self._correction), budget)
            for keys in series.portions(wanted.keys)
        )
        everything = SeriesData(
            lines=tuple(line for part in parts for line in part.lines),
            strips=tuple(strip for part in parts for strip in part.strips),
        )
        return series.within(everything, wanted, self._correction)

    async def rediscover(self) -> None:
        """Forget what was learnt of the server, so that the next poll looks anew."""
        self._metrics = self._kept = self._newest = None

    async def close(self) -> None:
        """Give back connections. Idempotent."""
        await self._http.close()

    async def _series(self, question: Pairs, budget: Budget) -> SeriesData:
        answer = await self._http.fetch(
            "GET", SERIES, params=question, cap=_SERIES_CAP, budget=budget
        )
        if answer.status in _HAS_NONE:
            return SeriesData()
        if not answer.ok:
            raise SourceError(self._refusals.of(answer, SERIES))
        try:
            return wire_series.decode(answer.body, SERIES)
        except WireError as error:
            raise SourceError(self._refusals.unusable(error, SERIES)) from error

    async def _learn(self, wire: WireSnapshot) -> str:
        """Ask for the catalogue, where it may explain more; return what went wrong with it.

        That is at first, and when there are metrics that it did not describe: another OpsDesk
        learns of them itself. A server need not have a catalogue.
        """
        unknown = {figure.metric for figure in wire.readings} - self._catalogue.keys()
        if self._metrics is not None and unknown <= self._undescribed:
            return ""
        try:
            answer = await self._get(CATALOGUE, cap=_CATALOGUE_CAP)
            metrics = self._described(answer)
        except SourceError as error:
            return self._names.text(str(error))
        self._metrics = reading.described(metrics, self._names)
        self._catalogue = {metric.id: metric for metric in self._metrics} | dict(self._own)
        self._undescribed = unknown
        return ""

    def _described(self, answer: Answer) -> tuple[Metric, ...]:
        if answer.status in _HAS_NONE:
            return ()
        if not answer.ok:
            raise SourceError(self._refusals.of(answer, CATALOGUE))
        try:
            return wire_catalogue.decode(answer.body, CATALOGUE)
        except WireError as error:
            raise SourceError(self._refusals.unusable(error, CATALOGUE)) from error

    async def _brought(self, content: bytes, etag: str, path: str, streamed: int) -> Harvest:
        """Return what a snapshot brings, or what the stream has brought beyond ``streamed``."""
        try:
            wire = wire_snapshot.decode(content, path)
        except WireError as error:
            raise SourceError(self._refusals.unusable(error, path)) from error
        note = await self._learn(wire)
        if self._newest is not None and self._streamed != streamed:
            return self._newest
        self._newest = harvest = self._harvest(wire, note)
        # A note of this time alone must not be kept.
        keeps = etag and not note
        self._kept = _Kept(etag, harvest, self._correction) if keeps else None
        return harvest

    def _harvest(self, wire: WireSnapshot, note: str) -> Harvest:
        terms = Terms(
            source=self.id,
            catalogue=self._catalogue,
            names=self._names,
            correction=self._correction,
            units=reading.units(wire, self._catalogue),
        )
        theirs = wire_snapshot.from_wire(wire, self._catalogue)
        return reading.harvest(theirs, self._metrics or (), terms, (note, self._clock.note))

    async def _get(self, path: str, *, etag: str = "", cap: int) -> Answer:
        answer = await self._http.fetch("GET", path, etag=etag, cap=cap)
        self._hear(answer)
        return answer

    def _hear(self, answer: Answer) -> None:
        self._clock.hear(answer)
        # The header tells whole seconds: times must not tremble with it.
        if abs(self._clock.correction - self._correction) > _WAVERS:
            self._correction = self._clock.correction
