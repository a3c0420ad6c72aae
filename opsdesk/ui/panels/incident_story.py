"""What happened before and after an incident opened: its course, and the figures that moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.moved import Moved
from opsdesk.insight.summary import ARROW, figure_name, values_text
from opsdesk.insight.words import clock_text
from opsdesk.model.series import Line
from opsdesk.ui import strip
from opsdesk.ui.panels.canvas import paint_rule
from opsdesk.ui.strip import Drawn
from opsdesk.ui.theme import Look
from opsdesk.ui.writing import BODY, BOLD, CAPTION, CENTER, LEFT, RIGHT, SMALL, Writer

_HEAD, _STRIP, _AXIS, _ROW, _GAP = 24.0, 26.0, 26.0, 30.0, 14.0
_SPARK, _VALUES = 0.26, 170.0
_TICK = 120.0


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """What is drawn of an incident. Times are Unix time in seconds."""

    start: float
    end: float
    opened: float
    closed: float | None
    #: how its subject went: states, or a figure
    drawn: Drawn | None = None
    line: Line | None = None
    #: name, 'before -> during', and how it went
    moved: tuple[tuple[str, str, Line], ...] = ()
    #: why there is less
    words: str = ""
    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)

    @property
    def said(self) -> str:
        """All of it, for those who do not see it."""
        rows = "; ".join(f"{name} {values}" for name, values, _ in self.moved)
        if rows:
            rows = tr("Moved at the same time: {figures}", figures=rows)
        return ". ".join(text for text in (rows, self.words) if text)


def rows_of(found: Sequence[Moved], board: Board) -> tuple[tuple[str, str, Line], ...]:
    """Return the figures that moved as rows."""
    rows = []
    for one in found:
        before, during = values_text(one, board)
        rows.append((figure_name(one.line.key, board), f"{before} {ARROW} {during}", one.line))
    return tuple(rows)


class StoryView(QWidget):
    """Paints a story. It is as high as it needs."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._story: Story | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    @property
    def story(self) -> Story | None:
        """What is shown."""
        return self._story

    def show_story(self, story: Story | None) -> None:
        """Show what is known, or nothing."""
        if story == self._story:
            return
        self._story = story
        self.setAccessibleName(story.said if story is not None else "")
        self.setFixedHeight(round(self._needed()))
        self.update()

    def _needed(self) -> float:
        story = self._story
        if story is None:
            return 0.0
        rows = len(story.moved) * _ROW if story.moved else _ROW
        return _HEAD + _STRIP + _AXIS + _HEAD + rows

    @override
    def sizeHint(self) -> QSize:
        return QSize(300, round(self._needed()))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        story = self._story
        if story is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        writer, width = Writer(painter, self._look), float(self.width())
        course = QRectF(0, 4, width, _STRIP)
        self._paint_course(writer, course, story)
        self._paint_axis(writer, course, story)
        top = course.bottom() + _AXIS + 8
        head = QRectF(0, top, width, _HEAD)
        writer.write(head, tr("Moved at the same time"), BOLD)
        top = head.bottom()
        if not story.moved:
            writer.write(QRectF(0, top, width, _ROW), story.words, SMALL)
        for row in story.moved:
            self._paint_moved(writer, QRectF(0, top, width, _ROW), row, story)
            top += _ROW

    def _paint_course(self, writer: Writer, box: QRectF, story: Story) -> None:
        if story.drawn is not None:
            strip.paint(writer.painter, box, story.drawn, self._look)
        elif story.line is not None:
            _paint_line(writer, box, story.line, story)
        else:
            left = box.left() + box.width() * _share(story.opened, story)
            right = box.left() + box.width() * _share(story.closed or story.end, story)
            ink = "critical" if story.closed is None else "data2"
            bar = QRectF(left, box.top(), max(2.0, right - left), box.height())
            writer.painter.fillRect(bar, self._look.color(ink))

    def _paint_axis(self, writer: Writer, box: QRectF, story: Story) -> None:
        """Write when the range begins and ends; a rule stands where the incident opened, ended."""
        paint_rule(writer, box.left(), box.bottom(), box.width(), "edge")
        marks = [(story.start, LEFT), (story.end, RIGHT)]
        moments = [story.opened] + ([story.closed] if story.closed is not None else [])
        for at in moments:
            x = box.left() + box.width() * _share(at, story)
            writer.painter.fillRect(
                QRectF(x, box.top() - 4, 1, _STRIP + 10), self._look.color("text2")
            )
        top = box.bottom() + 6
        taken: list[tuple[float, float]] = []
        for at in moments:
            x = box.left() + box.width() * _share(at, story)
            words = _moment(at, story)
            if at == story.opened:
                words = tr("opened {time}", time=words)
            else:
                words = tr("ended {time}", time=words)
            length = CAPTION.width(words)
            left = max(0.0, min(x - length / 2, box.width() - length))
            if any(left < right + 8 and left + length > first - 8 for first, right in taken):
                continue
            taken.append((left, left + length))
            writer.write(QRectF(left, top, length + 1, 16), words, SMALL, CENTER)
        for at, side in marks:
            words = tr("now") if side is RIGHT and _is_now(story) else _moment(at, story)
            length = CAPTION.width(words)
            left = 0.0 if side is LEFT else box.width() - length
            if not any(left < right + 8 and left + length > first - 8 for first, right in taken):
                writer.write(QRectF(left, top, length + 1, 16), words, CAPTION, side)

    def _paint_moved(
        self, writer: Writer, box: QRectF, row: tuple[str, str, Line], story: Story
    ) -> None:
        name, values, line = row
        spark = QRectF(
            box.right() - box.width() * _SPARK,
            box.top() + 6,
            box.width() * _SPARK,
            box.height() - 12,
        )
        room = QRectF(spark.left() - _GAP - _VALUES, box.top(), _VALUES, box.height())
        writer.write(room, values, BOLD, RIGHT)
        writer.name(
            QRectF(box.left(), box.top(), room.left() - box.left() - _GAP, box.height()), name, BODY
        )
        _paint_line(writer, spark, line, story, own=True)
        paint_rule(writer, box.left(), box.bottom() - 1, box.width())


def _paint_line(
    writer: Writer, box: QRectF, line: Line, story: Story, *, own: bool = False
) -> None:
    """Draw a figure over time; what is missing is not bridged. A rule stands where it opened."""
    known = [v for v in line.values if v is not None]
    if not known or not line.times:
        return
    start, end = (line.times[0], line.times[-1]) if own else (story.start, story.end)
    low, high = min(known), max(known)
    span, length = (high - low) or 1.0, max(1.0, end - start)

    def place(at: float, value: float) -> QPointF:
        x = box.left() + box.width() * (at - start) / length
        return QPointF(x, box.bottom() - box.height() * (value - low) / span)

    painter, look = writer.painter, writer.look
    if own and start <= story.opened <= end:
        x = box.left() + box.width() * (story.opened - start) / length
        painter.fillRect(QRectF(x, box.top() - 2, 1, box.height() + 4), look.color("edge"))
    painter.setPen(QPen(look.color("data"), 1.6))
    run = QPolygonF()
    for at, value in zip(line.times, line.values, strict=True):
        if value is None or not start <= at <= end:
            painter.drawPolyline(run)
            run = QPolygonF()
        else:
            run.append(place(at, value))
    painter.drawPolyline(run)


def _share(at: float, story: Story) -> float:
    length = max(1.0, story.end - story.start)
    return max(0.0, min(1.0, (at - story.start) / length))


def _moment(at: float, story: Story) -> str:
    return clock_text(datetime.fromtimestamp(at, tz=UTC), story.now)


def _is_now(story: Story) -> bool:
    return abs(story.now.timestamp() - story.end) < 60  # noqa: PLR2004 - a minute
