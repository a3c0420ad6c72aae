"""The settings of a profile: one TOML file that people may edit too."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from opsdesk.catalogue import data
from opsdesk.catalogue.language import tr
from opsdesk.model.desk import Policy
from opsdesk.model.errors import ConfigError
from opsdesk.model.wall import Plan, Remote, Wall
from opsdesk.runtime.files import write_own
from opsdesk.store import slips

log = logging.getLogger(__name__)


class Auth(StrEnum):
    """How to prove to a source who is asking. The secret itself is in the keyring."""

    NONE = "none"
    BEARER = "bearer"
    BASIC = "basic"


class SourceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One source, without its secret."""

    id: str
    title: str
    #: 'auto' is looked up anew in each run: a server may become another
    kind: Literal["auto", "prometheus", "opsdesk"] = "prometheus"
    url: str = ""
    auth: Auth = Auth.NONE
    user: str = ""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a profile remembers."""

    #: seconds between two refreshes
    interval: Annotated[float, msgspec.Meta(ge=1, le=86_400)] = 60.0
    #: a name of resources/themes, or 'system' to follow the desktop
    theme: str = "system"
    notifications: bool = True
    close_to_tray: bool = True
    #: a language of resources/translations, or 'system' to follow the desktop
    language: str = "system"
    #: when and how to be told
    notices: Policy = Policy()
    #: by priority
    sources: tuple[SourceSettings, ...] = msgspec.field(default=(), name="source")
    walls: tuple[Wall, ...] = msgspec.field(default=(), name="wall")
    wall_remote: Remote = Remote()
    #: a wall is left with the code that is in the keyring
    wall_locked: bool = False

    def __post_init__(self) -> None:
        """Refuse two sources of one id, and two walls: they could not be told apart."""
        if len({source.id for source in self.sources}) < len(self.sources):
            raise ValueError(tr("two sources have the same id"))
        if len({wall.id for wall in self.walls}) < len(self.walls):
            raise ValueError(tr("two walls have the same id"))


_UNUSABLE = (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError)


def load(path: Path, copy: Path, now: datetime) -> tuple[Settings, str]:
    """Return the settings, and a sentence for the user where something is wrong, else ''.

    A file that cannot be used is set aside under a dated name, and the ``copy`` of what last worked
    takes its place: nothing is lost, OpsDesk starts, and it shows what it did before.
    """
    try:
        found, slip = _read(path)
    except _UNUSABLE as error:
        said = _set_aside(path, error, now)
    except OSError as error:
        said = _cannot_be_read(path, error)
    else:
        keep_copy(path, copy)
        if slip:
            log.warning("%s", slip)
        return found, slip
    log.error("%s", said)
    try:
        worked, _ = _read(copy)
        if copy.exists():
            said = f"{said} {tr('Until then those are used that last worked.')}"
            if not path.exists():
                write_own(path, copy.read_bytes())
    except (*_UNUSABLE, OSError):
        worked = Settings()
    return worked, said


def keep_copy(path: Path, copy: Path) -> None:
    """Keep a copy of settings that work. A disk that is full is logged, no more."""
    try:
        content = path.read_bytes()
        if not (copy.exists() and copy.read_bytes() == content):
            write_own(copy, content)
    except FileNotFoundError:
        return  # the defaults hold
    except OSError as error:
        log.warning("no copy of the settings can be kept: %s", error)


def read(path: Path, warn: Callable[[str], None] | None = None) -> Settings:
    """Return the settings, and leave the file as it is: others may run by it.

    ``warn`` hears of what in it has no effect.

    Raises:
        ConfigError: it cannot be read or used.

    """
    try:
        settings, slip = _read(path)
    except _UNUSABLE as error:
        raise ConfigError(
            tr(
                "{file}: the settings cannot be used: {why}. Correct the file.",
                file=path,
                why=why(error),
            )
        ) from error
    except OSError as error:
        raise ConfigError(_cannot_be_read(path, error)) from error
    if slip and warn is not None:
        warn(slip)
    return settings


def why(error: Exception) -> str:
    """Return what is wrong with a file of settings."""
    return (
        data.refusal(error, Settings) if isinstance(error, msgspec.ValidationError) else str(error)
    )


def _read(path: Path) -> tuple[Settings, str]:
    """Return what a file holds, and a warning of what in it has no effect, else ''."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return Settings(), ""
    table = tomllib.loads(text)
    settings = msgspec.convert(table, Settings)
    return settings, slips.told(str(path), text, table, Settings, _KINDS)


def _cannot_be_read(path: Path, error: OSError) -> str:
    return tr(
        "{file}: the settings cannot be read: {why}. Check its permissions.",
        file=path,
        why=error.strerror or str(error),
    )


def _set_aside(path: Path, error: Exception, now: datetime) -> str:
    aside = path.with_name(
        f"{path.stem}.unreadable-{now.astimezone():%Y-%m-%d-%H%M%S}{path.suffix}"
    )
    try:
        path.replace(aside)
    except OSError as failure:
        return tr(
            "{file}: the settings cannot be used: {why}. "
            "It could not be set aside either: {failure}. Correct the file.",
            file=path,
            why=why(error),
            failure=failure,
        )
    return tr(
        "{file}: the settings cannot be used: {why}. "
        "They are kept as {aside}. Correct that file and rename it back.",
        file=path,
        why=why(error),
        aside=aside.name,
    )


def change(path: Path, edit: Callable[[Settings], Settings]) -> Settings:
    """Change what the file holds now, which its owner may have edited; return what it holds then.

    Raises:
        ConfigError: it cannot be read or written. Nothing has been changed.

    """
    changed = edit(read(path))
    save(path, changed)
    return changed


def save(path: Path, settings: Settings) -> None:
    """Write the settings down. Comments and fields that OpsDesk does not know stay.

    Raises:
        ConfigError: the file cannot be written, or holds something else now.

    """
    # It brings tomlkit, which is slow to load.
    from opsdesk.store.settings_writing import write

    write(path, settings)


#: what is in each table, and in each table of a list
_KINDS: dict[str, type[msgspec.Struct]] = {
    "notices": Policy,
    "source": SourceSettings,
    "wall": Wall,
    "plan": Plan,
    "wall_remote": Remote,
}
