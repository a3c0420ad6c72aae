"""What needs attention: risks that sources report, and figures that disagree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from opsdesk.catalogue.language import tr, trn
from opsdesk.insight.board import Board
from opsdesk.insight.verdict import State
from opsdesk.insight.words import figure_text, number_text
from opsdesk.model.metric import Metric
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading, Unit
from opsdesk.ui.glyphs import Glyph
from opsdesk.ui.panels.base import PanelView, absence
from opsdesk.ui.parts import Elided, hairline, held, label, row, set_text
from opsdesk.ui.theme import Look

# From this height on a risk takes two lines.
_LARGE = 240


class Risk(msgspec.Struct, frozen=True):
    """A sentence, and what to do or to know about it."""

    sentence: str
    remark: str = ""
    #: a contradiction, not a danger
    is_finding: bool = False


class RisksPanel(PanelView):
    """A line for each of the panel's metrics that is not zero, then one for each finding."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._large = panel.height >= _LARGE
        self._lines: list[_Line] = []
        self._empty = label("caption")
        self._layout = QVBoxLayout()
        self._layout.setContentsMargins(0, 0, 8, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self._empty)
        self._layout.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(held(self._layout))
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body.addSpacing(6)
        self.body.addWidget(self._scroll, 1)

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        readings = [
            reading
            for position in range(len(self.panel.metrics))
            for reading in self.readings(board, position)
        ]
        risks = [
            Risk(sentence(reading, board.metric(reading.key.metric), now), tr(reading.note))
            for reading in readings
            if reading.number
        ]
        found = self._findings(board)
        number = len(risks)
        scope = trn("{number} needs attention", "{number} need attention", number) if number else ""
        stale = self.show_head(board, readings, now, scope)
        self._show([*risks, *found], stale=stale)
        known = bool(readings) or bool(found)
        nothing = tr("nothing needs attention") if known else absence(board)
        self._empty.setVisible(not risks and not found)
        set_text(self._empty, nothing)
        said = "; ".join(risk.sentence for risk in (*risks, *found))
        self.describe(said or nothing)

    @override
    def paper_height(self, board: Board, width: float) -> float:
        lines = len(self.panel.metrics) + 1.6 * len(board.snapshot.findings)
        return 44 + 36 * max(2.0, lines)

    def _findings(self, board: Board) -> list[Risk]:
        """Return a line for each, or where there is little room, one line for all."""
        found = board.snapshot.findings
        if self._large or not found:
            return [Risk(one.sentence, is_finding=True) for one in found]
        words = trn("{number} figure disagrees", "{number} figures disagree", len(found))
        return [Risk(words, tr("see Outlook"), is_finding=True)]

    def _show(self, risks: Sequence[Risk], *, stale: bool) -> None:
        while len(self._lines) < len(risks):
            line = _Line(self.look, large=self._large)
            self._layout.insertWidget(len(self._lines), line)
            self._lines.append(line)
        for position, line in enumerate(self._lines):
            line.setVisible(position < len(risks))
            if position < len(risks):
                line.show_risk(risks[position], stale=stale)


def sentence(reading: Reading, metric: Metric | None, now: datetime) -> str:
    """Say a risk in words."""
    number = reading.number or 0.0
    match reading.key.metric:
        case "logs.volume_growth":
            share = number_text(number, Unit.PERCENT)
            return tr("Log volume growing {share} % per week", share=share)
        case "runbook.low_success":
            return trn(
                "{number} runbook below 80 % success",
                "{number} runbooks below 80 % success",
                round(number),
            )
        case "breaker.flapping":
            return trn(
                "{number} circuit breaker flapping",
                "{number} circuit breakers flapping",
                round(number),
            )
    title = tr(metric.title) if metric is not None else reading.key.metric
    return f"{title}: {figure_text(reading, metric, now)}"


class _Line(QWidget):
    def __init__(self, look: Look, *, large: bool) -> None:
        super().__init__()
        self._glyph = Glyph(look, 15)
        self._sentence = QLabel()
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setWordWrap(True)
        self._sentence.setProperty("role", "title" if large else "body")
        self._remark = Elided("comparison", fits=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        head = row(self._glyph, self._sentence, spacing=10)
        head.setStretch(1, 1)
        head.setAlignment(self._glyph, Qt.AlignmentFlag.AlignTop)
        layout.addSpacing(9)
        layout.addLayout(head)
        if large:
            under = row(25, self._remark, spacing=0)
            under.addStretch(1)
            layout.addLayout(under)
        else:
            head.addWidget(self._remark)
        layout.addSpacing(9)
        layout.addWidget(hairline())

    def show_risk(self, risk: Risk, *, stale: bool) -> None:
        set_text(self._sentence, risk.sentence)
        set_text(self._remark, risk.remark)
        self._remark.setVisible(bool(risk.remark))
        if risk.is_finding:
            self._glyph.show_glyph("disagree", "text2")
        else:
            self._glyph.show_state(State.DEGRADED, "text3" if stale else "")
