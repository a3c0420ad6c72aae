"""Secrets: in the system's keyring; where there is none, in a file that only its owner can read.

All of it may block for as long as a keyring asks its user for a password: call it on a worker.
"""

from __future__ import annotations

import logging
import os
import re
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from opsdesk.catalogue.language import tr
from opsdesk.model.errors import ConfigError
from opsdesk.runtime.files import write_own

log = logging.getLogger(__name__)

T = TypeVar("T")

SERVICE = "opsdesk"
#: whose secret is the webhook's token
WEBHOOK = "webhook"
#: whose secret is the token that controls the walls
WALL_REMOTE = "wall-remote"
#: whose secret is the code that is typed to leave a wall
WALL_CODE = "wall-code"
#: no source has such a name
RESERVED = frozenset({WEBHOOK, WALL_REMOTE, WALL_CODE})


class _NoKeyringError(Exception):
    """There is no keyring, or it did not do what it was asked for."""


class Secrets:
    """The secrets of one profile, by source.

    An environment variable ``OPSDESK_SECRET_<SOURCE>`` comes first: who sets one means it.
    """

    def __init__(self, profile: str, folder: Path) -> None:
        self._profile = profile
        self._folder = folder

    def get(self, source: str) -> str | None:
        """Return the secret of a source, or None where nobody has given one.

        Raises:
            ConfigError: its file can be read by others.

        """
        given = os.environ.get(variable(source))
        if given:
            return given
        kept: str | None = None
        with suppress(_NoKeyringError):
            kept = _ask(lambda keyring: keyring.get_password(SERVICE, self._name(source)))
        return kept if kept is not None else self._read(source)

    def word(self, source: str) -> str:
        """Return a plain word about a secret that is not kept in the keyring, else ''."""
        file = self._file(source)
        if not file.exists():
            return ""
        return tr(
            "This computer has no keyring that OpsDesk can use: "
            "the secret is kept in {file}, readable by you alone.",
            file=file,
        )

    def set(self, source: str, secret: str) -> None:
        """Keep a secret; :meth:`word` tells where it went, if that is not the keyring.

        Raises:
            ConfigError: it cannot be kept anywhere.

        """
        try:
            _ask(lambda keyring: keyring.set_password(SERVICE, self._name(source), secret))
        except _NoKeyringError:
            self._write(source, secret)
            return
        self._file(source).unlink(missing_ok=True)

    def delete(self, source: str) -> None:
        """Forget the secret of a source, wherever it is kept."""
        with suppress(_NoKeyringError):  # there was none, or there is no keyring
            _ask(lambda keyring: keyring.delete_password(SERVICE, self._name(source)))
        self._file(source).unlink(missing_ok=True)

    def _name(self, source: str) -> str:
        return f"{self._profile}/{source}"

    def _file(self, source: str) -> Path:
        return self._folder / _safe(source)

    def _read(self, source: str) -> str | None:
        file = self._file(source)
        try:
            # Windows keeps others out by the folder; its mode says nothing.
            if os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077:
                raise ConfigError(
                    tr("{file}: others can read this secret. Run: chmod 600 '{file}'", file=file)
                )
            return file.read_text("utf-8").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            why = tr("{file}: the secret cannot be read: {why}.", file=file, why=error)
            raise ConfigError(why) from error

    def _write(self, source: str, secret: str) -> None:
        file = self._file(source)
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_own(file, secret.encode())
        except OSError as error:
            raise ConfigError(
                tr(
                    "{file}: the secret cannot be kept: {why}. "
                    "Set the environment variable {variable} instead.",
                    file=file,
                    why=error,
                    variable=variable(source),
                )
            ) from error


def _ask(question: Callable[[ModuleType], T]) -> T:
    """Ask the keyring.

    Raises:
        _NoKeyringError: it could not be loaded, or raised anything at all.

    """
    try:
        # Slow to load, and most sources have no secret.
        import keyring

        return question(keyring)
    except Exception as error:  # noqa: BLE001 - backends are foreign code: settings, buses, plugins
        # The type alone: what a backend says may hold the secret.
        log.info("the keyring cannot be used: %s", type(error).__name__)
        raise _NoKeyringError from None


def variable(source: str) -> str:
    """Return the environment variable that may hold the secret of a source."""
    return f"OPSDESK_SECRET_{re.sub('[^A-Za-z0-9]', '_', source).upper()}"


def _safe(source: str) -> str:
    """Return a file name for a source, unlike that of any other."""
    return "".join(c if c.isalnum() or c == "-" else f"_{ord(c):x}_" for c in source)
