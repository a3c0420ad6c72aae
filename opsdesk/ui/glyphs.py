"""The shapes of the states, drawn from one file each in the colours asked for."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from typing_extensions import override

from opsdesk.catalogue import resources
from opsdesk.insight.verdict import State
from opsdesk.ui.painted import Painted
from opsdesk.ui.theme import STATE_GLYPH, Look
from opsdesk.ui.writing import Writer

# The files are drawn in these two colours, which stand for the glyph and for what is cut out.
_INK, _PAPER = b"#000001", b"#000002"

STATE_FILES = {state: state.value.replace(" ", "_") for state in State}


@lru_cache(maxsize=256)
def _renderer(name: str, ink: str, paper: str) -> QSvgRenderer:
    svg = resources.read_bytes(f"icons/glyphs/{name}.svg")
    svg = svg.replace(_INK, ink.encode()).replace(_PAPER, paper.encode())
    return QSvgRenderer(QByteArray(svg))


def paint(painter: QPainter, name: str, rect: QRectF, ink: QColor, paper: QColor) -> None:
    """Draw a glyph into ``rect``; ``paper`` is the colour of what it lies on."""
    _renderer(name, ink.name(), paper.name()).render(painter, rect)


def pixmap(name: str, pixels: int, ink: QColor, paper: QColor, ratio: float = 1.0) -> QPixmap:
    """Return a glyph as a picture of ``pixels`` logical pixels at a device pixel ratio."""
    found = QPixmap(QSize(round(pixels * ratio), round(pixels * ratio)))
    found.setDevicePixelRatio(ratio)
    found.fill(Qt.GlobalColor.transparent)
    painter = QPainter(found)
    paint(painter, name, QRectF(0, 0, pixels, pixels), ink, paper)
    painter.end()
    return found


def icon(name: str, pixels: int, ink: QColor, paper: QColor) -> QIcon:
    """Return a glyph for a button or a menu."""
    found = QIcon(pixmap(name, pixels, ink, paper))
    found.addPixmap(pixmap(name, pixels, ink, paper, 2.0))
    return found


class Glyph(Painted):
    """A state's shape, or any other glyph, at a fixed size in the colours of the look."""

    def __init__(self, look: Look, pixels: int) -> None:
        super().__init__(look)
        self._name, self._ink, self._paper = "no_source", "text2", "surface"
        self.setFixedSize(pixels, pixels)

    def show_state(self, state: State, ink: str = "") -> None:
        """Show the shape of a state, in its own colour unless another token is given."""
        self.show_glyph(STATE_FILES[state], ink or STATE_GLYPH[state])

    def show_glyph(self, name: str, ink: str, paper: str = "surface") -> None:
        """Show a glyph in the colours of two tokens."""
        if (name, ink, paper) != (self._name, self._ink, self._paper):
            self._name, self._ink, self._paper = name, ink, paper
            self.update()

    @override
    def draw(self, writer: Writer) -> None:
        ink, paper = self.look.color(self._ink), self.look.color(self._paper)
        paint(writer.painter, self._name, QRectF(self.rect()), ink, paper)
