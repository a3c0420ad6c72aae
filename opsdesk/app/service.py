"""A wall that starts when its user logs in, and again when it has ended by itself.

Two files do that: a unit for systemd, and an autostart entry. The entry starts the unit where
systemd runs for the user, and else OpsDesk with ``--keep-running``; so it is started once.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import platformdirs

from opsdesk.app import ourselves
from opsdesk.catalogue import resources
from opsdesk.catalogue.language import tr
from opsdesk.model.errors import ConfigError
from opsdesk.runtime.files import write_whole
from opsdesk.store.profile import places

_UNIT, _ENTRY = "opsdesk-wall@.service", "opsdesk-wall@{profile}.desktop"
_READABLE = 0o644
_ENV = "/usr/bin/env"

# A window manager without a desktop tells systemd nothing of its display.
_SCRIPT = (
    "systemctl --user import-environment"
    " DISPLAY WAYLAND_DISPLAY XAUTHORITY XDG_CURRENT_DESKTOP XDG_SESSION_TYPE 2>/dev/null"
    ' && systemctl --user start opsdesk-wall@{profile}.service || exec "$@"'
)


def install(profile: str) -> list[str]:
    """Have the wall of a profile start at log-in. Return what was done and what to do next.

    Raises:
        ConfigError: the files cannot be written, or this system has no use for them.

    """
    unit, entry = _files(profile)
    command = _command()
    _write(unit, _filled(_UNIT, COMMAND=_systemd_command(command)))
    _write(
        entry,
        _filled(
            "opsdesk-wall.desktop",
            SCRIPT=_for_entry(_SCRIPT.format(profile=profile)),
            COMMAND=" ".join(f'"{_for_entry(part)}"' for part in command),
            PROFILE=profile,
        ),
    )
    if shutil.which("systemctl"):
        start = (
            "systemctl --user daemon-reload && "
            f"systemctl --user enable --now opsdesk-wall@{profile}.service"
        )
    else:
        start = " ".join([*command, "wall", "--profile", profile, "--keep-running"])
    return [
        tr("Written: {path}", path=unit),
        tr("Written: {path}", path=entry),
        tr("The wall starts with the next log-in. To start it now: {command}", command=start),
        tr(
            "To have it back after a power cut, let the computer log this user in by itself: "
            "automatic login, in the settings of the display manager."
        ),
    ]


def uninstall(profile: str) -> list[str]:
    """Have the wall of a profile not start at log-in any more. Return what was done.

    Raises:
        ConfigError: the files cannot be removed, or this system has no use for them.

    """
    unit, entry = _files(profile)
    # What 'systemctl enable' has made, whatever it is wanted by.
    gone = [entry, *unit.parent.glob(f"*.wants/opsdesk-wall@{profile}.service")]
    others = [path for path in entry.parent.glob("opsdesk-wall@*.desktop") if path != entry]
    if not others:
        gone.append(unit)
    there = [path for path in gone if path.exists() or path.is_symlink()]
    for path in there:
        _remove(path)
    if not there:
        return [tr("Nothing to remove: the wall of {profile} is not installed.", profile=profile)]
    said = [tr("Removed: {path}", path=path) for path in there]
    if shutil.which("systemctl"):
        stop = (
            f"systemctl --user stop opsdesk-wall@{profile}.service; systemctl --user daemon-reload"
        )
        said.append(tr("A wall that runs goes on. To end it: {command}", command=stop))
    return said


def _files(profile: str) -> tuple[Path, Path]:
    """Return unit and autostart entry."""
    places(profile)  # is it a name?
    if not sys.platform.startswith("linux"):
        raise ConfigError(
            tr(
                "this system has neither systemd nor autostart entries. Let it run at log-in, by "
                "its own settings: {command}",
                command=f"opsdesk wall --profile {profile} --keep-running",
            )
        )
    config = platformdirs.user_config_path()
    return config / "systemd" / "user" / _UNIT, config / "autostart" / _ENTRY.format(
        profile=profile
    )


def _command() -> list[str]:
    """Return how OpsDesk is started by who knows neither our folder nor our path."""
    script = Path(sys.executable).with_name("opsdesk")
    return [str(script)] if script.exists() else ourselves.command()


def _filled(name: str, **values: str) -> str:
    text = resources.read_text(f"service/{name}")
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text


def _systemd_command(words: list[str]) -> str:
    """Return a command as systemd.service(5) reads it."""
    # It takes no such character in the program's own path, however it is written.
    start = [_ENV] if re.search(r"['\"\\$]", words[0]) else []
    return " ".join(map(_for_systemd, [*start, *words]))


def _for_systemd(text: str) -> str:
    escaped = re.sub(r'(["\\])', r"\\\1", text).replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if re.search(r"[\s'\"\\;]", text) else escaped


def _for_entry(text: str) -> str:
    """Return one word within quotes as the Desktop Entry Specification reads it: escaped twice."""
    quoted = re.sub(r'(["`$\\])', r"\\\1", text).replace("%", "%%")
    return quoted.replace("\\", "\\\\")


def _write(path: Path, content: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content.encode(), _READABLE)
    except OSError as error:
        raise ConfigError(
            tr("{path}: cannot be written: {why}.", path=path, why=error.strerror or error)
        ) from error


def _remove(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise ConfigError(
            tr("{path}: cannot be removed: {why}.", path=path, why=error.strerror or error)
        ) from error
