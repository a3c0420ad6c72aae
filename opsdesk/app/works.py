"""What the engine is built from: sources with their secrets, and the history.

Loaded on the engine's thread, for it brings HTTP, TLS and the keyring with it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from opsdesk.catalogue import packs
from opsdesk.catalogue.language import tr
from opsdesk.catalogue.metrics import Catalogue
from opsdesk.demo.wanted import Demonstration
from opsdesk.engine.late import Built, LateSource
from opsdesk.model.errors import ConfigError
from opsdesk.model.pack import Pack
from opsdesk.model.protocols import History, Source
from opsdesk.sources import address, server
from opsdesk.sources.credentials import Credentials
from opsdesk.sources.server import Server
from opsdesk.store.history import SqliteHistory
from opsdesk.store.logs import Redactor
from opsdesk.store.secrets import Secrets
from opsdesk.store.settings import Auth, SourceSettings


class Works:
    """Makes the parts of one profile's engine."""

    def __init__(
        self,
        own: Path | None,
        catalogue: Catalogue,
        secrets: Secrets,
        redactor: Redactor,
        heard: Callable[[], None] | None = None,
    ) -> None:
        """Prepare. ``heard`` is told of each answer, by whoever refreshes but once."""
        self._packs: tuple[Pack, ...] = packs.load(own)
        self._catalogue = catalogue
        self._secrets = secrets
        self._redactor = redactor
        self._heard = heard

    def history(self, path: Path) -> History:
        """Return what the profile's OpsDesk has seen itself."""
        return SqliteHistory(path, self._catalogue)

    def demo(self, wanted: Demonstration) -> Source:
        """Return a production that is not there; see :mod:`opsdesk.app.demo`."""
        from opsdesk.app.demo import demo_source

        return demo_source(wanted.seed, wanted.speed)

    def given(self, url: str, credentials: Credentials) -> Source:
        """Return a source named on the command line, with what lets it in."""
        for secret in (credentials.token, credentials.password):
            self._redactor.learn(secret)
        name = address.parse(url).host
        settings = SourceSettings(id="given", title=name, kind="auto", url=url)
        return self._server(settings, credentials)

    def kept(self, settings: SourceSettings, new_secret: str = "") -> Source:
        """Return a source of the profile; its secret is fetched or kept when it is polled."""

        def build() -> Built:
            source = self._server(settings, self._credentials(settings, new_secret))
            return Built(source, self._secrets.word(settings.id))

        where = _shown(settings.url)
        return LateSource(settings.id, settings.title, settings.kind, where, build)

    def _server(self, settings: SourceSettings, credentials: Credentials) -> Source:
        found = Server(
            id=settings.id,
            title=settings.title,
            url=settings.url,
            kind=settings.kind,
            credentials=credentials,
            heard=self._heard,
        )
        return server.source(found, self._packs, self._catalogue)

    def _credentials(self, of: SourceSettings, new_secret: str) -> Credentials:
        """Return what lets a source in. May block on the keyring: runs on a worker."""
        if of.auth is Auth.NONE:
            return Credentials()
        if new_secret:
            self._secrets.set(of.id, new_secret)
        secret = self._secrets.get(of.id)
        if not secret:
            raise ConfigError(
                tr(
                    "{source}: its password or token is not in the keyring. Connect it anew.",
                    source=of.title,
                )
            )
        self._redactor.learn(secret)
        if of.auth is Auth.BEARER:
            return Credentials(token=secret)
        return Credentials(user=of.user, password=secret)


def _shown(url: str) -> str:
    """Return an address for people; '' for one that is none, which its first poll will tell."""
    try:
        return address.parse(url).where
    except ConfigError:
        return ""
