"""What was open, when: the strips of all breakers that changed, the worst first."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPen
from typing_extensions import override

from opsdesk.catalogue.language import tr, trn
from opsdesk.insight.board import Board, Breaker
from opsdesk.insight.phrases import display_name
from opsdesk.insight.strips import Height, height_of, transitions
from opsdesk.insight.verdict import State
from opsdesk.insight.words import clock_text, interval_text
from opsdesk.model.page import Panel
from opsdesk.model.series import SeriesFrame
from opsdesk.ui import strip
from opsdesk.ui.breakers import DAY, Course, Courses, state_and_word
from opsdesk.ui.panels.canvas import PaintedPanel, Row, paint_rule
from opsdesk.ui.strip import Drawn
from opsdesk.ui.theme import Look
from opsdesk.ui.writing import BODY, BOLD, CAPTION, CENTER, LEFT, RIGHT, SMALL, Writer

#: so many are drawn, and the others counted
SHOWN = 12
_LEAST, _MOST, _AXIS = 30.0, 44.0, 24.0
_STRIP, _ON_PAPER = 16.0, 300.0
_GAP = 16.0
_NAME_SHARE, _MOST_NAME = 0.28, 300.0
_QUARTERS, _DAYS = 4, 8
_TICK = 90.0
# Seconds by which an answer may begin later than what was asked for.
_LATE = 3_600.0


class Lane(Row, frozen=True, kw_only=True):
    """One breaker; the last row may count those that have no room."""

    name: str
    remark: str
    drawn: Drawn | None
    loud: bool = False


class TimelinePanel(PaintedPanel):
    """Strips over one axis of time that ends now."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._courses = Courses(panel.window or DAY)
        self._problem = ""
        self._answered = False

    @override
    def show_frame(self, frame: SeriesFrame, board: Board, now: datetime) -> None:
        self._courses.take(frame)
        self._problem = frame.problem.what if frame.problem is not None else ""
        self._answered = True
        self.show_board(board, now)

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        fresh, found = board.fresh_breakers(now), board.breakers
        scope = tr("last {interval}", interval=interval_text(self._courses.window))
        stale = bool(found) and not fresh
        self.show_origin(board, (fresh or found).gist, now, scope, stale=stale)
        lanes = self._changed(board)
        worst = sorted(lanes, key=lambda b: _badness(b, lanes[b], now), reverse=True)
        rows = [self._lane(breaker, lanes[breaker], board, now) for breaker in worst[:SHOWN]]
        if rest := len(lanes) - len(rows):
            more = trn("and {number} more", "and {number} more", rest)
            rows.append(Lane(said=more, name=more, remark="", drawn=None))
        self.show_rows(rows, board)
        if not rows:
            self._say_why(board, now)

    def _changed(self, board: Board) -> dict[Breaker, Course]:
        courses = {b: self._courses.of(b, board) for b in self._courses.known(board)}
        return {
            breaker: course
            for breaker, course in courses.items()
            if course is not None and _has_news(course)
        }

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
        remark = trn("opened {number} time", "opened {number} times", course.trips)
        loud = drawn is not None and drawn.open_now
        return Lane(
            said=f"{name}, {word}, {remark}",
            reading=breaker.reading,
            name=name,
            remark=remark if course.trips else "",
            drawn=drawn,
            loud=loud,
        )

    @override
    def least_height(self) -> float:
        least = _STRIP if self.look.paper else _LEAST
        return len(self.rows) * least + _AXIS

    @override
    def paper_height(self, board: Board, width: float) -> float:
        # How many rows there will be is not known before the answer is.
        return float(self.panel.height or _ON_PAPER)

    @override
    def boxes(self) -> list[QRectF]:
        room = self.canvas.height() - _AXIS
        # What paper has room for is fixed: there, rows come closer.
        least = _STRIP if self.look.paper else _LEAST
        height = max(least, min(_MOST, room / max(1, len(self.rows))))
        return [QRectF(0, n * height, self.canvas.width(), height) for n in range(len(self.rows))]

    @override
    def draw(self, writer: Writer) -> None:
        lanes, boxes = [row for row in self.rows if isinstance(row, Lane)], self.boxes()
        if not boxes:
            return
        width = float(self.canvas.width())
        longest = max((BOLD.width(lane.name) for lane in lanes), default=0.0)
        left = min(longest, _MOST_NAME, _NAME_SHARE * width) + _GAP
        remark = max((SMALL.width(lane.remark) for lane in lanes), default=0.0)
        right = width - (remark + _GAP if remark else 0.0)
        drawn = [box for lane, box in zip(lanes, boxes, strict=True) if lane.drawn is not None]
        self._paint_axis(writer, left, right, drawn[-1].bottom() if drawn else 0.0)
        for lane, box in zip(lanes, boxes, strict=True):
            name = QRectF(0, box.top(), left - _GAP, box.height())
            writer.name(name, lane.name, BOLD if lane.loud else BODY if lane.drawn else CAPTION)
            end = QRectF(right, box.top(), width - right, box.height())
            writer.write(end, lane.remark, SMALL, RIGHT)
            if lane.drawn is not None:
                middle = QRectF(left, box.center().y() - _STRIP / 2, right - left, _STRIP)
                strip.paint(writer.painter, middle, lane.drawn, writer.look)
                paint_rule(writer, 0, box.bottom() - 1, width)

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


def _has_news(course: Course) -> bool:
    """Tell whether a breaker changed, or was open all the time that it was seen."""
    was_open = any(height_of(change.state) is Height.FULL for change in course.changes)
    return was_open or len(transitions(course.changes)) > 1


def _badness(breaker: Breaker, course: Course, now: datetime) -> tuple[bool, int, float]:
    """Order by what is open now, how often it opened, and how lately it changed."""
    is_open = breaker.state.is_open and now.timestamp() <= breaker.stale_at
    return (is_open, course.trips, course.changes[-1].at)
