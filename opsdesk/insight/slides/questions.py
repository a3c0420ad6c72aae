"""What slides want to know of the past. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import chain

from opsdesk.insight.board import Board
from opsdesk.insight.questions import of_panel
from opsdesk.insight.slides.alarms import queries_of, taking_over
from opsdesk.insight.slides.pages import panels_of
from opsdesk.model.page import Page
from opsdesk.model.series import SeriesQuery


def of_slides(pages: Iterable[Page], board: Board, now: datetime) -> tuple[SeriesQuery, ...]:
    """Return what pages on a wall want to know, and what takes it over, each question once."""
    panels = (panel for page in pages for panel in panels_of(page))
    queries = chain(
        (query for panel in panels for query in of_panel(panel, board)),
        (query for entry in taking_over(board, now) for query in queries_of(entry)),
    )
    return tuple(dict.fromkeys(queries))
