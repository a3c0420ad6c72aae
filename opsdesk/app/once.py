"""One refresh with no display."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import msgspec

from opsdesk.catalogue import metrics, packs
from opsdesk.catalogue.metrics import Catalogue
from opsdesk.engine.loop import EngineLoop
from opsdesk.engine.poll import close, collect
from opsdesk.export import files
from opsdesk.export.formats import RENDERERS
from opsdesk.insight.words import utc_now
from opsdesk.model.errors import SourceError
from opsdesk.model.protocols import Source
from opsdesk.model.snapshot import Snapshot
from opsdesk.sources import address, server
from opsdesk.sources.credentials import Credentials
from opsdesk.sources.server import Server
from opsdesk.sources.simulated import SimulatedSource
from opsdesk.store.profile import places
from opsdesk.store.settings import Settings

# Whose catalogue and packs are read: those of every profile stand in one folder.
_PROFILE = "default"
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class SnapshotOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What ``opsdesk snapshot`` was asked for."""

    #: '' with ``simulated``
    url: str
    format: str
    #: a path, or '-'
    output: str
    #: seconds for all of it
    timeout: float
    credentials: Credentials
    headers: Mapping[str, str] = _NO_HEADERS
    #: what kind of server it is; 'auto' finds out
    kind: str = "auto"
    simulated: bool = False


def take_snapshot(order: SnapshotOrder) -> Snapshot:
    """Refresh once and write the result.

    Raises:
        ConfigError: the address, a data file or the output cannot be used.
        SourceError: the source gave nothing usable; nothing is written.

    """
    files.check(order.output)
    own = places(_PROFILE).own
    catalogue = metrics.load(own)
    source = _ordered_source(order, catalogue, own)
    snapshot = _run_once(source, catalogue, order.timeout)
    problem = snapshot.sources[0].problem
    if problem is not None:
        raise SourceError(problem)
    files.write(order.output, RENDERERS[order.format](snapshot, catalogue, utc_now()))
    return snapshot


def _ordered_source(order: SnapshotOrder, catalogue: Catalogue, own: Path) -> Source:
    if order.simulated:
        return SimulatedSource()
    given = Server(
        id="given",
        title=address.parse(order.url).host,
        url=order.url,
        kind=order.kind,
        credentials=order.credentials,
        headers=order.headers,
    )
    return server.source(given, packs.load(own), catalogue)


def _run_once(source: Source, catalogue: Catalogue, timeout: float) -> Snapshot:
    async def run() -> Snapshot:
        try:
            return await collect([source], catalogue, Settings().interval, timeout)
        finally:
            await close(source)

    with asyncio.Runner(loop_factory=EngineLoop) as runner:
        return runner.run(run())
