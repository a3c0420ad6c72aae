"""Breakers side by side."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtGui import QColor, QImage
from support import boards
from support.boards import NOW
from support.panels import MakeKind, answer

from opsdesk.model.page import PanelKind
from opsdesk.ui.panels.base import PanelView
from opsdesk.ui.panels.breaker_cells import Cell


def cells(panel: PanelView) -> list[Cell]:
    return [row for row in panel.rows if isinstance(row, Cell)]


def colours(image: QImage) -> set[str]:
    dots = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return {QColor(image.pixel(x, y)).name() for x, y in dots}


def test_cells_draw_strips_and_mark_flapping(make_kind: MakeKind) -> None:
    board = boards.tripped()
    panel = make_kind(PanelKind.BREAKER_CELLS, board)
    (asked,) = panel.queries(board)
    assert (asked,) == panel.queries(boards.tripped())
    before = panel.grab().toImage()
    panel.show_frame(answer(asked, "Database - Primary"), board, NOW)
    assert panel.grab().toImage() != before


def test_what_is_open_is_first_and_filled(make_kind: MakeKind) -> None:
    panel = make_kind(PanelKind.BREAKER_CELLS, boards.tripped())
    assert [cell.word for cell in cells(panel)[:2]] == ["OPEN", "CLOSED"]
    first, second = (panel.canvas.grab(box.toRect()).toImage() for box in panel.boxes()[:2])
    fill = panel.look.color("critical").name()
    assert fill in colours(first)
    assert fill not in colours(second)


@pytest.mark.parametrize("width", [400, 800, 1_200])
def test_as_many_stand_there_as_have_room(make_kind: MakeKind, width: int) -> None:
    panel = make_kind(PanelKind.BREAKER_CELLS, boards.tripped(300), width=width)
    boxes = panel.boxes()
    widest = max(cell.least_width for cell in cells(panel))
    assert len(boxes) == (width - 40 + 25) // max(128, 25 + widest)
    assert boxes[0].width() >= widest, "state and failures are whole"
    assert boxes[-1].right() == pytest.approx(panel.canvas.width())
    assert {round(box.left() - before.right(), 6) for before, box in pairwise(boxes)} == {25}
    assert {round(box.width(), 6) for box in boxes} == {round(boxes[0].width(), 6)}


def test_few_stand_at_the_left(make_kind: MakeKind) -> None:
    panel = make_kind(PanelKind.BREAKER_CELLS, boards.normal(3), width=1_200)
    assert [box.width() for box in panel.boxes()] == [231] * 3


def test_what_is_old_asserts_no_state(make_kind: MakeKind) -> None:
    panel = make_kind(PanelKind.BREAKER_CELLS, boards.stale())
    assert {cell.word for cell in cells(panel)} == {"was OPEN", "was closed"}
    assert not any(cell.flaps for cell in cells(panel))
    image = panel.canvas.grab(panel.boxes()[0].toRect()).toImage()
    assert panel.look.color("critical").name() not in colours(image)


def test_without_a_breaker_it_says_why(make_kind: MakeKind) -> None:
    panel = make_kind(PanelKind.BREAKER_CELLS, boards.no_source())
    assert panel.rows == ()
    assert "no source" in panel.accessibleName()
