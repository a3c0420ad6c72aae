"""Reads data files into values, checks them, and says what is wrong where."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from opsdesk.catalogue import resources
from opsdesk.model.errors import ConfigError

T = TypeVar("T")


def decode(text: str, type_: type[T], name: str) -> T:
    """Return ``text``, which is TOML, as a value of ``type_``; ``name`` is for the error."""
    try:
        return msgspec.convert(tomllib.loads(text), type_)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name}: not valid TOML: {error}. Correct it there.") from error
    except msgspec.ValidationError as error:
        raise ConfigError(f"{name}: {error}. Correct that entry.") from error


def each(folder: str, own: Path | None) -> Iterator[tuple[str, str]]:
    """Yield name and text of every TOML file in ``resources/<folder>``, then of the user's own."""
    yield from shipped(folder)
    yield from users(folder, own)


def shipped(folder: str) -> Iterator[tuple[str, str]]:
    """Yield name and text of every TOML file in ``resources/<folder>``."""
    for name in resources.names(folder, ".toml"):
        yield f"resources/{folder}/{name}", resources.read_text(f"{folder}/{name}")


def users(folder: str, own: Path | None) -> Iterator[tuple[str, str]]:
    """Yield name and text of every TOML file in ``folder`` of a user's configuration folder."""
    for path in sorted((own / folder).glob("*.toml")) if own is not None else ():
        try:
            # Editors on Windows put a mark before the first character.
            yield str(path), path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path}: cannot be read: {error}. Correct or remove it.") from error
