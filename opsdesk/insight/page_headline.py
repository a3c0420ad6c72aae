"""The sentence that opens a page, by the rule that its file names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from opsdesk.insight import happenings, headline, stories, worth
from opsdesk.insight.board import Board
from opsdesk.insight.knowing import Headline
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
    """Return the sentence that opens a page; a page of figures speaks of its own alone."""
    if page.headline is HeadlineRule.FIGURES:
        named = {m for panel in page.panel for m in (*panel.metrics, *panel.beside)}
        return stories.figures(board, now, named)
    return RULES[page.headline](board, now)
