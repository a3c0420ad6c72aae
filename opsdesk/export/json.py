"""A snapshot as JSON, schema ``opsdesk.snapshot/1``."""

from __future__ import annotations

from datetime import datetime

import msgspec

from opsdesk.catalogue.metrics import Catalogue
from opsdesk.model.snapshot import Snapshot
from opsdesk.wire.snapshot import to_wire


def render(snapshot: Snapshot, catalogue: Catalogue, now: datetime) -> bytes:
    """Return a snapshot as JSON for people and programs, indented, in UTF-8."""
    content = msgspec.json.encode(to_wire(snapshot, catalogue, now))
    return msgspec.json.format(content, indent=2) + b"\n"
