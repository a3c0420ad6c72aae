"""One refresh with no display."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType

import msgspec

from opsdesk.app import saving
from opsdesk.app.demo import demo_source
from opsdesk.app.kept_settings import with_sources
from opsdesk.app.rendering import FORMATS
from opsdesk.catalogue import language, metrics, packs, pages
from opsdesk.catalogue.language import tr, trn
from opsdesk.catalogue.metrics import Catalogue
from opsdesk.demo.wanted import Demonstration
from opsdesk.engine.fetching import DEADLINE, Recorded
from opsdesk.engine.loop import EngineLoop
from opsdesk.engine.poll import close, collect
from opsdesk.engine.series import reader_of
from opsdesk.engine.waiting import Waiting
from opsdesk.export import files
from opsdesk.insight.board import arrange
from opsdesk.model.errors import ConfigError, SourceError
from opsdesk.model.page import Place
from opsdesk.model.protocols import History, Source
from opsdesk.model.series import SeriesData, SeriesFrame, SeriesQuery, SeriesRange
from opsdesk.model.snapshot import Snapshot
from opsdesk.runtime.threads import in_thread
from opsdesk.sources import address, server
from opsdesk.sources.credentials import Credentials
from opsdesk.sources.server import Server
from opsdesk.store.logs import Redactor
from opsdesk.store.profile import Places, places
from opsdesk.store.secrets import Secrets
from opsdesk.store.settings import Settings
from opsdesk.wire.document import Order

# Whose catalogue, packs and pages are read: those of every profile stand in one folder.
_PROFILE = "default"
#: seconds until somebody who waits is told for whom; then always twice as many
_FIRST_WORD = 5.0
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class SnapshotOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What ``opsdesk snapshot`` was asked for: the demo, a server, or a profile's sources."""

    demo: Demonstration | None = None
    url: str = ""
    profile: str = ""
    #: a path, or '-'; a folder for pictures of all pages
    output: str
    #: what is written; for reports and pictures also how it looks
    look: Order
    #: seconds without an answer after which the refresh ends
    timeout: float
    credentials: Credentials = Credentials()
    headers: Mapping[str, str] = _NO_HEADERS
    #: what kind of server it is; 'auto' finds out
    kind: str = "auto"


class _Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to ask, and what they are asked for."""

    sources: tuple[Source, ...]
    catalogue: Catalogue
    #: seconds between two refreshes, by which freshness is judged
    interval: float
    history: History | None = None


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What came of an order."""

    snapshot: Snapshot
    #: names of files; '-' for standard output
    files: tuple[str, ...]


class _Taken(msgspec.Struct, frozen=True, kw_only=True):
    snapshot: Snapshot
    frames: Mapping[SeriesQuery, SeriesFrame]


def take_snapshot(order: SnapshotOrder, say: Callable[[str], None]) -> Written:
    """Refresh once and write the result; a source of several that failed has its problem in it.

    ``say`` is told what in a profile's settings has no effect, and what is waited for where that
    takes long.

    Raises:
        ConfigError: the address, a data file, the page or the output cannot be used.
        SourceError: no source gave anything usable; nothing is written.

    """
    _check_output(order)
    where = places(order.profile or _PROFILE)
    catalogue = metrics.load(where.own)
    _check_page(order, catalogue, where.own)
    waiting = Waiting(order.timeout)
    taken = _run_once(_asked(order, where, catalogue, waiting, say), waiting, order, where.own, say)
    problems = [source.problem for source in taken.snapshot.sources]
    if problems[0] is not None and None not in problems:
        raise SourceError(problems[0])
    contents = saving.Saving(
        snapshot=taken.snapshot,
        catalogue=catalogue,
        own=where.own,
        frames=lambda wanted: tuple(taken.frames[q] for q in wanted if q in taken.frames),
    )
    # That of the profile, which is not known before it is read.
    look = msgspec.structs.replace(order.look, language=language.chosen())
    return Written(snapshot=taken.snapshot, files=saving.save(contents, look, order.output))


def _check_output(order: SnapshotOrder) -> None:
    path = Path(order.output)
    if order.look.format == "wall":
        # Slides are many whatever is asked for: no file can be meant.
        files.make_folder(order.output)
    elif not saving.is_folder(order.look):
        files.check(order.output)
    elif path.is_file() or path.suffix == ".png" or order.output == files.STANDARD_OUTPUT:
        raise ConfigError(
            tr(
                "{path}: not a folder. Name one for pictures of all pages, or one page with "
                "--page.",
                path=order.output,
            )
        )
    else:
        files.make_folder(order.output)


def _check_page(order: SnapshotOrder, catalogue: Catalogue, own: Path) -> None:
    if not order.look.page:
        return
    known = [page.id for page in pages.load(catalogue, own) if Place.WINDOW in page.places]
    if order.look.page not in known:
        raise ConfigError(
            tr(
                "{page}: there is no such page. There are: {pages}.",
                page=order.look.page,
                pages=", ".join(known),
            )
        )


def _asked(
    order: SnapshotOrder,
    where: Places,
    catalogue: Catalogue,
    waiting: Waiting,
    say: Callable[[str], None],
) -> _Asked:
    if order.profile:
        return _of_profile(order.profile, where, catalogue, waiting, say)
    wanted = order.demo
    source = (
        _given(order, where.own, catalogue, waiting)
        if wanted is None
        else demo_source(wanted.seed, wanted.speed)
    )
    return _Asked(sources=(source,), catalogue=catalogue, interval=Settings().interval)


def _given(order: SnapshotOrder, own: Path, catalogue: Catalogue, waiting: Waiting) -> Source:
    given = Server(
        id="given",
        title=address.parse(order.url).host,
        url=order.url,
        kind=order.kind,
        credentials=order.credentials,
        headers=order.headers,
        heard=waiting.heard,
    )
    return server.source(given, packs.load(own), catalogue)


def _of_profile(
    name: str,
    where: Places,
    catalogue: Catalogue,
    waiting: Waiting,
    say: Callable[[str], None],
) -> _Asked:
    from opsdesk.app.works import Works

    kept = with_sources(name, where.settings, say)
    secrets = Secrets(name, where.secrets)
    works = Works(where.own, catalogue, secrets, Redactor(), waiting.heard)
    return _Asked(
        sources=tuple(works.kept(source) for source in kept.sources),
        catalogue=catalogue,
        interval=kept.interval,
        # What is not there need not be made to be read.
        history=works.history(where.history) if where.history.exists() else None,
    )


def _run_once(
    asked: _Asked, waiting: Waiting, order: SnapshotOrder, own: Path, say: Callable[[str], None]
) -> _Taken:
    async def run() -> _Taken:
        saying = asyncio.create_task(_keep_saying(asked.sources, waiting, say))
        try:
            snapshot = await collect(asked.sources, asked.catalogue, asked.interval, waiting)
            return _Taken(snapshot=snapshot, frames=await _frames(asked, snapshot, order, own))
        finally:
            saying.cancel()
            await asyncio.gather(*map(close, asked.sources))
            if asked.history is not None:
                asked.history.close()

    with asyncio.Runner(loop_factory=EngineLoop) as runner:
        return runner.run(run())


async def _keep_saying(
    sources: Sequence[Source], waiting: Waiting, say: Callable[[str], None]
) -> None:
    """Say from time to time who answers slowly. Of who does not, its problem tells in the end."""
    answers, pause = 0, _FIRST_WORD
    while True:
        await asyncio.sleep(pause)
        if waiting.answers > answers:
            answers, pause = waiting.answers, 2 * pause
            # with none the charts are asked for
            slow = waiting.sources or sources
            say(
                trn(
                    "{sources}: slow, {number} answer so far; waiting for the rest",
                    "{sources}: slow, {number} answers so far; waiting for the rest",
                    answers,
                    sources=", ".join(source.where for source in slow),
                )
            )


async def _frames(
    asked: _Asked, snapshot: Snapshot, order: SnapshotOrder, own: Path
) -> Mapping[SeriesQuery, SeriesFrame]:
    """Return what the charts of a report or a picture show; nothing where there are none."""
    if order.look.format not in FORMATS:
        return {}
    board = arrange(snapshot, asked.catalogue)
    wanted = saving.asked(order.look, pages.load(asked.catalogue, own), board)
    recorded = None if asked.history is None else _recorded(asked.history)
    # Who answers slowly does so here as well.
    deadline = max(DEADLINE, *(source.took or 0.0 for source in snapshot.sources))
    series = reader_of(
        asked.sources, snapshot, asked.catalogue, recorded=recorded, deadline=deadline
    )
    return dict(zip(wanted, await series.frames(wanted), strict=True))


def _recorded(history: History) -> Recorded:
    turn = asyncio.Lock()

    async def recorded(wanted: SeriesRange) -> SeriesData:
        async with turn:
            return await in_thread(partial(history.series, wanted), "opsdesk-history")

    return recorded
