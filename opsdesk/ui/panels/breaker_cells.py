"""The breakers side by side, the worst first, as many as there is room for."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QResizeEvent
from typing_extensions import override

from opsdesk.catalogue.language import tr, trn
from opsdesk.insight.board import Board, Breaker, display_name
from opsdesk.insight.breakers import DAY, Courses, state_and_word, summary
from opsdesk.insight.phrases import failures_text
from opsdesk.insight.strips import Drawn
from opsdesk.insight.verdict import State
from opsdesk.insight.words import EPOCH, MIDDLE_DOT, age_text
from opsdesk.model.page import Panel
from opsdesk.model.series import SeriesFrame
from opsdesk.ui import glyphs, strip
from opsdesk.ui.panels.canvas import PaintedPanel, Row, paint_state, state_width
from opsdesk.ui.theme import Look
from opsdesk.ui.writing import BODY, BOLD, CAPTION, SMALL, Type, Writer

# The least from one cell to the next, and what of it keeps them apart: a rule in the middle.
_STEP, _GAP = 128.0, 25.0
_FACT = Type(12, "text1", QFont.Weight.DemiBold)
_FLAPPING = Type(12, "degraded")
_GLYPH = 13.0
# Where a cell's parts begin, and how high they are, in pixels from its top; where they end, and
# how high it is with what keeps the outline of focus off them.
_CHIP, _GROUP, _NAME, _STRIP, _FACTS, _FOOT = (
    (6.0, 22.0),
    (37.0, 15.0),
    (52.0, 16.0),
    (77.0, 14.0),
    (99.0, 15.0),
    (116.0, 15.0),
)
_BOTTOM, _HEIGHT = 132.0, 136.0


class Cell(Row, frozen=True, kw_only=True):
    """A breaker."""

    state: State
    word: str
    group: str
    name: str
    failures: str
    drawn: Drawn
    foot: str
    flaps: bool

    @property
    def least_width(self) -> float:
        """How many pixels its state and its failures take, which are not cut off."""
        state = state_width(self.word, filled=self.state is State.CRITICAL)
        return max(state, _FACT.width(self.failures))


class BreakerCellsPanel(PaintedPanel):
    """One cell a breaker, the worst of them; how many there are is said beside the title."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._now = EPOCH
        self._courses = Courses(panel.window or DAY)

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        self._now = now
        self._fill(board)

    @override
    def show_frame(self, frame: SeriesFrame, board: Board, now: datetime) -> None:
        self._courses.take(frame)
        self.show_board(board, now)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.board is not None:
            self._fill(self.board)

    def _fill(self, board: Board) -> None:
        found = board.breakers
        fresh = board.fresh_breakers(self._now)
        stale = bool(found) and not fresh
        room = self.width() - 40 + _GAP
        cells = [self._cell(b, board) for b in found[: max(1, int(room // _STEP))]]
        step = max((_GAP + cell.least_width for cell in cells), default=0.0)
        cells = cells[: max(1, int(room // max(_STEP, step)))]
        scope = tr("state unknown") if stale else summary(board)
        if len(cells) < len(found):
            worst = trn("the worst is shown", "the worst {number} are shown", len(cells))
            scope = f"{scope} {MIDDLE_DOT} {worst}"
        self.show_origin(board, (fresh or found).gist, self._now, scope, stale=stale)
        self.show_rows(cells, board)
        if found:
            said = (f"{display_name(b)} {state_and_word(b, self._now)[1]}" for b in found[:20])
            self.describe("; ".join(said))

    def _cell(self, breaker: Breaker, board: Board) -> Cell:
        now, course = self._now, self._courses.of(breaker, board)
        state, word = state_and_word(breaker, now)
        group, name = breaker.group_and_name
        failures = failures_text(breaker, board, now)
        flaps = course is not None and course.flaps and state is not State.STALE
        since = _since(breaker, now) or tr(breaker.reading.note)
        return Cell(
            said=", ".join(filter(None, (display_name(breaker), word, failures))),
            reading=breaker.reading,
            state=state,
            word=word,
            group=group or breaker.key.label("job"),
            name=name,
            failures=failures or tr("failures not counted"),
            drawn=self._courses.drawn(breaker, board, now) or Drawn(),
            foot=tr("flapping") if flaps else since,
            flaps=flaps,
        )

    @override
    def least_height(self) -> float:
        return _HEIGHT

    @override
    def boxes(self) -> list[QRectF]:
        # Few cells keep their width and stand at the left, as many share the whole line.
        step = min((self.canvas.width() + _GAP) / max(1, len(self.rows)), 2 * _STEP)
        return [QRectF(at * step, 0, step - _GAP, _HEIGHT) for at in range(len(self.rows))]

    @override
    def draw(self, writer: Writer) -> None:
        for row, box in zip(self.rows, self.boxes(), strict=True):
            if not isinstance(row, Cell):
                continue
            if box.left():
                middle = round(box.left() - (_GAP + 1) / 2)
                rule = QRectF(middle, _CHIP[0], 1, _BOTTOM - _CHIP[0])
                writer.painter.fillRect(rule, writer.look.color("hair"))
            _paint(writer, box, row)


def _paint(writer: Writer, place: QRectF, cell: Cell) -> None:
    left = place.left()

    def box(part: tuple[float, float]) -> QRectF:
        return QRectF(left, part[0], place.width(), part[1])

    wrong = cell.state in (State.CRITICAL, State.DEGRADED)
    paint_state(writer, box(_CHIP), cell.state, cell.word, filled=cell.state is State.CRITICAL)
    writer.write(box(_GROUP), cell.group, CAPTION)
    writer.name(box(_NAME), cell.name, BOLD if wrong else BODY)
    strip.paint(writer.painter, box(_STRIP), cell.drawn, writer.look)
    writer.write(box(_FACTS), cell.failures, _FACT if wrong else SMALL)
    foot = box(_FOOT)
    if cell.flaps:
        mark = QRectF(left, foot.center().y() - _GLYPH / 2, _GLYPH, _GLYPH)
        colour = writer.look.color
        glyphs.paint(writer.painter, "flapping", mark, colour("degradedg"), colour("surface"))
        foot.setLeft(left + _GLYPH + 4)
    writer.write(foot, cell.foot, _FLAPPING if cell.flaps else CAPTION)


def _since(breaker: Breaker, now: datetime) -> str:
    reset = breaker.last_reset
    if reset is None or not isinstance(reset.value, datetime):
        return ""
    return tr("reset {age} ago", age=age_text((now - reset.value).total_seconds()))
