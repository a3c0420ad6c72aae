"""Where the figures come from."""

from __future__ import annotations

from support import boards, dashboard
from support.boards import NOW
from support.panels import MakeKind

from opsdesk.model.page import PanelKind
from opsdesk.ui.panels.canvas import PaintedPanel


def test_every_section_has_its_row(make_kind: MakeKind) -> None:
    board = dashboard.whole()
    panel = make_kind(PanelKind.PROVENANCE, board)
    assert isinstance(panel, PaintedPanel)
    assert len(panel.rows) == len({metric.section for metric in board.catalogue.values()})
    assert "Error rates, measured, Production metrics, OK, 12 s, Overview" in panel.accessibleName()
    panel.show_board(boards.stale(), NOW)
    assert "STALE" in panel.rows[0].said
    assert "no source" in panel.rows[-1].said
