"""What sentences of pages have in common: which figures are told, and what if there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.knowing import Headline, not_knowing, with_failure
from opsdesk.insight.verdict import State, verdict
from opsdesk.insight.words import clock_text, figure_text
from opsdesk.model.reading import Reading

Story = Callable[[Board, datetime], Headline]


def told(board: Board, now: datetime, story: Story) -> Headline:
    """Return a story, or why none can be told.

    That nothing says what is up concerns other pages than these.
    """
    found = verdict(board, now)
    answered = any(source.last_success is not None for source in board.sources.values())
    if found.state is not State.NO_SOURCE or not answered:
        special = not_knowing(board, found, now)
        if special is not None:
            return special
    return with_failure(story(board, now), board, now)


def fresh(board: Board, metric: str, now: datetime, **labels: str) -> list[Reading]:
    """Return the numbers of a metric with these labels that may be taken for the present."""
    return [
        reading
        for reading in board.by_metric.get(metric, ())
        if reading.number is not None
        and all(reading.key.label(name) == value for name, value in labels.items())
        and not board.is_stale(reading, now)
    ]


def nothing(
    board: Board, metrics: Sequence[str], now: datetime, *, none: str, old: str
) -> Headline:
    """Say that there is no figure at all, or how old the newest is."""
    known = [reading for metric in metrics for reading in board.by_metric.get(metric, ())]
    if not known:
        detail = tr("The connected sources publish none that OpsDesk recognises.")
        return Headline(state=State.NO_SOURCE, sentence=none, detail=detail)
    newest = clock_text(max(reading.at for reading in known), now)
    detail = tr("The last known values are from {time}.", time=newest)
    return Headline(state=State.STALE, sentence=old, detail=detail, actions=("retry",))


def greatest(readings: Sequence[Reading]) -> Reading | None:
    """Return the greatest figure: of several systems the one that is told."""
    return max(readings, key=lambda reading: reading.number or 0.0, default=None)


def text_of(reading: Reading | None, board: Board, now: datetime) -> str:
    """Return a figure with its unit; an en dash where there is none."""
    return figure_text(reading, None if reading is None else board.metric(reading.key.metric), now)
