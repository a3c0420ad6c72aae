"""The one place where files under ``resources/`` are read.

Works the same in a wheel, an editable install and a frozen application.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib.resources import as_file, files
from pathlib import Path


def read_bytes(path: str) -> bytes:
    """Return the content of one resource, such as ``"themes/dark.toml"``."""
    return files("opsdesk.resources").joinpath(path).read_bytes()


def read_text(path: str) -> str:
    """Return one resource as text."""
    return read_bytes(path).decode("utf-8")


def names(folder: str, suffix: str) -> tuple[str, ...]:
    """Return the sorted file names in ``folder`` that end with ``suffix``."""
    found = files("opsdesk.resources").joinpath(folder).iterdir()
    return tuple(sorted(entry.name for entry in found if entry.name.endswith(suffix)))


def file(path: str) -> AbstractContextManager[Path]:
    """Return one resource as a file for another program, while the block runs."""
    return as_file(files("opsdesk.resources").joinpath(path))
