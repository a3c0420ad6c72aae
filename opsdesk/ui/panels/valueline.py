"""A figure at 32 px, with what it is held against at the right, or what is wrong with it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.captions import absence
from opsdesk.insight.verdict import State, level_state, state_word
from opsdesk.insight.words import NOTHING, clock_text
from opsdesk.model.reading import Reading
from opsdesk.ui.chip import Chip
from opsdesk.ui.panels.base import dim, show_value
from opsdesk.ui.parts import Elided, label, row, set_text
from opsdesk.ui.theme import Look


class ValueLine(QWidget):
    """Value, unit, comparison; a state only where one must be seen."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._value, self._unit = label("value", NOTHING), label("unit")
        self._state = Chip(look)
        self._comparison = Elided("comparison")
        self._comparison.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        # What stands beside a value stands on its line.
        self._unit.setContentsMargins(0, 10, 0, 0)
        self._comparison.setContentsMargins(0, 14, 0, 0)
        self._state.sink(14)
        line = row(self._value, self._unit, 16, self._comparison, self._state, spacing=7)
        line.setStretch(3, 1)
        self.setLayout(line)

    @property
    def comparison(self) -> str:
        """What the figure is held against, in words."""
        return self._comparison.text()

    def show_reading(
        self, reading: Reading | None, board: Board, now: datetime, *, comparison: str, stale: bool
    ) -> None:
        """Show a figure; where it is stale, when it was last known in place of its comparison."""
        metric = board.metric(reading.key.metric) if reading is not None else None
        show_value(self._value, self._unit, reading, metric, now)
        dim(self._value, stale=stale)
        known = tr("last known at {time}", time=clock_text(reading.at, now)) if reading else ""
        set_text(self._comparison, known if stale else comparison)
        self._show_state(reading, board, stale=stale)

    def _show_state(self, reading: Reading | None, board: Board, *, stale: bool) -> None:
        if reading is None:
            self._state.show_state(State.NO_SOURCE, absence(board), filled=False)
            self._state.show()
            return
        state = None if stale else level_state(board.metric(reading.key.metric), reading)
        if state is not None:
            self._state.show_state(state, state_word(state).upper(), filled=False)
        self._state.setVisible(state is not None)
