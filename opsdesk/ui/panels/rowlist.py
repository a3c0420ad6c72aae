"""Lines of name, value and remark."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from opsdesk.insight.verdict import State
from opsdesk.ui.glyphs import Glyph
from opsdesk.ui.parts import Elided, hairline, held, label, row, set_property, set_text
from opsdesk.ui.theme import Look

_VALUE_WIDTH = 84
_REMARK_WIDTH = 140

#: name, value, remark
Row = tuple[str, str, str]


class RowList(QScrollArea):
    """Rows of text, scrolled where there is no room for all.

    Widgets are kept between refreshes: only what changed is written.
    """

    def __init__(self, look: Look, height: int = 33) -> None:
        super().__init__()
        self._look = look
        self._height = height
        self._shown: tuple[Sequence[Row], Sequence[State], bool] | None = None
        self._lines: list[_Line] = []
        self._layout = QVBoxLayout()
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addStretch(1)
        self.setWidget(held(self._layout))
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_rows(
        self, rows: Sequence[Row], states: Sequence[State] = (), *, stale: bool = False
    ) -> None:
        """Show rows, with a state's glyph before each where ``states`` are given."""
        if (rows, states, stale) == self._shown:
            return
        self._shown = (rows, states, stale)
        while len(self._lines) < len(rows):
            line = _Line(self._look, self._height)
            self._layout.insertWidget(len(self._lines), line)
            self._lines.append(line)
        for position, line in enumerate(self._lines):
            # Filled before it is seen: a line that is new is styled once.
            if position < len(rows):
                state = states[position] if states else None
                line.dim(stale=stale)
                line.show_row(rows[position], state, last=position == len(rows) - 1)
            line.setVisible(position < len(rows))
        # Arrow keys scroll what does not fit; what fits is no stop for the Tab key.
        scrolls = len(rows) * self._height > self.height() > 0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if scrolls else Qt.FocusPolicy.NoFocus)
        self.updateGeometry()

    @override
    def sizeHint(self) -> QSize:
        rows = self._shown[0] if self._shown is not None else ()
        return QSize(120, self._height * len(rows))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._height)


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

    def dim(self, *, stale: bool) -> None:
        """Take the weight from a value that may no longer be true."""
        set_property(self._value, "dim", "true" if stale else "false")

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
