"""Reads data files into values, checks them, and says what is wrong where."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from opsdesk.catalogue import resources
from opsdesk.catalogue.language import tr
from opsdesk.catalogue.places import at_line, line_of_syntax, place
from opsdesk.model.errors import ConfigError

T = TypeVar("T")

# How msgspec says which field of which entry is wrong.
_PATH = re.compile(r" - at `(.+)`$")
_UNKNOWN = re.compile(r"unknown field `(\w+)`")


def decode(text: str, type_: type[T], name: str) -> T:
    """Return ``text``, which is TOML, as a value of ``type_``; ``name`` is for the error."""
    try:
        return msgspec.convert(tomllib.loads(text), type_)
    except tomllib.TOMLDecodeError as error:
        what, line = line_of_syntax(str(error), text)
        where = at_line(name, line)
        raise ConfigError(
            tr("{where}: not valid TOML: {what}. Correct it there.", where=where, what=what)
        ) from error
    except msgspec.ValidationError as error:
        where = place(name, text, _path(str(error)))
        raise ConfigError(
            tr("{where}: {what}. Correct that entry.", where=where, what=refusal(error, type_))
        ) from error


def refusal(error: msgspec.ValidationError, type_: object) -> str:
    """Return why a file of ``type_`` is refused, and what is allowed there."""
    from opsdesk.catalogue.wrong_values import said

    return said(error, type_)


def _path(message: str) -> str:
    """Return where msgspec has found an error; '' where it does not say."""
    path = _PATH.search(message)
    entry = path.group(1) if path else "$"
    unknown = _UNKNOWN.search(message)
    return f"{entry}.{unknown.group(1)}" if unknown else entry


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
            raise ConfigError(
                tr(
                    "{file}: cannot be read: {why}. Correct or remove it.",
                    file=path,
                    why=error,
                )
            ) from error
