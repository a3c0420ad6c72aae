"""What a panel is about: its readings among those of a board, and how they went."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from opsdesk.catalogue.language import localised, tr
from opsdesk.insight.board import Board
from opsdesk.insight.captions import scope_of
from opsdesk.insight.questions import carries, of_panel
from opsdesk.insight.words import MINUS, metric_title, with_currency
from opsdesk.model.metric import Metric
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading
from opsdesk.model.series import SeriesFrame, SeriesQuery

# From this number on, digits can be told by their number: '1.2e9'.
_MANY = 1e6
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"

Frames = Mapping[SeriesQuery, SeriesFrame]


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What a slide is made of: a board as it is to be seen at a moment, and how figures went."""

    board: Board
    now: datetime
    frames: Frames

    def frame(self, panel: Panel, baseline: str = "") -> SeriesFrame | None:
        """Return the answer to what a panel asks, where there is one."""
        found = (self.frames.get(query) for query in of_panel(panel, self.board))
        return next((f for f in found if f is not None and f.query.baseline == baseline), None)

    def is_stale(self, reading: Reading | None) -> bool:
        """Tell whether a reading may no longer be taken for the present."""
        return reading is not None and self.board.is_stale(reading, self.now)


def title_of(panel: Panel, seen: Seen) -> str:
    """Return the title of a panel, with its scope: 'Uptime, last 24 h'."""
    title = tr(panel.title)
    scope = scope_of(panel.scope, readings_of(panel, seen)) if panel.scope else ""
    return tr("{title}, {scope}", title=title, scope=scope) if scope else title


def readings_of(panel: Panel, seen: Seen, position: int = 0) -> tuple[Reading, ...]:
    """Return what is known of the metric at a position, of the keys that the panel shows."""
    if position >= len(panel.metrics):
        return ()
    found = seen.board.by_metric.get(panel.metrics[position], ())
    return tuple(reading for reading in found if carries(reading.key, panel))


def first_of(panel: Panel, seen: Seen, position: int = 0) -> Reading | None:
    """Return the first of them."""
    return next(iter(readings_of(panel, seen, position)), None)


def metric_of(panel: Panel, seen: Seen, position: int = 0) -> Metric | None:
    """Return the catalogue entry of the metric at a position."""
    return seen.board.metric(panel.metrics[position]) if position < len(panel.metrics) else None


def name_of(panel: Panel, seen: Seen, position: int = 0) -> str:
    """Return what the metric at a position is called; a panel without any, by its own title."""
    if position >= len(panel.metrics):
        return tr(panel.title)
    metric = metric_of(panel, seen, position)
    return metric_title(metric, panel.metrics[position])


def short_text(number: float | None, metric: Metric | None) -> str:
    """Return a number for where it has no room: '1.2e9'; some of its digits would be another."""
    if number is None:
        return ""
    if abs(number) < _MANY:
        return _ELLIPSIS
    digits, exponent = f"{abs(number):.1e}".split("e")
    unit = metric.unit if metric is not None else None
    amount = with_currency(f"{localised(digits)}e{int(exponent)}", unit)
    return f"{MINUS}{amount}" if number < 0 else amount
