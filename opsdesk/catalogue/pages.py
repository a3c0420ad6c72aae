"""The pages: which panels stand where."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from opsdesk.catalogue import data
from opsdesk.catalogue.language import tr
from opsdesk.catalogue.metrics import Catalogue
from opsdesk.catalogue.places import place
from opsdesk.model.errors import ConfigError
from opsdesk.model.page import Page, Panel

#: columns of the grid
COLUMNS = 12


def load(catalogue: Catalogue, own: Path | None = None) -> tuple[Page, ...]:
    """Read every page file, in the order of their tabs. A user's page replaces one of its id.

    Raises:
        ConfigError: a file is wrong, two have one id, or a panel names a metric that neither the
            catalogue holds nor the page lists as one that a source describes.

    """
    pages = _read(data.shipped("pages"), catalogue) | _read(data.users("pages", own), catalogue)
    return tuple(sorted(pages.values(), key=lambda page: (page.order, page.id)))


def _read(files: Iterable[tuple[str, str]], catalogue: Catalogue) -> dict[str, Page]:
    pages: dict[str, Page] = {}
    for name, text in files:
        page = data.decode(text, Page, name)
        _check(page, catalogue, name, text)
        if page.id in pages:
            raise ConfigError(
                tr(
                    "{where}: page {id!r} stands twice. Rename one of them.",
                    where=place(name, text, "$.id"),
                    id=page.id,
                )
            )
        pages[page.id] = page
    return pages


def _check(page: Page, catalogue: Catalogue, name: str, text: str) -> None:
    for field, panels in (("panel", page.panel), ("wall", page.wall)):
        for number, panel in enumerate(panels):
            _check_panel(page, panel, catalogue, (name, text, f"$.{field}[{number}]"))


def _check_panel(
    page: Page, panel: Panel, catalogue: Catalogue, where: tuple[str, str, str]
) -> None:
    name, text, entry = where
    if not 1 <= panel.span <= COLUMNS:
        raise ConfigError(
            tr(
                "{where}: panel {title!r}: span is {span}. Give 1 to {columns} columns.",
                where=place(name, text, f"{entry}.span"),
                title=panel.title,
                span=panel.span,
                columns=COLUMNS,
            )
        )
    if panel.names and len(panel.names) != len(panel.metrics):
        raise ConfigError(
            tr(
                "{where}: panel {title!r}: {names} names for {metrics} metrics. "
                "Give one for each, or none.",
                where=place(name, text, f"{entry}.names"),
                title=panel.title,
                names=len(panel.names),
                metrics=len(panel.metrics),
            )
        )
    for field, metrics in (("metrics", panel.metrics), ("beside", panel.beside)):
        elsewhere = page.described_by_sources
        unknown = next((m for m in metrics if m not in catalogue and m not in elsewhere), None)
        if unknown is not None:
            raise ConfigError(
                tr(
                    "{where}: panel {title!r}: the catalogue has no metric {id!r}. "
                    "Add it, correct the id, or list it in described_by_sources if an OpsDesk "
                    "that is followed describes it.",
                    where=place(name, text, f"{entry}.{field}"),
                    title=panel.title,
                    id=unknown,
                )
            )
