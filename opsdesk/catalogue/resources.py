"""The one place where files under ``resources/`` are read.

Works the same in a wheel, an editable install and a frozen application.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_PACKAGE = "opsdesk.resources"


@cache
def _root() -> Traversable:
    folder = Path(import_module(_PACKAGE).__path__[0])
    if folder.is_dir():
        return folder
    # Not at each start: it loads archives, compression and temporary files.
    from importlib.resources import files

    return files(_PACKAGE)


def read_bytes(path: str) -> bytes:
    """Return the content of one resource, such as ``"themes/dark.toml"``."""
    return _root().joinpath(path).read_bytes()


def read_text(path: str) -> str:
    """Return one resource as text."""
    return read_bytes(path).decode("utf-8")


def names(folder: str, suffix: str) -> tuple[str, ...]:
    """Return the sorted file names in ``folder`` that end with ``suffix``."""
    found = _root().joinpath(folder).iterdir()
    return tuple(sorted(entry.name for entry in found if entry.name.endswith(suffix)))


def file(path: str) -> AbstractContextManager[Path]:
    """Return one resource as a file for another program, while the block runs."""
    from importlib.resources import as_file

    return as_file(_root().joinpath(path))
