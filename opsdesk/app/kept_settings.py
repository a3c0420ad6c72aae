"""The settings of one profile while OpsDesk runs, and what its user changes of them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from opsdesk.catalogue import language
from opsdesk.catalogue.language import tr
from opsdesk.insight.words import utc_now
from opsdesk.model.errors import ConfigError
from opsdesk.model.wall import Wall
from opsdesk.store import settings
from opsdesk.store.settings import Settings

log = logging.getLogger(__name__)


def with_sources(profile: str, path: Path, warn: Callable[[str], None] | None) -> Settings:
    """Return the settings of a profile that is to be asked; what is said is in its language now.

    Raises:
        ConfigError: they cannot be read, or there is nobody to ask.

    """
    kept = settings.read(path, warn)
    language.choose(kept.language)
    if kept.sources:
        return kept
    raise ConfigError(
        tr(
            "the profile {profile} has no sources. Name a server with --url, or use --demo.",
            profile=repr(profile),
        )
    )


class KeptSettings:
    """Settings in force. Whatever changes them raises ConfigError: they cannot be saved."""

    def __init__(self, path: Path, copy: Path) -> None:
        """Read them; ``copy`` holds what last worked."""
        self._path, self._copy = path, copy
        self.now, self.warning = settings.load(path, copy, utc_now())

    def change(self, edit: Callable[[Settings], Settings]) -> None:
        """Change what the file holds now, which its owner may have edited."""
        self.now = settings.change(self._path, edit)
        settings.keep_copy(self._path, self._copy)

    def hindrance(self) -> str:
        """Return why they cannot be read anew, '' where they can; leaves the file alone."""
        try:
            settings.read(self._path)
        except ConfigError as error:
            log.warning("the settings in force stay: %s", error)
            return str(error)
        return ""

    def remember_theme(self, theme: str) -> None:
        """Keep the theme that the user chose."""
        self.change(lambda now: replace(now, theme=theme))

    def remember_language(self, name: str) -> None:
        """Keep the language that the user chose."""
        self.change(lambda now: replace(now, language=name))

    def remember_walls(self, walls: tuple[Wall, ...]) -> None:
        """Keep how the walls shall be."""
        self.change(lambda now: replace(now, walls=walls))
