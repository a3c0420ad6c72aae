"""The breakers side by side, the worst first, as many as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from opsdesk.catalogue.language import tr, trn
from opsdesk.insight.board import Board, Breaker
from opsdesk.insight.breakers import (
    DAY,
    Courses,
    failures_text,
    state_and_word,
    summary,
)
from opsdesk.insight.captions import absence
from opsdesk.insight.phrases import display_name
from opsdesk.insight.strips import Drawn
from opsdesk.insight.verdict import State
from opsdesk.insight.words import EPOCH, MIDDLE_DOT, age_text
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading
from opsdesk.model.series import SeriesFrame
from opsdesk.ui.chip import Chip
from opsdesk.ui.glyphs import Glyph
from opsdesk.ui.panels.base import PanelView
from opsdesk.ui.parts import Elided, row, set_property, set_text
from opsdesk.ui.strip import StripBar
from opsdesk.ui.theme import Look

_CELL = 125


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of a cell."""

    said: str
    reading: Reading | None


class BreakerCellsPanel(PanelView):
    """One cell a breaker, the worst of them; how many there are is said beside the title."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._board: Board | None = None
        self._now = EPOCH
        self._cells: list[_Cell] = []
        self._told: tuple[Cell, ...] = ()
        self._strip = QHBoxLayout()
        self._strip.setSpacing(0)
        self._courses = Courses(panel.window or DAY)
        self._nothing = Chip(look)
        self.body.addSpacing(12)
        self.body.addLayout(self._strip)
        self.body.addWidget(self._nothing, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addStretch(1)

    @property
    @override
    def rows(self) -> tuple[Cell, ...]:
        """What is told of the cells, as data."""
        return self._told

    @override
    def boxes(self) -> list[QRectF]:
        return [QRectF(cell.geometry()) for cell in self._cells[: len(self._told)]]

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        self._board, self._now = board, now
        self._fill()

    @override
    def show_frame(self, frame: SeriesFrame, board: Board, now: datetime) -> None:
        self._courses.take(frame)
        self.show_board(board, now)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fill()

    def _fill(self) -> None:
        board = self._board
        if board is None:
            return
        found = board.breakers
        fresh = board.fresh_breakers(self._now)
        stale = bool(found) and not fresh
        room = max(1, (self.width() - 40) // _CELL)
        shown = found[:room]
        scope = tr("state unknown") if stale else summary(board)
        if len(shown) < len(found):
            worst = trn("the worst is shown", "the worst {number} are shown", len(shown))
            scope = f"{scope} {MIDDLE_DOT} {worst}"
        self.show_origin(board, (fresh or found).gist, self._now, scope, stale=stale)
        self._show_cells(board, shown, room)
        self._nothing.show_state(State.NO_SOURCE, absence(board), filled=False)
        self._nothing.setVisible(not found)
        self._told = tuple(self._said(breaker, board) for breaker in shown)
        said = [f"{display_name(b)} {state_and_word(b, self._now)[1]}" for b in found[:20]]
        self.describe("; ".join(said) or absence(board))

    def _said(self, breaker: Breaker, board: Board) -> Cell:
        words = (
            display_name(breaker),
            state_and_word(breaker, self._now)[1],
            failures_text(breaker, board, self._now),
        )
        return Cell(said=", ".join(filter(None, words)), reading=breaker.reading)

    def _show_cells(self, board: Board, shown: Sequence[Breaker], room: int) -> None:
        while len(self._cells) < len(shown):
            cell = _Cell(self.look, first=not self._cells)
            self._strip.insertWidget(len(self._cells), cell)
            self._cells.append(cell)
        for position, cell in enumerate(self._cells):
            # Filled before it is seen: a cell that is new is styled once.
            if position < len(shown):
                cell.show_breaker(shown[position], board, self._now, self._courses)
            cell.setVisible(position < len(shown))
        # Few cells keep their width and stand at the left, as many share the whole line.
        few = len(shown) < room
        for cell in self._cells:
            cell.setMaximumWidth(2 * _CELL if few else 16_777_215)
        self._strip.setAlignment(Qt.AlignmentFlag.AlignLeft if few else Qt.AlignmentFlag(0))


class _Cell(QWidget):
    def __init__(self, look: Look, *, first: bool) -> None:
        super().__init__()
        self._chip = Chip(look)
        self._group, self._name = Elided("caption"), Elided("title", middle=True)
        self._strip = StripBar(look, 14)
        self._facts, self._age = Elided("comparison"), Elided("caption")
        self._flapping = Glyph(look, 13)
        self._flapping.show_glyph("flapping", "degradedg")
        rule = QFrame()
        rule.setObjectName("hairline")
        rule.setFixedWidth(1)
        if first:
            rule.hide()
        inner = QVBoxLayout()
        inner.setContentsMargins(0 if first else 14, 0, 14, 0)
        inner.setSpacing(0)
        inner.addLayout(row(self._chip, None))
        inner.addSpacing(9)
        inner.addWidget(self._group)
        inner.addWidget(self._name)
        inner.addSpacing(9)
        inner.addWidget(self._strip)
        inner.addSpacing(8)
        inner.addWidget(self._facts)
        inner.addSpacing(2)
        foot = row(self._flapping, self._age, spacing=4)
        foot.setStretch(1, 1)
        inner.addLayout(foot)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(rule)
        outer.addLayout(inner, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_breaker(self, breaker: Breaker, board: Board, now: datetime, courses: Courses) -> None:
        state, word = state_and_word(breaker, now)
        self._chip.show_state(
            state, word, filled=state is State.CRITICAL, muted=state is State.STALE
        )
        group, name = breaker.group_and_name
        set_text(self._group, group or breaker.key.label("job") or " ")
        set_text(self._name, name)
        set_property(self._name, "role", "body" if state is State.OK else "title")
        wrong = state in (State.CRITICAL, State.DEGRADED)
        set_property(self._facts, "role", "fact" if wrong else "comparison")
        set_text(self._facts, failures_text(breaker, board, now) or tr("failures not counted"))
        self._strip.show_strip(courses.drawn(breaker, board, now) or Drawn())
        course = courses.of(breaker, board)
        flaps = course is not None and course.flaps and state is not State.STALE
        self._flapping.setVisible(flaps)
        set_property(self._age, "tone", "degraded" if flaps else "")
        set_text(
            self._age, tr("flapping") if flaps else _since(breaker, now) or tr(breaker.reading.note)
        )


def _since(breaker: Breaker, now: datetime) -> str:
    reset = breaker.last_reset
    if reset is None or not isinstance(reset.value, datetime):
        return ""
    return tr("reset {age} ago", age=age_text((now - reset.value).total_seconds()))
