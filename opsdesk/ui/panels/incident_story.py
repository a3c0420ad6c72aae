"""What happened before and after an incident opened: its course, and the figures that moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.moved import Moved
from opsdesk.insight.strips import Drawn
from opsdesk.insight.summary import ARROW, figure_name, values_text
from opsdesk.insight.words import clock_text
from opsdesk.model.series import Line
from opsdesk.ui import strip
from opsdesk.ui.painted import Painted
from opsdesk.ui.panels.canvas import paint_rule
from opsdesk.ui.theme import Look
from opsdesk.ui.writing import BODY, BOLD, CAPTION, RIGHT, SMALL, Writer

_HEAD, _STRIP, _AXIS, _ROW, _GAP = 24.0, 26.0, 26.0, 30.0, 14.0
_SPARK, _VALUES = 0.26, 170.0
_APART = 8.0
_MINUTE = 60.0


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
    #: token of the bar of what has neither: only what lasts is coloured
    ink: str = "data2"
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


class StoryView(Painted):
    """Paints a story. It is as high as it needs."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._story: Story | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

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
    def draw(self, writer: Writer) -> None:
        story, width = self._story, float(self.width())
        if story is None:
            return
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
            strip.paint(writer.painter, box, story.drawn, self.look)
        elif story.line is not None:
            _paint_line(writer, box, story.line, story)
        else:
            left = box.left() + box.width() * _share(story.opened, story)
            right = box.left() + box.width() * _share(story.closed or story.end, story)
            bar = QRectF(left, box.top(), max(2.0, right - left), box.height())
            writer.painter.fillRect(bar, self.look.color(story.ink))

    def _paint_axis(self, writer: Writer, box: QRectF, story: Story) -> None:
        """Write when the range begins and ends; a rule stands where the incident opened, ended."""
        paint_rule(writer, box.left(), box.bottom(), box.width(), "edge")
        marks = [(story.opened, tr("opened {time}", time=_moment(story.opened, story)), SMALL)]
        if story.closed is not None:
            marks.append(
                (story.closed, tr("ended {time}", time=_moment(story.closed, story)), SMALL)
            )
        for at, _, _ in marks:
            x = box.left() + box.width() * _share(at, story)
            rule = QRectF(x, box.top() - 4, 1, box.height() + 10)
            writer.painter.fillRect(rule, self.look.color("text2"))
        last = tr("now") if _is_now(story) else _moment(story.end, story)
        marks += [(story.start, _moment(story.start, story), CAPTION), (story.end, last, CAPTION)]
        taken: list[QRectF] = []
        for at, words, style in marks:
            length = style.width(words)
            x = box.left() + box.width() * _share(at, story) - length / 2
            left = max(box.left(), min(x, box.right() - length))
            place = QRectF(left, box.bottom() + 6, length, 16)
            # What the incident did comes first; an end that has no room beside it goes unsaid.
            if not any(place.adjusted(-_APART, 0, _APART, 0).intersects(one) for one in taken):
                taken.append(place)
                writer.write(place, words, style)

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
        _paint_line(writer, spark, line, story)
        paint_rule(writer, box.left(), box.bottom() - 1, box.width())


def _paint_line(writer: Writer, box: QRectF, line: Line, story: Story) -> None:
    """Draw a figure over the time of the story; what is missing is not bridged."""
    pairs = [p for p in zip(line.times, line.values, strict=True) if story.start <= p[0]]
    known = [value for _, value in pairs if value is not None]
    if not known:
        return
    # A figure that has been looked at for an hour alone ends where that does.
    start, end = story.start, min(story.end, pairs[-1][0])
    low, high = min(known), max(known)
    span, length = (high - low) or 1.0, max(1.0, end - start)

    def x(at: float) -> float:
        return box.left() + box.width() * (at - start) / length

    painter, look = writer.painter, writer.look
    if start <= story.opened <= end:
        rule = QRectF(x(story.opened), box.top() - 2, 1, box.height() + 4)
        painter.fillRect(rule, look.color("edge"))
    painter.setPen(QPen(look.color("data"), 1.6))
    run = QPolygonF()
    for at, value in pairs:
        if value is None or at > end:
            painter.drawPolyline(run)
            run = QPolygonF()
        else:
            run.append(QPointF(x(at), box.bottom() - box.height() * (value - low) / span))
    painter.drawPolyline(run)


def _share(at: float, story: Story) -> float:
    length = max(1.0, story.end - story.start)
    return max(0.0, min(1.0, (at - story.start) / length))


def _moment(at: float, story: Story) -> str:
    return clock_text(datetime.fromtimestamp(at, tz=UTC), story.now)


def _is_now(story: Story) -> bool:
    return abs(story.now.timestamp() - story.end) < _MINUTE
