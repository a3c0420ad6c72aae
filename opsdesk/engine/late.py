"""A source that is built when it is first asked, because building it may block."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import msgspec

from opsdesk.catalogue.language import tr
from opsdesk.model.errors import ConfigError, Problem, ProblemKind, SourceError
from opsdesk.model.protocols import FollowedSource, Harvest, Source
from opsdesk.model.series import SeriesData, SeriesRange
from opsdesk.runtime.threads import in_thread

#: seconds for a keyring that may have to ask its user first; the next poll waits on.
PATIENCE = 10.0


class Built(msgspec.Struct, frozen=True):
    """A source, and what its user should know of how its secret is kept."""

    source: Source
    word: str = ""


class LateSource:
    """Stands for a source whose secret is still in the keyring.

    A keyring that asks its user delays this source alone, and no thread that anyone waits for.
    """

    def __init__(
        self,
        source_id: str,
        title: str,
        kind: str,
        where: str,
        build: Callable[[], Built],
        *,
        patience: float = PATIENCE,
    ) -> None:
        """Stand in for what ``build`` makes; it runs on a worker and may raise ConfigError."""
        self.id = source_id
        self.title = title
        self._kind = kind
        self.where = where
        self._build = build
        self._patience = patience
        self._building: asyncio.Task[Built] | None = None
        self._built: Built | None = None

    @property
    def kind(self) -> str:
        """What kind of source it is; it may find out itself."""
        return self._kind if self._built is None else self._built.source.kind

    async def poll(self, now: datetime) -> Harvest:
        """Fetch everything once.

        Raises:
            SourceError: it cannot be built, or gave nothing usable.

        """
        built = self._built or await self._wait()
        return _noted(await built.source.poll(now), built.word)

    async def follow(self, now: datetime, tell: Callable[[Harvest | None], None]) -> None:
        """Follow the source, where it can be.

        Raises:
            SourceError: it cannot be, or not any more.

        """
        built = self._built
        if built is not None and isinstance(built.source, FollowedSource):
            await built.source.follow(now, lambda told: tell(told and _noted(told, built.word)))

    async def series(self, wanted: SeriesRange) -> SeriesData:
        """Return what the source has of the past; nothing before it has been built."""
        return SeriesData() if self._built is None else await self._built.source.series(wanted)

    async def rediscover(self) -> None:
        """Forget what was learnt of the server."""
        if self._built is not None:
            await self._built.source.rediscover()

    async def close(self) -> None:
        """Give back connections. Idempotent; a poll after it builds or connects anew."""
        building, self._building = self._building, None
        if building is not None:
            building.cancel()
        if self._built is not None:
            await self._built.source.close()

    async def _wait(self) -> Built:
        if self._building is None:
            self._building = asyncio.create_task(in_thread(self._build, "opsdesk-secrets"))
        building = self._building
        try:
            async with asyncio.timeout(self._patience):
                # Shielded: who gives up waiting does not ask the user once more.
                self._built = await asyncio.shield(building)
        except TimeoutError:
            what = tr("the keyring has not given out the secret yet")
            raise SourceError(self._problem(what, tr("Unlock it."))) from None
        except ConfigError as error:
            what, _, remedy = str(error).rstrip(".").rpartition(". ")
            raise SourceError(self._problem(what, f"{remedy}.")) from error
        finally:
            self._building = None if building.done() else self._building
        return self._built

    def _problem(self, what: str, remedy: str) -> Problem:
        where = f"{self.title} ({self.where})" if self.where else self.title
        return Problem(kind=ProblemKind.CREDENTIALS, what=what, where=where, remedy=remedy)


def _noted(harvest: Harvest, word: str) -> Harvest:
    return msgspec.structs.replace(harvest, notes=(*harvest.notes, word)) if word else harvest
