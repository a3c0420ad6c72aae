"""Where an export goes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from opsdesk.catalogue.language import tr
from opsdesk.model.errors import ConfigError
from opsdesk.runtime.files import write_whole

#: instead of a path: standard output
STANDARD_OUTPUT = "-"


def check(target: str) -> None:
    """Find out before a long refresh whether its result will have a place.

    Raises:
        ConfigError: the folder does not exist, or the path is one.

    """
    if target == STANDARD_OUTPUT:
        return
    path = Path(target)
    if path.is_dir():
        raise ConfigError(tr("{path}: this is a folder. Name a file in it.", path=target))
    if not path.parent.is_dir():
        words = tr(
            "{path}: there is no folder {folder}. Create it first.",
            path=target,
            folder=path.parent,
        )
        raise ConfigError(words)


def make_folder(target: str) -> None:
    """Make a folder for several files, where there is none yet.

    Raises:
        ConfigError: it cannot be made.

    """
    try:
        Path(target).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(_unwritable(target, error)) from error


def write(target: str, content: bytes) -> None:
    """Write an export, whole or not at all.

    Raises:
        ConfigError: it cannot be written.

    """
    try:
        if target == STANDARD_OUTPUT:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        else:
            write_whole(Path(target), content)
    except OSError as error:
        if target == STANDARD_OUTPUT:
            _give_up_standard_output()
        raise ConfigError(_unwritable(target, error)) from error


def _unwritable(target: str, error: OSError) -> str:
    reason = error.strerror or str(error)
    return tr("{path}: cannot be written: {why}. Choose another place.", path=target, why=reason)


def _give_up_standard_output() -> None:
    # What is left in the buffer would fail once more when Python ends, with a traceback.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
