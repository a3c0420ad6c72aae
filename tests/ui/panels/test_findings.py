"""Figures that contradict one another."""

from __future__ import annotations

from pytestqt.qtbot import QtBot
from support import boards, dashboard
from support.boards import NOW
from support.panels import MakeKind, replaced

from opsdesk.model.page import PanelKind
from opsdesk.ui.panels.findings import FindingsPanel


def test_each_finding_is_a_sentence_with_its_figure(make_kind: MakeKind) -> None:
    board = dashboard.whole()
    panel = make_kind(PanelKind.FINDINGS, board)
    assert [row.said for row in panel.rows] == [one.sentence for one in board.snapshot.findings]
    assert len(panel.rows) == 7
    assert panel.rows[0].reading in board.by_metric["health.score"]


def test_a_card_asks_for_the_height_of_every_line(make_kind: MakeKind, qtbot: QtBot) -> None:
    panel = make_kind(PanelKind.FINDINGS, dashboard.whole())
    assert isinstance(panel, FindingsPanel)
    heights = {width: panel.needed_height(width) for width in (1400, 500)}
    assert heights[500] > heights[1400]
    for width, height in heights.items():
        panel.resize(width, height)
        qtbot.waitUntil(lambda: panel.width() - 60 < panel.canvas.width() < panel.width())
        assert panel.boxes()[-1].bottom() <= panel.canvas.height()
    with qtbot.waitSignal(panel.height_changed):
        panel.show_board(replaced(dashboard.whole(), findings=()), NOW)


def test_no_contradiction_is_said_and_is_not_the_same_as_not_knowing(make_kind: MakeKind) -> None:
    calm = replaced(dashboard.whole(), findings=())
    assert "none that is known" in make_kind(PanelKind.FINDINGS, calm).accessibleName()
    none = make_kind(PanelKind.FINDINGS, boards.no_source())
    assert "no source connected" in none.accessibleName()
