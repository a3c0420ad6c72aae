"""The user's own catalogue entries, packs and pages, where they can be used."""

from __future__ import annotations

from pathlib import Path

from opsdesk.catalogue import metrics, packs, pages
from opsdesk.catalogue.language import tr
from opsdesk.model.errors import ConfigError

_FOLDERS = ("catalogue", "packs", "pages")


def usable(own: Path) -> tuple[Path | None, str]:
    """Return the folder of the user's own files, or None with the reason if there is one.

    A window that opens without them serves better than none. The reason names file and line.
    """
    if not any((own / folder).is_dir() for folder in _FOLDERS):
        return None, ""
    try:
        pages.load(metrics.load(own), own)
        packs.load(own)
    except ConfigError as error:
        return None, tr("Your own catalogue, packs and pages are left out: {error}", error=error)
    return own, ""
