"""What tests of panels share."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot
from support.boards import NOW
from support.panels import DAY, Make, MakeKind

from opsdesk.insight.board import Board
from opsdesk.model.page import Panel, PanelKind
from opsdesk.ui.panels.base import PanelView
from opsdesk.ui.panels.kinds import view_of
from opsdesk.ui.theme import Look


@pytest.fixture
def make(qtbot: QtBot, look: Look) -> Make:
    """Return what makes a panel and shows a board in it."""

    def made(panel: Panel, board: Board, *, width: int = 700, height: int = 320) -> PanelView:
        found = view_of(panel, look)
        qtbot.addWidget(found)
        found.resize(width, height)
        with qtbot.waitExposed(found):
            found.show()
        found.show_board(board, NOW)
        return found

    return made


@pytest.fixture
def make_kind(make: Make) -> MakeKind:
    """Return what makes a panel of a kind and shows a board in it."""

    def made(kind: PanelKind, board: Board, *metrics: str, width: int = 800) -> PanelView:
        panel = Panel(kind=kind, title="T", metrics=metrics, window=DAY)
        return make(panel, board, width=width, height=500)

    return made
