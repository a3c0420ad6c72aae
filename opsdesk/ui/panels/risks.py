"""What needs attention: risks that sources report, and figures that disagree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from opsdesk.catalogue.language import tr, trn
from opsdesk.insight.board import Board, Breaker
from opsdesk.insight.breakers import DAY, Courses, state_and_word
from opsdesk.insight.captions import absence
from opsdesk.insight.risks import (
    FLAPPING,
    SUCCESS_OF_ALL,
    consequence,
    doubles_in,
    is_risk,
    limit_of,
    risk_text,
)
from opsdesk.insight.verdict import State, state_word
from opsdesk.insight.words import unbroken
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading
from opsdesk.model.series import SeriesFrame
from opsdesk.model.snapshot import Finding
from opsdesk.ui.chip import Chip
from opsdesk.ui.glyphs import Glyph
from opsdesk.ui.panels.base import PAPER_FRAME, PanelView
from opsdesk.ui.panels.painting import ON_PAPER
from opsdesk.ui.panels.risk_pictures import Below, Growth, Picture, RiskPicture
from opsdesk.ui.parts import Elided, hairline, held, label, row, set_property, set_text, tip_of
from opsdesk.ui.theme import Look

# From this height on a risk takes two lines.
_LARGE = 240
_TALLEST = 44
_GLYPH = 14
# So far words keep off the rules above and below them.
_OFF, _OFF_ON_PAPER = 9, 5
# So far a picture keeps off what may scroll it.
_CLEAR = 8


class Risk(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence, and what to do or to know about it."""

    sentence: str
    remark: str = ""
    #: what comes of it
    more: str = ""
    #: a contradiction, not a danger
    is_finding: bool = False
    stale: bool = False
    picture: Picture | None = None
    #: sentences that there is no room for
    tip: str = ""
    #: the figure that hover and Enter tell of
    reading: Reading | None = None

    @property
    def said(self) -> str:
        """What the row says, for those who do not see it."""
        parts = (
            self.sentence,
            self.remark,
            self.more,
            state_word(State.STALE) if self.stale else "",
        )
        return ", ".join(part for part in parts if part)


class RisksPanel(PanelView):
    """A line for each of the panel's metrics that is a risk, then one for each finding."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._risks: tuple[Risk, ...] = ()
        self._courses = Courses(panel.window or DAY)
        self._large = panel.height >= _LARGE
        self._lines: list[_Line] = []
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
        self.body.addSpacing(6)
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
    def paper_height(self, width: float) -> float:
        return PAPER_FRAME + self._layout.totalHeightForWidth(round(width))

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
        """Return a line for each, or where there is little room, one line for all."""
        found = board.snapshot.findings
        if self._large or not found:
            return [_finding(one, board) for one in found]
        self.left_out = len(found)
        words = trn("{number} figure disagrees", "{number} figures disagree", len(found))
        tip = "\n".join(one.sentence for one in found)
        return [Risk(sentence=words, remark=tr("see Outlook"), is_finding=True, tip=tip)]

    def _show(self, risks: Sequence[Risk]) -> None:
        self._risks = tuple(risks)
        while len(self._lines) < len(risks):
            line = _Line(self.look, large=self._large)
            if self.look.paper and not self._large:
                line.setMinimumHeight(round(ON_PAPER))
            self._layout.insertWidget(len(self._lines), line, 0 if self._large else 1)
            self._lines.append(line)
        for position, line in enumerate(self._lines):
            # Filled before it is seen: a line that is new is styled once.
            if position < len(risks):
                line.show_risk(risks[position], last=position + 1 == len(risks))
            line.setVisible(position < len(risks))


def _whom(breaker: Breaker, now: datetime) -> str:
    _, name = breaker.group_and_name
    _, word = state_and_word(breaker, now)
    return tr("{name}, {state} now", name=name, state=word.lower())


def _finding(finding: Finding, board: Board) -> Risk:
    known = (board.snapshot.readings.get(key) for key in finding.keys)
    reading = next((one for one in known if one is not None), None)
    return Risk(sentence=finding.sentence, is_finding=True, reading=reading)


class _Line(QWidget):
    """Glyph, sentence and remark; in two lines or three where it is large."""

    def __init__(self, look: Look, *, large: bool) -> None:
        super().__init__()
        self._glyph = Glyph(look, _GLYPH)
        self._sentence = QLabel()
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self._sentence.setSizePolicy(policy)
        self._remark: QLabel = Elided("comparison", fits=not large)
        self._more: QLabel = Elided("caption")
        if large and look.paper:
            self._remark, self._more = _wrapped("comparison"), _wrapped("caption")
        self._more.setParent(self)  # in one line it has no place, and must not be a window
        self._more.hide()
        self._rule = hairline()
        self._picture = RiskPicture(look)
        self._picture.setParent(self)
        self._picture.hide()
        self._large, self._is_paper = large, look.paper
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addStretch(1)
        layout.addLayout(self._of_three() if large else self._of_one())
        layout.addStretch(1)
        layout.addWidget(self._rule)
        if not large:
            self.setMaximumHeight(_TALLEST)

    def show_risk(self, risk: Risk, *, last: bool) -> None:
        set_text(self._sentence, unbroken(risk.sentence))
        role = "title" if self._large and not risk.is_finding else "body"
        set_property(self._sentence, "role", role)
        set_property(self._sentence, "dim", "true" if risk.stale else "false")
        more = risk.more if self._large else ""
        for words, text in ((self._remark, risk.remark), (self._more, more)):
            set_text(words, text)
            words.setVisible(bool(text))
        if risk.is_finding:
            self._glyph.show_glyph("disagree", "text2")
        else:
            self._glyph.show_state(State.DEGRADED, "text3" if risk.stale else "")
        self._picture.show_picture(risk.picture)
        self._rule.setVisible(not last)
        self.setToolTip(tip_of(risk.tip) if risk.tip else "")

    def _of_one(self) -> QVBoxLayout:
        line = row(self._glyph, self._sentence, self._remark, spacing=10)
        line.setStretch(1, 1)
        line.setContentsMargins(0, 3, 0, 3)  # two lines of text keep off the rules
        return _column(held(line))

    def _of_three(self) -> QVBoxLayout:
        words = _column(self._sentence, self._remark, self._more)
        off = _OFF_ON_PAPER if self._is_paper else _OFF
        words.setContentsMargins(0, off, 0, off)
        marked = _column(self._glyph)
        marked.setContentsMargins(0, off + 2, 0, 0)
        marked.addStretch(1)
        line = row(held(marked), held(words), self._picture, spacing=10)
        line.setStretch(1, 1)
        line.setAlignment(self._picture, Qt.AlignmentFlag.AlignVCenter)
        line.setContentsMargins(0, 0, _CLEAR, 0)
        return _column(held(line))


def _wrapped(role: str) -> QLabel:
    """Return a label that takes as many lines as it needs: nobody can hover over paper."""
    found = label(role)
    found.setWordWrap(True)
    policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    found.setSizePolicy(policy)
    return found


def _column(*widgets: QWidget) -> QVBoxLayout:
    layout = QVBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(1)
    for widget in widgets:
        layout.addWidget(widget)
    return layout
