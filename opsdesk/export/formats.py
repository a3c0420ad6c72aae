"""The formats that a snapshot can be written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from opsdesk.catalogue.metrics import Catalogue
from opsdesk.export import csv, json
from opsdesk.model.snapshot import Snapshot

RENDERERS: Mapping[str, Callable[[Snapshot, Catalogue, datetime], bytes]] = {
    "csv": csv.render,
    "json": json.render,
}
