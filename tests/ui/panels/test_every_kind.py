"""What holds for panels of every kind."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from support import boards, dashboard
from support.panels import BY_KIND, PANELS, Make, rowed, shares

from opsdesk.insight.board import Board
from opsdesk.model.page import Panel, PanelKind
from opsdesk.ui.panels.base import PAPER_ROWS
from opsdesk.ui.panels.figures import FiguresPanel
from opsdesk.ui.panels.kinds import view_of
from opsdesk.ui.panels.risks import RisksPanel
from opsdesk.ui.panels.rowed import RowedPanel
from opsdesk.ui.theme import Look


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.kind.value)
@pytest.mark.parametrize(
    "board", [dashboard.whole, dashboard.stale, boards.connecting, boards.no_source]
)
def test_each_kind_shows_each_state_at_any_size(
    panel: Panel, board: Callable[[], Board], make: Make
) -> None:
    view = make(panel, board())
    for width, height in ((1400, 500), (464, 190), (220, 120)):
        view.resize(width, height)
        picture = view.grab().toImage()
        colors = {picture.pixel(x, y) for x in range(0, width, 3) for y in range(0, height, 3)}
        assert len(colors) > 3, "nothing is painted"
    assert view.accessibleName().startswith(f"{panel.title}: ")


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.kind.value)
def test_each_row_tells_of_its_own_figure(panel: Panel, make: Make) -> None:
    view = make(panel, dashboard.whole())
    view.resize(700, 700)
    view.grab()
    assert isinstance(view, (RowedPanel, RisksPanel, FiguresPanel))
    canvas = view.canvas
    told = [
        view.reading_at(canvas.mapTo(view, box.center().toPoint()))
        for row, box in zip(view.rows, view.boxes(), strict=True)
        if row.reading is not None
    ]
    assert told == [row.reading for row in view.rows if row.reading is not None]
    assert len(told) >= 3


@pytest.mark.parametrize("kind", [PanelKind.BARS, PanelKind.PATHS])
def test_paper_shows_what_it_has_room_for_and_counts_the_rest(
    kind: PanelKind, qtbot: QtBot
) -> None:
    metric, label = BY_KIND[kind].metrics[0], "path"
    many = {f"/api/{number}": float(number) for number in range(200)}
    board = dashboard.arranged(shares(metric, label, many))
    view = rowed(view_of(BY_KIND[kind], Look("light", paper=True)))
    qtbot.addWidget(view)
    view.show_board(board, boards.NOW)
    assert view.rows[-1].name == "and 101 more"
    assert (len(view.rows), view.left_out) == (PAPER_ROWS, 101)
    view.resize(500, round(view.paper_height(500)))
    view.show()
    assert view.view.focusPolicy() is Qt.FocusPolicy.NoFocus, "it would have to be scrolled"
