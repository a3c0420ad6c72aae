"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from glob import escape
from pathlib import Path

_OWNER_ONLY = 0o600


def write_whole(path: Path, content: bytes, mode: int | None = None) -> None:
    """Write a file through another one beside it, so that no reader ever sees half of it.

    Args:
        path: where it shall stand; a link is followed. What is no regular file (a pipe, a device)
            is written to as it is.
        content: all of it.
        mode: its permissions; None keeps those of an earlier file, or takes the usual ones.

    Raises:
        OSError: it cannot be written; nothing is left behind.

    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    try:
        _write(temporary, content, _mode(path) if mode is None else mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_own(path: Path, content: bytes) -> None:
    """Write what nobody but its owner is to read, whole or not at all; its folder is made.

    Raises:
        OSError: it cannot be written; nothing is left behind.

    """
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content, _OWNER_ONLY)


def sweep(path: Path) -> None:
    """Take away what a process that was killed has left half written beside a file."""
    with suppress(OSError):
        for half in path.parent.glob(f".{escape(path.name)}.*"):
            half.unlink(missing_ok=True)


def _write(path: Path, content: bytes, mode: int | None) -> None:
    # Made anew, with the permissions that the user's mask leaves of the usual ones.
    descriptor = os.open(
        path,
        os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0),
        0o666 if mode is None else 0o600,
    )
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if mode is not None:
        path.chmod(mode)


def _mode(path: Path) -> int | None:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return None
