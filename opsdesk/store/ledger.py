"""The ledger of incidents, in a file of its own: what was said at the desk survives a crash."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from opsdesk.model.errors import ConfigError
from opsdesk.model.ledger import Ledger
from opsdesk.runtime.files import sweep, write_own
from opsdesk.wire import ledger as wire

log = logging.getLogger(__name__)


def save(ledger: Ledger, path: Path) -> None:
    """Write a ledger down, whole or not at all.

    Raises:
        OSError: it cannot be written; the earlier one is still there.

    """
    write_own(path, wire.encode(ledger))


def load(path: Path, now: datetime) -> Ledger | None:
    """Return the ledger, or None where there is none that can be read.

    One that cannot be used is set aside under a dated name: a later version may read it. What a
    crash has left half written is taken away.
    """
    sweep(path)
    try:
        return wire.decode(path.read_bytes(), str(path))
    except FileNotFoundError:
        return None
    except (OSError, ConfigError) as error:
        log.warning("the ledger of incidents cannot be read: %s", error)
        _set_aside(path, now)
        return None


def _set_aside(path: Path, now: datetime) -> None:
    aside = path.with_name(f"{path.stem}.unreadable-{now:%Y-%m-%d-%H%M%S}{path.suffix}")
    try:
        path.replace(aside)
    except OSError as error:
        log.warning("%s: it could not be set aside: %s", path, error)
