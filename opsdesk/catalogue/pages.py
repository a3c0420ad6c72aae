"""The pages: which panels stand where."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from opsdesk.catalogue import data
from opsdesk.catalogue.metrics import Catalogue
from opsdesk.model.errors import ConfigError
from opsdesk.model.page import Page

#: columns of the grid
COLUMNS = 12


def load(catalogue: Catalogue, own: Path | None = None) -> tuple[Page, ...]:
    """Read every page file, in the order of their tabs. A user's page replaces one of its id.

    Raises:
        ConfigError: a file is wrong, two have one id, or a panel names a metric that the catalogue
            does not hold.

    """
    pages = _read(data.shipped("pages"), catalogue) | _read(data.users("pages", own), catalogue)
    return tuple(sorted(pages.values(), key=lambda page: (page.order, page.id)))


def _read(files: Iterable[tuple[str, str]], catalogue: Catalogue) -> dict[str, Page]:
    pages: dict[str, Page] = {}
    for name, text in files:
        page = data.decode(text, Page, name)
        _check(page, catalogue, name)
        if page.id in pages:
            raise ConfigError(f"{name}: page {page.id!r} stands twice. Rename one of them.")
        pages[page.id] = page
    return pages


def _check(page: Page, catalogue: Catalogue, name: str) -> None:
    for panel in page.panel:
        where = f"{name}: panel {panel.title!r}"
        if not 1 <= panel.span <= COLUMNS:
            raise ConfigError(f"{where}: span is {panel.span}. Give 1 to {COLUMNS} columns.")
        for metric in panel.metrics:
            if metric not in catalogue:
                raise ConfigError(
                    f"{where}: the catalogue has no metric {metric!r}. Add it or correct the id."
                )
