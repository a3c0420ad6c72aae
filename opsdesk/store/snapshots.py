"""The last known snapshot: what the window shows at once when OpsDesk starts again."""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec

from opsdesk.catalogue.metrics import Catalogue
from opsdesk.model.errors import ConfigError
from opsdesk.model.snapshot import Snapshot
from opsdesk.runtime.files import write_own
from opsdesk.wire.snapshot import decode, from_wire, to_wire

log = logging.getLogger(__name__)


def save(snapshot: Snapshot, catalogue: Catalogue, path: Path) -> None:
    """Write a snapshot down for the next start. A disk that is full is logged, no more."""
    content = msgspec.json.encode(to_wire(snapshot, catalogue, snapshot.at))
    try:
        write_own(path, content)
    except OSError as error:
        log.warning("%s: the last known snapshot cannot be kept: %s", path, error)


def load(path: Path) -> Snapshot | None:
    """Return the last known snapshot, or None where there is none that can be read."""
    try:
        return from_wire(decode(path.read_bytes(), str(path)))
    except FileNotFoundError:
        return None
    except (OSError, ConfigError) as error:
        log.warning("the last known snapshot cannot be read: %s", error)
        return None
