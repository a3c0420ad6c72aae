"""The pages: which panels stand where."""

from __future__ import annotations

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
        ConfigError: a file is wrong, or a panel names a metric that the catalogue does not hold.

    """
    pages: dict[str, Page] = {}
    for name, text in data.each("pages", own):
        page = data.decode(text, Page, name)
        _check(page, catalogue, name)
        pages[page.id] = page
    return tuple(sorted(pages.values(), key=lambda page: (page.order, page.id)))


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
