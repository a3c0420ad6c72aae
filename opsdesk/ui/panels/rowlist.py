"""Lines of name, value and remark, as many as there is room for, with the rest counted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from opsdesk.insight.verdict import State
from opsdesk.ui.glyphs import Glyph
from opsdesk.ui.parts import Elided, hairline, held, label, row, set_text
from opsdesk.ui.theme import Look

_VALUE_WIDTH = 84
_REMARK_WIDTH = 140

#: name, value, remark
Row = tuple[str, str, str]


class RowList(QWidget):
    """Rows of text. Widgets are kept between refreshes: only what changed is written."""

    def __init__(self, look: Look, height: int = 33) -> None:
        super().__init__()
        self._look = look
        self._height = height
        self._rows: Sequence[Row] = ()
        self._states: Sequence[State] = ()
        self._lines: list[_Line] = []
        self._more = label("caption")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self._more)
        self._layout.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def show_rows(self, rows: Sequence[Row], states: Sequence[State] = ()) -> None:
        """Show rows, with a state's glyph before each where ``states`` are given."""
        self._rows, self._states = rows, states
        self._fill()
        self.updateGeometry()

    @override
    def sizeHint(self) -> QSize:
        return QSize(120, self._height * len(self._rows))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._height * min(1, len(self._rows)))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fill()

    def _fill(self) -> None:
        room = max(1, self.height() // self._height)
        shown = len(self._rows) if len(self._rows) <= room else room - 1
        while len(self._lines) < shown:
            line = _Line(self._look, self._height)
            self._layout.insertWidget(len(self._lines), line)
            self._lines.append(line)
        for position, line in enumerate(self._lines):
            line.setVisible(position < shown)
            if position < shown:
                state = self._states[position] if self._states else None
                line.show_row(self._rows[position], state, last=position == shown - 1)
        rest = len(self._rows) - shown
        self._more.setVisible(rest > 0)
        set_text(self._more, f"and {rest:,} more" if rest > 0 else "")


class _Line(QWidget):
    def __init__(self, look: Look, height: int) -> None:
        super().__init__()
        self._glyph = Glyph(look, 14)
        self._name = Elided("body")
        self._value = label("row_value")
        self._remark = Elided("comparison", fits=True)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self._value.setAlignment(right)
        self._value.setMinimumWidth(_VALUE_WIDTH)
        self._remark.setAlignment(right)
        self._line = hairline()
        line = row(self._glyph, self._name, self._value, self._remark)
        line.setStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(held(line), 1)
        layout.addWidget(self._line)
        self.setFixedHeight(height)

    def show_row(self, texts: Row, state: State | None, *, last: bool) -> None:
        name, value, remark = texts
        set_text(self._name, name)
        set_text(self._value, value)
        self._value.setVisible(bool(value))
        # Values stand in a column: as long as remarks are short, they end where it ends.
        self._remark.setMinimumWidth(min(_REMARK_WIDTH, self.width() // 3) if value else 0)
        self._remark.setMaximumWidth(self.width() // 2)
        set_text(self._remark, remark)
        self._glyph.setVisible(state is not None)
        if state is not None:
            # Purple stands for stale at the card alone (LOOK.md section 2).
            self._glyph.show_state(state, "text3" if state is State.STALE else "")
        self._line.setVisible(not last)
