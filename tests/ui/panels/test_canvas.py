"""What holds for panels that paint their rows."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QToolTip
from pytestqt.qtbot import QtBot
from support import boards, dashboard
from support.panels import COSTS, ON_CALL, MakeKind

from opsdesk.model.page import PanelKind
from opsdesk.ui.panels.canvas import PaintedPanel
from opsdesk.ui.panels.changes import ChangesPanel


@pytest.mark.parametrize("width", [260, 400, 900])
def test_every_painted_kind_paints_at_any_width(make_kind: MakeKind, width: int) -> None:
    for kind, metrics in (
        (PanelKind.WATERFALL, COSTS),
        (PanelKind.CHANGES, ON_CALL),
        (PanelKind.LIST, ("recommendation",)),
        (PanelKind.INCIDENTS, ()),
        (PanelKind.INCIDENTS, ON_CALL),
        (PanelKind.PROVENANCE, ()),
    ):
        panel = make_kind(kind, dashboard.whole(), *metrics, width=width)
        assert isinstance(panel, PaintedPanel)
        boxes = panel.boxes()
        assert len(boxes) == len(panel.rows) > 0
        assert boxes[-1].bottom() <= panel.canvas.height() + 1
        assert not panel.grab().isNull()


def test_hover_tells_of_the_row_below_the_pointer(make_kind: MakeKind) -> None:
    panel = make_kind(PanelKind.CHANGES, dashboard.whole(), *ON_CALL)
    assert isinstance(panel, ChangesPanel)
    for row, box in zip(panel.rows, panel.boxes(), strict=True):
        spot = panel.canvas.mapTo(panel, box.center().toPoint())
        assert panel.reading_at(spot) is row.reading
    assert panel.reading_at(QPoint(1, 1)) is not None


@pytest.mark.parametrize("kind", [PanelKind.WATERFALL, PanelKind.CHANGES, PanelKind.LIST])
def test_without_a_source_a_panel_says_so(make_kind: MakeKind, kind: PanelKind) -> None:
    panel = make_kind(kind, boards.no_source(), *COSTS)
    assert "no source connected" in panel.accessibleName()


def test_what_has_no_room_is_scrolled(make_kind: MakeKind, qtbot: QtBot) -> None:
    panel = make_kind(PanelKind.PROVENANCE, dashboard.whole())
    assert isinstance(panel, PaintedPanel)
    (scroll,) = panel.findChildren(QScrollArea)
    panel.resize(800, 700)
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() == 0)
    panel.resize(800, 200)
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() > 0)
    before = panel.reading_at(QPoint(40, 90))
    scroll.verticalScrollBar().setValue(100)
    assert panel.reading_at(QPoint(40, 90)) is not before


def test_hover_reaches_the_card_below_the_canvas(
    make_kind: MakeKind, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = make_kind(PanelKind.CHANGES, dashboard.whole(), *ON_CALL)
    assert isinstance(panel, PaintedPanel)
    shown: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, *_: shown.append(text))
    first, *_ = panel.boxes()
    spot = first.center().toPoint()
    event = QHelpEvent(QEvent.Type.ToolTip, spot, panel.canvas.mapToGlobal(spot))
    QApplication.sendEvent(panel.canvas, event)
    assert "Average resolution time" in shown[0]
    assert qtbot is not None
