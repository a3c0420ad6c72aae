"""What stands on the slide whose turn it is, and what it asks of the past. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.incident_list import Entry
from opsdesk.insight.programme import SlideKind, SlideRef
from opsdesk.insight.questions import of_panel
from opsdesk.insight.slides.alarms import alarm_of, alarms_of, queries_of
from opsdesk.insight.slides.blocks import Alarm, Slide
from opsdesk.insight.slides.pages import panels_of, slide_of
from opsdesk.insight.slides.panels import Seen
from opsdesk.model.page import Page
from opsdesk.model.series import SeriesQuery

Pages = Mapping[str, Page]
# Below this many seconds ages are told in seconds.
_MINUTE = 60


def queries(
    ref: SlideRef, pages: Pages, board: Board, found: Sequence[Entry]
) -> tuple[SeriesQuery, ...]:
    """Return what a slide wants to know of the past.

    Args:
        ref: the slide.
        pages: those that there are, by id.
        board: what is known.
        found: the incidents that have taken the wall over.

    """
    page = pages.get(ref.id)
    if ref.kind is SlideKind.PAGE and page is not None:
        return tuple(query for panel in panels_of(page) for query in of_panel(panel, board))
    entry = _entry(ref, found)
    return queries_of(entry) if entry is not None else ()


def made(
    ref: SlideRef,
    pages: Pages,
    seen: Seen,
    found: Sequence[Entry],
    diagnostics: Callable[[], Slide],
) -> Slide | Alarm:
    """Return what stands on a slide; ``diagnostics`` tell of OpsDesk itself."""
    match ref.kind:
        case SlideKind.PAGE:
            return slide_of(pages[ref.id], seen)
        case SlideKind.DIAGNOSTICS:
            return diagnostics()
        case SlideKind.EMPTY:
            return Slide(title="", absence=tr("no page to show"))
    entry = _entry(ref, found)
    return alarm_of(entry, seen) if entry is not None else alarms_of(found, seen)


def age_tick(found: Sequence[Entry], now: datetime) -> int:
    """Return what changes with the ages on a slide: each minute, at the very first each second."""
    moment = int(now.timestamp())
    ages = ((now - entry.incident.opened_at).total_seconds() for entry in found)
    return moment if any(age < _MINUTE for age in ages) else moment // _MINUTE


def _entry(ref: SlideRef, found: Sequence[Entry]) -> Entry | None:
    if ref.kind is not SlideKind.INCIDENT:
        return None
    return next((entry for entry in found if entry.id == ref.id), None)
