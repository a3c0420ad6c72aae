"""The composition root: builds everything and owns the order of start and stop."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from opsdesk.catalogue import metrics, packs, pages
from opsdesk.catalogue.metrics import Catalogue
from opsdesk.engine.commands import Command, ReplaceSources
from opsdesk.engine.engine import Engine
from opsdesk.engine.late import Built, LateSource
from opsdesk.engine.loop import EngineLoop
from opsdesk.engine.poll import close, collect
from opsdesk.export import csv, files, json
from opsdesk.insight.words import utc_now
from opsdesk.model.errors import ConfigError, SourceError
from opsdesk.model.protocols import Source
from opsdesk.model.snapshot import Snapshot
from opsdesk.notify.desktop import DesktopNotifier
from opsdesk.sources import address
from opsdesk.sources.credentials import Credentials
from opsdesk.sources.prometheus import PrometheusSource
from opsdesk.sources.simulated import SimulatedSource
from opsdesk.store import logs, settings, snapshots
from opsdesk.store.profile import Places, places
from opsdesk.store.secrets import Secrets
from opsdesk.store.settings import Auth, Settings, SourceSettings

if TYPE_CHECKING:
    from opsdesk.ui.connect import NewSource
    from opsdesk.ui.desktop import Parts, Preferences

log = logging.getLogger(__name__)

RENDERERS = {"csv": csv.render, "json": json.render}

_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


# ---- one refresh with no display


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
    simulated: bool = False


def take_snapshot(order: SnapshotOrder) -> Snapshot:
    """Refresh once and write the result.

    Raises:
        ConfigError: the address, a data file or the output cannot be used.
        SourceError: the source gave nothing usable; nothing is written.

    """
    files.check(order.output)
    catalogue = metrics.load()
    snapshot = _run_once(_ordered_source(order, catalogue), catalogue, order.timeout)
    problem = snapshot.sources[0].problem
    if problem is not None:
        raise SourceError(problem)
    files.write(order.output, RENDERERS[order.format](snapshot, catalogue, utc_now()))
    return snapshot


def _ordered_source(order: SnapshotOrder, catalogue: Catalogue) -> Source:
    if order.simulated:
        return SimulatedSource()
    return PrometheusSource(
        id="prometheus",
        title="Prometheus",
        url=order.url,
        packs=packs.load(),
        catalogue=catalogue,
        credentials=order.credentials,
        headers=order.headers,
    )


def _run_once(source: Source, catalogue: Catalogue, timeout: float) -> Snapshot:
    async def run() -> Snapshot:
        try:
            return await collect([source], catalogue, Settings().interval, timeout)
        finally:
            await close(source)

    with asyncio.Runner(loop_factory=EngineLoop) as runner:
        return runner.run(run())


# ---- the desktop


class DesktopOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What ``opsdesk`` was asked for."""

    profile: str = "default"
    #: a source for this run alone, in the place of the profile's
    url: str = ""
    credentials: Credentials = Credentials()
    #: seconds between two refreshes; None: what the profile says
    interval: float | None = None
    simulated: bool = False
    #: start in the tray
    hidden: bool = False
    #: as typed, for the instance that may run already
    arguments: tuple[str, ...] = ()


def run_desktop(options: DesktopOptions) -> int:
    """Open OpsDesk on the desktop and return its exit status when it has been quit.

    Raises:
        ConfigError: a data file, the profile's name or the address cannot be used.

    """
    # The one place from which Qt is reached: everything else runs without it.
    from opsdesk.ui import desktop  # noqa: PLC0415 - see above

    where = places(options.profile)
    redactor = logs.Redactor()
    handler = logs.to_file(where.log, redactor)
    try:
        return desktop.run(Household(options, where, redactor).parts())
    finally:
        logs.stop(handler)


class Household:
    """What the desktop of one profile is made of. Its methods are called on the GUI thread."""

    def __init__(self, options: DesktopOptions, where: Places, redactor: logs.Redactor) -> None:
        self._options = options
        self._where = where
        self._redactor = redactor
        self._catalogue = metrics.load(where.own)
        self._packs = packs.load(where.own)
        self._settings, warning = settings.load(where.settings, utc_now())
        if warning:
            log.error("%s", warning)
        self._secrets = Secrets(options.profile, where.secrets)
        self._sources: list[Source] = []

    def parts(self) -> Parts:
        """Return what the desktop needs."""
        from opsdesk.ui.desktop import Parts, Preferences  # noqa: PLC0415 - Qt is loaded late

        return Parts(
            profile=self._options.profile,
            arguments=list(self._options.arguments),
            catalogue=self._catalogue,
            pages=pages.load(self._catalogue, self._where.own),
            preferences=Preferences(
                theme=self._settings.theme,
                interval=self._interval,
                close_to_tray=self._settings.close_to_tray,
            ),
            hidden=self._options.hidden,
            earlier=self._earlier(),
            make_engine=self.make_engine,
            connect=self.connect,
            export=self.export,
            remember=self.remember,
            log_file=self._where.log,
        )

    @property
    def _interval(self) -> float:
        return self._options.interval or self._settings.interval

    @property
    def _is_passing(self) -> bool:
        """Whether this run shows something other than the profile's own sources."""
        return self._options.simulated or bool(self._options.url)

    def _earlier(self) -> Snapshot | None:
        # What a simulation or another address once said is not this profile's past.
        return None if self._is_passing else snapshots.load(self._where.last_known)

    def make_engine(
        self,
        publish: Callable[[Snapshot], None],
        on_death: Callable[[Exception], None],
        on_activated: Callable[[str], None],
    ) -> Engine:
        """Return a new engine. Its sources are new as well: connections belong to one loop."""
        self._sources = self._all_sources()
        return Engine(
            self._sources,
            self._catalogue,
            self._interval,
            publish,
            DesktopNotifier(on_activated) if self._settings.notifications else None,
            earlier=self._earlier(),
            keep=None if self._is_passing else self._keep,
            on_death=on_death,
        )

    def _keep(self, snapshot: Snapshot) -> None:
        snapshots.save(snapshot, self._catalogue, self._where.last_known)

    def _all_sources(self) -> list[Source]:
        if self._options.simulated:
            return [SimulatedSource()]
        if self._options.url:
            base = address.parse(self._options.url)
            given = SourceSettings(
                id="given", title=base.where.partition("://")[2], url=self._options.url
            )
            return [self._source(given, "")]
        return [self._source(kept, "") for kept in self._settings.sources]

    def _source(self, of: SourceSettings, new_secret: str) -> Source:
        def build() -> Built:
            credentials = self._credentials(of, new_secret)
            source = PrometheusSource(
                id=of.id,
                title=of.title,
                url=of.url,
                packs=self._packs,
                catalogue=self._catalogue,
                credentials=credentials,
            )
            return Built(source, self._secrets.word(of.id))

        return LateSource(of.id, of.title, of.kind, _shown(of.url), build)

    def _credentials(self, of: SourceSettings, new_secret: str) -> Credentials:
        """Return what lets a source in. May block on the keyring: runs on a worker."""
        if self._options.url:
            return self._options.credentials
        if of.auth is Auth.NONE:
            return Credentials()
        if new_secret:
            self._secrets.set(of.id, new_secret)
        secret = self._secrets.get(of.id)
        if not secret:
            raise ConfigError(
                f"{of.title}: its password or token is not in the keyring. Connect it anew."
            )
        self._redactor.learn(secret)
        if of.auth is Auth.BEARER:
            return Credentials(token=secret)
        return Credentials(user=of.user, password=secret)

    def connect(self, new: NewSource, send: Callable[[Command], None]) -> None:
        """Keep a new source in the profile and connect it; its secret goes to the keyring.

        Raises:
            ConfigError: the settings cannot be saved.

        """
        address.parse(new.url)
        self._redactor.learn(new.secret)
        kept = SourceSettings(
            id=_free_id(new.title, {source.id for source in self._settings.sources}),
            title=new.title,
            url=new.url,
            auth=Auth(new.auth),
            user=new.user,
        )
        self._save(msgspec.structs.replace(self._settings, sources=(*self._settings.sources, kept)))
        self._sources = [*self._sources, self._source(kept, new.secret)]
        send(ReplaceSources(tuple(self._sources)))

    def export(self, snapshot: Snapshot, kind: str, path: Path) -> None:
        """Write a snapshot to a file.

        Raises:
            ConfigError: it cannot be written.

        """
        files.write(str(path), RENDERERS[kind](snapshot, self._catalogue, utc_now()))

    def remember(self, preferences: Preferences) -> None:
        """Keep how the user wants OpsDesk.

        Raises:
            ConfigError: the settings cannot be saved.

        """
        self._save(
            msgspec.structs.replace(
                self._settings,
                theme=preferences.theme,
                interval=preferences.interval,
                close_to_tray=preferences.close_to_tray,
            )
        )

    def _save(self, changed: Settings) -> None:
        settings.save(self._where.settings, changed)
        self._settings = changed


def _shown(url: str) -> str:
    """Return an address for people; '' for one that is none, which its first poll will tell."""
    try:
        return address.parse(url).where
    except ConfigError:
        return ""


def _free_id(title: str, taken: set[str]) -> str:
    """Return a short name made of ``title`` that no other source has."""
    plain = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "source"
    numbers = (f"{plain}-{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (plain, *numbers) if name not in taken)
