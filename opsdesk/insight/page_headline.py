"""The sentence that opens a page, by the rule that its file names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from opsdesk.insight import happenings, headline, stories, worth
from opsdesk.insight.board import Board
from opsdesk.insight.knowing import Headline
from opsdesk.insight.verdict import State
from opsdesk.model.page import HeadlineRule, Page

RULES: Mapping[HeadlineRule, Callable[[Board, datetime], Headline]] = {
    HeadlineRule.SYSTEM: headline.system,
    HeadlineRule.BREAKERS: headline.breakers,
    HeadlineRule.INCIDENTS: happenings.incidents,
    HeadlineRule.PERFORMANCE: stories.performance,
    HeadlineRule.OPERATIONS: stories.operations,
    HeadlineRule.VALUE: worth.value,
    HeadlineRule.OUTLOOK: stories.outlook,
    HeadlineRule.SOURCES: happenings.sources,
    HeadlineRule.FIGURES: stories.figures,
}


def of_page(page: Page, board: Board, now: datetime) -> Headline:
    """Return the sentence that opens a page.

    A page of figures speaks of its own alone. So does one of what it is worth that shows figures,
    but none that its sentence knows.
    """
    named = {m for panel in page.panel for m in (*panel.metrics, *panel.beside)}
    if page.headline is HeadlineRule.FIGURES:
        return stories.figures(board, now, named)
    said = RULES[page.headline](board, now)
    unheard = page.headline is HeadlineRule.VALUE and said.state is State.NO_SOURCE
    if unheard and any(metric in board.by_metric for metric in named):
        return stories.figures(board, now, named)
    return said
