"""What is open: on a small card how many beside other figures, on a large one each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec
from PySide6.QtCore import QRectF
from typing_extensions import override

from opsdesk.catalogue.language import tr, trn
from opsdesk.insight.board import Board, Breaker
from opsdesk.insight.phrases import display_name
from opsdesk.insight.terms import breaker_word
from opsdesk.insight.verdict import State, is_blind, state_word
from opsdesk.insight.words import (
    EN_DASH,
    NOTHING,
    age_text,
    clock_text,
    comparison_text,
    figure_text,
)
from opsdesk.model.key import Key
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading
from opsdesk.model.snapshot import Incident, Severity
from opsdesk.ui.breakers import STATES
from opsdesk.ui.panels.base import absence, comparison
from opsdesk.ui.panels.canvas import PaintedPanel, Row, paint_rule, paint_state
from opsdesk.ui.theme import Look
from opsdesk.ui.writing import BESIDE, BODY, BOLD, CAPTION, QUIET, RIGHT, SMALL, VALUE, Writer

#: so many that have ended are listed, and the others counted
ENDED = 30
_ROW, _HEADING, _LEAST, _MOST = 48.0, 30.0, 30.0, 36.0
_CHIP, _TIMES, _LASTED, _GAP = 128.0, 190.0, 130.0, 14.0
# Values end at this share of the width, earlier where there is little for remarks.
_VALUE_SHARE, _NARROW_SHARE, _NARROW = 0.59, 0.52, 380.0
_DIM = msgspec.structs.replace(VALUE, ink="text2")


class Line(Row, frozen=True, kw_only=True):
    """A row of either card; without a state it is a heading on a large one."""

    name: str
    detail: str = ""
    value: str = ""
    remark: str = ""
    state: State | None = None
    word: str = ""
    runs: bool = False
    stale: bool = False


class IncidentsPanel(PaintedPanel):
    """Small where the panel names metrics, which stand below the number of what is open."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._small = bool(panel.metrics)
        self._board: Board | None = None

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        self._board = board
        metrics = range(len(self.panel.metrics))
        found = [reading for position in metrics for reading in self.readings(board, position)]
        subjects = _open_subjects(board)
        running = [breaker.reading for breaker in board.breakers if breaker.key in subjects]
        self.show_head(board, found or running, now)
        self._fill(board, now)

    @override
    def show_age(self, now: datetime) -> None:
        super().show_age(now)
        if self._board is None:
            return
        if self._small and self.rows:
            # The figures below it stay as they are until show_board.
            self.show_rows((_open_now(self._board, now), *self.rows[1:]), self._board)
        else:
            self._fill(self._board, now)

    def _fill(self, board: Board, now: datetime) -> None:
        if not board.sources:
            self.show_rows((), board)
        elif self._small:
            self.show_rows((_open_now(board, now), *self._figures(board, now)), board)
        else:
            self.show_rows(tuple(_listed(board, now)), board)

    def _figures(self, board: Board, now: datetime) -> Iterator[Line]:
        for position in range(len(self.panel.metrics)):
            metric, readings = self.entry(board, position), self.readings(board, position)
            name = tr(metric.title) if metric is not None else self.panel.metrics[position]
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
        return [_HEADING if row.state is None else _ROW for row in self._lines()]

    @override
    def boxes(self) -> list[QRectF]:
        found, top = [], 0.0
        for height in self._heights():
            found.append(QRectF(0, top, self.canvas.width(), height))
            top += height
        return found

    def _lines(self) -> list[Line]:
        return [row for row in self.rows if isinstance(row, Line)]

    @override
    def draw(self, writer: Writer) -> None:
        lines, boxes = self._lines(), self.boxes()
        for line, box in zip(lines, boxes, strict=True):
            (_paint_small if self._small else _paint_large)(writer, box, line)
            if line is not lines[-1]:
                paint_rule(writer, 0, box.bottom() - 1, box.width())


def _line(name: str, value: str, remark: str) -> Line:
    said = " ".join(part for part in (name, value, remark) if part)
    return Line(said=said, name=name, value=value, remark=remark)


def _open_subjects(board: Board) -> set[Key]:
    return {i.subject for i in board.snapshot.incidents if i.closed_at is None}


def _open_now(board: Board, now: datetime) -> Line:
    """Count what is open; what is not watched any more may be open unseen."""
    running = [i for i in board.snapshot.incidents if i.closed_at is None]
    first = min(running, key=lambda incident: incident.opened_at, default=None)
    if not running and is_blind(board, now):
        return _line(tr("Open now"), NOTHING, tr("state unknown"))
    if first is None:
        return _line(tr("Open now"), "0", "")
    row = board.breaker_of.get(first.subject)
    name = row.group_and_name[1] if row is not None else first.title
    lasts = _lasts(first, now)
    remark = tr("{name}, {age}", name=name, age=lasts)
    if len(running) > 1:
        remark = tr("first: {age}", age=lasts)
    line = _line(tr("Open now"), str(len(running)), remark)
    grave = any(incident.severity is Severity.CRITICAL for incident in running)
    return msgspec.structs.replace(
        line,
        reading=board.snapshot.readings.get(first.subject),
        state=State.CRITICAL if grave else State.DEGRADED,
    )


def _listed(board: Board, now: datetime) -> Iterator[Line]:
    rows = board.breaker_of
    running = [i for i in board.snapshot.incidents if i.closed_at is None]
    running.sort(key=lambda i: (i.severity is not Severity.CRITICAL, i.opened_at))
    ended = [i for i in board.snapshot.incidents if i.closed_at is not None]
    ended.sort(key=lambda incident: incident.closed_at or now, reverse=True)
    yield from (_running(incident, rows, board, now) for incident in running)
    if not running:
        yield _nothing_open(board, now)
    if ended:
        yield _heading(tr("Ended"))
        yield from (_ended(incident, rows, now) for incident in ended[:ENDED])
    if len(ended) > ENDED:
        rest = len(ended) - ENDED
        yield _heading(trn("and {number} more", "and {number} more", rest))


def _heading(text: str) -> Line:
    return Line(said=text, name=text)


def _nothing_open(board: Board, now: datetime) -> Line:
    known = not board.stale_breakers(now) and not is_blind(board, now)
    text = tr("nothing is open") if known else tr("nothing is known to be open")
    return Line(said=text, name="", state=State.OK if known else State.STALE, word=text)


def _running(incident: Incident, rows: Mapping[Key, Breaker], board: Board, now: datetime) -> Line:
    reading = board.snapshot.readings.get(incident.subject)
    state, word = _state(incident, reading, board, now)
    # Nobody knows whether what is stale still lasts.
    name, lasts = _name(incident, rows), "" if state is State.STALE else _lasts(incident, now)
    since = tr("since {time}", time=clock_text(incident.opened_at, now))
    detail = _detail(incident)
    said = ", ".join(part for part in (name, word, lasts, detail) if part)
    return Line(
        said=said,
        reading=reading,
        name=name,
        detail=detail,
        value=lasts,
        remark=since,
        state=state,
        word=word,
        runs=True,
        stale=state is State.STALE,
    )


def _ended(incident: Incident, rows: Mapping[Key, Breaker], now: datetime) -> Line:
    end = incident.closed_at or now
    name, lasted = _name(incident, rows), age_text((end - incident.opened_at).total_seconds())
    # The day stands once where both are of the same.
    times = (clock_text(incident.opened_at, now), EN_DASH, clock_text(end, incident.opened_at))
    word = breaker_word(incident.state).upper()
    return Line(
        said=tr("{name}, lasted {age}", name=name, age=lasted),
        name=name,
        detail=_detail(incident),
        value=lasted,
        remark=" ".join(times),
        state=STATES[incident.state],
        word=word,
    )


def _state(
    incident: Incident, reading: Reading | None, board: Board, now: datetime
) -> tuple[State, str]:
    """Return the state to draw and its word; what is stale asserts nothing."""
    if incident.subject.metric == "breaker.state":
        state, word = STATES[incident.state], breaker_word(incident.state).upper()
    else:
        grave = incident.severity is Severity.CRITICAL
        state = State.CRITICAL if grave else State.DEGRADED
        word = state_word(state).upper()
    if reading is not None and board.is_stale(reading, now):
        return State.STALE, tr("was {state}", state=word)
    return state, word


def _name(incident: Incident, rows: Mapping[Key, Breaker]) -> str:
    row = rows.get(incident.subject)
    return display_name(row) if row is not None else incident.title


def _lasts(incident: Incident, now: datetime) -> str:
    age = age_text((now - incident.opened_at).total_seconds())
    return age if incident.seen_opening else tr("at least {age}", age=age)


def _detail(incident: Incident) -> str:
    times = trn("opened {number} time", "opened {number} times", incident.trips)
    return ", ".join(p for p in (incident.detail, times if incident.trips > 1 else "") if p)


def _paint_small(writer: Writer, box: QRectF, line: Line) -> None:
    width = box.width()
    share = width * (_VALUE_SHARE if width > _NARROW else _NARROW_SHARE)
    name_end = share - max(VALUE.width(line.value), 20) - _GAP
    writer.write(QRectF(0, box.top(), name_end, box.height()), line.name, BODY)
    value = QRectF(name_end, box.top(), share - name_end, box.height())
    quiet = line.value == NOTHING
    writer.write(value, line.value, QUIET if quiet else _DIM if line.stale else VALUE, RIGHT)
    left = share + _GAP
    if line.state is not None:
        shown = min(SMALL.width(line.remark), width - left - 20)
        paint_state(writer, QRectF(width - shown - 20, box.top(), 20, box.height()), line.state, "")
        left = width - shown
    writer.write(QRectF(left, box.top(), width - left, box.height()), line.remark, SMALL, RIGHT)


def _paint_large(writer: Writer, box: QRectF, line: Line) -> None:
    if line.state is None:
        writer.write(box.adjusted(0, 6, 0, 0), line.name, CAPTION)
        return
    filled = line.runs and line.state is State.CRITICAL
    room = _CHIP if line.name else box.width()
    paint_state(
        writer, QRectF(0, box.top(), room, box.height()), line.state, line.word, filled=filled
    )
    times = QRectF(box.width() - _TIMES, box.top(), _TIMES, box.height())
    writer.write(times, line.remark, SMALL if line.runs else CAPTION, RIGHT)
    lasted = QRectF(times.left() - _LASTED - _GAP, box.top(), _LASTED, box.height())
    style = BESIDE if not line.runs else _DIM if line.stale else VALUE
    writer.write(lasted, line.value, style, RIGHT)
    left = _CHIP + _GAP
    name = QRectF(left, box.top(), lasted.left() - left - _GAP, box.height())
    if line.detail:
        below = QRectF(left, box.center().y() + 1, name.width(), 16)
        writer.write(below, line.detail, CAPTION)
        name = QRectF(left, box.center().y() - 18, name.width(), 18)
    writer.name(name, line.name, BOLD if line.runs else BODY)
