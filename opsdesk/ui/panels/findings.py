"""Where figures contradict one another: a sentence each, with the figures that it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate

from PySide6.QtCore import QRectF
from PySide6.QtGui import QResizeEvent
from typing_extensions import override

from opsdesk.catalogue.language import tr, trn
from opsdesk.insight.board import Board
from opsdesk.insight.verdict import State
from opsdesk.insight.words import unbroken
from opsdesk.model.snapshot import Finding
from opsdesk.ui import glyphs
from opsdesk.ui.panels.canvas import PaintedPanel, Row, paint_rule
from opsdesk.ui.writing import BODY, Writer

_GLYPH, _INDENT, _BORDER = 14.0, 24.0, 2
# So far words keep off the rules above and below them; what a card adds to its rows.
_OFF, _FRAME = 5.0, 56


class FindingsPanel(PaintedPanel):
    """A sentence for each finding, in as many lines as it takes. The page scrolls, not the card."""

    goes_on = True

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        found = board.snapshot.findings
        number, before = len(found), len(self.rows)
        scope = trn("in {number} place", "in {number} places", number) if number else ""
        self.show_head(board, (), now, scope)
        self.show_rows([_row(one, board) for one in found], board)
        if board.snapshot.readings and not found:
            self.say_nothing(State.OK, tr("none that is known"))
        if number != before:
            self.height_changed.emit()

    @override
    def least_height(self) -> float:
        return sum(self._heights(self.width()))

    @override
    def needed_height(self, width: int) -> int:
        return _FRAME + round(sum(self._heights(width)))

    @override
    def boxes(self) -> list[QRectF]:
        width, heights = self.canvas.width(), self._heights(self.width())
        tops = accumulate(heights, initial=0.0)
        return [QRectF(0, top, width, high) for top, high in zip(tops, heights, strict=False)]

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.canvas.setMinimumHeight(round(self.least_height()))

    @override
    def draw(self, writer: Writer) -> None:
        look = self.look
        for row, box in zip(self.rows, self.boxes(), strict=True):
            words = box.adjusted(_INDENT, _OFF, 0, 0)
            glyph = QRectF(0, words.top() + 2, _GLYPH, _GLYPH)
            glyphs.paint(
                writer.painter, "disagree", glyph, look.color("text2"), look.color("surface")
            )
            writer.wrap(words, unbroken(row.said), BODY)
            if row is not self.rows[-1] or look.paper:
                paint_rule(writer, 0, box.bottom() - 1, box.width())

    def _heights(self, width: int) -> Sequence[float]:
        """Return how high each row is in a card of a width."""
        margins = self.body.contentsMargins()
        room = width - _BORDER - margins.left() - margins.right() - _INDENT
        lines = (BODY.height(unbroken(row.said), room) for row in self.rows)
        return [height + 2 * _OFF + 1 for height in lines]


def _row(finding: Finding, board: Board) -> Row:
    known = (board.snapshot.readings.get(key) for key in finding.keys)
    reading = next((one for one in known if one is not None), None)
    return Row(said=finding.sentence, reading=reading)
