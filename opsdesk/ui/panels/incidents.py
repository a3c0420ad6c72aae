"""What is open: on a small card how many beside other figures, on a large one each of them.

The large one is for paper and wall, which nobody touches; the window has ``incident_list``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
from PySide6.QtCore import QRectF
from typing_extensions import override

from opsdesk.catalogue.language import tr, trn
from opsdesk.engine.wording import name_of
from opsdesk.insight.board import Board
from opsdesk.insight.captions import absence, comparison
from opsdesk.insight.incident_list import Entry, Heading, entries, lasts_text, lines_of
from opsdesk.insight.incident_list import Line as IncidentLine
from opsdesk.insight.verdict import State, is_blind
from opsdesk.insight.words import NOTHING, comparison_text, figure_text, metric_title
from opsdesk.model.key import Key
from opsdesk.model.page import Panel
from opsdesk.model.snapshot import Incident, IncidentKind, Severity
from opsdesk.ui.panels.base import PAPER_ROWS
from opsdesk.ui.panels.canvas import PaintedPanel, Row, paint_rule, paint_state
from opsdesk.ui.panels.incident_rows import (
    HEADING,
    PAPER_ROW,
    ROW,
    paint_entry,
    paint_heading,
    paint_in_one_line,
)
from opsdesk.ui.theme import Look
from opsdesk.ui.writing import BODY, QUIET, RIGHT, SMALL, VALUE, Writer

_LEAST, _MOST, _GAP = 30.0, 44.0, 14.0
# Values end at this share of the width, earlier where there is little for remarks.
_VALUE_SHARE, _NARROW_SHARE, _NARROW = 0.59, 0.52, 380.0
# What a state takes before a remark.
_MARK = 20.0
# Names are whole as long as that leaves so much of the width, and values have at least so much.
_NAMES_SHARE, _LEAST_VALUE = 0.72, 20.0
_DIM = msgspec.structs.replace(VALUE, ink="text2")


class Line(Row, frozen=True, kw_only=True):
    """A row of a small card."""

    name: str
    value: str = ""
    remark: str = ""
    state: State | None = None
    stale: bool = False


class Listed(Row, frozen=True, kw_only=True):
    """A row of a large card."""

    line: IncidentLine


class IncidentsPanel(PaintedPanel):
    """Small where the panel names metrics, which stand below the number of what is open."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._small = bool(panel.metrics)
        self.goes_on = not self._small
        #: whether anything has an age that grows
        self._runs = False

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        metrics = range(len(self.panel.metrics))
        found = [reading for position in metrics for reading in self.readings(board, position)]
        subjects = _open_subjects(board)
        self._runs = bool(subjects)
        running = [board.breaker_of[key].reading for key in subjects & board.breaker_of.keys()]
        self.show_head(board, found or running, now)
        self._fill(board, now)

    @override
    def show_age(self, now: datetime) -> None:
        super().show_age(now)
        if self.board is None or not self._runs:
            return
        if self._small and self.rows:
            # The figures below it stay as they are until show_board.
            self.show_rows((_open_now(self.board, now), *self.rows[1:]), self.board)
        else:
            self._fill(self.board, now)

    def _fill(self, board: Board, now: datetime) -> None:
        if not board.sources:
            self.show_rows((), board)
        elif self._small:
            self.show_rows((_open_now(board, now), *self._figures(board, now)), board)
        else:
            lines = tuple(_listed(board, now))
            self.show_rows(self._cut(lines) if self.look.paper else lines, board)

    def _cut(self, lines: tuple[Listed, ...]) -> tuple[Listed, ...]:
        """Count those for which a report has no room, in the last row."""
        most = self.panel.rows or PAPER_ROWS
        self.left_out = len(lines) - most + 1 if len(lines) > most else 0
        if not self.left_out:
            return lines
        text = trn("and {number} more", "and {number} more", self.left_out)
        return (*lines[: most - 1], Listed(said=text, line=Heading(text)))

    def _figures(self, board: Board, now: datetime) -> Iterator[Line]:
        for position in range(len(self.panel.metrics)):
            metric, readings = self.entry(board, position), self.readings(board, position)
            name = metric_title(metric, self.panel.metrics[position])
            if not readings:
                yield _line(name, NOTHING, absence(board))
            for reading in readings:
                earlier, change = board.baseline_of(reading), board.change_of(reading)
                against = comparison_text(earlier, change, metric)
                remark = tr(reading.note) or against or comparison(metric)
                line = _line(name, figure_text(reading, metric, now), remark)
                stale = board.is_stale(reading, now)
                yield msgspec.structs.replace(line, reading=reading, stale=stale)

    @override
    def least_height(self) -> float:
        if self._small:
            return _LEAST * len(self.rows)
        return sum(self._heights())

    def _heights(self) -> list[float]:
        if self._small:
            room = self.canvas.height() / max(1, len(self.rows))
            return [max(_LEAST, min(_MOST, room))] * len(self.rows)
        found = (row.line for row in self.rows if isinstance(row, Listed))
        row = PAPER_ROW if self.look.paper else ROW
        return [row if isinstance(line, Entry) else HEADING for line in found]

    @override
    def boxes(self) -> list[QRectF]:
        found, top = [], 0.0
        for height in self._heights():
            found.append(QRectF(0, top, self.canvas.width(), height))
            top += height
        return found

    @override
    def draw(self, writer: Writer) -> None:
        lines = [row for row in self.rows if isinstance(row, Line)]
        end = value_end(lines, self.canvas.width()) if lines else 0.0
        for row, box in zip(self.rows, self.boxes(), strict=True):
            if isinstance(row, Line):
                _paint_small(writer, box, row, end)
            elif isinstance(row, Listed):
                _paint_line(writer, box, row.line)
            if row is not self.rows[-1]:
                paint_rule(writer, 0, box.bottom() - 1, box.width())


def _listed(board: Board, now: datetime) -> Iterator[Listed]:
    for line in lines_of(entries(board, now), board, now):
        if isinstance(line, Entry):
            yield Listed(said=line.said, reading=line.reading, line=line)
        else:
            yield Listed(said=line.text, line=line)


def _line(name: str, value: str, remark: str) -> Line:
    said = " ".join(part for part in (name, value, remark) if part)
    return Line(said=said, name=name, value=value, remark=remark)


def _open_subjects(board: Board) -> set[Key]:
    return {i.subject for i in board.snapshot.incidents if i.runs}


def _open_now(board: Board, now: datetime) -> Line:
    """Count what is open; what is not watched any more may be open unseen."""
    running = [i for i in board.snapshot.incidents if i.runs]
    first = min(running, key=lambda incident: incident.opened_at, default=None)
    if not running and is_blind(board, now):
        return _line(tr("Open now"), NOTHING, tr("state unknown"))
    if first is None:
        return _line(tr("Open now"), "0", "")
    row = board.breaker_of.get(first.subject)
    name = row.group_and_name[1] if row is not None else name_of(first)
    stale = any(map(_is_seen, running)) and is_blind(board, now)
    lasts = lasts_text(first, now)
    remark = name if stale else tr("{name}, {age}", name=name, age=lasts)
    if len(running) > 1:
        remark = "" if stale else tr("first: {age}", age=lasts)
    line = _line(tr("Open now"), str(len(running)), remark)
    grave = any(incident.severity is Severity.CRITICAL for incident in running)
    state = State.CRITICAL if grave else State.DEGRADED
    return msgspec.structs.replace(
        line,
        reading=board.snapshot.readings.get(first.subject),
        state=State.STALE if stale else state,
    )


def _is_seen(incident: Incident) -> bool:
    """Tell whether an incident is known by what a source says; that one is lost is known here."""
    return incident.kind not in (IncidentKind.SOURCE, IncidentKind.OFFLINE)


def value_end(lines: Sequence[Line], width: float) -> float:
    """Return where values end: where they always do, unless remarks need the room, or names.

    A remark that is cut says less; a name that is cut says nothing.
    """
    usual = width * (_VALUE_SHARE if width > _NARROW else _NARROW_SHARE)
    names = max(BODY.width(line.name) + _value_width(line) for line in lines) + _GAP
    remarks = max(SMALL.width(line.remark) + (_MARK if line.state else 0.0) for line in lines)
    return max(min(usual, width - remarks - _GAP), min(names, width * _NAMES_SHARE))


def name_end(line: Line, end: float) -> float:
    """Return where a name must end, whose value ends at ``end``."""
    return end - _value_width(line) - _GAP


def _value_width(line: Line) -> float:
    return max(VALUE.width(line.value), _LEAST_VALUE)


def _paint_small(writer: Writer, box: QRectF, line: Line, end: float) -> None:
    width = box.width()
    left = name_end(line, end)
    writer.write(QRectF(0, box.top(), left, box.height()), line.name, BODY)
    value = QRectF(left, box.top(), end - left, box.height())
    quiet = line.value == NOTHING
    writer.write(value, line.value, QUIET if quiet else _DIM if line.stale else VALUE, RIGHT)
    left = end + _GAP
    if line.state is not None:
        shown = min(SMALL.width(line.remark), width - left - _MARK)
        mark = QRectF(width - shown - _MARK, box.top(), _MARK, box.height())
        paint_state(writer, mark, line.state, "")
        left = width - shown
    writer.write(QRectF(left, box.top(), width - left, box.height()), line.remark, SMALL, RIGHT)


def _paint_line(writer: Writer, box: QRectF, line: IncidentLine) -> None:
    if isinstance(line, Entry):
        paint = paint_in_one_line if writer.look.paper else paint_entry
        paint(writer, box, line)
    elif line.state is not None:
        paint_state(writer, box, line.state, line.text)
    else:
        paint_heading(writer, box, line.text)
