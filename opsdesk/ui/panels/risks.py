"""What needs attention: risks that sources report, and how many figures disagree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace
from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from opsdesk.catalogue.language import tr, trn
from opsdesk.insight.board import Board, Breaker
from opsdesk.insight.breakers import DAY, Courses, state_and_word
from opsdesk.insight.captions import absence
from opsdesk.insight.risks import (
    FLAPPING,
    SUCCESS_OF_ALL,
    consequence,
    disagreeing,
    doubles_in,
    is_risk,
    limit_of,
    risk_text,
)
from opsdesk.insight.verdict import State
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading
from opsdesk.model.series import SeriesFrame
from opsdesk.ui.card import PAPER_HEAD
from opsdesk.ui.chip import Chip
from opsdesk.ui.panels.base import PanelView
from opsdesk.ui.panels.risk_lines import Risk, RiskLine
from opsdesk.ui.panels.risk_pictures import Below, Growth, Picture
from opsdesk.ui.parts import held
from opsdesk.ui.theme import Look

# From this height on a risk takes two lines.
_LARGE = 240
# What a card adds to its rows, and the width of its border.
_FRAME, _BORDER = 56, 2


class RisksPanel(PanelView):
    """A line for each of the panel's metrics that is a risk.

    Where there is little room, one more says how many figures disagree; elsewhere they have a
    panel of their own.
    """

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._risks: tuple[Risk, ...] = ()
        self._courses = Courses(panel.window or DAY)
        self._large = panel.height >= _LARGE
        self._lines: list[RiskLine] = []
        self._nothing = Chip(look)
        self._layout = QVBoxLayout()
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self._nothing, 0, Qt.AlignmentFlag.AlignLeft)
        self._layout.addStretch(0)
        self._canvas = held(self._layout)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._canvas)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body.addSpacing(0 if look.paper else 6)
        self.body.addWidget(self._scroll, 1)

    @property
    @override
    def rows(self) -> tuple[Risk, ...]:
        """What is shown, as data."""
        return self._risks

    @property
    @override
    def canvas(self) -> QWidget:
        """What the lines stand in."""
        return self._canvas

    @override
    def boxes(self) -> list[QRectF]:
        """Return where each row stands in the canvas, in pixels."""
        return [QRectF(line.geometry()) for line in self._lines[: len(self.rows)]]

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        readings = [
            reading
            for position in range(len(self.panel.metrics))
            for reading in self.readings(board, position)
        ]
        risks = [self._risk(reading, board, now) for reading in readings if is_risk(reading)]
        found = self._findings(board)
        number = sum(not risk.stale for risk in risks)
        scope = trn("{number} needs attention", "{number} need attention", number) if number else ""
        self.show_head(board, readings, now, scope)
        self._show([*risks, *found])
        known = bool(readings) or bool(found)
        nothing = tr("nothing needs attention") if known else absence(board)
        state = State.OK if known else State.NO_SOURCE
        self._nothing.show_state(state, nothing, filled=False)
        self._nothing.setVisible(not self.rows)
        self.describe("; ".join(risk.said for risk in self.rows) or nothing)

    @override
    def show_frame(self, frame: SeriesFrame, board: Board, now: datetime) -> None:
        self._courses.take(frame)
        self.show_board(board, now)

    @override
    def needed_height(self, width: int) -> int:
        if not self._large:
            return 0
        margins = self.body.contentsMargins()
        room = width - margins.left() - margins.right() - _BORDER
        return _FRAME + self._layout.totalHeightForWidth(room)

    @override
    def paper_height(self, width: float) -> float:
        return PAPER_HEAD + self._layout.totalHeightForWidth(round(width))

    def _risk(self, reading: Reading, board: Board, now: datetime) -> Risk:
        risk = Risk(
            sentence=risk_text(reading, board.metric(reading.key.metric), now),
            remark=tr(reading.note),
            stale=board.is_stale(reading, now),
            reading=reading,
        )
        return self._told_at_large(risk, reading, board, now) if self._large else risk

    def _told_at_large(self, risk: Risk, reading: Reading, board: Board, now: datetime) -> Risk:
        """Add what comes of it, or whom it is about, and its picture."""
        flapping = self._flapping(board) if reading.key.metric == FLAPPING else None
        weeks, limit = doubles_in(reading), limit_of(reading, board)
        picture: Picture | None = None
        if flapping is not None:
            picture = self._courses.drawn(flapping, board, now)
        elif weeks is not None:
            picture = Growth(weeks)
        elif limit is not None:
            mean = next(iter(board.by_metric.get(SUCCESS_OF_ALL, ())), None)
            picture = Below(limit, mean.number if mean is not None else None)
        more = _whom(flapping, now) if flapping is not None else consequence(reading, board)
        return replace(risk, more=more, picture=None if risk.stale else picture)

    def _flapping(self, board: Board) -> Breaker | None:
        """Return the breaker that flaps; the worst of several."""
        courses = ((breaker, self._courses.of(breaker, board)) for breaker in board.breakers)
        return next((b for b, course in courses if course is not None and course.flaps), None)

    def _findings(self, board: Board) -> list[Risk]:
        """Return one line for all."""
        found = board.snapshot.findings
        if self._large or not found:
            return []
        self.left_out = len(found)
        tip = "\n".join(one.sentence for one in found)
        words = disagreeing(len(found))
        return [Risk(sentence=words, remark=tr("see Outlook"), is_finding=True, tip=tip)]

    def _show(self, risks: Sequence[Risk]) -> None:
        before, self._risks = self._risks, tuple(risks)
        while len(self._lines) < len(risks):
            line = RiskLine(self.look, large=self._large)
            self._layout.insertWidget(len(self._lines), line, 1)
            self._lines.append(line)
        for position, line in enumerate(self._lines):
            # Filled before it is seen: a line that is new is styled once.
            if position < len(risks):
                line.show_risk(risks[position], last=position + 1 == len(risks))
            line.setVisible(position < len(risks))
        if self._large and self._risks != before:
            self.height_changed.emit()


def _whom(breaker: Breaker, now: datetime) -> str:
    _, name = breaker.group_and_name
    _, word = state_and_word(breaker, now)
    return tr("{name}, {state} now", name=name, state=word.lower())
