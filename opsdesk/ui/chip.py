"""A state as a chip: glyph and word, filled where it must not be overlooked."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame

from opsdesk.insight.verdict import State
from opsdesk.ui.glyphs import STATE_FILES, Glyph
from opsdesk.ui.parts import label, row, set_property, set_text
from opsdesk.ui.theme import STATE_GLYPH, STATE_TEXT, Look

_HEIGHT = 22


class Chip(QFrame):
    """Glyph and word on a line, with or without a fill."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("chip")
        self.setFixedHeight(_HEIGHT)
        self._glyph = Glyph(look, 14)
        self._word = label("state")
        self._line = row(self._glyph, self._word, spacing=6)
        self.setLayout(self._line)
        self.show_state(State.NO_SOURCE, "", filled=False)

    def sink(self, pixels: int) -> None:
        """Stand lower in its line by half of so many pixels; for one without a fill."""
        self.setContentsMargins(0, pixels, 0, 0)
        self.setFixedHeight(_HEIGHT + pixels)

    def show_state(self, state: State, word: str, *, filled: bool, muted: bool = False) -> None:
        """Show a state; ``muted`` in grey, where it asserts nothing about now."""
        tone = "text3" if muted else STATE_TEXT[state]
        self._line.setContentsMargins(6 if filled else 0, 0, 8 if filled else 0, 0)
        ink = "text3" if muted else STATE_GLYPH[state]
        name = STATE_FILES[state]
        self._glyph.show_glyph(name, "onfill" if filled else ink, tone if filled else "surface")
        set_text(self._word, word)
        set_property(self, "tone", tone if filled else "")
        set_property(self._word, "tone", "onfill" if filled else tone)
