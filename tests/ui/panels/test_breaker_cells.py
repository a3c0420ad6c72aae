"""Breakers side by side."""

from __future__ import annotations

from support import boards
from support.boards import NOW
from support.panels import MakeKind, answer

from opsdesk.model.page import PanelKind


def test_cells_draw_strips_and_mark_flapping(make_kind: MakeKind) -> None:
    board = boards.tripped()
    panel = make_kind(PanelKind.BREAKER_CELLS, board)
    (asked,) = panel.queries(board)
    assert (asked,) == panel.queries(boards.tripped())
    before = panel.grab().toImage()
    panel.show_frame(answer(asked, "Database - Primary"), board, NOW)
    assert panel.grab().toImage() != before
