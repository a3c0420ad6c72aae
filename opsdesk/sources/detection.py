"""A source whose kind is found out: one types an address, not what listens there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from opsdesk.model.errors import ProblemKind, SourceError
from opsdesk.model.protocols import FollowedSource, Harvest, Source
from opsdesk.model.series import SeriesData, SeriesRange
from opsdesk.sources.http import MIB, HttpClient
from opsdesk.wire import decoding, health, snapshot

AUTO = "auto"
METRICS_API = "opsdesk"
PROMETHEUS = "prometheus"

#: the first tells it cheaply, the second is what every such server has
_SIGNS = (("v1/health", health.SCHEMA, MIB), ("v1/snapshot", snapshot.SCHEMA, 8 * MIB))


class _Says(msgspec.Struct, frozen=True):
    """The one field that all answers of the metrics API have."""

    schema: str


async def kind_of(http: HttpClient) -> str:
    """Return what listens at an address; what is no metrics API may be Prometheus.

    Raises:
        SourceError: nothing answers there, or not safely.

    """
    for path, schema, cap in _SIGNS:
        if await _says(http, path, cap) == schema.partition("/")[0]:
            return METRICS_API
    return PROMETHEUS


async def _says(http: HttpClient, path: str, cap: int) -> str:
    """Return the family of schemas that an answer names; '' for none."""
    try:
        answer = await http.fetch("GET", path, cap=cap)
        return decoding.decode(answer.body, _Says).schema.partition("/")[0]
    except SourceError as error:
        if error.problem.kind in (ProblemKind.BAD_ANSWER, ProblemKind.TOO_LARGE):
            return ""  # such as a web page: what it should have been, its own kind tells
        raise
    except ValueError:
        return ""


class DetectedSource:
    """Stands for a source until its first poll that succeeds has told what it is."""

    def __init__(
        self,
        id: str,
        title: str,
        http: HttpClient,
        makers: Mapping[str, Callable[[], Source]],
    ) -> None:
        """Stand in for one of ``makers``, by kind; ``http`` looks which."""
        self.id = id
        self.title = title
        self._http = http
        self._makers = makers
        self._source: Source | None = None
        self._is_sure = False

    @property
    def kind(self) -> str:
        """What kind of source it is; 'auto' until that is known."""
        return AUTO if self._source is None else self._source.kind

    @property
    def where(self) -> str:
        """Address without user, password or query."""
        return self._http.where if self._source is None else self._source.where

    async def poll(self, now: datetime) -> Harvest:
        """Look what it is, unless that is known, and fetch everything once.

        Raises:
            SourceError: nothing could be had.

        """
        source = self._source
        if source is None or not self._is_sure:
            source = await self._look()
        harvest = await source.poll(now)
        self._is_sure = True
        return harvest

    async def _look(self) -> Source:
        kind = await kind_of(self._http)
        before = self._source
        if before is not None and before.kind == kind:
            return before
        self._source = found = self._makers[kind]()
        if before is not None:
            await before.close()
        return found

    async def follow(self, now: datetime, tell: Callable[[Harvest | None], None]) -> None:
        """Follow the source, where it can be.

        Raises:
            SourceError: it cannot be, or not any more.

        """
        if isinstance(self._source, FollowedSource):
            await self._source.follow(now, tell)

    async def series(self, wanted: SeriesRange) -> SeriesData:
        """Return what the source has of the past; nothing before it is known."""
        return SeriesData() if self._source is None else await self._source.series(wanted)

    async def rediscover(self) -> None:
        """Forget what was learnt of the server: it may even have become another."""
        self._is_sure = False
        if self._source is not None:
            await self._source.rediscover()

    async def close(self) -> None:
        """Give back connections. Idempotent."""
        await self._http.close()
        if self._source is not None:
            await self._source.close()
