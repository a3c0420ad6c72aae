"""Where the figures of each section come from, and which there are none of. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import msgspec

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.risks import unnamed
from opsdesk.insight.verdict import State
from opsdesk.model.metric import Metric
from opsdesk.model.page import Page, PanelKind, Place
from opsdesk.model.reading import Origin, Reading

#: the readings of a breaker's state and what goes with it: panels of breakers show all of them
_BREAKERS = ("breaker.state", "breaker.failures", "breaker.last_reset")
_OF_BREAKERS = (PanelKind.BREAKER_CELLS, PanelKind.BREAKER_TABLE, PanelKind.TIMELINE)


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the figures of one section of the catalogue."""

    section: str
    state: State
    origins: tuple[Origin, ...] = ()
    #: titles of the sources; '' for what OpsDesk computes or watches itself
    sources: tuple[str, ...] = ()
    oldest: Reading | None = None
    #: of its figures so many are too old
    stale: int = 0
    number: int = 0
    #: titles of metrics that a page shows and nothing supplies
    missing: tuple[str, ...] = ()
    #: titles of the pages that show it
    pages: tuple[str, ...] = ()


class Absence(msgspec.Struct, frozen=True):
    """What a page shows and nothing supplies: in words, and the titles of the pages."""

    name: str
    pages: tuple[str, ...]
    #: so many figures are meant
    number: int = 1


class Shown(msgspec.Struct, frozen=True):
    """Which pages show what: titles in the order of the tabs, and metric ids to each."""

    pages: tuple[tuple[str, frozenset[str]], ...] = ()
    #: what is expected and has no metric for how it is now: titles of page and panel, metric id
    expected: tuple[tuple[str, str, str], ...] = ()

    def on(self, *metrics: str) -> tuple[str, ...]:
        """Return the titles of the pages that show one of these metrics."""
        return tuple(title for title, shown in self.pages if not shown.isdisjoint(metrics))


def shown_on(pages: Sequence[Page], place: Place = Place.WINDOW) -> Shown:
    """Return which of the pages show what in the window, or on paper."""
    found = tuple((page.title, frozenset(_metrics(page, place))) for page in pages)
    return Shown(found, tuple(_expected(pages, place)))


def _expected(pages: Sequence[Page], place: Place) -> Iterator[tuple[str, str, str]]:
    for page in pages:
        for panel in page.panel if place in page.places else ():
            alone = panel.kind is PanelKind.FORECAST and len(panel.metrics) == 1
            if alone and place in panel.places:
                yield page.title, panel.title, panel.metrics[0]


def _metrics(page: Page, place: Place) -> Iterable[str]:
    for panel in page.panel if place in page.places else ():
        if place in panel.places:
            yield from (*panel.metrics, *panel.beside)
            if panel.kind in _OF_BREAKERS:
                yield from _BREAKERS


def provenance(board: Board, shown: Shown, now: datetime) -> tuple[Provenance, ...]:
    """Return where each section comes from: what is stale first, what has no source last."""
    sections: dict[str, list[Metric]] = {}
    for metric in board.catalogue.values():
        sections.setdefault(metric.section, []).append(metric)
    found = [_of(name, metrics, board, shown, now) for name, metrics in sections.items()]
    return tuple(sorted(found, key=lambda row: _ORDER[row.state]))


_ORDER = {State.STALE: 0, State.OK: 1, State.NO_SOURCE: 2}


def _of(
    section: str,
    metrics: Sequence[Metric],
    board: Board,
    shown: Shown,
    now: datetime,
) -> Provenance:
    readings = [reading for metric in metrics for reading in board.by_metric.get(metric.id, ())]
    # Those of one refresh are as old as each other: each age is worked out once.
    ages = {_age_of(reading): reading for reading in readings}
    old = {age for age, reading in ages.items() if board.is_stale(reading, now)}
    stale = [reading for reading in readings if _age_of(reading) in old] if old else []
    alike = tuple(ages.values())
    state = State.STALE if stale else State.OK if readings else State.NO_SOURCE
    return Provenance(
        section=section,
        state=state,
        origins=tuple(dict.fromkeys(reading.origin for reading in alike)),
        sources=tuple(dict.fromkeys(_source(reading, board) for reading in alike)),
        oldest=min(stale or alike, key=lambda reading: reading.at, default=None),
        stale=len(stale),
        number=len(readings),
        missing=tuple(
            metric.title
            for metric in metrics
            if shown.on(metric.id) and not board.by_metric.get(metric.id)
        ),
        pages=shown.on(*(metric.id for metric in metrics)),
    )


def _age_of(reading: Reading) -> tuple[object, ...]:
    """Return what the freshness of a reading follows from, and its origin."""
    return (reading.key.metric, reading.source, reading.at, reading.cadence, reading.origin)


def _source(reading: Reading, board: Board) -> str:
    source = board.sources.get(reading.source)
    if source is not None:
        return source.title
    return "" if reading.origin is Origin.DERIVED else reading.source


def source_text(sources: Sequence[str]) -> str:
    """Return the names of sources; 'computed here' where OpsDesk itself is the only one.

    That some of it is computed is what the kinds of its figures say.
    """
    return ", ".join(filter(None, sources)) or (tr("computed here") if sources else "")


def absent(board: Board, shown: Shown, *, in_short: bool = False) -> tuple[Absence, ...]:
    """Return what pages show and nothing supplies, in the order of the catalogue.

    Then what is expected though nobody says how it is now, and what is counted but not named.

    Args:
        board: what is known
        shown: which pages show what
        in_short: name a section of which nothing is supplied instead of its figures

    """
    sections: dict[str, list[Metric]] = {}
    for metric in board.catalogue.values():
        if shown.on(metric.id):
            sections.setdefault(metric.section, []).append(metric)
    metrics: list[Absence] = []
    for section, ours in sections.items():
        missing = [metric for metric in ours if not board.by_metric.get(metric.id)]
        if in_short and len(missing) == len(ours) > 1:
            pages = shown.on(*(metric.id for metric in ours))
            metrics.append(Absence(tr(section), pages, len(ours)))
        else:
            metrics += [Absence(tr(metric.title), shown.on(metric.id)) for metric in missing]
    present = [
        Absence(tr("{title}, current", title=tr(title)), (page,))
        for page, title, metric in shown.expected
        if board.by_metric.get(metric)
    ]
    names = [
        Absence(tr("{title}: names", title=tr(metric.title)), pages)
        for metric in unnamed(board)
        if (pages := shown.on(metric.id))
    ]
    return (*metrics, *present, *names)
