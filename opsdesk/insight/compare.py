"""What a figure over time is to be held against, in words. Pure."""

from __future__ import annotations

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.chart import number
from opsdesk.insight.usual import known
from opsdesk.insight.words import amount_text, comparison_text
from opsdesk.model.metric import Metric
from opsdesk.model.reading import Reading
from opsdesk.model.series import Line, SeriesFrame, Usual

# What has kept within its range for this part of the window is steady.
_LATELY = 0.25


def compared(
    reading: Reading,
    board: Board,
    frame: SeriesFrame | None = None,
    earlier: SeriesFrame | None = None,
) -> str:
    """Return how a figure stands to its usual range, else to what it was; '' if neither is known.

    Args:
        reading: the figure.
        board: where it stands.
        frame: how it went, and what is usual for it.
        earlier: how it went in the period of a baseline.

    """
    metric = board.metric(reading.key.metric)
    if frame is not None and (said := with_usual(reading, frame)):
        return said
    before = earlier.line(reading.key) if earlier is not None else None
    if earlier is not None and before is not None and known(before):
        return _range_text(tr(earlier.query.baseline), before, metric)
    return comparison_text(board.baseline_of(reading), board.change_of(reading), metric)


def with_usual(reading: Reading, frame: SeriesFrame) -> str:
    """Return how a figure stands to its usual range; '' where that is not known."""
    usual, value = _of(reading, frame.usual), reading.number
    if usual is None or value is None:
        return ""
    return _usual_text(value, usual, frame.line(reading.key), frame)


def with_usual_in_short(reading: Reading, frame: SeriesFrame) -> str:
    """Return the same in two words, such as 'usual range'."""
    usual, value = _of(reading, frame.usual), reading.number
    if usual is None or value is None:
        return ""
    if value > usual.high:
        return tr("above usual")
    return tr("below usual") if value < usual.low else tr("usual range")


def _of(reading: Reading, found: tuple[Usual, ...]) -> Usual | None:
    return next((usual for usual in found if usual.key == reading.key), None)


def _usual_text(value: float, usual: Usual, line: Line | None, frame: SeriesFrame) -> str:
    if value > usual.high:
        return tr("above usual range")
    if value < usual.low:
        return tr("below usual range")
    since = frame.end - _LATELY * frame.query.window
    lately = [past for at, past in known(line) if at >= since] if line is not None else []
    if lately and all(usual.low <= past <= usual.high for past in lately):
        return tr("steady, within usual range")
    return tr("within usual range")


def _range_text(name: str, line: Line, metric: Metric | None) -> str:
    """Return 'before Phase 4: 0.5 to 1.5 %'."""
    values = [value for _, value in known(line)]
    low, high = min(values), max(values)
    if low == high:
        return tr("{name}: {value}", name=name, value=number(low, metric))
    least, most = amount_text(low, metric), number(high, metric)
    return tr("{name}: {low} to {high}", name=name, low=least, high=most)
