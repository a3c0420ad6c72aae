"""Where a profile keeps its things."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import platformdirs

from opsdesk.catalogue.language import tr
from opsdesk.model.errors import ConfigError

_APP = "opsdesk"
# A name is part of file names on every system.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """The files of one profile. Nothing is created by naming them."""

    profile: str
    #: the user's own catalogue, packs and pages; the settings of every profile
    own: Path
    settings: Path
    #: the settings as they last worked
    settings_copy: Path
    #: one file a source, where there is no keyring
    secrets: Path
    last_known: Path
    #: incidents, and what was said of them
    ledger: Path
    #: what this OpsDesk has seen itself
    history: Path
    #: the same of ``opsdesk serve``, which may run at the same time
    served_last_known: Path
    served_ledger: Path
    served_history: Path
    #: how the window was left, and how it last looked
    window: Path
    window_picture: Path
    #: since when the wall runs, and how often it had to be started anew
    wall: Path
    #: how each wall last looked: a picture a wall
    wall_pictures: Path
    #: which notifications stand on the desktop
    notifications: Path
    #: held by the OpsDesk that runs with this profile
    lock: Path
    log: Path


def places(profile: str) -> Places:
    """Return where a profile keeps its things.

    Raises:
        ConfigError: the name cannot be that of a file.

    """
    if not _NAME.fullmatch(profile):
        raise ConfigError(
            tr(
                "{name!r}: not a name for a profile. Use letters, digits, '-', '_' and '.'.",
                name=profile,
            )
        )
    own = platformdirs.user_config_path(_APP, appauthor=False)
    data = platformdirs.user_data_path(_APP, appauthor=False)
    state = platformdirs.user_state_path(_APP, appauthor=False)
    # What follows '@' is no part of a name: no other profile has such a file.
    return Places(
        profile=profile,
        own=own,
        settings=own / "profiles" / f"{profile}.toml",
        settings_copy=state / f"{profile}@settings.toml",
        secrets=own / "secrets" / profile,
        last_known=state / f"{profile}.json",
        history=data / f"{profile}.sqlite",
        ledger=state / f"{profile}@incidents.json",
        served_ledger=state / f"{profile}@serve@incidents.json",
        served_last_known=state / f"{profile}@serve.json",
        served_history=data / f"{profile}@serve.sqlite",
        window=state / f"{profile}@window.json",
        window_picture=state / f"{profile}@window.jpg",
        wall=state / f"{profile}@wall.json",
        wall_pictures=state / f"{profile}@wall",
        notifications=state / f"{profile}@notifications.json",
        lock=state / f"{profile}.lock",
        log=platformdirs.user_log_path(_APP, appauthor=False) / f"{profile}.log",
    )
