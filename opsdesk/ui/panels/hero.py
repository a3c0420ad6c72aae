"""The state of the system: one figure, large, with the word for it and the reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.captions import absence
from opsdesk.insight.charting import Material, chart
from opsdesk.insight.derive import HealthPart, health_of
from opsdesk.insight.phrases import capital
from opsdesk.insight.verdict import State, state_then, state_word, verdict
from opsdesk.insight.words import NOTHING, clock_text, figure_text, number_text
from opsdesk.model.page import Panel
from opsdesk.model.reading import Origin, Unit
from opsdesk.model.series import SeriesFrame
from opsdesk.ui.charts.plot import ChartView
from opsdesk.ui.chip import Chip
from opsdesk.ui.panels.base import PanelView, dim, show_value
from opsdesk.ui.panels.rowlist import Row, RowList
from opsdesk.ui.parts import Elided, label, row, set_text
from opsdesk.ui.theme import Look


class HeroPanel(PanelView):
    """The first metric at 60 px; below it, what a score is computed from."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._value, self._unit = label("hero", NOTHING), label("hero_unit")
        self._state = Chip(look)
        self._reason = Elided("comparison")
        self._reason.setAlignment(Qt.AlignmentFlag.AlignRight)
        side = QVBoxLayout()
        side.setSpacing(3)
        side.addStretch(1)
        side.addWidget(self._state, alignment=Qt.AlignmentFlag.AlignRight)
        side.addWidget(self._reason)
        side.addStretch(1)
        top = row(self._value, self._unit, spacing=7)
        top.setAlignment(self._unit, Qt.AlignmentFlag.AlignBottom)
        self._unit.setContentsMargins(0, 0, 0, 9)
        top.addSpacing(16)
        top.addLayout(side, 1)
        self._parts = RowList(look, height=28)
        self._frame: SeriesFrame | None = None
        self.chart = ChartView(look, least=48)
        self.body.addSpacing(6)
        self.body.addLayout(top)
        self.body.addWidget(self.chart, 1)
        self.body.addStretch(0)
        self.body.addWidget(self._parts)

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        readings = self.readings(board)
        stale = self.show_head(board, readings, now)
        reading = readings[0] if readings else None
        show_value(self._value, self._unit, reading, self.entry(board), now)
        dim(self._value, stale=stale)
        found = verdict(board, now)
        if reading is None:
            self._state.show_state(State.NO_SOURCE, absence(board), filled=False)
            set_text(self._reason, "")
        elif stale:
            self._state.show_state(State.STALE, _was(board, reading.at), filled=False)
            set_text(self._reason, tr("last known at {time}", time=clock_text(reading.at, now)))
        else:
            self._state.show_state(found.state, state_word(found.state).upper(), filled=False)
            reason = tr("because {reason}", reason=found.reasons[0]) if found.reasons else ""
            set_text(self._reason, reason)
        computed = reading is not None and reading.origin is Origin.DERIVED
        rows = _rows(board.health) if computed else _beside(board.health)
        self._parts.show_rows(rows, stale=stale)
        self._show_chart(board, now, stale=stale)
        words = f"{state_word(found.state)}, {self._reason.text()}"
        self.describe(f"{figure_text(reading, self.entry(board), now)}, {words}")

    @override
    def show_frame(self, frame: SeriesFrame, board: Board, now: datetime) -> None:
        self._frame = frame
        self.show_board(board, now)

    def _show_chart(self, board: Board, now: datetime, *, stale: bool) -> None:
        """Show how it went; where that is not known, what it is computed from has its place."""
        made = None
        if self._frame is not None:
            made = chart(
                Material(
                    frame=self._frame,
                    metric=self.entry(board),
                    title=tr(self.panel.title),
                    now=now.timestamp(),
                    stale=stale,
                    small=True,
                )
            )
            self.chart.show_chart(made, tr("no history yet"))
        parts = bool(self._parts.sizeHint().height())
        waits = self._frame is None and bool(self.panel.window)
        self.chart.setVisible(made is not None or not parts or waits)
        self._parts.setVisible(parts and made is None and not waits)


def _was(board: Board, at: datetime) -> str:
    """Return the state that the system was in when a figure was true, 'was DEGRADED'."""
    before = state_then(board, at)
    if before is State.NO_SOURCE:
        return tr("not known now")
    return tr("was {state}", state=state_word(before).upper())


def _beside(parts: Sequence[HealthPart]) -> list[Row]:
    """Return what OpsDesk computes beside a score that a source reports."""
    if not parts:
        return []
    score = number_text(health_of(parts), Unit.PERCENT)
    return [(tr("Computed here"), f"{score} %", tr("from its parts"))]


def _rows(parts: Sequence[HealthPart]) -> list[Row]:
    return [
        (
            capital(tr(part.name)),
            f"{number_text(part.score, Unit.PERCENT)} %",
            tr("weight {number}", number=f"{part.weight:g}"),
        )
        for part in parts
    ]
