"""What was open, when: breakers that changed as strips, all else as bars, the worst first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec
from PySide6.QtCore import QMargins, QPointF, QRectF
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QButtonGroup, QPushButton
from typing_extensions import override

from opsdesk.catalogue.language import tr, trn
from opsdesk.insight.board import Board, Breaker, display_name
from opsdesk.insight.breakers import DAY, Course, Courses, state_and_word
from opsdesk.insight.questions import of_panel
from opsdesk.insight.verdict import State
from opsdesk.insight.words import clock_text, interval_text
from opsdesk.model.page import Panel
from opsdesk.model.series import SeriesFrame, SeriesQuery
from opsdesk.ui import strip
from opsdesk.ui.panels.canvas import PaintedPanel, paint_rule
from opsdesk.ui.panels.lanes import Bar, Lane, badness, has_news, others
from opsdesk.ui.parts import button
from opsdesk.ui.theme import Look
from opsdesk.ui.writing import BODY, BOLD, CAPTION, CENTER, LEFT, RIGHT, SMALL, Writer

#: so many are drawn, on paper fewer, and the others counted
SHOWN, SHOWN_ON_PAPER = 30, 12
WEEK = 7 * DAY
_LEAST, _MOST, _AXIS = 30.0, 44.0, 24.0
_STRIP, _ON_PAPER = 16.0, 22.0
_GAP = 16.0
_NAME_SHARE, _MOST_NAME = 0.28, 300.0
_QUARTERS, _DAYS = 4, 8
_TICK = 90.0
# So far a button reaches above the line that it stands in, in pixels.
_BEYOND = 6
# Seconds by which an answer may begin later than what was asked for.
_LATE = 3_600.0


class TimelinePanel(PaintedPanel):
    """Strips over one axis of time that ends now."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._asked = panel
        self._shown: tuple[Board, datetime] | None = None
        self._courses = Courses(panel.window or DAY)
        self._problem = ""
        self._answered = False
        if not look.paper:
            self._add_switch()

    def _add_switch(self) -> None:
        """Let one choose between a day and a week."""
        self._switch = QButtonGroup(self)
        for window in (DAY, WEEK):
            text = interval_text(window)
            one = button(text)
            one.setCheckable(True)
            one.setChecked(window == self._courses.window)
            one.setProperty("window", window)
            one.setAccessibleName(tr("last {interval}", interval=text))
            self._switch.addButton(one)
            self.head.insertWidget(self.head.count() - 2, one)
        # The title stands as high as that of a card that has no buttons.
        self.body.setContentsMargins(self.body.contentsMargins() - QMargins(0, _BEYOND, 0, 0))
        self._switch.buttonClicked.connect(self._choose_window)

    def _choose_window(self, chosen: QPushButton) -> None:
        window = float(chosen.property("window"))
        if window == self._courses.window:
            return
        self._asked = msgspec.structs.replace(self.panel, window=window)
        self._courses, self._problem, self._answered = Courses(window), "", False
        self.past_wanted.emit()
        if self._shown is not None:
            self.show_board(*self._shown)

    @override
    def queries(self, board: Board) -> tuple[SeriesQuery, ...]:
        return of_panel(self._asked, board)

    @override
    def show_frame(self, frame: SeriesFrame, board: Board, now: datetime) -> None:
        self._courses.take(frame)
        self._problem = frame.problem.what if frame.problem is not None else ""
        self._answered = True
        self.show_board(board, now)

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        self._shown = (board, now)
        fresh, found = board.fresh_breakers(now), board.breakers
        scope = tr("last {interval}", interval=interval_text(self._courses.window))
        stale = bool(found) and not fresh
        self.show_origin(board, (fresh or found).gist, now, scope, stale=stale)
        changed = self._changed(board)
        lanes = [self._lane(breaker, changed[breaker], board, now) for breaker in changed]
        lanes += others(board, self._courses.window, now)
        lanes.sort(key=lambda lane: lane.rank, reverse=True)
        most = SHOWN_ON_PAPER if self.look.paper else SHOWN
        rows = lanes[:most]
        if rest := len(lanes) - len(rows):
            more = trn("and {number} more", "and {number} more", rest)
            rows.append(Lane(said=more, name=more))
        if rows:
            rows += self._counts(board, len(changed))
        self.show_rows(rows, board)
        if not rows:
            self._say_why(board, now)

    def _changed(self, board: Board) -> dict[Breaker, Course]:
        courses = {b: self._courses.of(b, board) for b in self._courses.known(board)}
        return {
            breaker: course
            for breaker, course in courses.items()
            if course is not None and has_news(course)
        }

    def _counts(self, board: Board, changed: int) -> Iterator[Lane]:
        """Count the breakers that have no lane: nothing happened to them, or nobody has asked."""
        if not self._answered:
            return
        known = len(self._courses.known(board))
        unasked = len(board.breakers) - known
        # Of a day OpsDesk knows every incident: what has none was not asked for, and is quiet.
        quiet = known - changed + (unasked if self._courses.window <= DAY else 0)
        if quiet:
            text = trn(
                "{number} other breaker: nothing known to have happened",
                "{number} other breakers: nothing known to have happened",
                quiet,
            )
            yield Lane(said=text, name=text)
        if unasked and self._courses.window > DAY:
            text = trn("{number} breaker not looked at", "{number} breakers not looked at", unasked)
            yield Lane(said=text, name=text)

    def _say_why(self, board: Board, now: datetime) -> None:
        if not board.breakers:
            return
        quiet = self._quiet(board, now) if self._answered else tr("no history yet")
        words = self._problem or quiet
        state = State.OK if self._answered and not self._problem else State.NO_SOURCE
        self.say_nothing(state, words)

    def _quiet(self, board: Board, now: datetime) -> str:
        """Say that nothing changed, of no more time than all breakers have been watched."""
        courses = [self._courses.of(breaker, board) for breaker in self._courses.known(board)]
        begun = max((c.changes[0].at for c in courses if c is not None and c.changes), default=0.0)
        if begun > now.timestamp() - self._courses.window + _LATE:
            moment = datetime.fromtimestamp(begun, tz=now.tzinfo)
            return tr("no breaker has changed since {time}", time=clock_text(moment, now))
        return tr(
            "no breaker has changed in the last {interval}",
            interval=interval_text(self._courses.window),
        )

    def _lane(self, breaker: Breaker, course: Course, board: Board, now: datetime) -> Lane:
        name, (_, word) = display_name(breaker), state_and_word(breaker, now)
        drawn = self._courses.drawn(breaker, board, now)
        remark = trn("opened once", "opened {number} times", course.trips)
        loud = drawn is not None and drawn.open_now
        return Lane(
            said=f"{name}, {word}, {remark}",
            reading=breaker.reading,
            name=name,
            remark=remark if course.trips else "",
            drawn=drawn,
            loud=loud,
            rank=badness(breaker, course, now),
        )

    @override
    def least_height(self) -> float:
        least = _ON_PAPER if self.look.paper else _LEAST
        return len(self.rows) * least + _AXIS

    @override
    def boxes(self) -> list[QRectF]:
        room = self.canvas.height() - _AXIS
        least = _ON_PAPER if self.look.paper else _LEAST
        height = max(least, min(_MOST, room / max(1, len(self.rows))))
        tops = [n * height for n in range(len(self.rows))]
        lanes = (row for row in self.rows if isinstance(row, Lane))
        # What only counts others stands below the axis.
        tops = [top + _AXIS * row.counts for top, row in zip(tops, lanes, strict=True)]
        return [QRectF(0, top, self.canvas.width(), height) for top in tops]

    @override
    def draw(self, writer: Writer) -> None:
        lanes, boxes = [row for row in self.rows if isinstance(row, Lane)], self.boxes()
        if not boxes:
            return
        width = float(self.canvas.width())
        names = [lane.name for lane in lanes if not lane.counts]
        longest = max(map(BOLD.width, names), default=0.0)
        left = min(longest, _MOST_NAME, _NAME_SHARE * width) + _GAP
        remark = max((SMALL.width(lane.remark) for lane in lanes), default=0.0)
        right = width - (remark + _GAP if remark else 0.0)
        drawn = [box for lane, box in zip(lanes, boxes, strict=True) if not lane.counts]
        self._paint_axis(writer, left, right, drawn[-1].bottom() if drawn else 0.0)
        for lane, box in zip(lanes, boxes, strict=True):
            if lane.counts:
                writer.write(box, lane.name, CAPTION)
                continue
            name = QRectF(0, box.top(), left - _GAP, box.height())
            writer.name(name, lane.name, BOLD if lane.loud else BODY)
            end = QRectF(right, box.top(), width - right, box.height())
            writer.write(end, lane.remark, SMALL, RIGHT)
            middle = QRectF(left, box.center().y() - _STRIP / 2, right - left, _STRIP)
            if lane.drawn is not None:
                strip.paint(writer.painter, middle, lane.drawn, writer.look)
            self._paint_bars(writer, middle, lane.bars)
            paint_rule(writer, 0, box.bottom() - 1, width)

    def _paint_bars(self, writer: Writer, box: QRectF, bars: tuple[Bar, ...]) -> None:
        for bar in bars:
            left, right = (box.left() + box.width() * share for share in (bar.start, bar.end))
            one = QRectF(left, box.top(), max(1.0, right - left), box.height())
            writer.painter.fillRect(one, writer.look.color(bar.ink))

    def _paint_axis(self, writer: Writer, left: float, right: float, bottom: float) -> None:
        """Draw a line for each part of the time, the last of them now."""
        window = self._courses.window
        parts = round(window / DAY) if DAY < window <= _DAYS * DAY else _QUARTERS
        foot = bottom + 4
        for part in range(parts + 1):
            x = left + (right - left) * part / parts
            ink = "edge" if part == parts else "hair"
            writer.painter.setPen(QPen(writer.look.color(ink), 1))
            writer.painter.drawLine(QPointF(x, 0), QPointF(x, bottom))
            words = interval_text(window * (parts - part) / parts) if part < parts else tr("now")
            if part == 0:
                words = tr("{interval} ago", interval=words)
            # The ends stand within the axis, all others below their line.
            side = LEFT if part == 0 else RIGHT if part == parts else CENTER
            shift = {LEFT: 0.0, CENTER: _TICK / 2, RIGHT: _TICK}[side]
            writer.write(QRectF(x - shift, foot, _TICK, 18), words, CAPTION, side)
